"""A person's worklist: the quarter that takes reports, and a row for each activity they report on.

It is loaded once a request, and serves the page, a single row and the target of a report.
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
from cogwg.web.http.filters import moment
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem, group_by_urgency


@dataclass(frozen=True, slots=True)
class BehalfChoice:
    """A jurisdiction that a co-chair may report on behalf of, with the number of its activities."""

    url: str
    name: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class OtherQuarter:
    """Another quarter that takes reports, with its URL; ``reopened`` is set if it is reopened for this reader."""

    url: str
    waiting: PeriodMissingCount
    reopened: Reopening | None = None


@dataclass(frozen=True)
class Worklist:
    """One person's worklist at one instant."""

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
        """Return the query that keeps a URL on this worklist: the jurisdiction, and the quarter unless it is the default."""
        return url_query(self.acting_for_code, self.period if self.is_other_quarter else None)

    @property
    def report_query(self) -> dict[str, Any]:
        """Return the query for a report's URL: the jurisdiction, and always the quarter it was opened for."""
        return url_query(self.acting_for_code, self.period)

    def item(self, code: str) -> WorklistItem | None:
        """Return the activity with this code in the plan, even if others report on it."""
        plan = self.plan.priorities if self.plan is not None else ()
        return next((WorklistItem(p, a) for p in plan for a in p.activities if a.code == code), None)

    def row(self, code: str) -> UpdateRow:
        """Return the row of this activity. Raises ``NotFound`` if it is not on this worklist."""
        for row in self.rows:
            if row.current_status.activity.code == code:
                return row
        raise NotFound(code)

    def target(self, item: WorklistItem) -> ReportTarget:
        """Return the target of a report on this activity. Raises ``Invalid`` while no quarter takes reports."""
        if self.period is None:
            check_takes_reports(PeriodState.CLOSED if self.has_closed_quarter else PeriodState.PLANNED)
            raise NotFound("period")
        return ReportTarget(item.priority, item.activity, self.period.id, self.answers_for)

    @property
    def answers_for(self) -> frozenset[int]:
        """Return the ids of the jurisdictions this worklist reports for."""
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
        """Whether the quarter is closed for this person: it can be read but not changed."""
        return (
            self.period is not None
            and self.period.state is PeriodState.CLOSED
            and not self.period.takes_reports_from(self.answers_for)
        )

    def fragment_context(self, lang: str) -> dict[str, Any]:
        return {"period": self.period, "plan": self.plan, "lang": lang, "is_closed": self.is_closed}

    def page_context(self, lang: str) -> dict[str, Any]:
        """Return the template context of the My updates page."""
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
        """Return the due time in the person's own time zone, or None if it is the same as the group's."""
        if self.period is None:
            return None
        own = ZoneInfo(self.who.time_zone)
        due = self.period.due_at
        if due.astimezone(own).utcoffset() == due.astimezone(TORONTO).utcoffset():
            return None
        return moment(due)


def url_query(code: str, period: PeriodFacts | None = None) -> dict[str, Any]:
    """Return the query that selects a jurisdiction's worklist ("" for one's own), and a quarter if one is given."""
    return {**({"for": code} if code else {}), **({"period": period.key} if period is not None else {})}
