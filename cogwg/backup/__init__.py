"""Backups of the database: written while people work, checked before they count, and restored."""
