"""What every area needs for its requests: database, languages, errors, headers, htmx, forms and downloads.

Nothing here depends on an area.
"""
