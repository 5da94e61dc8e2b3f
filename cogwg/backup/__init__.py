"""Write, check and restore backups of the database. People can work while a backup is written."""
