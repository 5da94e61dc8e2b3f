"""Checks for operators: settings, database, email, disk, clock, backups, and jobs that cron has not run."""
