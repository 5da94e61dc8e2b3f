"""The turn of the year: closing a plan, adopting the next one from its draft, and undoing that.

These commands look at reports, comments, briefings and emails together, so this package may import those of each.
"""
