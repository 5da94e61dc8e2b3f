"""Files that take more than two seconds to make. Their links lead to a page that says so, and that then loads the file."""

from __future__ import annotations

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from cogwg.web.http.i18n import current_language

FILES = frozenset({"briefings.deck", "briefings.version_deck", "presentation.shared_deck", "workbook.plan_file"})
"""The endpoints of files that can take that long. The page loads no other URL."""


def waiting_url(file_url: str) -> str:
    """Return the URL of the page that waits for this file, in the reader's language."""
    return url_for("site.preparing", lang=current_language().value, file=file_url)


def is_waited_for(path: str) -> bool:
    """Return whether this is the path of such a file."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return endpoint in FILES
