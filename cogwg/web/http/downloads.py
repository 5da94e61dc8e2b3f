"""A list as a download: the file in the page's language, under a name that says what it is and of which day."""

from __future__ import annotations

from typing import Any

from flask import make_response, url_for
from werkzeug.wrappers import Response

from cogwg.core.tables import WRITERS, Table, file_name
from cogwg.web.http import i18n
from cogwg.web.http.database import session


def download_response(table: Table, kind: str) -> Response:
    """The table as a file of this kind; the database is let go before it is written."""
    lang = i18n.current_language()
    session().rollback()
    write, media_type = WRITERS[kind]
    response = make_response(write(table, lang))
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name(table, kind, lang))
    return response


def download_urls(endpoint: str, **filters: str) -> dict[str, str]:
    """The address of each kind of file; what is told and not empty stands in it, as in the page's own."""
    query: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return {kind: url_for(endpoint, kind=kind, **query) for kind in WRITERS}
