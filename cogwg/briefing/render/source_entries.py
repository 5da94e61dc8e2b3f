"""The entries of the list of sources as plain values, and texts about the activities that a number counts."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP

MOST_COUNTED = 60
"""The maximum number of activities that an entry names for one number; the rows of the priorities name the others."""


@dataclass(frozen=True, slots=True)
class CountedActivities:
    """The label of a number, and the activities that it counts.

    ``entries`` are the numbers of the activities' entries, and ``codes`` their codes in the plan, in the same order: at most
    ``MOST_COUNTED`` of them. ``total`` is the number of all activities counted.
    """

    label: Bilingual
    entries: tuple[int, ...]
    codes: tuple[str, ...]
    total: int

    @property
    def more(self) -> int:
        """The number of activities that are counted but not named."""
        return self.total - len(self.codes)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An entry of the list: a fact, and who reported or decided it and when.

    ``name`` is a code or another short name, and ``subject`` a title, which may be empty. ``statement`` says who reported or
    decided it and when. ``counted`` are the numbers that the entry explains. ``activity`` is the year and code of the activity
    that it is about, if any.
    """

    number: int
    name: Bilingual
    subject: Bilingual
    statement: Bilingual
    counted: tuple[CountedActivities, ...] = ()
    activity: tuple[int, str] | None = None

    def text(self, lang: Language) -> str:
        """Return the whole entry in one line, without its number."""
        return f"{self.label(lang)} – {self.details(lang)}"

    def label(self, lang: Language) -> str:
        """Return the name and the subject in one line, such as "3.1: User research"."""
        name, subject = self.name.text(lang), self.subject.text(lang)
        return f"{name}{NBSP if lang is Language.FR else ''}: {subject}" if name and subject else name or subject

    def details(self, lang: Language) -> str:
        """Return who reported or decided the fact and when, then the activities that each of its numbers counts."""
        return " ".join([self.statement.text(lang), *(counted_text(counted, lang) for counted in self.counted)])


def counted_label(counted: CountedActivities, lang: Language) -> str:
    """Return the label of a count, such as "Overdue (7):"."""
    return f"{counted.label.text(lang)} ({counted.total}){NBSP if lang is Language.FR else ''}:"


def counted_rest(counted: CountedActivities, lang: Language) -> str:
    """Return how many more activities there are that are not named, in words; empty if all are named."""
    if not counted.more:
        return ""
    words = Bilingual(
        f"and {counted.more} more, in the rows of the priorities",
        f"et {counted.more} autres, dans les lignes des priorités",
    )
    return words.text(lang)


def counted_text(counted: CountedActivities, lang: Language) -> str:
    """Return the activities that a number counts, such as "Overdue (2): 2.1, 3.2."."""
    names = ", ".join(filter(None, (*counted.codes, counted_rest(counted, lang)))) or "–"
    return f"{counted_label(counted, lang)} {names}."
