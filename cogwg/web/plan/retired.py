"""The page of a priority that was retired from its plan: its text, and when and why it was retired, without any actions."""

from __future__ import annotations

from flask import Response, make_response, render_template

from cogwg.plan.retired import retired_priority
from cogwg.reporting.queries import current_statuses
from cogwg.web.auth.access import member_or_none
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.published_statuses import published_statuses


def retired_priority_page(year: int, number: int) -> Response:
    """Show a retired priority. Raises ``NotFound`` if there is no such priority, or if it was not retired."""
    retirement = retired_priority(session(), year, number)
    published = published_statuses(retirement.plan) if member_or_none() is None else None
    statuses = published.by_activity if published else current_statuses(session(), retirement.plan, clocks.today())
    page = render_template(
        "plan/retired_priority.html",
        retirement=retirement,
        plan=retirement.plan,
        priority=retirement.priority,
        current_statuses=list(statuses.values()),
    )
    return make_response(page)
