"""Jurisdictions as of a past day: their names and roles then, and the status of their activities, for reading only."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from cogwg.accounts.past_names import jurisdiction_on_day, jurisdictions_on_day
from cogwg.accounts.wording import ORDER_LABELS
from cogwg.core.errors import NotFound
from cogwg.plan.past_plans import plan_year_on
from cogwg.plan.queries import PlanFacts
from cogwg.reporting.past_days import statuses_of_day, year_of_day
from cogwg.reporting.queries import CurrentStatus
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.filters import day as in_words
from cogwg.web.http.past_day import PastDayProblem, PastPage
from cogwg.web.jurisdictions.rows import ActivityRow, JurisdictionRow, RoleSection, roles_by_jurisdiction


def past_index(lang: str, past: PastPage) -> str:
    """Render the list of jurisdictions with their roles on the day."""
    plan = _plan_in_effect(past)
    roles = roles_by_jurisdiction(plan)
    named = jurisdictions_on_day(session(), clocks.today() if past.known_today else past.day, lang)
    rows = [JurisdictionRow(j, ORDER_LABELS[j.kind], tuple(roles.get(j.id, ())), 0, 0) for j in named]
    return render_template("jurisdictions/index.html", **past.context(plan=plan, period=None, members=rows))


def past_page(past: PastPage, code: str) -> str:
    """Render a jurisdiction with its roles on the day, in the plan that was in effect."""
    named = jurisdiction_on_day(session(), code, clocks.today() if past.known_today else past.day)
    if named.added_on is not None and named.added_on > past.day and not past.known_today:
        added_on = in_words(named.added_on)
        sentence = _("This jurisdiction was added here on %(day)s. Choose that date or a later one.", day=added_on)
        raise PastDayProblem(404, sentence, past.record.past)
    plan = _plan_in_effect(past)
    statuses = statuses_of_day(session(), past.record, plan)
    roles = [
        RoleSection(priority, a, False, tuple(_row(statuses[activity.id]) for activity in priority.activities))
        for priority in plan.priorities
        for a in priority.assignments
        if a.jurisdiction_id == named.id
    ]
    return render_template("jurisdictions/past.html", **past.context(plan=plan, jurisdiction=named, roles=roles, period=None))


def _row(status: CurrentStatus) -> ActivityRow:
    """Return the row of an activity without this quarter's report, because the page is about a past day."""
    return ActivityRow(status, None, False, False, None)


def _plan_in_effect(past: PastPage) -> PlanFacts:
    """Return the plan that was in effect on the day. Raises ``PastDayProblem`` if there was none."""
    try:
        return past.plan(year_of_day(session(), past.record))
    except NotFound:
        sentence = _("There was no plan on %(day)s. Choose a later date.", day=in_words(past.day))
        raise PastDayProblem(404, sentence, past.record.past, offers_about=_is_known_today(past)) from None


def _is_known_today(past: PastPage) -> bool:
    """Return whether the page is as known that day, and a plan for the day was recorded later."""
    try:
        plan_year_on(session(), past.record.moment, known_today=True)
    except NotFound:
        return False
    return not past.known_today
