"""What every area needs for its requests: database, languages, errors, headers, htmx, forms and downloads. It uses no area."""
