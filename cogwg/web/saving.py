"""A list as a download: the file in the page's language, under a name that says what it is and of which day."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from cogwg.core.sheets import WRITERS, Table, file_name
from cogwg.web import languages
from cogwg.web.database import session


def saved(table: Table, kind: str) -> Response:
    """The table as a file of this kind; the database is let go before it is written."""
    lang = languages.current()
    session().rollback()
    write, media_type = WRITERS[kind]
    response = make_response(write(table, lang))
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name(table, kind, lang))
    return response
