"""The pages of the plan editor: the plan with its priorities, and each priority with its texts, activities and roles.

The views that save forms show these pages again when a form is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.queries import jurisdictions
from cogwg.core import dates
from cogwg.plan.rules import DueDate
from cogwg.policy import Permission, has_permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.plan_changes import change_lines
from cogwg.web.admin.plan_conflicts import PlanConflict
from cogwg.web.admin.plan_forms import (
    ActivityForm,
    EditForm,
    NewRoleForm,
    PlaceForm,
    PlanForm,
    PriorityForm,
    ReasonForm,
    RoleForm,
)
from cogwg.web.admin.plan_items import ActivityItem, EditedPlan, PriorityItem, load_plan
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.http.waiting import waiting_url

CHANGES_SHOWN = 5
"""How many changes a priority's page shows. The earlier ones are collapsed."""
LARGEST_WORKBOOK_SOON = 500
"""The workbook of a plan with up to this many activities is written in much less than two seconds."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form that is open on a page: what it does, and the code, number or key of the item that it is about, if any."""

    kind: str
    form: EditForm
    of: str = ""
    conflict: PlanConflict | None = None

    def is_for(self, kind: str, of: object = "") -> bool:
        return self.kind == kind and self.of == str(of)

    def is_about(self, of: object) -> bool:
        return self.of == str(of)


@blueprint.get("/plans/<int:year>")
@requires(Permission.EDIT_PLAN, Permission.MANAGE_PLAN)
def plan_editor(lang: str, year: int) -> Response:
    """Show a plan with its priorities to those who may edit it. Co-chairs can read it."""
    return render_plan(load_plan(session(), year))


@blueprint.get("/plans/<int:year>/priorities/new")
@requires(Permission.EDIT_PLAN)
def plan_priority_new(lang: str, year: int) -> Response:
    """Show the form that adds a priority to a plan."""
    plan = load_plan(session(), year)
    return render_new_priority(plan, PriorityForm(is_draft=plan.is_draft, formdata=None))


@blueprint.get("/plans/<int:year>/priorities/<int:number>")
@requires(Permission.EDIT_PLAN, Permission.MANAGE_PLAN)
def plan_priority(lang: str, year: int, number: int) -> Response:
    """Show a priority with its texts in both languages, its activities and its roles; the URL says which form is open."""
    plan = load_plan(session(), year)
    return render_priority(plan, plan.priority(number))


def may_edit(plan: EditedPlan) -> bool:
    """Return whether the current user may edit this plan, and the plan can still be edited."""
    return plan.closed_on is None and has_permission(current_user().roles, Permission.EDIT_PLAN)


def render_plan(plan: EditedPlan, status: int = 200, opened: OpenForm | None = None) -> Response:
    """Render the page of a plan, with the form that was refused or that the URL opens."""
    can_edit = may_edit(plan)
    if can_edit and opened is None:
        opened = _opened_priority(plan)
    form = opened.form if opened is not None and opened.kind == "title" else _plan_form(plan)
    page = render_template(
        "admin/plan/plan.html",
        plan=plan,
        can_edit=can_edit,
        opened=opened,
        plan_form=form if can_edit and plan.is_draft else None,
        workbook_url=_workbook_url(plan),
    )
    return make_response(page, status)


def _workbook_url(plan: EditedPlan) -> str:
    """Return the URL of the plan's workbook, or of the page that waits for it if writing it takes long."""
    url = url_for("workbook.plan_file", lang=i18n.current_language().value, year=plan.year)
    activities = sum(len(priority.activities) for priority in plan.priorities)
    return waiting_url(url) if activities > LARGEST_WORKBOOK_SOON else url


def render_new_priority(plan: EditedPlan, form: PriorityForm, status: int = 200) -> Response:
    """Render the page that adds a priority."""
    return make_response(render_template("admin/plan/new_priority.html", plan=plan, form=form), status)


def render_priority(
    plan: EditedPlan,
    priority: PriorityItem,
    status: int = 200,
    opened: OpenForm | None = None,
) -> Response:
    """Render the page of a priority, with the form that was refused or that the URL opens.

    The page has only one form with a reason at a time: while another form is open, the texts cannot be edited.
    """
    can_edit = may_edit(plan) and priority.retired_on is None
    if can_edit and opened is None:
        opened = _opened_form(plan, priority)
    wording = opened.form if opened is not None and opened.kind == "wording" else None
    if can_edit and opened is None:
        wording = PriorityForm(priority.texts, priority.shown, stale=priority.stale, is_draft=plan.is_draft, formdata=None)
    lines = change_lines(session(), priority.facts) if priority.facts is not None else []
    previous, following = plan.neighbours(priority)
    page = render_template(
        "admin/plan/priority.html",
        plan=plan,
        priority=priority,
        can_edit=can_edit,
        opened=opened,
        wording=wording,
        changes=lines[:CHANGES_SHOWN],
        earlier_changes=lines[CHANGES_SHOWN:],
        previous=previous,
        next=following,
    )
    return make_response(page, status)


