"""Decisions about briefings, without a database."""

from __future__ import annotations

from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Invalid, Message

AUDIENCE_LIMIT = 120


def as_of(meeting_on: date, today: date) -> date:
    """A briefing is as of its meeting day or today, whichever is earlier."""
    return min(meeting_on, today)


def check_new(audience: Bilingual, *, taken: bool) -> None:
    """What a new briefing needs, every problem at once: one per meeting day, and an audience in both languages.

    Raises ``Invalid``.
    """
    problems: list[tuple[str, Message]] = []
    if taken:
        problems.append(("meeting_on", Message(N_("There is already a briefing for this meeting day; open it instead."))))
    for field, text in (("audience_en", audience.en), ("audience_fr", audience.fr)):
        if not text:
            problems.append((field, Message(N_("Say who the briefing is for."))))
        elif len(text) > AUDIENCE_LIMIT:
            problems.append((field, Message(N_("Shorten this: %(limit)s characters fit."), {"limit": AUDIENCE_LIMIT})))
    if problems:
        raise Invalid(*problems)
