"""What an operator should look at: settings, database, email, disk, clock, backups, and work that cron has not done."""
