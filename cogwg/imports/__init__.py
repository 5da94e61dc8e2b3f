"""Imports of files: what one would change as a preview, applied once, undone as one step. Knows no record package."""
