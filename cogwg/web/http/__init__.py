"""What every request needs: database, languages, errors, headers, htmx, forms and downloads; independent of any area."""
