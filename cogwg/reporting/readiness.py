"""A quarter's reporting status: the reports it expects, how far along each one is, and which can still be submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list
from cogwg.core.db import table
from cogwg.core.errors import NotFound
from cogwg.plan.models import Activity
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts
from cogwg.reporting.blank_drafts import is_blank
from cogwg.reporting.models import (
    Contribution,
    PeriodState,
    ReportingPeriod,
    ReportSource,
    ReportState,
    StatusReport,
    Submission,
)
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.report_progress import is_report_expected, is_report_missing


class ReadinessState(StrEnum):
    """How far along a report is; the most urgent state comes last."""

    SUBMITTED = "in"
    NOT_STARTED = "nothing"
    DRAFT = "draft"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class ExpectedReport:
    """A report that the quarter expects.

    ``since`` is when the report was submitted or returned, or when the draft was last changed. ``last_at`` is when the
    activity was last reported on in any quarter. ``late`` is true if the report was first submitted after the due time,
    ``is_superseded`` if a later quarter already has a report (this one can then no longer be submitted), and ``sample`` if the
    activity has sample reports. ``source`` is how the report was submitted, None until it is.
    """

    activity: ActivityFacts
    state: ReadinessState
    late: bool
    since: datetime | None
    last_at: datetime | None
    is_superseded: bool
    sample: bool
    source: ReportSource | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the report has not been submitted and still can be."""
        return is_report_missing(
            is_expected=True, is_submitted=self.state is ReadinessState.SUBMITTED, is_superseded=self.is_superseded
        )


