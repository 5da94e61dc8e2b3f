"""Somebody saved a text while this person was writing it: both, side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import Language
from cogwg.reporting.merge import MarkedRuns, mark_differences


@dataclass(frozen=True, slots=True)
class TextComparison:
    """One text as it was saved and as one typed it, each cut into (piece, differs) runs."""

    label: str
    lang: str
    theirs: MarkedRuns
    yours: MarkedRuns


@dataclass(frozen=True, slots=True)
class TextConflict:
    """Who saved, when, and each text that differs."""

    saved_by: str
    saved_at: datetime
    comparisons: tuple[TextComparison, ...]


def text_conflict(saved_by: str, saved_at: datetime, texts: Iterable[tuple[str, Language, str, str]]) -> TextConflict:
    """Of each (label, language, theirs, yours) the ones that differ."""
    pairs = (
        TextComparison(label, lang.value, *mark_differences(theirs, yours))
        for label, lang, theirs, yours in texts
        if theirs != yours
    )
    return TextConflict(saved_by, saved_at, tuple(pairs))
