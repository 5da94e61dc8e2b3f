"""The files a deck can be taken along as: their names on buttons, and the answer that carries one.

A draft is drawn each time, a frozen version is answered as it is stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import Deck
from cogwg.briefing.files import DrawnFile, FileKey, draw_file
from cogwg.briefing.render import FORMATS
from cogwg.briefing.storing import file_of
from cogwg.core.bilingual import Language
from cogwg.core.errors import ConfigurationError, NotFound
from cogwg.web.auth.access import actor
from cogwg.web.http import clocks
from cogwg.web.http.database import session


@dataclass(frozen=True, slots=True)
class DeckDownload:
    """A deck to take along."""

    url: str
    label: str
    lang: str
    is_first: bool


def deck_downloads(endpoint: str, lang: str, stored_keys: Collection[FileKey] = (), **url_values: Any) -> list[DeckDownload]:
    """Every format in both languages, the reader's first; ``stored`` are files that are there, whatever can be drawn here."""
    found: list[DeckDownload] = []
    for kind, format in FORMATS.items():
        for code in (lang, Language(lang).other.value):
            if format.is_available() or (kind, Language(code)) in stored_keys:
                name = {"format": format.name.text(lang)}
                label = (
                    _("Download in English (%(format)s)", **name)
                    if code == "en"
                    else _("Download in French (%(format)s)", **name)
                )
                found.append(DeckDownload(url_for(endpoint, kind=kind, **url_values | {"lang": code}), label, code, not found))
    return found


def draft_file_response(deck: Deck, kind: str, lang: str) -> Response:
    """The deck as a file; the database is let go before it is written. Raises ``NotFound`` for an unknown format."""
    if kind not in FORMATS or not FORMATS[kind].is_available():
        raise NotFound(f"format {kind}")
    session().rollback()
    return _file_response(draw_file(deck, kind, Language(lang)))


def stored_file_response(id: int, number: int, kind: str, lang: str) -> Response:
    """A frozen version as the file that is stored of it. Raises ``NotFound``, also where it is not stored and the library
    that would draw it is missing."""
    try:
        return _file_response(file_of(session(), id, number, kind, Language(lang), by=actor(), at=clocks.now()))
    except ConfigurationError as error:
        raise NotFound(f"format {kind}") from error


def _file_response(file: DrawnFile) -> Response:
    response = make_response(file.content)
    response.mimetype = file.media_type
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response
