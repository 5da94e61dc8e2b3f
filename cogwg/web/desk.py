"""What lies on a person's desk: the quarter that takes reports, and a row for each activity they report on.

One desk is read once a request, in a constant number of statements, and answers the page, a row and a target.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import SignedIn, jurisdiction, jurisdictions
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.errors import Forbidden, NotFound
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, may
from cogwg.reporting.models import PeriodState, ReportState
from cogwg.reporting.outstanding import Waiting, most_urgent, others, quarters
from cogwg.reporting.periods import PeriodFacts, Reopened, current_period, periods
from cogwg.reporting.queries import reports_in, standings
from cogwg.reporting.rules import check_taken
from cogwg.reporting.services import Target
from cogwg.web.languages import current
from cogwg.web.rows import Item, UpdateRow, groups
from cogwg.web.words import clock, day


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

    who: SignedIn
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
        return _for(self.behalf_code, self.period if self.elsewhere else None)

    @property
    def report_query(self) -> dict[str, Any]:
        """What the address of a report needs: whose desk, and always the quarter it was opened for."""
        return _for(self.behalf_code, self.period)

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
        return frozenset(m.jurisdiction_id for m in self.who.led if m.jurisdiction_id is not None)

    def actor(self, who: SignedIn) -> Actor:
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
                    url_for("reporting.my_updates", lang=lang, **_for(self.behalf_code, one.period)),
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


def open_desk(
    session: Session,
    who: SignedIn,
    now: datetime,
    behalf: str = "",
    *,
    year: int | None = None,
    quarter: str = "",
) -> Desk:
    """The desk of a person, or of the jurisdiction with the code ``behalf`` for those who may report on behalf.

    ``quarter`` is the key of the period to report on, by default the most urgent one, of the plan of ``year`` or of any.
    Raises ``Forbidden`` when they may not, ``NotFound`` for an unknown jurisdiction, plan or period.
    """
    today = local_day(now)
    acted, led = _sitting(session, who, behalf)
    choosing = acted is None and may(who.roles, Permission.REPORT_ON_BEHALF)
    every = quarters(session, now, today, of=led)
    found = [one for one in every if year is None or one.period.year == year]
    named = [one.period for one in found]
    period = current_period(named, quarter, led) if quarter else most_urgent(found, led)
    of_year = year or (period.year if period is not None else today.year)
    try:
        plan = plan_facts(session, of_year, or_earlier=year is None, carried_by=None if choosing else led)
    except NotFound:
        if year is not None:
            raise
        return Desk(who, now, None, None, (), tuple(m.name for m in who.led))
    own = replace(plan, priorities=tuple(p for p in plan.priorities if p.may_report(led)))
    rows = _rows(session, own, period, today_of=now, query=_for(behalf, period))
    return Desk(
        who=who,
        now=now,
        plan=plan,
        period=period,
        rows=rows,
        names=(acted.name,) if acted is not None else tuple(m.name for m in who.led),
        behalf_id=acted.id if acted is not None else None,
        behalf_code=behalf,
        elsewhere=not period == most_urgent(every, led) == current_period([one.period for one in every], answers_for=led),
        others=tuple(others(every, period, led)),
        choices=tuple(_choices(session, plan)) if choosing else (),
        over=any(one.period.state is PeriodState.CLOSED for one in found if one.period.year == plan.year),
        partner_in=tuple(p.number for p in plan.priorities if not choosing and p not in own.priorities),
    )


def open_for(session: Session, who: SignedIn, now: datetime, behalf: str, *, year: int, code: str, quarter: str) -> Desk:
    """The desk for the report of one activity, in the quarter of this key: it holds no rows, and of the plan the priority
    of this activity alone. ``row_at`` reads the row when it is wanted. Raises as ``open_desk`` does, and ``NotFound`` for
    an unknown activity.
    """
    acted, _led = _sitting(session, who, behalf)
    plan = plan_facts(session, year, code=code)
    found = periods(session, plan.id, now, local_day(now))
    return Desk(
        who=who,
        now=now,
        plan=plan,
        period=current_period(found, quarter),
        rows=(),
        names=(acted.name,) if acted is not None else tuple(m.name for m in who.led),
        behalf_id=acted.id if acted is not None else None,
        behalf_code=behalf,
    )


def _sitting(session: Session, who: SignedIn, behalf: str) -> tuple[Jurisdiction | None, list[int]]:
    """On whose behalf somebody sits at the desk, if on anybody's, and the jurisdictions that speak from it."""
    if not behalf:
        return None, [m.jurisdiction_id for m in who.led if m.jurisdiction_id is not None]
    if not may(who.roles, Permission.REPORT_ON_BEHALF):
        raise Forbidden
    acted = jurisdiction(session, behalf)
    return acted, [acted.id]


def row_at(session: Session, desk: Desk, item: Item) -> UpdateRow:
    """The row of this activity as the record has it now; what the plan says of it is not asked again."""
    if desk.plan is None:
        raise NotFound("plan")
    plan = replace(desk.plan, priorities=(replace(item.priority, activities=(item.activity,)),))
    (fresh,) = _rows(session, plan, desk.period, today_of=desk.now, query=desk.report_query)
    return fresh


def _rows(
    session: Session, plan: PlanFacts, period: PeriodFacts | None, *, today_of: datetime, query: dict[str, Any]
) -> tuple[UpdateRow, ...]:
    """A row an activity, the most urgent first: overdue, due, not yet due; then in plan order."""
    if not plan.priorities:
        return ()
    found = standings(session, plan, local_day(today_of), texts=True)
    reports = reports_in(session, period.id, list(found)) if period is not None else {}
    rows = []
    for priority in plan.priorities:
        for activity in priority.activities:
            report = reports.get(activity.id)
            url = url_for("reporting.report", lang=current().value, year=plan.year, code=activity.code, **query)
            mode = "form" if report is None or report.state is ReportState.RETURNED else "saved"
            rows.append(UpdateRow(found[activity.id], priority, report, mode, url))
    return tuple(rows)


def _for(code: str, period: PeriodFacts | None = None) -> dict[str, Any]:
    """The query that puts a page on the desk of a jurisdiction, nothing for one's own, and perhaps at a quarter."""
    return {**({"for": code} if code else {}), **({"period": period.key} if period is not None else {})}


def _choices(session: Session, plan: PlanFacts) -> Iterator[Choice]:
    """The jurisdictions that report in this plan, by name."""
    for found in jurisdictions(session, current().value):
        count = sum(len(p.activities) for p in plan.priorities if p.may_report({found.id}))
        if count:
            yield Choice(url_for("reporting.my_updates", lang=current().value, **_for(found.code)), found.name, count)
