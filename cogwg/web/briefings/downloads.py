"""Downloads of a deck: the links with their labels, and the responses with the files.

A draft's file is rendered for each request. A frozen version's file is sent as it was stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.briefing.deck import Deck
from cogwg.briefing.file_summary import file_summary
from cogwg.briefing.files import DrawnFile, FileKey, draw_file, is_drawn_soon
from cogwg.briefing.queries import frozen_deck
from cogwg.briefing.render import FORMATS
from cogwg.briefing.storing import file_of
from cogwg.core.bilingual import Language
from cogwg.core.errors import ConfigurationError, NotFound
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.slots import released_slot
from cogwg.web.http.waiting import waiting_url


@dataclass(frozen=True, slots=True)
class DeckDownload:
    """A link to download a deck in the language ``lang``. If ``waits``, it opens the page that waits for the file."""

    url: str
    label: str
    lang: str
    is_first: bool
    waits: bool


def deck_downloads(
    endpoint: str, lang: str, deck: Deck, stored_keys: Collection[FileKey] = (), *, whole: bool = False, **url_values: Any
) -> list[DeckDownload]:
    """Return a link for each format in both languages, the reader's language first.

    With ``whole``, the links are for files with every slide of a very large plan. A format whose library is not installed is
    left out, except for files in ``stored_keys``. A file that is not stored and takes long has a link to a page that waits
    for it.
    """
    downloads: list[DeckDownload] = []
    for kind, format in FORMATS.items():
        for code in (lang, Language(lang).other.value):
            if format.is_available() or (kind, Language(code)) in stored_keys:
                values = url_values | {"lang": code} | ({"whole": "1"} if whole else {})
                label = _label(format.name.text(lang), code, whole=whole)
                url = url_for(endpoint, kind=kind, **values)
                waits = whole or not ((kind, Language(code)) in stored_keys or is_drawn_soon(deck, kind))
                downloads.append(DeckDownload(waiting_url(url) if waits else url, label, code, not downloads, waits))
    return downloads


def _label(format: str, code: str, *, whole: bool) -> str:
    if code == "en":
        words = _("Every slide, in English (%(format)s)") if whole else _("Download in English (%(format)s)")
    else:
        words = _("Every slide, in French (%(format)s)") if whole else _("Download in French (%(format)s)")
    return str(words % {"format": format})


def asks_for_whole() -> bool:
    """Return whether the request asks for a file with every slide, even of a very large plan."""
    return request.args.get("whole") == "1"


def rendered_file_response(deck: Deck, kind: str, lang: str, *, whole: bool = False) -> Response:
    """Return the deck as a file. The database transaction ends before rendering, because rendering is slow.

    Raises ``NotFound`` for a format that is unknown or whose library is not installed.
    """
    if kind not in FORMATS or not FORMATS[kind].is_available():
        raise NotFound(f"format {kind}")
    session().rollback()
    return _file_response(_draw(deck, kind, Language(lang), whole=whole))


def stored_file_response(id: int, number: int, kind: str, lang: str, *, by: Actor, whole: bool = False) -> Response:
    """Return a frozen version's file as it was stored. If it is not stored yet, render and store it first.

    With ``whole``, a version with a very large plan is rendered with every slide; that file is not stored. Raises ``NotFound``
    for an unknown version or format, or if the library needed to render the file is not installed.
    """
    if whole:
        _version, deck = frozen_deck(session(), id, number)
        if file_summary(deck) is not None:
            return rendered_file_response(deck, kind, lang, whole=True)
    try:
        file = file_of(session(), id, number, kind, Language(lang), by=by, at=clocks.now(), draw=_draw)
    except ConfigurationError as error:
        raise NotFound(f"format {kind}") from error
    return _file_response(file)


def _draw(deck: Deck, kind: str, lang: Language, *, whole: bool = False) -> DrawnFile:
    """Render a file while other requests run. No database transaction may be open."""
    with released_slot():
        return draw_file(deck, kind, lang, whole=whole)


def _file_response(file: DrawnFile) -> Response:
    response = make_response(file.content)
    response.mimetype = file.media_type
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response
