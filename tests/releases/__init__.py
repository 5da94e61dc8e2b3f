"""Databases of earlier releases, kept as test data: every later release opens them and reads what they hold."""
