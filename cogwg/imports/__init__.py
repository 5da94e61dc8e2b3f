"""Imports of files: a preview shows what a file would change; the file is applied once, and can be undone as one step.

This package imports none of the packages whose data files change.
"""