@dataclass(frozen=True, slots=True)
class UnreceivedReports:
    """Reports that a quarter expects and has not received. ``carriers`` is the list of jurisdictions that share them, in
    words.

    Reports that can no longer be submitted, because a later quarter has one, are included.
    """

    carriers: Bilingual
    reports: tuple[ExpectedReport, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The reports that a quarter expects, by priority id.

    ``note_times`` maps a priority id and a jurisdiction id to the time of the jurisdiction's latest note as a partner.
    """

    period: PeriodFacts
    plan: PlanFacts
    expected_reports: Mapping[int, tuple[ExpectedReport, ...]]
    note_times: Mapping[tuple[int, int], datetime]

    @property
    def all_reports(self) -> list[ExpectedReport]:
        return [report for reports in self.expected_reports.values() for report in reports]

    def count(self, state: ReadinessState) -> int:
        return sum(report.state is state for report in self.all_reports)

    @property
    def source_counts(self) -> dict[ReportSource, int]:
        """The number of received reports by how they were submitted."""
        received = [report.source for report in self.all_reports if report.state is ReadinessState.SUBMITTED]
        return {source: received.count(source) for source in ReportSource}

    @property
    def unreceived_count(self) -> int:
        return len(self.all_reports) - self.count(ReadinessState.SUBMITTED)

    @property
    def superseded_count(self) -> int:
        """The number of reports that were not received and can no longer be submitted, because a later quarter has one."""
        return sum(r.is_superseded and r.state is not ReadinessState.SUBMITTED for r in self.all_reports)

    @property
    def has_missing(self) -> bool:
        """Whether there is a missing report that can still be submitted."""
        return any(report.is_missing for report in self.all_reports)

    @property
    def unreported_priorities(self) -> list[PriorityFacts]:
        """The priorities that have activities but no jurisdiction that can report, so that no report is expected."""
        return [p for p in self.plan.priorities if p.activities and p.first_reporting is None]

    def unreceived_reports(self) -> list[UnreceivedReports]:
        """Return the reports not yet received, grouped by the jurisdictions that share them; the largest group comes first."""
        unreceived: dict[Bilingual, list[ExpectedReport]] = {}
        for priority in self.plan.priorities:
            carriers = join_list([a.short for a in priority.assignments if a.can_report])
            reports = [r for r in self.expected_reports[priority.id] if r.state is not ReadinessState.SUBMITTED]
            if reports:
                unreceived.setdefault(carriers, []).extend(reports)
        groups = [UnreceivedReports(carriers, tuple(reports)) for carriers, reports in unreceived.items()]
        return sorted(groups, key=lambda group: -len(group.reports))

    def has_submitted(self, jurisdiction_id: int) -> bool:
        """Whether a report of this jurisdiction was received, including one that it shares with another jurisdiction."""
        own = (p for p in self.plan.priorities if p.can_report({jurisdiction_id}))
        return any(r.state is ReadinessState.SUBMITTED for p in own for r in self.expected_reports[p.id])

    def missing_reports(self, jurisdiction_ids: Iterable[int]) -> list[tuple[PriorityFacts, ExpectedReport]]:
        """Return the missing reports that these jurisdictions can still submit, each with its priority, in the order of the
        plan.
        """
        ids = set(jurisdiction_ids)
        own = [p for p in self.plan.priorities if p.can_report(ids)]
        return [(p, report) for p in own for report in self.expected_reports[p.id] if report.is_missing]


_A, _S, _R, _P, _C = map(table, (Activity, Submission, StatusReport, ReportingPeriod, Contribution))
_KEY: BindParameter[str] = bindparam("key")
_SUBMISSION_SUMMARY = (
    select(
        _S.c.activity_id,
        func.max(case((_P.c.key < _KEY, _S.c.id))).label("before"),
        func.min(case((_P.c.key == _KEY, _S.c.id))).label("first"),
        func.max(case((_P.c.key == _KEY, _S.c.id))).label("latest"),
        func.max(_P.c.key).label("latest_key"),
        func.max(_S.c.submitted_at).label("last_at"),
        func.max(case((_S.c.sample, 1), else_=0)).label("sample"),
    )
    .join(_P, _P.c.id == _S.c.period_id)
    .where(_S.c.activity_id.in_(select(_A.c.id).where(_A.c.priority_id.in_(bindparam("priorities", expanding=True)))))
    .group_by(_S.c.activity_id)
    .subquery()
)
_BEFORE, _FIRST, _LATEST = _S.alias(), _S.alias(), _S.alias()
_EXPECTED_STATEMENT = (
    select(
        _A.c.id,
        _R.c.state,
        _R.c.changed_at,
        _R.c.returned_at,
        _BEFORE.c.status.label("before"),
        _FIRST.c.late,
        _LATEST.c.submitted_at,
        _LATEST.c.source,
        _SUBMISSION_SUMMARY.c.latest_key,
        _SUBMISSION_SUMMARY.c.last_at,
        _SUBMISSION_SUMMARY.c.sample,
    )
    .select_from(
        _A.outerjoin(_SUBMISSION_SUMMARY, _SUBMISSION_SUMMARY.c.activity_id == _A.c.id)
        .outerjoin(_R, (_R.c.activity_id == _A.c.id) & (_R.c.period_id == bindparam("period")) & ~is_blank(_R))
        .outerjoin(_BEFORE, _BEFORE.c.id == _SUBMISSION_SUMMARY.c.before)
        .outerjoin(_FIRST, _FIRST.c.id == _SUBMISSION_SUMMARY.c.first)
        .outerjoin(_LATEST, _LATEST.c.id == _SUBMISSION_SUMMARY.c.latest)
    )
    .where(_A.c.priority_id.in_(bindparam("priorities", expanding=True)))
)
_NOTE_TIMES_STATEMENT = (
    select(_A.c.priority_id, _C.c.jurisdiction_id, func.max(_C.c.changed_at).label("at"))
    .join(_A, _A.c.id == _C.c.activity_id)
    .where(_C.c.period_id == bindparam("period"), _A.c.retired_on.is_(None))
    .group_by(_A.c.priority_id, _C.c.jurisdiction_id)
)


def readiness(session: Session, plan: PlanFacts, period: PeriodFacts) -> Readiness:
    """Return the reporting status of a quarter of this plan, in two SQL statements."""
    parameters = {"priorities": [p.id for p in plan.priorities], "period": period.id, "key": period.key}
    rows = {row.id: row for row in session.execute(_EXPECTED_STATEMENT, parameters)}
    notes = {(n.priority_id, n.jurisdiction_id): n.at for n in session.execute(_NOTE_TIMES_STATEMENT, {"period": period.id})}
    own = {p.id: tuple(_expected_reports(p, rows, period.key)) for p in plan.priorities}
    return Readiness(period, plan, own, notes)


def _expected_reports(priority: PriorityFacts, rows: Mapping[int, Any], key: str) -> Iterable[ExpectedReport]:
    if not any(a.can_report for a in priority.assignments):
        return
    for activity in priority.activities:
        row = rows[activity.id]
        if not is_report_expected(row.before, is_begun=row.state is not None):
            continue
        state = _readiness_state(row)
        since = {
            ReadinessState.SUBMITTED: row.submitted_at,
            ReadinessState.RETURNED: row.returned_at,
            ReadinessState.DRAFT: row.changed_at,
        }.get(state)
        yield ExpectedReport(
            activity=activity,
            state=state,
            late=state is ReadinessState.SUBMITTED and bool(row.late),
            since=since or row.changed_at,
            last_at=row.last_at,
            is_superseded=row.latest_key is not None and row.latest_key > key,
            sample=bool(row.sample),
            source=row.source,
        )


def _readiness_state(row: Any) -> ReadinessState:
    """Return the report's state. A submitted report counts as submitted, even while it is being edited, unless it was
    returned.
    """
    if row.state is ReportState.RETURNED:
        return ReadinessState.RETURNED
    if row.submitted_at is not None or row.state is ReportState.SUBMITTED:
        return ReadinessState.SUBMITTED
    return ReadinessState.NOT_STARTED if row.state is None else ReadinessState.DRAFT


def period_by_key(periods: Iterable[PeriodFacts], key: str) -> PeriodFacts:
    """Return the quarter with this key; without a key, the one to show to a co-chair first.

    The quarter to show first is the open one, or else the latest that has begun, or else the first of the plan. Raises
    ``NotFound`` if no quarter has the key, or if there are no quarters.
    """
    quarters = list(periods)
    if key:
        named = [p for p in quarters if p.key == key]
    else:
        begun = [p for p in quarters if p.state is not PeriodState.PLANNED]
        named = [p for p in begun if p.state is PeriodState.OPEN] or begun[-1:] or quarters[:1]
    if not named:
        raise NotFound(f"period {key}")
    return named[0]
