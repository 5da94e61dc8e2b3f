"""The language of a request: the first segment of its path, else what the browser prefers."""

from __future__ import annotations

from flask import g, request
from flask_babel import gettext

from cogwg.core.bilingual import Language
from cogwg.core.errors import Message


def choose() -> Language:
    """The language of this address; an address without one follows Accept-Language."""
    first = request.path.split("/", 2)[1] if "/" in request.path else ""
    if first in (Language.EN, Language.FR):
        return Language(first)
    return Language(request.accept_languages.best_match(["en", "fr"], default="en"))


def current() -> Language:
    """The language of this request."""
    if "lang" not in g:
        g.lang = choose()
    found: Language = g.lang
    return found


def said(message: Message) -> str:
    """A rule's message as a sentence in the reader's language."""
    return str(gettext(message.id, **message.values))


def twin_url() -> str:
    """This very page in the other language, its query kept."""
    lang = current()
    path = request.full_path.rstrip("?") if request.method == "GET" else request.path
    if path.split("?")[0] in (f"/{lang}", f"/{lang}/") or path.startswith(f"/{lang}/"):
        return f"/{lang.other}{path[3:]}"
    return f"/{lang.other}/"
