"""Texts of a deck in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import text_with_language_mark

_text_in_language = lru_cache(maxsize=20_000)(text_with_language_mark)
"""Cached, because most texts of a large deck occur more than once."""


@dataclass(frozen=True, slots=True)
class Translator:
    """The language of a deck's pages. ``translate`` returns texts in this language, and marks texts that exist only in the
    other one.
    """

    lang: Language

    def translate(self, text: Bilingual) -> str:
        return _text_in_language(text, self.lang)
