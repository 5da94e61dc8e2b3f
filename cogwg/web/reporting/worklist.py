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
from cogwg.reporting.open_periods import Waiting
from cogwg.reporting.periods import PeriodFacts, Reopened
from cogwg.reporting.rules import check_taken
from cogwg.reporting.services import Target
from cogwg.web.http.filters import clock, day
from cogwg.web.reporting.worklist_row import Item, UpdateRow, groups


@dataclass(frozen=True, slots=True)
class Choice:
    """A jurisdiction that a co-chair may report on behalf of, with the number of its activities."""

    url: str
    name: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class OtherQuarter:
    """A quarter that can be reported on too, with the way to it; ``again`` where it is reopened for who looks."""

    url: str
    waiting: Waiting
    again: Reopened | None = None


@dataclass(frozen=True)
class Desk:
    """One person's desk at one instant."""

    who: SignedInPerson
    now: datetime
    plan: PlanFacts | None
    period: PeriodFacts | None
    rows: tuple[UpdateRow, ...]
    names: tuple[Bilingual, ...]
    behalf_id: int | None = None
    behalf_code: str = ""
    elsewhere: bool = False
    others: tuple[Waiting, ...] = ()
    choices: tuple[Choice, ...] = field(default=())
    over: bool = False
    partner_in: tuple[int, ...] = ()

    @property
    def year(self) -> int:
        if self.plan is None:
            raise NotFound("plan")
        return self.plan.year

    @property
    def query(self) -> dict[str, Any]:
        """What an address needs so that it stays on this desk: whose, and a quarter unless it is the only one to choose."""
        return address_of(self.behalf_code, self.period if self.elsewhere else None)

    @property
    def report_query(self) -> dict[str, Any]:
        """What the address of a report needs: whose desk, and always the quarter it was opened for."""
        return address_of(self.behalf_code, self.period)

    def item(self, code: str) -> Item | None:
        """The activity of this code in the plan on this desk, whoever reports on it."""
        plan = self.plan.priorities if self.plan is not None else ()
        return next((Item(p, a) for p in plan for a in p.activities if a.code == code), None)

    def row(self, code: str) -> UpdateRow:
        """The row of this activity. Raises ``NotFound`` when it does not lie on this desk."""
        for row in self.rows:
            if row.standing.activity.code == code:
                return row
        raise NotFound(code)

    def target(self, item: Item) -> Target:
        """Where a report on this goes. Raises ``Invalid`` while no quarter takes reports."""
        if self.period is None:
            check_taken(PeriodState.CLOSED if self.over else PeriodState.PLANNED)
            raise NotFound("period")
        return Target(item.priority, item.activity, self.period.id, self.answers_for)

    @property
    def answers_for(self) -> frozenset[int]:
        """The jurisdictions that speak from this desk."""
        if self.behalf_id is not None:
            return frozenset({self.behalf_id})
        return frozenset(m.jurisdiction_id for m in self.who.lead_memberships if m.jurisdiction_id is not None)

    def actor(self, who: SignedInPerson) -> Actor:
        return Actor("person", who.person_id, self.behalf_id)

    def with_row(self, changed: UpdateRow) -> Desk:
        same = changed.standing.activity.id
        return replace(self, rows=tuple(changed if r.standing.activity.id == same else r for r in self.rows))

    @property
    def shut(self) -> bool:
        """Whether the quarter is closed for who sits here: it is read and not written on."""
        return (
            self.period is not None and self.period.state is PeriodState.CLOSED and not self.period.takes_from(self.answers_for)
        )

    def fragment(self, lang: str) -> dict[str, Any]:
        return {"period": self.period, "plan": self.plan, "lang": lang, "shut": self.shut}

    def page(self, lang: str) -> dict[str, Any]:
        """What the My updates page receives."""
        asked = [r for r in self.rows if r.opened or r.asked]
        return {
            "plan": self.plan,
            "period": self.period,
            "reopened": self.period.reopened_for(self.answers_for) if self.period is not None else None,
            "others": [
                OtherQuarter(
                    url_for("reporting.my_updates", lang=lang, **address_of(self.behalf_code, one.period)),
                    one,
                    one.period.reopened_for(self.answers_for),
                )
                for one in self.others
            ],
            "who": self.names,
            "groups": list(groups(asked)),
            "stages": Counter(r.stage.value for r in asked),
            "submit_url": url_for("reporting.submit", lang=lang, **self.query),
            "done": [r for r in self.rows if r not in asked],
            "on_behalf": self.names[0] if self.behalf_id is not None else None,
            "choices": self.choices,
            "empty": not self.rows and not self.choices,
            "own_time": self._own_time(),
            "shut": self.shut,
            "partner_in": self.partner_in,
        }

    def _own_time(self) -> str | None:
        """The due time in the person's own zone, where that is another time than the group's."""
        if self.period is None:
            return None
        own = ZoneInfo(self.who.time_zone)
        due = self.period.due_at
        if due.astimezone(own).utcoffset() == due.astimezone(TORONTO).utcoffset():
            return None
        return f"{day(due)}, {clock(due, own)}"


def address_of(code: str, period: PeriodFacts | None = None) -> dict[str, Any]:
    """The query that puts a page on the desk of a jurisdiction, nothing for one's own, and perhaps at a quarter."""
    return {**({"for": code} if code else {}), **({"period": period.key} if period is not None else {})}
