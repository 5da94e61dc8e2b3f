"""The corrections that a new edition of a quarter makes: each changed value with what was published before. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status
from cogwg.tracker.values import (
    Correction,
    PublishedChallenge,
    PublishedLink,
    PublishedMilestone,
    PublishedQuarter,
    PublishedReport,
    SubjectKind,
)

REPORT_FIELDS = ("status", "nothing_to_report", "progress", "challenge", "evidence_note", "next_step", "evidence")
MILESTONE_FIELDS = ("text", "under_way", "happened_on", "links")
CHALLENGE_FIELDS = ("theme", "text")
YES_NO = {True: Bilingual("yes", "oui"), False: Bilingual("no", "non")}
Item = PublishedReport | PublishedMilestone | PublishedChallenge


def corrections_between(
    before: PublishedQuarter, after: PublishedQuarter, *, on: date, reason: Bilingual
) -> tuple[Correction, ...]:
    """Return the differences between two editions: reports first, then milestones, then challenges.

    The status of an activity without a report in the quarter, which comes from an earlier quarter, counts as a value of its
    report.
    """
    changes = [
        (kind, *change)
        for kind, fields in (
            (SubjectKind.REPORT, REPORT_FIELDS),
            (SubjectKind.MILESTONE, MILESTONE_FIELDS),
            (SubjectKind.CHALLENGE, CHALLENGE_FIELDS),
        )
        for change in _changes(_items(before, kind), _items(after, kind), fields)
    ]
    changes += [(SubjectKind.REPORT, *change) for change in _earlier_statuses(before, after)]
    return tuple(Correction(on, kind, subject, field, old, new, reason) for kind, subject, field, old, new in changes)


def _earlier_statuses(before: PublishedQuarter, after: PublishedQuarter) -> Iterator[tuple[str, str, Bilingual, Bilingual]]:
    """Yield the changed statuses of activities without a report for the quarter in both editions."""
    reported = _items(before, SubjectKind.REPORT).keys() | _items(after, SubjectKind.REPORT).keys()
    statuses = {activity.code: activity.status for activity in after.activities}
    for activity in before.activities:
        status = statuses.get(activity.code)
        if activity.code not in reported and status != activity.status:
            yield activity.code, "status", in_words(activity.status), in_words(status)


def _items(quarter: PublishedQuarter, kind: SubjectKind) -> dict[str, Item]:
    if kind is SubjectKind.REPORT:
        return {report.activity: report for report in quarter.reports}
    if kind is SubjectKind.MILESTONE:
        return {milestone.key: milestone for milestone in quarter.milestones}
    return {challenge.key: challenge for challenge in quarter.challenges}


def _changes(
    before: Mapping[str, Item], after: Mapping[str, Item], fields: tuple[str, ...]
) -> Iterator[tuple[str, str, Bilingual, Bilingual]]:
    for subject in dict.fromkeys((*before, *after)):
        old, new = before.get(subject), after.get(subject)
        if old is None or new is None:
            yield subject, "", _main_text(old), _main_text(new)
            continue
        for field in fields:
            first, second = _value(old, field), _value(new, field)
            if first != second:
                yield subject, field, in_words(first), in_words(second)


def _value(item: Item, field: str) -> Any:
    """Return the value of a field; for a date of which only the month is known, the month in words."""
    value = getattr(item, field)
    if isinstance(item, PublishedMilestone) and isinstance(value, date) and item.month_only:
        return dates.month_of_year(value.year, value.month)
    return value


def _main_text(item: Item | None) -> Bilingual:
    """Return the text that represents an item that was added or removed; empty for the edition that does not have the item."""
    if item is None:
        return EMPTY_TEXT
    return in_words(item.progress or item.status) if isinstance(item, PublishedReport) else item.text


def in_words(value: Any) -> Bilingual:
    """Return a corrected value as text in both languages."""
    if isinstance(value, Bilingual):
        return value
    if isinstance(value, Status):
        return value.label
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, tuple):
        return links_in_words(value)
    return dates.day(value) if isinstance(value, date) else EMPTY_TEXT


def links_in_words(links: tuple[PublishedLink, ...]) -> Bilingual:
    """Return links as text, one per line."""
    return Bilingual("\n".join(map(_link_en, links)), "\n".join(map(_link_fr, links)))


def _link_en(link: PublishedLink) -> str:
    return f"{link.label.text('en')} {link.url}".strip()


def _link_fr(link: PublishedLink) -> str:
    return f"{link.label.text('fr')} {link.url}".strip()
