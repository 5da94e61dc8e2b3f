"""Views that add, specify and remove roles of an adopted plan. Roles are offered, ended and handed over on the role's page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.audit.queries import audit_event
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.notices.request_messages import RoleOffer
from cogwg.notices.services import notify_offered
from cogwg.plan.editing_roles import add_role, remove_role, state_role
from cogwg.plan.wording import ROLE_LABELS
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.plan_editor import OpenForm, new_role_form, render_priority
from cogwg.web.admin.plan_forms import EditForm, NewRoleForm, ReasonForm, RoleForm
from cogwg.web.admin.plan_gone import keeps_text_if_gone
from cogwg.web.admin.plan_items import PriorityItem
from cogwg.web.admin.plan_saving import Refusal, adopted_plan, confirm, current_priority, rebase, save
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.mail_context import mail_context


@blueprint.post("/plans/<int:year>/priorities/<int:number>/roles")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_role_add(lang: str, year: int, number: int) -> Response:
    """Add a lead or partner: a vacant role, or one that is offered to a jurisdiction, whose leads get an email."""
    plan, priority = current_priority(year, number)
    form = new_role_form(plan, priority)
    emails: int | None = None

    def add(open_session: Session) -> int:
        nonlocal emails
        values: dict[str, Any] = {"reason": form.reason, "by": actor(), "at": clocks.now()}
        event_id = add_role(open_session, priority.key, form.chosen_role, form.jurisdiction_id, **values)
        emails = _mail_offer(open_session, year, priority, form, event_id)
        return event_id

    outcome = save(form, add)
    if not isinstance(outcome, int):
        return render_priority(plan, priority, outcome.status, OpenForm("new-role", form))
    if form.jurisdiction_id is None:
        return confirm(year, number, outcome, _("A vacant role was added."))
    sentence = _("The role was added and offered. It stays “to confirm” until the jurisdiction answers.")
    no_email = _("No email was sent. Send the jurisdiction the link on the role’s page.")
    return confirm(year, number, outcome, sentence, no_email if emails == 0 else "")


@blueprint.post("/plans/<int:year>/roles/<int:id>/state")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_role_state(lang: str, year: int, id: int) -> Response:
    """Specify whether a jurisdiction is a lead or a partner, if the plan does not."""
    form = RoleForm()

    def state(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return state_role(open_session, id, form.chosen_role, **values)

    return _edit_role(year, id, "state", form, state, _("The role is now specified."))


@blueprint.post("/plans/<int:year>/roles/<int:id>/remove")
@requires(Permission.EDIT_PLAN)
@keeps_text_if_gone
def plan_role_remove(lang: str, year: int, id: int) -> Response:
    """Remove a vacant role from the plan."""
    form = ReasonForm()

    def remove(open_session: Session) -> int:
        values: dict[str, Any] = {"version": form.version, "reason": form.reason, "by": actor(), "at": clocks.now()}
        return remove_role(open_session, id, **values)

    return _edit_role(year, id, "remove", form, remove, _("The vacant role was removed."))


def _edit_role(year: int, id_: int, kind: str, form: EditForm, make: Any, done: str) -> Response:
    priority, _role = adopted_plan(year).role(id_)
    outcome = save(form, make)
    if isinstance(outcome, Refusal):
        plan = adopted_plan(year)
        priority, role = plan.role(id_)
        rebase(form, role.shown, outcome)
        return render_priority(plan, priority, outcome.status, OpenForm(kind, form, str(id_)))
    return confirm(year, priority.number, outcome, done)


def _mail_offer(open_session: Session, year: int, priority: PriorityItem, form: NewRoleForm, event_id: int) -> int:
    """Email the leads of the jurisdiction to which the new role is offered; return how many emails were queued."""
    if form.jurisdiction_id is None:
        return 0
    role_id = audit_event(session(), event_id, ["role.added"]).subject_id
    label = ROLE_LABELS.get(form.chosen_role, EMPTY_TEXT) if form.chosen_role is not None else EMPTY_TEXT
    offer = RoleOffer(role_id, event_id, year, priority.number, priority.texts.title, label, current_user().name)
    return notify_offered(open_session, offer, [form.jurisdiction_id], by=actor(), **mail_context())
