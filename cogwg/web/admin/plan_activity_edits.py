"""Views that save the edits of an adopted plan's activities."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.audit.queries import audit_event
from cogwg.core.errors import NotFound
from cogwg.plan.edit_history import latest_edit
from cogwg.plan.editing_activities import add_activity, move_activity, restore_activity, retire_activity, reword_activity
from cogwg.plan.history import content_at_version
from cogwg.plan.models import Activity
from cogwg.plan.services import move_due_date
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.plan_conflicts import (
    activity_form_values,
    activity_state,
    activity_state_of,
    conflict_of,
    fill,
    merge_values,
)
from cogwg.web.admin.plan_editor import OpenForm, activity_form, activity_place_form, render_priority
from cogwg.web.admin.plan_forms import ActivityForm, EditForm, ReasonForm
from cogwg.web.admin.plan_gone import keeps_text_if_gone
from cogwg.web.admin.plan_items import ActivityItem, EditedPlan, PriorityItem
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
from cogwg.web.http.past_due import ask_if_past


@blueprint.post("/plans/<int:year>/priorities/<int:number>/activities")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_activity_add(lang: str, year: int, number: int) -> Response:
    """Add an activity to a priority."""
    plan, priority = current_priority(year, number)
    form = activity_form(plan)

    def add(open_session: Session) -> int:
        values: dict[str, Any] = {"reason": form.reason, "by": actor(), "at": clocks.now()}
        event_id = add_activity(open_session, priority.key, form.texts, form.due, **values)
        ask_if_past(form.due, form.confirmed)
        return event_id

    outcome = save(form, add)
    if not isinstance(outcome, int):
        return render_priority(plan, priority, outcome.status, OpenForm("new", form))
    code = audit_event(session(), outcome, ["activity.added"]).after["code"]
    return confirm(year, number, outcome, _("Activity %(code)s was added.", code=code))


@blueprint.post("/plans/<int:year>/activities/<code>/wording")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_activity_change(lang: str, year: int, code: str) -> Response:
    """Change what the plan says about an activity, move its due date, or both."""
    plan, priority, activity = _current_activity(year, code)
    form = activity_form(plan, activity)

    def change(open_session: Session) -> int:
        return _change_activity(open_session, activity, form)

    outcome = save(form, change)
    sentence = _("Activity %(code)s was saved.", code=code)
    if isinstance(outcome, int):
        return confirm(year, priority.number, outcome, sentence)
    if not outcome.is_conflict:
        return render_priority(plan, priority, 422, OpenForm("change", form, code))
    plan, priority, activity = _current_activity(year, code)
    base = content_at_version(session(), session().get_one(Activity, activity.key), form.version)
    theirs, yours = activity_state(activity.texts, activity.due), activity_form_values(form)
    begun = activity_state_of(base) if base is not None else None
    merged = merge_values(begun, theirs, yours)
    fill(form, merged.values, activity.shown)
    form.was.data = activity.due.key
    if not merged.both and isinstance(saved := save(form, lambda s: _change_activity(s, activity, form)), int):
        return confirm(year, priority.number, saved, sentence, kept_sentence(form, merged.only_theirs))
    conflict = conflict_of(form, merged, begun, theirs, yours, latest_edit(session(), "activity", activity.key))
    return render_priority(plan, priority, 409, OpenForm("change", form, code, conflict))


def _change_activity(open_session: Session, activity: ActivityItem, form: ActivityForm) -> int:
    """Reword the activity or confirm its texts, unless only its due date was changed; move the due date if it was changed."""
    given: dict[str, Any] = {"reason": form.reason, "by": actor(), "at": clocks.now()}
    due, texts, event_id = form.due, form.texts, 0
    is_moved, still_right = due != (form.shown_due or activity.due), form.still_right.confirmed
    if texts != activity.texts or still_right or not is_moved or form.shown.data != activity.shown:
        event_id = reword_activity(open_session, activity.key, texts, still_right=still_right, version=form.version, **given)
    if is_moved:
        expected = form.shown_due or activity.due
        move_due_date(open_session, activity.key, due, words=texts.due_words, expected_due=expected, **given)
        ask_if_past(due, form.confirmed)
        edit = latest_edit(open_session, "activity", activity.key)
        event_id = edit.id if edit is not None else event_id
    return event_id


@blueprint.post("/plans/<int:year>/activities/<code>/place")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_activity_move(lang: str, year: int, code: str) -> Response:
    """Move an activity among those that are due on the same day."""
    _plan, priority, activity = _current_activity(year, code)
    form = activity_place_form(priority, activity)

    def move(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return move_activity(open_session, activity.key, form.chosen_place, **values)

    outcome = save(form, move)
    if not isinstance(outcome, int):
        return _refused(year, code, "move", form, outcome)
    sentence = _("Activity %(code)s was moved. Its number stays the same.", code=code)
    return confirm(year, priority.number, outcome, sentence)


@blueprint.post("/plans/<int:year>/activities/<code>/retire")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_activity_retire(lang: str, year: int, code: str) -> Response:
    """Retire an activity."""
    _plan, priority, activity = _current_activity(year, code)
    form = ReasonForm()

    def retire(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return retire_activity(open_session, activity.key, **values)

    outcome = save(form, retire)
    if not isinstance(outcome, int):
        return _refused(year, code, "retire", form, outcome)
    undo = url_for("admin.plan_activity_restore", lang=lang, year=year, code=code, undo=current_version(Activity, activity.key))
    flash_with_action(_("Activity %(code)s was retired.", code=code), _("Restore"), undo)
    return redirect_to_outcome(url_for("admin.plan_priority", lang=lang, year=year, number=priority.number))


@blueprint.post("/plans/<int:year>/activities/<code>/restore")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_activity_restore(lang: str, year: int, code: str) -> Response:
    """Restore a retired activity. In the URL, ``undo`` is its version if the button of a confirmation was pressed."""
    priority, activity = adopted_plan(year).activity(code)
    form = ReasonForm()

    def restore(open_session: Session) -> int:
        return restore_activity(open_session, activity.key, **restoring(form), by=actor(), at=clocks.now())

    outcome = save(form, restore, sent=undo_button())
    if not isinstance(outcome, int):
        return _refused(year, code, "restore", form, outcome)
    return confirm(year, priority.number, outcome, _("Activity %(code)s is back in the plan.", code=code))


def _refused(year: int, code: str, kind: str, form: EditForm, refusal: Refusal) -> Response:
    """Show the page of the priority again with the form of an activity; after a conflict, with the activity as it is now."""
    plan = adopted_plan(year)
    priority, activity = plan.activity(code)
    rebase(form, activity.shown, refusal)
    return render_priority(plan, priority, refusal.status, OpenForm(kind, form, code))


def _current_activity(year: int, code: str) -> tuple[EditedPlan, PriorityItem, ActivityItem]:
    """Return an activity with its priority and plan. Raises ``NotFound`` if there is none, or if it was retired."""
    plan = adopted_plan(year)
    priority, activity = plan.activity(code)
    if activity.retired_on is not None:
        raise NotFound(f"activity {code}")
    return plan, priority, activity
