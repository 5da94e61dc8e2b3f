"""Texts of a deck in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import text_with_language_mark

_text_in_language = lru_cache(maxsize=20_000)(text_with_language_mark)
"""Cached because a large deck repeats most of its texts."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates bilingual texts to one language; a text that exists only in the other is shown with a mark."""

    lang: Language

    def translate(self, text: Bilingual) -> str:
        return _text_in_language(text, self.lang)
