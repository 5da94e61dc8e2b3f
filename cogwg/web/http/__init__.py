"""What every request needs: database, languages, errors, headers, htmx, forms and downloads; it knows no area."""
