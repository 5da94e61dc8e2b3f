"""Views that save the edits of a draft plan. They need no reason, and change only the item that the form is about.

A form that was opened before another person changed the same item is shown again with both versions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan import draft_edits as edits
from cogwg.plan.draft_services import edit_draft
from cogwg.plan.drafts import DraftPlan, without_marks
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.plan_conflicts import (
    Values,
    activity_form_values,
    activity_state,
    conflict_of,
    merge_values,
    priority_form_values,
)
from cogwg.web.admin.plan_editor import (
    OpenForm,
    activity_form,
    new_role_form,
    render_new_priority,
    render_plan,
    render_priority,
)
from cogwg.web.admin.plan_forms import ActivityForm, EditForm, PlanForm, PriorityForm, ReasonForm, RoleForm, priority_values
from cogwg.web.admin.plan_gone import keeps_text_if_gone
from cogwg.web.admin.plan_items import EditedPlan, PriorityItem, load_plan
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome

Edit = Callable[[DraftPlan], DraftPlan]
Find = Callable[[DraftPlan], Any]


@blueprint.post("/plans/<int:year>/draft")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_retitle(lang: str, year: int) -> Response:
    """Change the title of a draft plan and the link to its document."""
    plan, form = _draft(year), PlanForm()

    def retitle(draft: DraftPlan) -> DraftPlan:
        return edits.retitle(draft, form.bilingual_line("title"), form.address)

    problem = _save(year, form, retitle, lambda draft: (draft.title, draft.link), {"plan": year})
    if problem:
        plan = _draft(year)
        _rebase(form, plan.shown, problem)
        return render_plan(plan, problem, OpenForm("title", form))
    return _confirm(year, _("The title was saved."))


@blueprint.post("/plans/<int:year>/draft/priorities")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_priority_add(lang: str, year: int) -> Response:
    """Add a priority to a draft plan."""
    plan, form = _draft(year), PriorityForm(is_draft=True)
    problem = _save(year, form, lambda draft: edits.add_priority(draft, form.texts), None, {"added": "priority"})
    if problem:
        return render_new_priority(plan, form, problem)
    number = len(_draft(year).priorities)
    return _confirm(year, _("Priority %(number)s was added.", number=number), number)


@blueprint.post("/plans/<int:year>/draft/priorities/<int:key>")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_priority(lang: str, year: int, key: int) -> Response:
    """Save the texts of a draft priority, move it up or down, or remove it, depending on the pressed button."""
    do = request.form.get("do", "")
    if do in ("up", "down"):
        step = -1 if do == "up" else 1
        return _move(year, lambda draft: edits.move_priority(draft, key, step), key, do)
    priority = _priority(_draft(year), key)
    if do == "remove":
        form: EditForm = ReasonForm(is_draft=True)
        problem = _save(year, form, lambda draft: edits.remove_priority(draft, key), _whole(key), {"removed": key})
        if problem:
            _rebase(form, _priority(_draft(year), key).shown_whole, problem)
            return render_plan(_draft(year), problem, OpenForm("retire", form, str(priority.number)))
        return _confirm(year, _("Priority %(number)s was removed from the draft.", number=priority.number))
    wording = PriorityForm(is_draft=True, stale=priority.stale)

    def reword(draft: DraftPlan) -> DraftPlan:
        return edits.reword_priority(draft, key, wording.texts, wording.still_right.confirmed)

    problem = _save(year, wording, reword, _texts_of(key), {"priority": key})
    if problem:
        return _wording_refused(year, key, wording, problem)
    return _confirm(year, _("The wording was saved."), priority.number)


@blueprint.post("/plans/<int:year>/draft/priorities/<int:key>/activities")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_activity_add(lang: str, year: int, key: int) -> Response:
    """Add an activity to a priority of a draft plan."""
    plan = _draft(year)
    priority, form = _priority(plan, key), activity_form(plan)

    def add(draft: DraftPlan) -> DraftPlan:
        return edits.add_activity(draft, key, form.texts, form.due)

    problem = _save(year, form, add, None, {"added": "activity", "priority": key})
    if problem:
        return render_priority(plan, priority, problem, OpenForm("new", form))
    added = _priority(_draft(year), key)
    return _confirm(year, _("Activity %(code)s was added.", code=added.activities[-1].code), added.number)


@blueprint.post("/plans/<int:year>/draft/activities/<int:key>")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_activity(lang: str, year: int, key: int) -> Response:
    """Save a draft activity, move it up or down, or remove it, depending on the pressed button."""
    do = request.form.get("do", "")
    plan = _draft(year)
    priority, activity = next(((p, a) for p in plan.priorities for a in p.activities if a.key == key), (None, None))
    if priority is None or activity is None:
        raise NotFound(f"activity {key}")
    if do in ("up", "down"):
        step = -1 if do == "up" else 1
        return _move(year, lambda draft: edits.move_activity(draft, key, step), key, do, priority.number)
    form = ReasonForm(is_draft=True) if do == "remove" else activity_form(plan, activity)

    def edit(draft: DraftPlan) -> DraftPlan:
        if isinstance(form, ActivityForm):
            return edits.change_activity(draft, key, form.texts, form.due, form.still_right.confirmed)
        return edits.remove_activity(draft, key)

    change = {"removed" if do == "remove" else "activity": key}
    problem = _save(year, form, edit, lambda draft: without_marks(edits.find_activity(draft, key)), change)
    if problem:
        return _activity_refused(year, key, form, problem)
    if do == "remove":
        return _confirm(year, _("Activity %(code)s was removed from the draft.", code=activity.code), priority.number)
    return _confirm(year, _("Activity %(code)s was saved.", code=activity.code), priority.number)


@blueprint.post("/plans/<int:year>/draft/priorities/<int:key>/roles")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_role_add(lang: str, year: int, key: int) -> Response:
    """Add a lead or partner to a priority of a draft plan. The jurisdiction is not asked before the plan is adopted."""
    plan = _draft(year)
    priority = _priority(plan, key)
    form = new_role_form(plan, priority)

    def add(draft: DraftPlan) -> DraftPlan:
        chosen = form.jurisdiction_id
        name = session().get_one(Jurisdiction, chosen).short if chosen is not None else EMPTY_TEXT
        return edits.add_role(draft, key, form.chosen_role, chosen, name)

    problem = _save(year, form, add, None, {"added": "role", "priority": key})
    if problem:
        return render_priority(plan, priority, problem, OpenForm("new-role", form))
    return _confirm(year, _("The role was added to the draft."), priority.number)


@blueprint.post("/plans/<int:year>/draft/roles/<int:key>")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_draft_role(lang: str, year: int, key: int) -> Response:
    """Make a draft role that of a lead or of a partner, or remove it, depending on the pressed button."""
    priority, _role = _draft(year).role(key)
    is_removed = request.form.get("do", "") == "remove"
    form: EditForm = ReasonForm(is_draft=True) if is_removed else RoleForm(is_draft=True)

    def edit(draft: DraftPlan) -> DraftPlan:
        if isinstance(form, RoleForm):
            return edits.state_role(draft, key, form.chosen_role)
        return edits.remove_role(draft, key)

    change = {"removed" if is_removed else "role": key}
    problem = _save(year, form, edit, lambda draft: edits.find_assignment(draft, key), change)
    if problem:
        plan = _draft(year)
        priority, role = plan.role(key)
        _rebase(form, role.shown, problem)
        return render_priority(plan, priority, problem, OpenForm("remove" if is_removed else "state", form, str(key)))
    done = _("The role was removed from the draft.") if is_removed else _("The role was saved.")
    return _confirm(year, done, priority.number)


def _save(year: int, form: EditForm, edit: Edit, find: Find | None, change: dict[str, Any]) -> int:
    """Apply the edit once; return 0, or the status of the page with the form's errors if it was refused."""
    shown, by, at = form.shown.data or "", actor(), clocks.now()

    def make(open_session: Any) -> int:
        edit_draft(open_session, year, edit, find=find, shown=shown, change=change, by=by, at=at)
        return year

    try:
        with write() as open_session:
            form.make_once(open_session, "draft edit", lambda: make(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return 422
    except Conflict:
        return 409
    return 0


def _move(year: int, edit: Edit, key: int, do: str, number: int | None = None) -> Response:
    """Move an item, and open its menu again, so that it can be moved further."""
    with write() as open_session:
        edit_draft(open_session, year, edit, change={"moved": key, "to": do}, by=actor(), at=clocks.now())
    plan = _draft(year)
    if number is None:
        now = _priority(plan, key).number
        flash_at(f"moved-{key}", _("This is now Priority %(number)s.", number=now))
    else:
        code = next(a.code for a in plan.priority(number).activities if a.key == key)
        flash_at(f"moved-{key}", _("This is now activity %(code)s.", code=code))
    return redirect(_page(year, number, moved=key, do=do), 303)


def _wording_refused(year: int, key: int, form: PriorityForm, status: int) -> Response:
    plan = _draft(year)
    priority = _priority(plan, key)
    theirs, yours = priority_values(priority.texts), priority_form_values(form)
    opened = OpenForm("wording", form) if status == 422 else _with_conflict("wording", "", form, priority.shown, theirs, yours)
    return render_priority(plan, priority, status, opened)


def _activity_refused(year: int, key: int, form: EditForm, status: int) -> Response:
    plan = _draft(year)
    priority, activity = next((p, a) for p in plan.priorities for a in p.activities if a.key == key)
    if not isinstance(form, ActivityForm):
        _rebase(form, activity.shown, status)
        return render_priority(plan, priority, status, OpenForm("retire", form, activity.code))
    if status == 422:
        return render_priority(plan, priority, status, OpenForm("change", form, activity.code))
    theirs, yours = activity_state(activity.texts, activity.due), activity_form_values(form)
    opened = _with_conflict("change", activity.code, form, activity.shown, theirs, yours)
    return render_priority(plan, priority, status, opened)


def _with_conflict(kind: str, of: str, form: EditForm, shown: str, theirs: Values, yours: Values) -> OpenForm:
    """Return the form with what was typed, now based on the stored item, and the comparison of both."""
    form.shown.data = shown
    return OpenForm(kind, form, of, conflict_of(form, merge_values(None, theirs, yours), None, theirs, yours, None))


def _rebase(form: EditForm, shown: str, status: int) -> None:
    if status == 409:
        form.form_errors.append(
            _(
                "This item was changed after you opened the page, so nothing was saved. Check the current version, then "
                "try again."
            )
        )
        form.shown.data = shown


def _confirm(year: int, sentence: str, number: int | None = None) -> Response:
    """Redirect to the page of the plan, or of a priority, with a confirmation."""
    flash_at("", sentence)
    return redirect_to_outcome(_page(year, number))


def _page(year: int, number: int | None, **query: Any) -> str:
    lang = i18n.current_language()
    if number is None:
        return url_for("admin.plan_editor", lang=lang, year=year, **query)
    return url_for("admin.plan_priority", lang=lang, year=year, number=number, **query)


def _texts_of(key: int) -> Find:
    return lambda draft: edits.texts_of_priority(edits.find_priority(draft, key))


def _whole(key: int) -> Find:
    return lambda draft: without_marks(edits.find_priority(draft, key))


def _draft(year: int) -> EditedPlan:
    """Return the draft of a year. Raises ``NotFound`` if there is none, or if the plan was adopted."""
    plan = load_plan(session(), year)
    if not plan.is_draft:
        raise NotFound(f"draft plan {year}")
    return plan


def _priority(plan: EditedPlan, key: int) -> PriorityItem:
    """Return the priority of a draft with this key. Raises ``NotFound`` if there is none."""
    for priority in plan.priorities:
        if priority.key == key:
            return priority
    raise NotFound(f"priority {key}")
