"""Downloads of lists: files in the page's language, named after their content and date."""

from __future__ import annotations

from typing import Any

from flask import make_response, url_for
from werkzeug.wrappers import Response

from cogwg.core.tables import WRITERS, Table, file_name
from cogwg.web.http import i18n
from cogwg.web.http.database import session


def download_response(table: Table, kind: str) -> Response:
    """Return the table as a file of this kind ("csv" or "xlsx"). The database transaction ends before the file is written."""
    lang = i18n.current_language()
    session().rollback()
    write, media_type = WRITERS[kind]
    response = make_response(write(table, lang))
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name(table, kind, lang))
    return response


def download_urls(endpoint: str, **filters: str | int) -> dict[str, str]:
    """Return the download URL for each kind of file, with the non-empty filters in its query string."""
    query: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return {kind: url_for(endpoint, kind=kind, **query) for kind in WRITERS}
