"""The plan of a year as a matrix of priorities and due months, with the status of each activity and without report texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import current_app, make_response, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Quarter
from cogwg.core.status import Status
from cogwg.plan.lookups import plan_revision, plan_year_to_show
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.past_days import statuses_of_day
from cogwg.reporting.periods import current_period, periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.status_counts import StatusCounts, count_statuses
from cogwg.web.auth.access import member_or_none, public
from cogwg.web.http import clocks, published
from cogwg.web.http.database import session
from cogwg.web.http.filters import month_name, plain
from cogwg.web.http.jinja import render_part
from cogwg.web.http.past_day import PastPage, open_past_page
from cogwg.web.http.published_statuses import PublishedStatuses, published_statuses
from cogwg.web.http.site_settings import use_stored
from cogwg.web.plan import blueprint, views
from cogwg.web.plan.drawn_matrices import DrawnMatrices, DrawnMatrix, Readers

_EXTENSION = "cogwg.matrices"


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A month as a column of the matrix; ``is_open`` is whether its quarter is the one being reported on.

    For the first column of a quarter, ``quarter_span`` is the number of columns in the quarter; for its other columns, it is 0.
    """

    year: int
    month: int
    name: str
    quarter: int
    is_open: bool
    quarter_span: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A priority in the matrix: its counts in words, and each month with the activities due in it."""

    priority: PriorityFacts
    summary: Bilingual
    cells: tuple[tuple[MonthColumn, list[CurrentStatus]], ...]


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """The numbers of a plan: activities by timeliness, vacant roles, and roles to be confirmed."""

    statuses: StatusCounts
    vacant: int
    to_confirm: int

    @property
    def has_open_roles(self) -> bool:
        return bool(self.vacant or self.to_confirm)


@blueprint.get("/plans")
@public
def current(lang: str) -> Response:
    """Redirect to the plan in effect, or else to the next one.

    If no plan was adopted, show a page that says what to do first.
    """
    year = plan_year_to_show(session(), clocks.today().year)
    if year is None:
        person = member_or_none()
        manages = person is not None and has_permission(person.roles, Permission.MANAGE_PLAN)
        return make_response(render_template("plan/no_plan.html", manages=manages))
    return redirect(url_for("plan.page", lang=lang, year=year), 303)


@blueprint.get("/plans/<int:year>")
@public
def page(lang: str, year: int) -> str:
    """Show the work plan as a matrix of priorities and due months, or in the view that the URL requests.

    Every view can show today or a past day.
    """
    past = open_past_page()
    if (view := views.requested_view()) != "matrix":
        return views.render_view(lang, year, view, past)
    if past is not None:
        return _render_past_matrix(year, past)
    matrix = _current_matrix(Readers(year, lang, member_or_none() is not None))
    return render_template(
        "plan/matrix.html", title=matrix.title, matrix=matrix.content, year=year, may_edit_plan=views.may_edit_plan()
    )


@blueprint.record_once
def init(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = DrawnMatrices()


def _current_matrix(readers: Readers) -> DrawnMatrix:
    """Return the plan's matrix from the cache or, if it is no longer current, render and cache it.

    The revision is read first, so that the matrix is rendered again for the next request if the plan changes in the meantime.
    For visitors, the revision also changes with what is published.
    """
    matrices: DrawnMatrices = current_app.extensions[_EXTENSION]
    (revision, settings), today, now = plan_revision(session()), clocks.today(), clocks.now()
    use_stored(settings)
    if not readers.signed_in:
        revision += published.revision()
    drawn = matrices.get(readers, revision, today, now)
    if drawn is None:
        drawn = _draw(readers, revision, today, now)
        matrices.put(readers, drawn)
    return drawn


def _draw(readers: Readers, revision: str, today: date, now: datetime) -> DrawnMatrix:
    plan = plan_facts(session(), readers.year)
    quarters = periods(session(), plan.id, now, today)
    period = current_period(quarters)
    open_quarter = Quarter(period.year, period.quarter) if period is not None else None
    if readers.signed_in:
        content = _content(plan, current_statuses(session(), plan, today), open_quarter)
    else:
        content = _published_content(plan, published_statuses(plan), open_quarter)
    due_at = min((quarter.due_at for quarter in quarters if quarter.due_at > now), default=None)
    return DrawnMatrix(plain(plan.title), content, revision, today, now, due_at)


def _render_past_matrix(year: int, past: PastPage) -> str:
    """Render the matrix of a past day, without the cache. It marks no quarter as open."""
    plan = past.plan(year)
    if member_or_none() is not None:
        content = _content(plan, statuses_of_day(session(), past.record, plan), None, **past.context())
    else:
        content = _published_content(plan, published_statuses(plan, past.record.past), None, **past.context())
    return render_template("plan/matrix.html", title=plain(plan.title), matrix=content, year=year, **past.context())


def _published_content(plan: PlanFacts, statuses: PublishedStatuses, open_quarter: Quarter | None, **context: Any) -> Markup:
    """Render the matrix for readers who are not signed in."""
    return _content(plan, statuses.by_activity, open_quarter, **{**context, "published": statuses, "today": statuses.day})


def _content(plan: PlanFacts, statuses: Mapping[int, CurrentStatus], open_quarter: Quarter | None, **context: Any) -> Markup:
    months = _months(plan, open_quarter)
    return render_part(
        "plan/_matrix.html",
        plan=plan,
        months=months,
        rows=[_row(months, priority, statuses) for priority in plan.priorities],
        counts=_counts(plan, statuses),
        statuses=tuple(Status),
        signed_in="published" not in context,
        **context,
    )


def _months(plan: PlanFacts, open_quarter: Quarter | None) -> list[MonthColumn]:
    columns = [
        (quarter, [month for _, month in months])
        for quarter, months in groupby(plan.months, key=lambda month: Quarter.from_month(*month))
    ]
    return [
        MonthColumn(
            quarter.year,
            month,
            month_name(month).capitalize(),
            quarter.number,
            quarter == open_quarter,
            0 if at else len(months),
        )
        for quarter, months in columns
        for at, month in enumerate(months)
    ]


def _row(months: list[MonthColumn], facts: PriorityFacts, current_statuses: Mapping[int, CurrentStatus]) -> MatrixRow:
    due: dict[tuple[int, int], list[CurrentStatus]] = {}
    for activity in facts.activities:
        due.setdefault(activity.month, []).append(current_statuses[activity.id])
    cells = tuple((month, due.get((month.year, month.month), [])) for month in months)
    return MatrixRow(facts, count_statuses(current_statuses[activity.id] for activity in facts.activities).sentence, cells)


def _counts(plan: PlanFacts, current_statuses: Mapping[int, CurrentStatus]) -> PlanCounts:
    return PlanCounts(
        count_statuses(current_statuses.values()),
        len(plan.assignments_with(Confirmation.VACANT)),
        len(plan.assignments_with(Confirmation.TO_CONFIRM)),
    )
