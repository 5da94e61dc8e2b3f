"""The sources of facts, as a deck stores them: who reported or decided something, and when, which its slides do not show.

They are stored in the deck as immutable values when it is composed, so that a frozen deck can name them later. Renderers build
the list of sources from them and from the slides (see ``render.sources``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual


class SourceKind(StrEnum):
    """What a source is about. It determines the format of the source's ``subject``."""

    REPORT = "report"
    """An activity's latest report. The subject is the plan's year and the activity's code: "2020:3.1"."""
    OVERRIDE = "override"
    """An override of a priority's overall status. The subject is the plan's year and the priority's number: "2020:3"."""
    ROLE = "role"
    """An assignment of a priority. The subject is the same as for an override."""
    MILESTONE = "milestone"
    """A milestone. The subject is its position on its slide, from 1."""
    CHALLENGE = "challenge"
    """A challenge. The subject is its position on its slide, from 1."""
    REPORTED_STEP = "reported-step"
    """A next step taken from a report. The subject is its position on its slide, from 1; ``activities`` has the code of the
    activity."""
    DECIDED_STEP = "decided-step"
    """A next step that a meeting decided, with the day of the meeting. The subject is its position on its slide, from 1."""
    QUARTER = "quarter"
    """The activities of a series at the end of a quarter. The subject is the position of the quarter and that of the series,
    from 1: "2:1"."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who reported or decided something, and on which day.

    ``who`` is a jurisdiction or empty, never a person, because decks are public. ``version`` is the number of the report's
    version, and ``reason`` the reason, if given. ``activities`` are the codes of the activities that a number on the slide
    counts.
    """

    kind: SourceKind
    subject: str
    who: Bilingual = EMPTY_TEXT
    on: date | None = None
    version: int = 0
    reason: Bilingual = EMPTY_TEXT
    activities: tuple[str, ...] = ()


def activity_subject(year: int, code: str) -> str:
    return f"{year}:{code}"


def priority_subject(year: int, number: int) -> str:
    return f"{year}:{number}"


def quarter_subject(quarter: int, series: int) -> str:
    """Return the subject of a count at the end of a quarter, from the positions of the quarter and the series."""
    return f"{quarter}:{series}"
