"""The public record as its pages and feeds need it: an activity over the quarters, and what was published when.

Also the commitments that a priority or activity contributes to, and the themes that it takes up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cogwg.tracker.engagement import PublishedTheme
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)
from cogwg.tracker.values import Correction, PublishedActivity, PublishedPriority, PublishedReport, SubjectKind


@dataclass(frozen=True, slots=True)
class QuarterOfActivity:
    """What a published quarter says about an activity; ``report`` is None if there was no report in the quarter."""

    edition: QuarterEdition
    activity: PublishedActivity
    report: PublishedReport | None
    corrections: tuple[Correction, ...]


def editions_until(record: PublicRecord, shown: QuarterEdition) -> tuple[QuarterEdition, ...]:
    """Return the quarters of a plan up to the shown one: the shown edition of that quarter, and the newest edition of each
    earlier one.
    """
    earlier = (e for e in record.quarters_of(shown.content.year) if e.content.key < shown.content.key)
    return (*earlier, shown)


class Histories:
    """The history of each activity in the quarters of a plan, up to the shown quarter."""

    def __init__(self, record: PublicRecord, shown: QuarterEdition) -> None:
        self._quarters: dict[str, list[QuarterOfActivity]] = {}
        for edition in editions_until(record, shown):
            reports = {report.activity: report for report in edition.content.reports}
            corrections: dict[str, list[Correction]] = {}
            for correction in edition.content.corrections:
                if correction.kind is SubjectKind.REPORT:
                    corrections.setdefault(correction.subject, []).append(correction)
            for activity in edition.content.activities:
                code = activity.code
                quarter = QuarterOfActivity(edition, activity, reports.get(code), tuple(corrections.get(code, ())))
                self._quarters.setdefault(code, []).append(quarter)

    def of(self, code: str) -> tuple[QuarterOfActivity, ...]:
        """Return what each quarter says about an activity, the first quarter first."""
        return tuple(self._quarters.get(code, ()))

    def last_report(self, activity: PublishedActivity) -> QuarterOfActivity | None:
        """Return the quarter with the last report on an activity; None if there is none, or its quarter is not public."""
        own = (quarter for quarter in self.of(activity.code) if quarter.edition.content.key == activity.reported_in)
        return next((quarter for quarter in own if quarter.report is not None), None)


def corrections_of(edition: QuarterEdition, kind: SubjectKind, subject: str) -> tuple[Correction, ...]:
    """Return the corrections of a report, milestone or challenge, the oldest first."""
    return tuple(c for c in edition.content.corrections if (c.kind, c.subject) == (kind, subject))


def corrections_made(edition: QuarterEdition) -> tuple[Correction, ...]:
    """Return the corrections that this edition made to the previous one; empty for the first."""
    return tuple(c for c in edition.content.corrections if c.on == edition.visible_on)


def roles_of(edition: QuarterEdition, code: str) -> Iterator[PublishedPriority]:
    """Yield the priorities in which a jurisdiction has a role."""
    return (p for p in edition.content.priorities if any(role.code == code for role in p.assignments))


class EventKind(StrEnum):
    """The kind of an event in the public record."""

    QUARTER = "quarter"
    CORRECTION = "correction"
    BRIEFING = "briefing"
    COMMITMENTS = "commitments"
    CYCLE = "cycle"
    HEARD = "heard"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class CommitmentBatch:
    """Editions of commitments that were published at the same time."""

    editions: tuple[CommitmentEdition, ...]

    @property
    def id(self) -> int:
        """The id of the first publication."""
        return self.editions[0].id


Subject = QuarterEdition | BriefingEdition | CommitmentBatch | CycleEdition | HeardEdition | WithdrawalNotice


@dataclass(frozen=True, slots=True)
class Event:
    """A publication, a correction or a withdrawal of ``subject``."""

    kind: EventKind
    at: datetime
    on: date
    subject: Subject

    @property
    def id(self) -> int:
        """The id of the publication."""
        return self.subject.id


def events(record: PublicRecord) -> list[Event]:
    """Return all events of the public record, the newest first."""
    happened = [Event(_kind(e), e.visible_at, e.visible_on, e) for e in record.editions]
    happened += [Event(EventKind.BRIEFING, b.visible_at, b.visible_on, b) for b in record.briefings]
    happened += _commitments_published(record)
    happened += [Event(EventKind.CYCLE, e.visible_at, e.visible_on, e) for e in record.cycle_editions]
    happened += [Event(EventKind.HEARD, e.visible_at, e.visible_on, e) for e in record.heard_editions]
    happened += [Event(EventKind.WITHDRAWAL, n.withdrawn_at, n.withdrawn_on, n) for n in record.withdrawals]
    return sorted(happened, key=lambda event: (event.at, event.id), reverse=True)


def _commitments_published(record: PublicRecord) -> Iterator[Event]:
    together: dict[datetime, list[CommitmentEdition]] = {}
    for edition in record.commitment_editions:
        together.setdefault(edition.visible_at, []).append(edition)
    for at, editions in together.items():
        batch = CommitmentBatch(tuple(sorted(editions, key=lambda edition: edition.id)))
        yield Event(EventKind.COMMITMENTS, at, batch.editions[0].visible_on, batch)


def commitments_served(record: PublicRecord, year: int, priority: int, activity: str = "") -> tuple[CommitmentEdition, ...]:
    """Return the commitments that a priority or one of its activities contributes to; with ``activity``, only those
    that this activity contributes to.
    """
    return tuple(
        edition
        for edition in record.commitments
        if any(
            (item.year, item.priority) == (year, priority) and activity in ("", item.activity)
            for item in edition.content.served_by
        )
    )


@dataclass(frozen=True, slots=True)
class HeardTheme:
    """A theme of a public "What we heard"."""

    edition: HeardEdition
    theme: PublishedTheme


def themes_behind(record: PublicRecord, kind: str, key: str) -> tuple[HeardTheme, ...]:
    """Return the themes that a commitment, or an activity such as "2020/5.2", takes up."""
    return tuple(HeardTheme(edition, theme) for edition in record.heards for theme in edition.content.themes_linked(kind, key))


def _kind(edition: QuarterEdition) -> EventKind:
    return EventKind.CORRECTION if edition.is_correction else EventKind.QUARTER
