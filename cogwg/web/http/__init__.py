"""What every area needs for its requests: database, languages, errors, headers, htmx, forms, downloads, rate limits and so on.

Nothing here depends on an area.
"""
