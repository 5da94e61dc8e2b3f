"""The files a deck can be taken along as: their names on buttons, and the answer that carries one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import FORMATS, file_name, render
from cogwg.core.bilingual import Language
from cogwg.core.errors import NotFound
from cogwg.web.database import session


@dataclass(frozen=True, slots=True)
class Download:
    """A deck to take along."""

    url: str
    label: str
    lang: str
    first: bool


def downloads(endpoint: str, lang: str, **told: Any) -> list[Download]:
    """Every format in both languages, the reader's first."""
    found: list[Download] = []
    for kind, format in FORMATS.items():
        if format.available():
            for code in (lang, Language(lang).other.value):
                name = {"format": format.name.text(lang)}
                label = (
                    _("Download in English (%(format)s)", **name)
                    if code == "en"
                    else _("Download in French (%(format)s)", **name)
                )
                found.append(Download(url_for(endpoint, kind=kind, **told | {"lang": code}), label, code, not found))
    return found


def attached(deck: Deck, kind: str, lang: str) -> Response:
    """The deck as a file; the database is let go before it is written. Raises ``NotFound`` for an unknown format."""
    if kind not in FORMATS or not FORMATS[kind].available():
        raise NotFound(f"format {kind}")
    session().rollback()
    response = make_response(render(deck, kind, Language(lang)))
    response.mimetype = FORMATS[kind].media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name(deck, kind, Language(lang)))
    return response
