"""The state of a bilingual text in each language: current, stale or missing. These functions do not use the database.

Of these states, only "stale" is stored: the name of each stale text, with the language in which it is stale. It is written by
the same SQL statement as the texts (for some tables, see ``cogwg.core.stale_columns``). "Missing" is not stored, because the
text is then empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from cogwg.core.bilingual import Bilingual, Language


class TextState(StrEnum):
    """The state of a text in one language. "Stale" means that the text in the other language was changed later."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


Texts = Mapping[str, Bilingual]
"""The texts of one stored item, by name."""
TextsAndLists = Mapping[str, Bilingual] | Mapping[str, Bilingual | Sequence[Bilingual]]
"""The texts and the lists of texts of one stored item, by name."""
StaleTexts = Mapping[str, str]
"""The language in which each stale text is stale, by the name of the text; ``CONFIRMED`` for a text that was stale and whose
translation was then confirmed."""
CONFIRMED = ""
StalePairs = tuple[tuple[str, str], ...]
"""Stale texts as a frozen value: the name of each with its language."""


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
    """Map each stale text of an item to the language in which it is stale."""
    return {
        text: lang
        for name, text in texts.items()
        for lang in Language
        if text_state(text, lang, stale.get(name)) is TextState.STALE
    }


def stale_after(before: TextsAndLists, after: TextsAndLists, stale: StaleTexts | None) -> dict[str, str] | None:
    """Return the texts that are stale after a change, in their stored form; None if no text is stale.

    ``stale`` are the stale texts stored before. A change in one language makes the other one stale. A change in both, or in the
    stale language, makes the text current. A text with a missing language, before or after the change, is not stale.
    """
    stale_by_name = {}
    for name, value in after.items():
        for own_name, text, was, lang_before in _followed(name, value, before.get(name), stale or {}):
            lang = _stale_language(was, text, lang_before)
            if lang is not None:
                stale_by_name[own_name] = lang
    return stale_by_name or None


def texts_of_lists(values: TextsAndLists) -> dict[str, Bilingual]:
    """Map names to texts, with each line of a list as a text of its own: the second line of "results" is called "results
    2".
    """
    texts: dict[str, Bilingual] = {}
    for name, value in values.items():
        texts |= {name: value} if isinstance(value, Bilingual) else {f"{name} {n}": line for n, line in enumerate(value, 1)}
    return texts


def _followed(
    name: str, value: Bilingual | Sequence[Bilingual], was: Bilingual | Sequence[Bilingual] | None, stale: StaleTexts
) -> Iterator[tuple[str, Bilingual, Bilingual | None, str | None]]:
    """Yield the name of each text, the text, the text before the change (or None), and the language in which it was stale (or
    None).

    A line of a list is matched with an earlier line, at any position, that is the same or, failing that, the same in one
    language.
    """
    if isinstance(value, Bilingual):
        yield name, value, was if isinstance(was, Bilingual) else None, stale.get(name)
        return
    left = dict(enumerate(was if was is not None and not isinstance(was, Bilingual) else (), 1))
    places: dict[int, tuple[int, Bilingual]] = {}
    for is_same in (Bilingual.__eq__, _is_same_in_one_language):
        for n, line in enumerate(value, 1):
            if n not in places and (place := next((p for p, old in left.items() if is_same(old, line)), None)) is not None:
                places[n] = place, left.pop(place)
    for n, line in enumerate(value, 1):
        place, old = places.get(n, (0, None))
        yield f"{name} {n}", line, old, stale.get(f"{name} {place}")


def _is_same_in_one_language(text: Bilingual, other: Bilingual) -> bool:
    return any(text.exact_text(lang) == other.exact_text(lang) != "" for lang in Language)


def left_behind(before: Bilingual, after: Bilingual) -> Language | None:
    """Return the language that stayed as it was while the other one changed; None if both or neither changed, or if a language
    is missing.
    """
    lang = _stale_language(before, after, None)
    return Language(lang) if lang is not None else None


def outdated_language(published: Bilingual, text: Bilingual, stale: str | None) -> Language | None:
    """Return the language in which a text is marked as stale or, if it has no mark, still reads as it was published while the
    other language changed; None if there is no such language.

    Changes made before marks were stored have no mark. A text whose translation was confirmed is not compared.
    """
    if stale is None:
        return left_behind(published, text)
    return next((lang for lang in Language if text_state(text, lang, stale) is TextState.STALE), None)


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


def stale_texts_of(fields: Collection[str], stale: StaleTexts | None) -> list[str]:
    """Return the names of the stale texts of these fields, which are texts and lists: each line of a list has its own name."""
    return [name for name, lang in (stale or {}).items() if lang and name.partition(" ")[0] in fields]


def with_confirmed(stale: StaleTexts | None, names: Collection[str]) -> dict[str, str] | None:
    """Return the stale texts to store after the translations of the texts ``names`` are confirmed; None if no text is stale or
    confirmed.
    """
    return {**(stale or {}), **dict.fromkeys(names, CONFIRMED)} or None
