"""Views that save the edits of an adopted plan's priorities."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.audit.queries import audit_event
from cogwg.plan.edit_history import latest_edit
from cogwg.plan.editing import add_priority, move_priority, restore_priority, retire_priority, reword_priority
from cogwg.plan.history import content_at_version
from cogwg.plan.models import Priority
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.plan_conflicts import conflict_of, fill, merge_values, priority_form_values, priority_state_of
from cogwg.web.admin.plan_editor import OpenForm, priority_place_form, render_new_priority, render_plan, render_priority
from cogwg.web.admin.plan_forms import EditForm, PriorityForm, ReasonForm, priority_values
from cogwg.web.admin.plan_gone import keeps_text_if_gone
from cogwg.web.admin.plan_saving import (
    Refusal,
    adopted_plan,
    confirm,
    current_priority,
    current_version,
    kept_sentence,
    rebase,
    restoring,
    save,
    undo_button,
)
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.flashes import flash_with_action, redirect_to_outcome


@blueprint.post("/plans/<int:year>/priorities")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_priority_add(lang: str, year: int) -> Response:
    """Add a priority at the end of the plan."""
    plan, form = adopted_plan(year), PriorityForm()

    def add(open_session: Session) -> int:
        return add_priority(open_session, year, form.texts, reason=form.reason, by=actor(), at=clocks.now())

    outcome = save(form, add)
    if not isinstance(outcome, int):
        return render_new_priority(plan, form, outcome.status)
    number = audit_event(session(), outcome, ["priority.added"]).after["number"]
    return confirm(year, number, outcome, _("Priority %(number)s was added.", number=number))


@blueprint.post("/plans/<int:year>/priorities/<int:number>/wording")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_priority_reword(lang: str, year: int, number: int) -> Response:
    """Change the texts of a priority."""
    plan, priority = current_priority(year, number)
    form = PriorityForm(stale=priority.stale)

    def reword(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return reword_priority(open_session, priority.key, form.texts, still_right=form.still_right.confirmed, **values)

    outcome = save(form, reword)
    if isinstance(outcome, int):
        return confirm(year, number, outcome, _("The wording was saved."))
    if not outcome.is_conflict:
        return render_priority(plan, priority, 422, OpenForm("wording", form))
    plan, priority = current_priority(year, number)
    base = content_at_version(session(), session().get_one(Priority, priority.key), form.version)
    theirs, yours = priority_values(priority.texts), priority_form_values(form)
    begun = priority_state_of(base) if base is not None else None
    merged = merge_values(begun, theirs, yours)
    fill(form, merged.values, priority.shown)
    if not merged.both and isinstance(saved := save(form, reword), int):
        return confirm(year, number, saved, _("The wording was saved."), kept_sentence(form, merged.only_theirs))
    conflict = conflict_of(form, merged, begun, theirs, yours, latest_edit(session(), "priority", priority.key))
    return render_priority(plan, priority, 409, OpenForm("wording", form, conflict=conflict))


@blueprint.post("/plans/<int:year>/priorities/<int:number>/place")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_priority_move(lang: str, year: int, number: int) -> Response:
    """Move a priority to another position in the plan."""
    plan, priority = current_priority(year, number)
    form = priority_place_form(plan, priority)

    def move(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return move_priority(open_session, priority.key, form.chosen_place, **values)

    outcome = save(form, move)
    if not isinstance(outcome, int):
        return _refused_on_plan(year, number, "move", form, outcome)
    sentence = _("Priority %(number)s was moved. Its number stays the same.", number=number)
    return confirm(year, number, outcome, sentence, on_plan=True)


@blueprint.post("/plans/<int:year>/priorities/<int:number>/retire")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_priority_retire(lang: str, year: int, number: int) -> Response:
    """Retire a priority with its activities and roles."""
    _plan, priority = current_priority(year, number)
    form = ReasonForm()

    def retire(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return retire_priority(open_session, priority.key, **values)

    outcome = save(form, retire)
    if not isinstance(outcome, int):
        return _refused_on_plan(year, number, "retire", form, outcome)
    version = current_version(Priority, priority.key)
    undo = url_for("admin.plan_priority_restore", lang=lang, year=year, number=number, undo=version)
    flash_with_action(_("Priority %(number)s was retired.", number=number), _("Restore"), undo)
    return redirect_to_outcome(url_for("admin.plan_editor", lang=lang, year=year))


@blueprint.post("/plans/<int:year>/priorities/<int:number>/restore")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_priority_restore(lang: str, year: int, number: int) -> Response:
    """Restore a retired priority. In the URL, ``undo`` is its version if the button of a confirmation was pressed."""
    priority = adopted_plan(year).priority(number)
    form = ReasonForm()

    def restore(open_session: Session) -> int:
        return restore_priority(open_session, priority.key, **restoring(form), by=actor(), at=clocks.now())

    outcome = save(form, restore, sent=undo_button())
    if not isinstance(outcome, int):
        return _refused_on_plan(year, number, "restore", form, outcome)
    return confirm(year, number, outcome, _("Priority %(number)s is back in the plan.", number=number))


def _refused_on_plan(year: int, number: int, kind: str, form: EditForm, refusal: Refusal) -> Response:
    """Render the plan's page again with a priority's refused form; after a conflict, also show the priority as it is now."""
    plan = adopted_plan(year)
    rebase(form, plan.priority(number).shown, refusal)
    return render_plan(plan, refusal.status, OpenForm(kind, form, str(number)))
