"""Reads of the quarters: where each stands now, whom it is reopened for, and which one reports are for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from cogwg.core.calendar import Quarter, local_day
from cogwg.core.db import execute_core, table
from cogwg.core.errors import NotFound
from cogwg.reporting.models import PeriodException, PeriodState, ReportingPeriod
from cogwg.reporting.rules import period_state


@dataclass(frozen=True, slots=True)
class Reopening:
    """Until when a closed quarter takes a jurisdiction's reports, and why, as the jurisdiction reads it."""

    until: datetime
    reason: str

    @property
    def last_day(self) -> date:
        """The last day on which it takes them; the end of a day is the midnight that begins the next."""
        return local_day(self.until - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A reporting period with the state it is in now; ``reopenings`` says for which jurisdictions, by their id."""

    id: int
    key: str
    year: int
    quarter: int
    opens_on: date
    due_at: datetime
    closed_at: datetime | None
    state: PeriodState
    reopenings: Mapping[int, Reopening]

    @property
    def takes_reports(self) -> bool:
        return self.state in (PeriodState.OPEN, PeriodState.LATE)

    def takes_reports_from(self, jurisdiction_ids: Collection[int]) -> bool:
        """Whether it takes a report of one of these: of everybody, or of those it is reopened for."""
        return self.takes_reports or any(j in self.reopenings for j in jurisdiction_ids)

    def reopening_for(self, jurisdiction_ids: Collection[int]) -> Reopening | None:
        """How this closed quarter is reopened for these; of several times the one that lasts longest."""
        if self.state is not PeriodState.CLOSED:
            return None
        found = [told for j, told in self.reopenings.items() if j in jurisdiction_ids]
        return max(found, key=lambda told: told.until, default=None)


_PERIOD, _EXCEPTION = map(table, (ReportingPeriod, PeriodException))
_NOT_EXPIRED = _EXCEPTION.c.until > bindparam("now", type_=_EXCEPTION.c.until.type)
PERIODS_WITH_REOPENINGS = _PERIOD.outerjoin(_EXCEPTION, and_(_EXCEPTION.c.period_id == _PERIOD.c.id, _NOT_EXPIRED))
"""Periods with the exceptions that have not run out at ``now``; a row each, so a period may come twice."""
ALL_PERIODS = (
    select(*_PERIOD.c, _EXCEPTION.c.jurisdiction_id, _EXCEPTION.c.until, _EXCEPTION.c.reason)
    .select_from(PERIODS_WITH_REOPENINGS)
    .order_by(_PERIOD.c.key, _EXCEPTION.c.until, _EXCEPTION.c.id)
)
_PERIODS_OF_PLAN = ALL_PERIODS.where(_PERIOD.c.plan_id == bindparam("plan"))


def periods(session: Session, plan_id: int, now: datetime, today: date) -> list[PeriodFacts]:
    """The plan's periods in order, each with its state at this instant and whom it is reopened for; one statement."""
    return periods_from_rows(execute_core(session, _PERIODS_OF_PLAN, {"plan": plan_id, "now": now}).all(), now, today)


def periods_from_rows(rows: Sequence[Any], now: datetime, today: date) -> list[PeriodFacts]:
    """Rows of ``PERIODS_WITH_REOPENINGS`` as periods, in the order they come."""
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
        )
        for p in {row.id: row for row in rows}.values()
    ]


def current_period(periods: list[PeriodFacts], key: str = "", jurisdiction_ids: Collection[int] = ()) -> PeriodFacts | None:
    """The quarter that reports are for: the one of this key, else the open one, else the latest that takes late ones.

    ``jurisdiction_ids`` are the jurisdictions who ask: a closed quarter may be reopened for them.

    Raises ``NotFound`` for a key that none of them has.
    """
    if key:
        named = next((p for p in periods if p.key == key), None)
        if named is None:
            raise NotFound(f"period {key}")
        return named
    taking = [p for p in periods if p.takes_reports_from(jurisdiction_ids)]
    return next((p for p in taking if p.state is PeriodState.OPEN), taking[-1] if taking else None)


def last_closed_period(periods: Collection[PeriodFacts]) -> PeriodFacts | None:
    """The quarter whose closing can be undone: the one that was closed last; None while none is closed."""
    closed = [(p.closed_at, p.key, p) for p in periods if p.closed_at is not None]
    return max(closed)[2] if closed else None


def quarter_of(session: Session, period_id: int) -> Quarter:
    """The quarter of a period. Raises ``NotFound``."""
    found = session.execute(select(_PERIOD.c.year, _PERIOD.c.quarter).where(_PERIOD.c.id == period_id)).one_or_none()
    if found is None:
        raise NotFound(f"period {period_id}")
    return Quarter(found.year, found.quarter)
