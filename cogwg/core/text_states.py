"""Whether a text in both languages is current, stale or missing in each. Pure functions.

Only a stale language is stored, with the texts and in the same statement, by the name of the text. A missing one is an empty
text, so the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cogwg.core.bilingual import Bilingual, Language


class TextState(StrEnum):
    """The state of a text in one language; stale means that the text in the other language changed later."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


Texts = Mapping[str, Bilingual]
"""The texts of one stored item by their names."""
StaleTexts = Mapping[str, str]
"""The names of the texts that are stale in a language, with that language."""


def text_state(text: Bilingual, lang: Language, stale: str | None) -> TextState | None:
    """Return the state of a text in one language; None if it is empty in both. ``stale`` is the stored stale language."""
    if not text:
        return None
    if not text.exact_text(lang):
        return TextState.MISSING
    return TextState.STALE if stale == lang and text.exact_text(lang.other) else TextState.CURRENT


def language_to_translate(text: Bilingual, stale: str | None) -> Language | None:
    """Return the language in which the text is missing, else the one in which it is stale; None if both are current."""
    for state in (TextState.MISSING, TextState.STALE):
        for lang in Language:
            if text_state(text, lang, stale) is state:
                return lang
    return None


def stale_after(before: Texts, after: Texts, stale: StaleTexts | None) -> dict[str, str] | None:
    """Return which texts are stale after a change, as it is stored: None if none is.

    ``stale`` is what was stored before. A change in one language makes the other one stale; a change in both, or in the
    stale language, makes the text current.
    """
    stale_by_name = {}
    for name, text in after.items():
        lang = _stale_language(before.get(name), text, (stale or {}).get(name))
        if lang is not None:
            stale_by_name[name] = lang
    return stale_by_name or None


def _stale_language(before: Bilingual | None, after: Bilingual, stale: str | None) -> str | None:
    if before is None or before.missing_languages or not before or after.missing_languages or not after:
        return None
    changed = [lang for lang in Language if before.exact_text(lang) != after.exact_text(lang)]
    if len(changed) == 1:
        return None if changed[0] == stale else changed[0].other.value
    return None if changed else stale


def without_stale(stale: StaleTexts | None, name: str) -> dict[str, str] | None:
    """Return the stale texts to store once this text is current in both languages."""
    return {other: lang for other, lang in (stale or {}).items() if other != name} or None
