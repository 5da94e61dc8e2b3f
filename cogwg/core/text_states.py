"""The state of a bilingual text in each language: current, stale or missing. These functions do not use the database.

Of these states, only "stale" is stored: the name of each stale text, with the language in which it is stale. The SQL statement
that writes the texts writes this too. "Missing" is not stored, because the text is then empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from cogwg.core.bilingual import Bilingual, Language


class TextState(StrEnum):
    """The state of a text in one language. "Stale" means that the text in the other language was changed later."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


Texts = Mapping[str, Bilingual]
"""The texts of one stored item by their names."""
StaleTexts = Mapping[str, str]
"""The language in which each stale text is stale, by the name of the text."""


NO_STALE_TEXTS: StaleTexts = MappingProxyType({})


def text_state(text: Bilingual, lang: Language, stale: str | None) -> TextState | None:
    """Return the state of a text in one language; None if it is empty in both. ``stale`` is the language stored as stale."""
    if not text:
        return None
    if not text.exact_text(lang):
        return TextState.MISSING
    return TextState.STALE if stale == lang and text.exact_text(lang.other) else TextState.CURRENT


def language_to_translate(text: Bilingual, stale: str | None) -> Language | None:
    """Return the language in which the text is missing or, failing that, stale; None if the text is current or empty."""
    for state in (TextState.MISSING, TextState.STALE):
        for lang in Language:
            if text_state(text, lang, stale) is state:
                return lang
    return None


def stale_languages(texts: Texts, stale: StaleTexts) -> dict[Bilingual, Language]:
    """Return the texts of an item that are stale, each with the language in which it is."""
    return {
        text: lang
        for name, text in texts.items()
        for lang in Language
        if text_state(text, lang, stale.get(name)) is TextState.STALE
    }


def stale_after(before: Texts, after: Texts, stale: StaleTexts | None) -> dict[str, str] | None:
    """Return the texts that are stale after a change, in their stored form; None if no text is stale.

    ``stale`` are the stale texts stored before. A change in one language makes the other one stale. A change in both, or in the
    stale language, makes the text current. A text with a missing language, before or after the change, is not stale.
    """
    stale_by_name = {}
    for name, text in after.items():
        lang = _stale_language(before.get(name), text, (stale or {}).get(name))
        if lang is not None:
            stale_by_name[name] = lang
    return stale_by_name or None


def left_behind(before: Bilingual, after: Bilingual) -> Language | None:
    """Return the language that stayed as it was while the other one changed; None if both changed, or one is missing."""
    lang = _stale_language(before, after, None)
    return Language(lang) if lang is not None else None


def _stale_language(before: Bilingual | None, after: Bilingual, stale: str | None) -> str | None:
    if before is None or before.missing_languages or not before or after.missing_languages or not after:
        return None
    changed = [lang for lang in Language if before.exact_text(lang) != after.exact_text(lang)]
    if len(changed) == 1:
        return None if changed[0] == stale else changed[0].other.value
    return None if changed else stale


def without_stale(stale: StaleTexts | None, name: str) -> dict[str, str] | None:
    """Return the stale texts to store once the text ``name`` is current in both languages; None if no other text is stale."""
    return {other: lang for other, lang in (stale or {}).items() if other != name} or None
