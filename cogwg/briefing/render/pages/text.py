"""What a page says in one language, and which addresses may be links."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import text_with_language_mark, xml_safe

URL_LIMIT = 2_079


def web_address(url: str) -> str:
    """The address if it may be a link: http, https or mailto, whole, and short enough; else empty."""
    if xml_safe(url) != url or len(url) > URL_LIMIT or any(c.isspace() for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    whole = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    return url if whole else ""


_text_in_language = lru_cache(maxsize=20_000)(text_with_language_mark)
"""A large deck says most of its texts several times."""


@dataclass(frozen=True, slots=True)
class Translator:
    """One language to speak in: a text that exists only in the other is shown with a mark that says so."""

    lang: Language

    def translate(self, text: Bilingual) -> str:
        return _text_in_language(text, self.lang)
