"""Request handling that all areas share, from the database session to error pages.

Nothing here depends on an area.
"""
