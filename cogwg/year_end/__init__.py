"""The end of a plan year: close a plan, adopt the next one from its draft, and undo either.

These commands involve reports, comments, briefings and emails, so this package may import the packages of all of them.
"""
