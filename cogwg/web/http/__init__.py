"""What all areas share to answer requests, from the database session to error pages.

Nothing here depends on an area.
"""
