"""An activity as of a past day: its text, due date, leads and partners, and the report of that day, for reading only."""

from __future__ import annotations

from dataclasses import replace

from flask import make_response, render_template
from werkzeug.wrappers import Response

from cogwg.plan.queries import plan_facts
from cogwg.reporting.past_days import statuses_of_day
from cogwg.web.http.database import session
from cogwg.web.http.past_day import PastPage


def past_response(past: PastPage, year: int, code: str) -> Response:
    """Return the activity's page of a past day.

    Raises ``NotFound`` if there is no such activity, and ``PastDayProblem`` if it was not in the plan on that day.
    """
    plan = past.plan(year)
    pair = next(((p, a) for p in plan.priorities for a in p.activities if a.code == code), None)
    if pair is None:
        plan_facts(session(), year, code=code)
        raise past.not_in_plan()
    priority, activity = pair
    shown = replace(plan, priorities=(replace(priority, activities=(activity,)),))
    status = statuses_of_day(session(), past.record, shown, with_texts=True)[activity.id]
    context = past.context(plan=plan, priority=priority, current_status=status)
    return make_response(render_template("activities/past.html", **context))
