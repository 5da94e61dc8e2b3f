"""Somebody saved a text while this person was writing it: both, side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import Language
from cogwg.reporting.merge import Marked, marked


@dataclass(frozen=True, slots=True)
class Pair:
    """One text as it was saved and as one typed it, each cut into (piece, differs) runs."""

    label: str
    lang: str
    theirs: Marked
    yours: Marked


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """Who saved, when, and each text that differs."""

    person: str
    at: datetime
    pairs: tuple[Pair, ...]


def two_texts(person: str, at: datetime, texts: Iterable[tuple[str, Language, str, str]]) -> TwoTexts:
    """Of each (label, language, theirs, yours) the ones that differ."""
    pairs = (Pair(label, lang.value, *marked(theirs, yours)) for label, lang, theirs, yours in texts if theirs != yours)
    return TwoTexts(person, at, tuple(pairs))
