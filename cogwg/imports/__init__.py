"""Imports of files: a preview shows what a file would change; it is applied once, and undone as one step.

Uses no package of the record.
"""