def months(plan: EditedPlan, due: DueDate | None = None) -> list[tuple[str, str]]:
    """Return a key and a label for each month of the plan's year, the year after, and the due date's year."""
    lang = i18n.current_language()
    years = sorted({plan.year, plan.year + 1} | ({due.year} if due is not None else set()))
    named = ((DueDate(year, month), dates.month_of_year(year, month)) for year in years for month in range(1, 13))
    return [(month.key, words.text(lang)) for month, words in named]


def activity_form(plan: EditedPlan, activity: ActivityItem | None = None, **sent: Any) -> ActivityForm:
    """Return the form for an activity or, if ``activity`` is None, for a new one."""
    if activity is None:
        return ActivityForm(months(plan), is_draft=plan.is_draft, **sent)
    return ActivityForm(
        months(plan, activity.due),
        activity.texts,
        activity.due,
        activity.shown,
        stale=activity.stale,
        is_draft=plan.is_draft,
        **sent,
    )


def new_role_form(plan: EditedPlan, priority: PriorityItem, **sent: Any) -> NewRoleForm:
    """Return the form that adds a role, which offers the jurisdictions without a role in the priority."""
    lang = i18n.current_language()
    others = [(j.id, j.name.text(lang)) for j in jurisdictions(session(), lang) if j.id not in priority.holder_ids]
    return NewRoleForm(others, is_draft=plan.is_draft, **sent)


def priority_place_form(plan: EditedPlan, priority: PriorityItem, **sent: Any) -> PlaceForm:
    """Return the form that moves a priority."""
    lang = i18n.current_language()
    names = [f"{_number(other)} {other.texts.short.text(lang)}" for other in plan.priorities]
    return PlaceForm(names, plan.priorities.index(priority) + 1, priority.shown, **sent)


def activity_place_form(priority: PriorityItem, activity: ActivityItem, **sent: Any) -> PlaceForm:
    """Return the form that moves an activity among those due on the same day."""
    lang = i18n.current_language()
    alike = priority.with_due_date_of(activity)
    return PlaceForm(
        [f"{other.code} {other.texts.title.text(lang)}" for other in alike], alike.index(activity) + 1, activity.shown, **sent
    )


def _number(priority: PriorityItem) -> str:
    return i18n.gettext("Priority %(number)s:", number=priority.number)


def _plan_form(plan: EditedPlan) -> PlanForm:
    return PlanForm(plan.title, plan.link, plan.shown, formdata=None)


def _opened_priority(plan: EditedPlan) -> OpenForm | None:
    """Return the form of a priority that the URL opens on the plan's page."""
    kind, of = request.args.get("open", ""), request.args.get("of", "")
    priority = next((p for p in (*plan.priorities, *plan.retired) if of in (str(p.number), str(p.key))), None)
    if priority is None:
        return None
    is_retired = priority.retired_on is not None
    if kind == "move" and not plan.is_draft and not is_retired:
        return OpenForm(kind, priority_place_form(plan, priority, formdata=None), str(priority.number))
    if (kind == "retire" and not is_retired) or (kind == "restore" and is_retired):
        return OpenForm(kind, ReasonForm(priority.shown_whole, is_draft=plan.is_draft, formdata=None), str(priority.number))
    return None


def _opened_form(plan: EditedPlan, priority: PriorityItem) -> OpenForm | None:
    """Return the form that the URL opens on the page of a priority; None if it opens none, or if the item no longer exists."""
    kind, of = request.args.get("open", ""), request.args.get("of", "")
    if kind == "new":
        return OpenForm(kind, activity_form(plan, formdata=None))
    if kind == "new-role":
        return OpenForm(kind, new_role_form(plan, priority, formdata=None))
    if kind in ("state", "remove"):
        role = next((role for role in priority.roles if str(role.key) == of), None)
        if role is None:
            return None
        if kind == "state":
            stated = role.role if role.is_lead or role.is_partner else None
            return OpenForm(kind, RoleForm(stated, role.shown, is_draft=plan.is_draft, formdata=None), of)
        return OpenForm(kind, ReasonForm(role.shown, is_draft=plan.is_draft, formdata=None), of)
    activity = next((a for a in (*priority.activities, *priority.retired_activities) if a.code == of), None)
    return _opened_activity(plan, priority, activity, kind) if activity is not None else None


def _opened_activity(plan: EditedPlan, priority: PriorityItem, activity: ActivityItem, kind: str) -> OpenForm | None:
    is_retired = activity.retired_on is not None
    if kind == "change" and not is_retired:
        return OpenForm(kind, activity_form(plan, activity, formdata=None), activity.code)
    if kind == "move" and not is_retired and not plan.is_draft:
        return OpenForm(kind, activity_place_form(priority, activity, formdata=None), activity.code)
    if (kind == "retire" and not is_retired) or (kind == "restore" and is_retired):
        return OpenForm(kind, ReasonForm(activity.shown, is_draft=plan.is_draft, formdata=None), activity.code)
    return None
