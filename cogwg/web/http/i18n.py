"""The language of a request: the one in the first segment of its path, or else the one that the browser prefers.

A page needs the language about a hundred times. So the language is kept in a context variable, and templates read the
catalogues directly instead of looking up the request for every sentence. Their ``_`` is a plain function, because Jinja's own
needs the template context, which would be copied for each sentence inside a loop.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, request
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Message

_CURRENT: ContextVar[Language | None] = ContextVar("language", default=None)
_CATALOGUES: dict[Language, NullTranslations] = {
    lang: Translations.load(str(Path(__file__).parents[2] / "translations"), [lang.value]) for lang in Language
}


def init(app: Flask) -> None:
    """Set the language at the start of each request and clear it at the end, and let templates translate into it."""
    app.before_request(_set_language)
    app.teardown_request(_clear_language)
    app.jinja_env.globals.update(_=translate, gettext=translate, ngettext=translate_plural)


def translate(text: str, /, **values: Any) -> Markup:
    """Translate a template's sentence into the page's language. The values are escaped."""
    return (
        _catalogue_sentence(current_language(), text) % values
        if values
        else _translate_without_values(current_language(), text)
    )


def gettext(text: str, /, **values: Any) -> str:
    """Translate a sentence into the page's language, as plain text."""
    sentence: str = _CATALOGUES[current_language()].ugettext(text)
    return sentence % values if values else sentence


def translate_plural(singular: str, plural: str, num: int, /, **values: Any) -> Markup:
    """Translate a template's sentence with a count, which the sentence may contain as ``num``. Other values are escaped."""
    return _trusted_markup(_CATALOGUES[current_language()].ungettext(singular, plural, num)) % {"num": num, **values}


def lazy_gettext(text: str) -> LazyString:
    """Return a form label that is defined with the form class and translated at each request."""
    return LazyString(_translate_label, text)


def _translate_label(text: str) -> str:
    return _CATALOGUES[current_language()].ugettext(text)


@lru_cache(maxsize=4096)
def _translate_without_values(lang: Language, text: str) -> Markup:
    return _catalogue_sentence(lang, text) % {}


@lru_cache(maxsize=4096)
def _catalogue_sentence(lang: Language, text: str) -> Markup:
    return _trusted_markup(_CATALOGUES[lang].ugettext(text))


def _trusted_markup(sentence: str) -> Markup:
    """Mark a sentence of this project's own catalogues as safe HTML, as Jinja's gettext does: it may contain a <b> tag."""
    return Markup(sentence)  # noqa: S704


def _set_language() -> None:
    _CURRENT.set(negotiate_language())


def _clear_language(_error: BaseException | None) -> None:
    _CURRENT.set(None)


def negotiate_language() -> Language:
    """Return the language of the path, or else the first choice in Accept-Language that the product has, or else English."""
    first = request.path.split("/", 2)[1] if "/" in request.path else ""
    if first in (Language.EN, Language.FR):
        return Language(first)
    for tag, quality in request.accept_languages:
        code = tag.partition("-")[0].lower()
        if quality and code in (Language.EN, Language.FR):
            return Language(code)
    return Language.EN


def current_language() -> Language:
    """Return the language of this request."""
    return _CURRENT.get() or negotiate_language()


def translate_message(message: Message) -> str:
    """Translate the message of a domain rule into the page's language."""
    lang = current_language()
    values = {name: v.text(lang) if isinstance(v, Bilingual) else v for name, v in message.values.items()}
    return gettext(message.id, **values)


def other_language_url() -> str:
    """Return the URL of this page in the other language, with its query string.

    For a path without a language, return the URL of the home page in the other language.
    """
    lang = current_language()
    path = page_path() + request.full_path.rstrip("?")[len(request.path) :]
    if path.split("?")[0] in (f"/{lang}", f"/{lang}/") or path.startswith(f"/{lang}/"):
        return f"/{lang.other}{path[3:]}"
    return f"/{lang.other}/"


def page_path() -> str:
    """Return the path at which this page can be opened. For a URL that accepts only POST, it is the nearest path above."""
    rule = request.url_rule
    return request.path if rule is None or "GET" in (rule.methods or ()) else _page_above(request.path)


def _page_above(path: str) -> str:
    """Return the nearest path above this one that can be opened, or "" if there is none."""
    adapter = current_app.create_url_adapter(request)
    while path:
        path = path.rpartition("/")[0]
        if adapter is None or adapter.test(path or "/", method="GET"):
            break
    return path
