"""What changed in an activity of a plan, by whom and why."""

from __future__ import annotations

from typing import Any

from flask import url_for

from cogwg.plan.changes import changes_of_activity, find_activity
from cogwg.plan.lookups import plan_summary
from cogwg.policy import Permission
from cogwg.web.activities import blueprint
from cogwg.web.auth.access import requires
from cogwg.web.http.database import session
from cogwg.web.http.filters import plain
from cogwg.web.http.plan_changes import render_changes


@blueprint.get("/plans/<int:year>/activities/<code>/changes")
@requires(Permission.READ_REPORTS)
def activity_change_list(lang: str, year: int, code: str) -> str:
    """List what changed in an activity, newest first, even if it has left the plan. The activity's page lists its reports."""
    activity_id, title = find_activity(session(), year, code)
    values: dict[str, Any] = {"year": year, "code": code}
    parents = [
        (plain(plan_summary(session(), year).title), url_for("plan.page", lang=lang, year=year)),
        (code, url_for("activities.page", lang=lang, **values)),
    ]
    name = f"{code} {plain(title)}"
    return render_changes(
        changes_of_activity(activity_id), "activities.activity_change_list", values, name=name, parents=parents
    )
