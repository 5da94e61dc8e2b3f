"""Who has reported: what a quarter asks of the plan, how far each report has come, and what can still be sent."""

from __future__ import annotations

from collections import Counter
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
from cogwg.reporting.models import Contribution, PeriodState, ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.report_progress import is_asked, is_missing


class Stand(StrEnum):
    """How far a report has come, the most urgent last."""

    IN = "in"
    NOTHING = "nothing"
    DRAFT = "draft"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that the quarter asks for. ``since`` is when it came to stand so, ``last_at`` when the activity was last
    reported on in any quarter; ``late`` says that it first came in after the due time. ``over`` says that a later
    quarter has its report already, so that this one can no longer be sent, ``sample`` that the activity has invented
    reports."""

    activity: ActivityFacts
    stand: Stand
    late: bool
    since: datetime | None
    last_at: datetime | None
    over: bool
    sample: bool

    @property
    def missing(self) -> bool:
        """Whether somebody can still send it and has not."""
        return is_missing(asked=True, inside=self.stand is Stand.IN, over=self.over)


@dataclass(frozen=True, slots=True)
class Readiness:
    """A quarter's reports: for each priority's id what it asks, and the notes of partners as (priority, jurisdiction)."""

    period: PeriodFacts
    plan: PlanFacts
    asked: Mapping[int, tuple[Asked, ...]]
    notes: Mapping[tuple[int, int], datetime]

    @property
    def all(self) -> list[Asked]:
        return [one for own in self.asked.values() for one in own]

    def count(self, stand: Stand) -> int:
        return sum(one.stand is stand for one in self.all)

    def missing_by(self) -> list[tuple[Bilingual, int]]:
        """How many reports can still be sent and are not in, by the names of those who share them; each counts once."""
        counts: Counter[Bilingual] = Counter()
        for priority in self.plan.priorities:
            if missing := sum(one.missing for one in self.asked[priority.id]):
                counts[join_list([a.short for a in priority.assignments if a.can_report])] += missing
        return counts.most_common()

    def missing_of(self, jurisdiction_ids: Iterable[int]) -> list[tuple[PriorityFacts, Asked]]:
        """What these jurisdictions can still send and have not, in the order of the plan."""
        ids = set(jurisdiction_ids)
        own = [p for p in self.plan.priorities if p.can_report(ids)]
        return [(p, one) for p in own for one in self.asked[p.id] if one.missing]


_A, _S, _R, _P, _C = map(table, (Activity, Submission, StatusReport, ReportingPeriod, Contribution))
_KEY: BindParameter[str] = bindparam("key")
_ABOUT = (
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
_ASKED = (
    select(
        _A.c.id,
        _R.c.state,
        _R.c.changed_at,
        _R.c.returned_at,
        _BEFORE.c.status.label("before"),
        _FIRST.c.late,
        _LATEST.c.submitted_at,
        _ABOUT.c.latest_key,
        _ABOUT.c.last_at,
        _ABOUT.c.sample,
    )
    .select_from(
        _A.outerjoin(_ABOUT, _ABOUT.c.activity_id == _A.c.id)
        .outerjoin(_R, (_R.c.activity_id == _A.c.id) & (_R.c.period_id == bindparam("period")))
        .outerjoin(_BEFORE, _BEFORE.c.id == _ABOUT.c.before)
        .outerjoin(_FIRST, _FIRST.c.id == _ABOUT.c.first)
        .outerjoin(_LATEST, _LATEST.c.id == _ABOUT.c.latest)
    )
    .where(_A.c.priority_id.in_(bindparam("priorities", expanding=True)))
)
_NOTES = (
    select(_A.c.priority_id, _C.c.jurisdiction_id, func.max(_C.c.changed_at).label("at"))
    .join(_A, _A.c.id == _C.c.activity_id)
    .where(_C.c.period_id == bindparam("period"))
    .group_by(_A.c.priority_id, _C.c.jurisdiction_id)
)


def readiness(session: Session, plan: PlanFacts, period: PeriodFacts) -> Readiness:
    """How a quarter's reports stand, over these plan facts; two statements."""
    asked = {"priorities": [p.id for p in plan.priorities], "period": period.id, "key": period.key}
    rows = {row.id: row for row in session.execute(_ASKED, asked)}
    notes = {(n.priority_id, n.jurisdiction_id): n.at for n in session.execute(_NOTES, {"period": period.id})}
    own = {p.id: tuple(_asked(p, rows, period.key)) for p in plan.priorities}
    return Readiness(period, plan, own, notes)


def _asked(priority: PriorityFacts, rows: Mapping[int, Any], key: str) -> Iterable[Asked]:
    if not any(a.can_report for a in priority.assignments):
        return
    for activity in priority.activities:
        row = rows[activity.id]
        if not is_asked(row.before, begun=row.state is not None):
            continue
        stand = _stand(row)
        since = {Stand.IN: row.submitted_at, Stand.RETURNED: row.returned_at, Stand.DRAFT: row.changed_at}.get(stand)
        yield Asked(
            activity=activity,
            stand=stand,
            late=stand is Stand.IN and bool(row.late),
            since=since or row.changed_at,
            last_at=row.last_at,
            over=row.latest_key is not None and row.latest_key > key,
            sample=bool(row.sample),
        )


def _stand(row: Any) -> Stand:
    """What was submitted and not returned is in, even while somebody amends it."""
    if row.state is ReportState.RETURNED:
        return Stand.RETURNED
    if row.submitted_at is not None or row.state is ReportState.SUBMITTED:
        return Stand.IN
    return Stand.NOTHING if row.state is None else Stand.DRAFT


def period_named(found: Iterable[PeriodFacts], key: str) -> PeriodFacts:
    """The period of this key, else the one that a co-chair looks at first: open, else the latest that has begun, else
    the first. Raises ``NotFound``."""
    quarters = list(found)
    if key:
        named = [p for p in quarters if p.key == key]
    else:
        begun = [p for p in quarters if p.state is not PeriodState.PLANNED]
        named = [p for p in begun if p.state is PeriodState.OPEN] or begun[-1:] or quarters[:1]
    if not named:
        raise NotFound(f"period {key}")
    return named[0]
