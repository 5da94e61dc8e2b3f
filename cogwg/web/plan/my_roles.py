"""The page where a lead accepts or declines all roles of a plan that their jurisdictions have not answered.

An email asks leads to open it. Opening the page changes nothing, and it can be opened as often as a person likes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.queries import SignedInPerson
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.role_history import role_changes
from cogwg.plan.services import accept_role, decline_role
from cogwg.policy import Permission, can_answer_role
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http import forms as form_errors
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.plan import blueprint
from cogwg.web.plan.forms import RoleAnswerForm

_ANSWER_FIELD = re.compile(r"role(\d{1,9})-answer")


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role that one of the person's jurisdictions has to answer, with its priority and the fields of the answer."""

    priority: PriorityFacts
    role: AssignmentFacts
    form: RoleAnswerForm


@dataclass(frozen=True, slots=True)
class AnsweredRole:
    """A role that one of the person's jurisdictions has, or that it declined and no other jurisdiction has taken since."""

    priority: PriorityFacts
    role: AssignmentFacts
    jurisdiction: Bilingual
    is_declined: bool


@blueprint.get("/plans/<int:year>/my-roles")
@requires(Permission.REPORT)
def my_roles(lang: str, year: int) -> Response:
    """Show the roles of a plan that the person's jurisdictions have to accept or decline. Nothing is preselected."""
    return _respond(year, ButtonForm(formdata=None), 200)


@blueprint.post("/plans/<int:year>/my-roles")
@requires(Permission.REPORT)
def my_roles_answer(lang: str, year: int) -> Response:
    """Accept and decline roles as chosen, all in one transaction. Roles without an answer stay "to confirm"."""
    form, person = ButtonForm(), current_user()
    plan = plan_facts(session(), year)
    own = _own_roles(plan, person)
    answers = [each for each in own if each.form.answer is not None]
    answered_before = _posted_ids() - {each.role.id for each in own}
    if answered_before and not answers:
        flash_at("roles", _("These roles have already been accepted or declined."))
        return redirect_to_outcome(url_for("plan.my_roles", lang=lang, year=year))
    try:
        if answered_before:
            raise Conflict(answered_before)
        if not answers:
            raise Invalid(("", Message(N_("Accept or decline at least one role."))))
        with write() as open_session:
            check_plan_is_open(open_session, plan_id=plan.id)
            for each in answers:
                _answer(open_session, each, person)
    except Invalid as refusal:
        form_errors.add_errors(form, Invalid(*(problem for problem in refusal.problems if not problem[0])))
        return _respond(year, form, 422, own)
    except Conflict:
        form.form_errors.append(
            _("You can no longer answer for one of the roles, so nothing was saved. Check the roles below.")
        )
        return _respond(year, form, 409)
    accepted = sum(each.form.answer is True for each in answers)
    declined = len(answers) - accepted
    sentences = [ngettext("%(num)s role accepted.", "%(num)s roles accepted.", accepted)] if accepted else []
    sentences += [ngettext("%(num)s role declined.", "%(num)s roles declined.", declined)] if declined else []
    flash_at("roles", " ".join(sentences))
    return redirect_to_outcome(url_for("plan.my_roles", lang=lang, year=year))


def _posted_ids() -> set[int]:
    """Return the ids of the roles for which an answer was sent."""
    matches = (_ANSWER_FIELD.fullmatch(name) for name in request.form)
    return {int(match[1]) for match in matches if match is not None}


def _answer(open_session: Session, own: OwnRole, person: SignedInPerson) -> None:
    """Accept or decline a role. Raises ``Conflict`` if the role was accepted, declined or changed in the meantime."""
    role = own.role
    shared: dict[str, Any] = {
        "expected_jurisdiction_id": role.jurisdiction_id,
        "by": actor(role.jurisdiction_id),
        "at": clocks.now(),
        "is_allowed": lambda jurisdiction_id: can_answer_role(person, jurisdiction_id),
    }
    try:
        if own.form.answer:
            accept_role(open_session, role.id, **shared)
        else:
            decline_role(open_session, role.id, reason=own.form.reason_text, **shared)
    except Invalid as refusal:
        if any(field for field, _message in refusal.problems):
            form_errors.add_errors(own.form, refusal)
            raise
        raise Conflict(role.id) from None


def _own_roles(plan: PlanFacts, person: SignedInPerson) -> list[OwnRole]:
    """Return the roles that wait for an answer from the person's jurisdictions, each with the answer that was sent, if any."""
    ids = person.lead_jurisdiction_ids
    waiting = ((priority, role) for priority in plan.priorities for role in priority.roles_to_confirm(ids))
    return [OwnRole(priority, role, RoleAnswerForm(role.id)) for priority, role in waiting]


def _answered_roles(plan: PlanFacts, person: SignedInPerson) -> list[AnsweredRole]:
    """Return the roles that the person's jurisdictions have or declined, in the order of the plan."""
    own = {m.jurisdiction_id: m.name for m in person.lead_memberships if m.jurisdiction_id is not None}
    vacant = [role.id for _priority, role in plan.assignments_with(Confirmation.VACANT)]
    last = {id_: changes[0] for id_, changes in role_changes(session(), vacant).items() if changes}
    answered = []
    for priority in plan.priorities:
        for role in priority.assignments:
            if role.is_confirmed and role.jurisdiction_id in own:
                answered.append(AnsweredRole(priority, role, role.full_name, is_declined=False))
            elif role.is_vacant and role.id in last and last[role.id].is_declined:
                by = last[role.id].answered_for
                if by in own.values():
                    answered.append(AnsweredRole(priority, role, by, is_declined=True))
    return answered


def _respond(year: int, form: ButtonForm, status: int, own: Sequence[OwnRole] | None = None) -> Response:
    """Render the page; ``own`` are the roles with the answers that were refused, if any."""
    try:
        plan = plan_facts(session(), year)
    except NotFound:
        return make_response(render_template("plan/my_roles_gone.html", year=year), 404)
    own = _own_roles(plan, current_user()) if own is None else own
    problems = [field for each in own for field in each.form if field.errors]
    answered = _answered_roles(plan, current_user())
    page = render_template("plan/my_roles.html", plan=plan, own=own, answered=answered, form=form, problem_fields=problems)
    return make_response(page, status)
