"""Downloads of a deck: the links with their labels, and the responses with the files.

A draft's file is rendered for each request. A frozen version's file is sent as it was stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import DrawnFile, FileKey, draw_file
from cogwg.briefing.render import FORMATS
from cogwg.briefing.storing import file_of
from cogwg.core.bilingual import Language
from cogwg.core.errors import ConfigurationError, NotFound
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.slots import released_slot


@dataclass(frozen=True, slots=True)
class DeckDownload:
    """A link to download a deck in the language ``lang``."""

    url: str
    label: str
    lang: str
    is_first: bool


def deck_downloads(endpoint: str, lang: str, stored_keys: Collection[FileKey] = (), **url_values: Any) -> list[DeckDownload]:
    """Return a link for each format in both languages, the reader's language first.

    A format whose library is not installed is left out, except for files in ``stored_keys``.
    """
    downloads: list[DeckDownload] = []
    for kind, format in FORMATS.items():
        for code in (lang, Language(lang).other.value):
            if format.is_available() or (kind, Language(code)) in stored_keys:
                name = {"format": format.name.text(lang)}
                label = (
                    _("Download in English (%(format)s)", **name)
                    if code == "en"
                    else _("Download in French (%(format)s)", **name)
                )
                downloads.append(
                    DeckDownload(url_for(endpoint, kind=kind, **url_values | {"lang": code}), label, code, not downloads)
                )
    return downloads


def draft_file_response(deck: Deck, kind: str, lang: str) -> Response:
    """Return the deck as a file. The database transaction ends before rendering, because rendering is slow.

    Raises ``NotFound`` for a format that is unknown or whose library is not installed.
    """
    if kind not in FORMATS or not FORMATS[kind].is_available():
        raise NotFound(f"format {kind}")
    session().rollback()
    return _file_response(_draw(deck, kind, Language(lang)))


def stored_file_response(id: int, number: int, kind: str, lang: str, *, by: Actor) -> Response:
    """Return a frozen version's file as it was stored. If it is not stored yet, render and store it first.

    Raises ``NotFound`` for an unknown version or format, or if the library needed to render the file is not installed.
    """
    try:
        file = file_of(session(), id, number, kind, Language(lang), by=by, at=clocks.now(), draw=_draw)
    except ConfigurationError as error:
        raise NotFound(f"format {kind}") from error
    return _file_response(file)


def _draw(deck: Deck, kind: str, lang: Language) -> DrawnFile:
    """Render a file while other requests run. No database transaction may be open."""
    with released_slot():
        return draw_file(deck, kind, lang)


def _file_response(file: DrawnFile) -> Response:
    response = make_response(file.content)
    response.mimetype = file.media_type
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response
