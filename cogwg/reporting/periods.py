"""Queries on quarters: the state of each quarter, the jurisdictions it is reopened for, and the current quarter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import Quarter, local_day
from cogwg.core.db import execute_core, table
from cogwg.core.errors import NotFound
from cogwg.plan.conditions import is_of_open_plan
from cogwg.reporting.models import PeriodException, PeriodState, ReportingPeriod
from cogwg.reporting.rules import period_state


@dataclass(frozen=True, slots=True)
class Reopening:
    """The time until which a closed quarter accepts a jurisdiction's reports, and the reason shown to the jurisdiction."""

    until: datetime
    reason: str

    @property
    def last_day(self) -> date:
        """The last day on which reports are accepted; a reopening ends at midnight at the end of that day."""
        return local_day(self.until - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A quarter with its current state, and its ``reopenings`` by jurisdiction id.

    ``original_due_at`` is the due time before the first extension, None if there is none. ``extension_reason`` is the reason
    for the last extension.
    """

    id: int
    key: str
    year: int
    quarter: int
    opens_on: date
    due_at: datetime
    closed_at: datetime | None
    state: PeriodState
    reopenings: Mapping[int, Reopening]
    original_due_at: datetime | None = None
    extension_reason: Bilingual = EMPTY_TEXT

    @property
    def is_planned(self) -> bool:
        return self.state is PeriodState.PLANNED

    @property
    def is_open(self) -> bool:
        return self.state is PeriodState.OPEN

    @property
    def is_late(self) -> bool:
        return self.state is PeriodState.LATE

    @property
    def is_closed(self) -> bool:
        return self.state is PeriodState.CLOSED

    @property
    def takes_reports(self) -> bool:
        return self.state in (PeriodState.OPEN, PeriodState.LATE)

    def days_left(self, today: date) -> int:
        """Return the number of days until the due day; negative after that day."""
        return (local_day(self.due_at) - today).days

    def takes_reports_from(self, jurisdiction_ids: Collection[int]) -> bool:
        """Whether the quarter is open, late or reopened for one of these jurisdictions, and so accepts reports from it."""
        return self.takes_reports or any(j in self.reopenings for j in jurisdiction_ids)

    def reopening_for(self, jurisdiction_ids: Collection[int]) -> Reopening | None:
        """Return the reopening of this closed quarter for one of these jurisdictions, or None; if there are several, the one
        that ends last.
        """
        if not self.is_closed:
            return None
        own = [reopening for j, reopening in self.reopenings.items() if j in jurisdiction_ids]
        return max(own, key=lambda reopening: reopening.until, default=None)


_PERIOD, _EXCEPTION = map(table, (ReportingPeriod, PeriodException))
_NOT_EXPIRED = _EXCEPTION.c.until > bindparam("now", type_=_EXCEPTION.c.until.type)
PERIODS_WITH_REOPENINGS = _PERIOD.outerjoin(
    _EXCEPTION, and_(_EXCEPTION.c.period_id == _PERIOD.c.id, _NOT_EXPIRED, is_of_open_plan(_PERIOD.c.plan_id))
)
"""Periods joined with the exceptions that have not expired at ``now``; a period with several exceptions has several rows. No
exception applies in a closed plan."""
ALL_PERIODS = (
    select(*_PERIOD.c, _EXCEPTION.c.jurisdiction_id, _EXCEPTION.c.until, _EXCEPTION.c.reason)
    .select_from(PERIODS_WITH_REOPENINGS)
    .order_by(_PERIOD.c.key, _EXCEPTION.c.until, _EXCEPTION.c.id)
)
_PERIODS_OF_PLAN = ALL_PERIODS.where(_PERIOD.c.plan_id == bindparam("plan"))


def periods(session: Session, plan_id: int, now: datetime, today: date) -> list[PeriodFacts]:
    """Return the plan's quarters in order, each with its state at ``now`` and its reopenings, in one SQL statement."""
    return periods_from_rows(execute_core(session, _PERIODS_OF_PLAN, {"plan": plan_id, "now": now}).all(), now, today)


def periods_from_rows(rows: Sequence[Any], now: datetime, today: date) -> list[PeriodFacts]:
    """Return the quarters from rows of ``ALL_PERIODS``, in the order of the rows."""
    reopened: dict[int, dict[int, Reopening]] = {}
    for p in rows:
        if p.jurisdiction_id is not None:
            reopened.setdefault(p.id, {})[p.jurisdiction_id] = Reopening(p.until, p.reason)
    return [
        PeriodFacts(
            id=p.id,
            key=p.key,
            year=p.year,
            quarter=p.quarter,
            opens_on=p.opens_on,
            due_at=p.due_at,
            closed_at=p.closed_at,
            state=period_state(p.opens_on, p.due_at, p.opened_at, p.closed_at, now, today),
            reopenings=reopened.get(p.id, {}),
            original_due_at=p.original_due_at,
            extension_reason=Bilingual(p.extension_reason_en, p.extension_reason_fr),
        )
        for p in {row.id: row for row in rows}.values()
    ]


def current_period(periods: list[PeriodFacts], key: str = "", jurisdiction_ids: Collection[int] = ()) -> PeriodFacts | None:
    """Return the quarter to report on: the one with this key or, without a key, the open one or else the latest that accepts
    late reports.

    ``jurisdiction_ids`` are the reporting jurisdictions, because a closed quarter may be reopened for them. Without a key,
    returns None if no quarter accepts their reports. Raises ``NotFound`` if no quarter has the key.
    """
    if key:
        named = next((p for p in periods if p.key == key), None)
        if named is None:
            raise NotFound(f"period {key}")
        return named
    taking = [p for p in periods if p.takes_reports_from(jurisdiction_ids)]
    return next((p for p in taking if p.state is PeriodState.OPEN), taking[-1] if taking else None)


def last_closed_period(periods: Collection[PeriodFacts]) -> PeriodFacts | None:
    """Return the quarter that was closed last, the only one that can be reopened for all; None if no quarter is closed."""
    closed = [(p.closed_at, p.key, p) for p in periods if p.closed_at is not None]
    return max(closed)[2] if closed else None


def quarter_of(session: Session, period_id: int) -> Quarter:
    """Return the calendar quarter of a stored reporting period. Raises ``NotFound`` if there is no such period."""
    row = session.execute(select(_PERIOD.c.year, _PERIOD.c.quarter).where(_PERIOD.c.id == period_id)).one_or_none()
    if row is None:
        raise NotFound(f"period {period_id}")
    return Quarter(row.year, row.quarter)


def reporting_period(plan_id: int, quarter: Quarter, id_: int | None = None) -> ReportingPeriod:
    """Return a new row for this quarter of a plan. Without ``id_``, the database chooses its id."""
    return ReportingPeriod(
        id=id_,
        plan_id=plan_id,
        key=quarter.key,
        year=quarter.year,
        quarter=quarter.number,
        opens_on=quarter.opens_on,
        due_at=quarter.due_at,
    )
