"""Decisions about briefings, without a database."""

from __future__ import annotations

from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Invalid, Message

AUDIENCE_LIMIT = 120
FIRST_YEAR = 2012
YEARS_AHEAD = 2
"""A meeting before that year, or later than so many years from today, is a slip of the keyboard."""


def as_of(meeting_on: date, today: date) -> date:
    """A briefing is as of its meeting day or today, whichever is earlier."""
    return min(meeting_on, today)


def check_new(meeting_on: date, audience: Bilingual, *, today: date, taken: bool) -> None:
    """What a new briefing needs, every problem at once: a likely day, one per day, and an audience in both languages.

    Raises ``Invalid``.
    """
    problems: list[tuple[str, Message]] = []
    if meeting_on.year < FIRST_YEAR or _beyond(meeting_on, today):
        told = {"first": FIRST_YEAR, "ahead": YEARS_AHEAD}
        problems.append(
            ("meeting_on", Message(N_("Choose a day from %(first)s on, and no more than %(ahead)s years from today."), told))
        )
    if taken:
        problems.append(("meeting_on", Message(N_("There is already a briefing for this meeting day; open it instead."))))
    for field, text in (("audience_en", audience.en), ("audience_fr", audience.fr)):
        if not text:
            problems.append((field, Message(N_("Say who the briefing is for."))))
        elif len(text) > AUDIENCE_LIMIT:
            problems.append((field, Message(N_("Shorten this: %(limit)s characters fit."), {"limit": AUDIENCE_LIMIT})))
    if problems:
        raise Invalid(*problems)


def _beyond(meeting_on: date, today: date) -> bool:
    """Whether the meeting is later than today's day of the month some years on."""
    return (meeting_on.year - YEARS_AHEAD, meeting_on.month, meeting_on.day) > (today.year, today.month, today.day)
