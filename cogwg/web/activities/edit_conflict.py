"""Comparison of two versions of a text: the one saved elsewhere while this person was editing, and the one they typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import Language
from cogwg.reporting.merge import MarkedRuns, mark_differences


@dataclass(frozen=True, slots=True)
class TextComparison:
    """A text as it was saved elsewhere and as this person typed it, each split into (piece, differs) pairs."""

    label: str
    lang: str
    theirs: MarkedRuns
    yours: MarkedRuns


@dataclass(frozen=True, slots=True)
class TextConflict:
    """An edit conflict: who saved the other version and when, and the comparison of each text that differs.

    ``is_own`` means that this person saved the other version themselves, in another tab.
    """

    saved_by: str
    saved_at: datetime
    comparisons: tuple[TextComparison, ...]
    is_own: bool


def text_conflict(
    saved_by: str, saved_at: datetime, texts: Iterable[tuple[str, Language, str, str]], *, is_own: bool
) -> TextConflict:
    """Return the conflict, with a comparison of each text that differs.

    Each of ``texts`` is (label, language, theirs, yours).
    """
    pairs = (
        TextComparison(label, lang.value, *mark_differences(theirs, yours))
        for label, lang, theirs, yours in texts
        if theirs != yours
    )
    return TextConflict(saved_by, saved_at, tuple(pairs), is_own)
