"""What lies on a person's desk: the quarter that takes reports, and a row for each activity they report on.

It is opened once a request, and answers the page, a row and a target.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from cogwg.accounts.queries import SignedInPerson
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import TORONTO
from cogwg.core.errors import NotFound
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.models import PeriodState
from cogwg.reporting.open_periods import PeriodMissingCount
from cogwg.reporting.periods import PeriodFacts, Reopening
from cogwg.reporting.rules import check_takes_reports
from cogwg.reporting.services import ReportTarget
from cogwg.web.http.filters import clock, day
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem, group_by_urgency


@dataclass(frozen=True, slots=True)
class BehalfChoice:
    """A jurisdiction that a co-chair may report on behalf of, with the number of its activities."""

    url: str
    name: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class OtherQuarter:
    """A quarter that can be reported on too, with the way to it; ``again`` where it is reopened for who looks."""

    url: str
    waiting: PeriodMissingCount
    reopened: Reopening | None = None


@dataclass(frozen=True)
class Worklist:
    """One person's desk at one instant."""

    who: SignedInPerson
    now: datetime
    plan: PlanFacts | None
    period: PeriodFacts | None
    rows: tuple[UpdateRow, ...]
    jurisdiction_names: tuple[Bilingual, ...]
    acting_for_id: int | None = None
    acting_for_code: str = ""
    is_other_quarter: bool = False
    other_quarters: tuple[PeriodMissingCount, ...] = ()
    behalf_choices: tuple[BehalfChoice, ...] = field(default=())
    has_closed_quarter: bool = False
    partner_priorities: tuple[int, ...] = ()

    @property
    def year(self) -> int:
        if self.plan is None:
            raise NotFound("plan")
        return self.plan.year

    @property
    def query(self) -> dict[str, Any]:
        """What an address needs so that it stays on this desk: whose, and a quarter unless it is the only one to choose."""
        return url_query(self.acting_for_code, self.period if self.is_other_quarter else None)

    @property
    def report_query(self) -> dict[str, Any]:
        """What the address of a report needs: whose desk, and always the quarter it was opened for."""
        return url_query(self.acting_for_code, self.period)

    def item(self, code: str) -> WorklistItem | None:
        """The activity of this code in the plan on this desk, whoever reports on it."""
        plan = self.plan.priorities if self.plan is not None else ()
        return next((WorklistItem(p, a) for p in plan for a in p.activities if a.code == code), None)

    def row(self, code: str) -> UpdateRow:
        """The row of this activity. Raises ``NotFound`` when it does not lie on this desk."""
        for row in self.rows:
            if row.current_status.activity.code == code:
                return row
        raise NotFound(code)

    def target(self, item: WorklistItem) -> ReportTarget:
        """Where a report on this goes. Raises ``Invalid`` while no quarter takes reports."""
        if self.period is None:
            check_takes_reports(PeriodState.CLOSED if self.has_closed_quarter else PeriodState.PLANNED)
            raise NotFound("period")
        return ReportTarget(item.priority, item.activity, self.period.id, self.answers_for)

    @property
    def answers_for(self) -> frozenset[int]:
        """The jurisdictions that speak from this desk."""
        if self.acting_for_id is not None:
            return frozenset({self.acting_for_id})
        return frozenset(m.jurisdiction_id for m in self.who.lead_memberships if m.jurisdiction_id is not None)

    def actor(self, who: SignedInPerson) -> Actor:
        return Actor("person", who.person_id, self.acting_for_id)

    def with_row(self, changed: UpdateRow) -> Worklist:
        same = changed.current_status.activity.id
        return replace(self, rows=tuple(changed if r.current_status.activity.id == same else r for r in self.rows))

    @property
    def is_closed(self) -> bool:
        """Whether the quarter is closed for who sits here: it is read and not written on."""
        return (
            self.period is not None
            and self.period.state is PeriodState.CLOSED
            and not self.period.takes_reports_from(self.answers_for)
        )

    def fragment_context(self, lang: str) -> dict[str, Any]:
        return {"period": self.period, "plan": self.plan, "lang": lang, "is_closed": self.is_closed}

    def page_context(self, lang: str) -> dict[str, Any]:
        """What the My updates page receives."""
        asked = [r for r in self.rows if r.is_open or r.is_asked]
        return {
            "plan": self.plan,
            "period": self.period,
            "reopened": self.period.reopening_for(self.answers_for) if self.period is not None else None,
            "other_quarters": [
                OtherQuarter(
                    url_for("reporting.my_updates", lang=lang, **url_query(self.acting_for_code, one.period)),
                    one,
                    one.period.reopening_for(self.answers_for),
                )
                for one in self.other_quarters
            ],
            "jurisdiction_names": self.jurisdiction_names,
            "groups": list(group_by_urgency(asked)),
            "stage_counts": Counter(r.stage.value for r in asked),
            "submit_url": url_for("reporting.submit", lang=lang, **self.query),
            "complete_rows": [r for r in self.rows if r not in asked],
            "acting_for": self.jurisdiction_names[0] if self.acting_for_id is not None else None,
            "behalf_choices": self.behalf_choices,
            "empty": not self.rows and not self.behalf_choices,
            "local_due_time": self._local_due_time(),
            "is_closed": self.is_closed,
            "partner_priorities": self.partner_priorities,
        }

    def _local_due_time(self) -> str | None:
        """The due time in the person's own zone, where that is another time than the group's."""
        if self.period is None:
            return None
        own = ZoneInfo(self.who.time_zone)
        due = self.period.due_at
        if due.astimezone(own).utcoffset() == due.astimezone(TORONTO).utcoffset():
            return None
        return f"{day(due)}, {clock(due, own)}"


def url_query(code: str, period: PeriodFacts | None = None) -> dict[str, Any]:
    """The query that puts a page on the desk of a jurisdiction, nothing for one's own, and perhaps at a quarter."""
    return {**({"for": code} if code else {}), **({"period": period.key} if period is not None else {})}
