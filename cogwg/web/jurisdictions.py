"""A jurisdiction's page: its roles in the plan, how they stand, its milestones."""

from __future__ import annotations

from flask import Blueprint, render_template

from cogwg.accounts.queries import jurisdiction
from cogwg.core.errors import NotFound
from cogwg.plan.queries import AssignmentFacts, PriorityFacts, plan_facts
from cogwg.policy import Permission
from cogwg.reporting.queries import Standing, milestones, standings
from cogwg.web import clocks
from cogwg.web.access import requires
from cogwg.web.database import session

blueprint = Blueprint("jurisdictions", __name__, url_prefix="/<any(en, fr):lang>/jurisdictions")


@blueprint.get("/<code>")
@requires(Permission.READ_RECORD)
def page(lang: str, code: str) -> str:
    """What this jurisdiction carries in the plan of the year, and its news."""
    found = jurisdiction(session(), code)
    today = clocks.today()
    roles: list[tuple[PriorityFacts, AssignmentFacts]] = []
    by_priority: dict[int, list[Standing]] = {}
    try:
        plan = plan_facts(session(), today.year, or_earlier=True, carried_by=[found.id])
    except NotFound:
        plan = None
    if plan is not None:
        roles = [(p, a) for p in plan.priorities for a in p.assignments if a.jurisdiction_id == found.id]
        standing = standings(session(), plan, today)
        by_priority = {p.id: [standing[a.id] for a in p.activities] for p in plan.priorities}
    return render_template(
        "jurisdictions/page.html",
        jurisdiction=found,
        plan=plan,
        roles=roles,
        standings_by_priority=by_priority,
        milestones=milestones(session(), jurisdiction_id=found.id),
    )
