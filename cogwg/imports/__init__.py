"""Imports of files: what one would change as a preview, applied once, taken back as one step. Knows no record package."""
