"""What changed in a plan or in one of its priorities, by whom and why, for people who are signed in."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cogwg.plan.changes import changes_of_plan, changes_of_priority, find_priority
from cogwg.plan.lookups import plan_summary
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.http.database import session
from cogwg.web.http.filters import plain
from cogwg.web.http.plan_changes import render_changes
from cogwg.web.plan import blueprint


@blueprint.get("/plans/<int:year>/changes")
@requires(Permission.READ_REPORTS)
def plan_change_list(lang: str, year: int) -> str:
    """List what changed in the plan since it was recorded, newest first."""
    title = plain(plan_summary(session(), year).title)
    parents = [(title, url_for("plan.page", lang=lang, year=year))]
    return render_changes(changes_of_plan(year), "plan.plan_change_list", {"year": year}, name=title, parents=parents)


@blueprint.get("/plans/<int:year>/priorities/<int:number>/changes")
@requires(Permission.READ_REPORTS)
def priority_change_list(lang: str, year: int, number: int) -> str:
    """List what changed in a priority, its activities and its roles, newest first, even if it has left the plan."""
    priority_id, title = find_priority(session(), year, number)
    values: dict[str, Any] = {"year": year, "number": number}
    place = url_for("plan.priority_page", lang=lang, **values)
    parents = [
        (plain(plan_summary(session(), year).title), url_for("plan.page", lang=lang, year=year)),
        (_("Priority %(number)s", number=number), place),
    ]
    name = f"{number}. {plain(title)}"
    return render_changes(changes_of_priority(priority_id), "plan.priority_change_list", values, name=name, parents=parents)
