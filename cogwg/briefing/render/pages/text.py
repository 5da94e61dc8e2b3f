"""Texts in one language, and the check of which addresses may be links."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import text_with_language_mark, xml_safe

URL_LIMIT = 2_079


def web_address(url: str) -> str:
    """Return the address if it may be a link: http, https or mailto, complete, and short enough; else an empty string."""
    if xml_safe(url) != url or len(url) > URL_LIMIT or any(c.isspace() for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    whole = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    return url if whole else ""


_text_in_language = lru_cache(maxsize=20_000)(text_with_language_mark)
"""Cached because a large deck repeats most of its texts."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Returns bilingual texts in one language; a text that exists only in the other language is marked as such."""

    lang: Language

    def translate(self, text: Bilingual) -> str:
        return _text_in_language(text, self.lang)
