"""The changes that a new edition of an engagement cycle makes: each value with what was published before. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.tracker.commitment_changes import Values, differences, lines_in_words
from cogwg.tracker.commitments import PublishedChange
from cogwg.tracker.corrections import YES_NO, links_in_words
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase


def changes_of_cycle(before: PublishedCycle, after: PublishedCycle, *, on: date) -> tuple[PublishedChange, ...]:
    """Return the differences between two editions. A phase that was added or removed is one change, with its title."""
    return differences(cycle_in_words(before), cycle_in_words(after), on=on)


def cycle_in_words(cycle: PublishedCycle) -> Values:
    """Return every value of a cycle in words, by subject (a phase's key, or empty for the cycle itself) and field."""
    return dict(_values(cycle))


def _values(cycle: PublishedCycle) -> Iterator[tuple[tuple[str, str], Bilingual]]:
    yield ("", "title"), cycle.title
    yield ("", "summary"), cycle.summary
    yield ("", "throughout"), lines_in_words(*cycle.throughout)
    yield ("", "plan"), cycle.plan_title
    yield ("", "completed_on"), _day(cycle.completed_on)
    for phase in cycle.phases:
        yield from (((phase.key, field), value) for field, value in _of_phase(phase))


def _of_phase(phase: PublishedPhase) -> Iterator[tuple[str, Bilingual]]:
    yield "title", phase.title
    yield "starts_on", _day(phase.starts_on)
    yield "ends_on", _day(phase.ends_on)
    for name in ("when", "about", "asked", "result"):
        yield name, getattr(phase, name)
    yield "result_link", Bilingual(phase.result_link, phase.result_link)
    yield "channels", lines_in_words(*(channel.label for channel in phase.channels))
    yield "documents", links_in_words(phase.documents)
    for name in ("takes_comments", "publishable", "report_expected", "going_forward"):
        yield name, YES_NO[getattr(phase, name)]
    for name in ("participants", "rationale"):
        yield name, getattr(phase, name)
    for name in ("subjects", "departments"):
        yield name, lines_in_words(*getattr(phase, name))


def _day(day: date | None) -> Bilingual:
    return EMPTY_TEXT if day is None else dates.day(day)
