"""The plan's pages: the matrix, a priority, an activity. Signed out they show facts and words, never a report's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.queries import SignedIn
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Quarter
from cogwg.core.errors import NotFound
from cogwg.core.scale import Status
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts, plan_year, priority_numbers
from cogwg.policy import Permission, may, may_report_on
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import Standing, history, standings
from cogwg.reporting.tally import Tally, tally
from cogwg.web import clocks, plan_views
from cogwg.web.access import person, public, requires
from cogwg.web.database import session

blueprint = Blueprint("plan", __name__, url_prefix="/<any(en, fr):lang>/plans")


@dataclass(frozen=True, slots=True)
class Month:
    """A column of the matrix; ``open`` marks the quarter that reports are for now."""

    year: int
    month: int
    quarter: int
    open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A priority in the matrix: its result in words, and for each month the activities due then."""

    priority: PriorityFacts
    summary: Bilingual
    cells: tuple[tuple[Standing, ...], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The plan in one sentence: how its activities stand, and which roles wait for somebody."""

    tally: Tally
    vacant: int
    to_confirm: int

    def __getattr__(self, name: str) -> int:
        return int(getattr(self.tally, name))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The priority before or after."""

    number: int
    url: str


@blueprint.get("")
@public
def current(lang: str) -> Response:
    """To the plan of the calendar's year, else the latest before it."""
    year = plan_year(session(), clocks.today().year)
    if year is None:
        raise NotFound("plan")
    return redirect(url_for("plan.page", lang=lang, year=year), 303)


@blueprint.get("/<int:year>")
@public
def page(lang: str, year: int) -> str:
    """The work plan as a matrix: priorities by due months; another view when the address asks for it."""
    if (view := plan_views.chosen()) != "matrix":
        return plan_views.show(lang, year, view)
    plan = plan_facts(session(), year)
    today = clocks.today()
    found = standings(session(), plan, today)
    period = current_period(periods(session(), plan.id, clocks.now(), today))
    asked = Quarter(period.year, period.quarter) if period is not None else None
    return render_template(
        "plan/page.html",
        plan=plan,
        months=_months(plan, asked),
        rows=[_row(plan, priority, found) for priority in plan.priorities],
        counts=_counts(plan, found),
        statuses=tuple(Status),
        signed_in=person() is not None,
    )


@blueprint.get("/<int:year>/priorities/<int:number>")
@public
def priority(lang: str, year: int, number: int) -> str:
    """A priority: issue and outcome, who carries it, its activities; histories for signed-in people."""
    plan = plan_facts(session(), year, number=number)
    (facts,) = plan.priorities
    who = person()
    found = standings(session(), plan, clocks.today(), texts=who is not None)
    numbers = priority_numbers(session(), plan.id)
    place = numbers.index(number)
    return render_template(
        "plan/priority.html",
        plan=plan,
        row=_row(plan, facts, found),
        standings=list(found.values()),
        histories=history(session(), list(found)) if who is not None else {},
        previous=_neighbour(lang, year, numbers[place - 1] if place else None),
        next=_neighbour(lang, year, numbers[place + 1] if place + 1 < len(numbers) else None),
        may_report=_may_report(who, facts),
    )


@blueprint.get("/<int:year>/activities/<code>")
@requires(Permission.READ_RECORD)
def activity(lang: str, year: int, code: str) -> str:
    """An activity: what it asks, where it stands, everything that was submitted."""
    plan = plan_facts(session(), year, code=code)
    (facts,) = plan.priorities
    standing = next(s for s in standings(session(), plan, clocks.today(), texts=True).values() if s.activity.code == code)
    past = history(session(), [standing.activity.id])[standing.activity.id]
    report_url = _report_url(lang, year, facts, standing.activity.code)
    return render_template(
        "plan/activity.html", plan=plan, priority=facts, standing=standing, history=past, report_url=report_url
    )


def _report_url(lang: str, year: int, facts: PriorityFacts, code: str) -> str | None:
    """The form of an activity for somebody who may report on it; a co-chair's is on behalf of who carries it first."""
    who = person()
    if _may_report(who, facts):
        return url_for("reporting.report", lang=lang, year=year, code=code)
    first = next((a.jurisdiction_code for a in facts.assignments if a.may_report), None)
    if who is None or first is None or not may(who.roles, Permission.REPORT_ON_BEHALF):
        return None
    behalf: dict[str, Any] = {"for": first}
    return url_for("reporting.report", lang=lang, year=year, code=code, **behalf)


def _may_report(who: SignedIn | None, facts: PriorityFacts) -> bool:
    return who is not None and may_report_on(who, facts, None)


def _months(plan: PlanFacts, asked: Quarter | None) -> list[Month]:
    return [
        Month(year, month, quarter.number, quarter == asked)
        for year, month in plan.months
        for quarter in [Quarter.of_month(year, month)]
    ]


def _row(plan: PlanFacts, facts: PriorityFacts, found: dict[int, Standing]) -> Row:
    own = [found[activity.id] for activity in facts.activities]
    cells = tuple(tuple(s for s in own if s.activity.month == month) for month in plan.months)
    return Row(facts, tally(own).sentence, cells)


def _counts(plan: PlanFacts, found: dict[int, Standing]) -> Counts:
    return Counts(tally(found.values()), len(plan.roles(Confirmation.VACANT)), len(plan.roles(Confirmation.TO_CONFIRM)))


def _neighbour(lang: str, year: int, number: int | None) -> Neighbour | None:
    if number is None:
        return None
    return Neighbour(number, url_for("plan.priority", lang=lang, year=year, number=number))
