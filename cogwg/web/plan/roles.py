"""Roles: the page where a jurisdiction accepts or declines a role, and the list of vacant roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.queries import jurisdictions
from cogwg.core.bilingual import EMPTY_TEXT
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.event_messages import RoleOffer
from cogwg.notices.services import notify_offered
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.plan.role_history import RoleChange, priority_number_of_role, role_changes
from cogwg.plan.services import accept_role, decline_role, offer_role
from cogwg.plan.wording import ROLE_LABELS
from cogwg.policy import Permission, acting_for, can_answer_role, has_permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http import forms as form_errors
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context
from cogwg.web.plan import blueprint
from cogwg.web.plan.forms import AcceptForm, DeclineForm, OfferForm


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role in its priority, its history, and what the current user may do.

    ``share_url`` is the link to send to a jurisdiction that has not answered yet; empty if there is none to send.
    """

    plan: PlanFacts
    priority: PriorityFacts
    role: AssignmentFacts
    history: list[RoleChange]
    share_url: str
    may_answer: bool = False
    is_on_behalf: bool = False
    offer: OfferForm | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the jurisdiction accepted the role; a role that the plan assigns has no history, as it was never offered."""
        return self.role.is_confirmed and bool(self.history)

    @property
    def url_values(self) -> dict[str, Any]:
        return {"lang": i18n.current_language().value, "year": self.plan.year, "id": self.role.id}


@blueprint.get("/plans/<int:year>/roles/<int:id>")
@requires(Permission.READ_REPORTS)
def role_page(lang: str, year: int, id: int) -> Response:
    """Show a role with its priority, what it involves, and the forms to answer or offer it."""
    return _respond(_load_role_page(year, id))


@blueprint.post("/plans/<int:year>/roles/<int:id>/accept")
@requires(Permission.REPORT, Permission.MANAGE_PLAN)
def role_accept(lang: str, year: int, id: int) -> Response:
    """Accept the role for the jurisdiction that it was offered to."""
    page, person, form = _load_role_page(year, id), current_user(), AcceptForm()
    try:
        with write() as open_session:
            by, at = actor(form.asked_jurisdiction_id), clocks.now()
            accept_role(
                open_session,
                id,
                expected_jurisdiction_id=form.asked_jurisdiction_id,
                by=by,
                at=at,
                is_allowed=lambda j: can_answer_role(person, j),
            )
    except Invalid as refusal:
        return _refused_response(year, id, refusal)
    except Conflict:
        return _concurrent_offer_response(year, id, form)
    flash(_("Role accepted. Thank you."))
    return redirect(url_for("plan.role_page", **page.url_values), 303)


@blueprint.post("/plans/<int:year>/roles/<int:id>/decline")
@requires(Permission.REPORT, Permission.MANAGE_PLAN)
def role_decline(lang: str, year: int, id: int) -> Response:
    """Decline the role for the jurisdiction that it was offered to; the role becomes vacant."""
    page, person = _load_role_page(year, id), current_user()
    form = DeclineForm()
    try:
        with write() as open_session:
            by, at, jurisdiction_id = actor(form.asked_jurisdiction_id), clocks.now(), form.asked_jurisdiction_id
            decline_role(
                open_session,
                id,
                expected_jurisdiction_id=jurisdiction_id,
                reason=form.reason_text,
                by=by,
                at=at,
                is_allowed=lambda j: can_answer_role(person, j),
            )
    except Invalid as refusal:
        return _refused_response(year, id, refusal, form)
    except Conflict:
        return _concurrent_offer_response(year, id, form, form)
    flash(_("Role declined. It is now vacant."))
    return redirect(url_for("plan.role_page", **page.url_values), 303)


@blueprint.post("/plans/<int:year>/roles/<int:id>/offer")
@requires(Permission.MANAGE_PLAN)
def role_offer(lang: str, year: int, id: int) -> Response:
    """Offer a vacant role to a jurisdiction."""
    page = _load_role_page(year, id)
    form = OfferForm(id, _available_jurisdictions(page.priority))
    try:
        with write() as open_session:
            mailed = _offer(open_session, page, form.chosen_jurisdiction_id)
    except Invalid as refusal:
        return _refused_response(year, id, refusal, offer=form)
    if mailed:
        flash(
            ngettext(
                "Role offered. %(num)s person will receive an email with the link. The role stays “to confirm” "
                "until the jurisdiction answers.",
                "Role offered. %(num)s people will receive an email with the link. The role stays “to confirm” "
                "until the jurisdiction answers.",
                mailed,
            )
        )
    else:
        flash(
            _(
                "Role offered, but no email was sent. Send the link on this page to the jurisdiction. The role "
                "stays “to confirm” until the jurisdiction answers."
            )
        )
    return redirect(url_for("plan.role_page", **page.url_values), 303)


def _offer(open_session: Session, page: RolePage, jurisdiction_id: int | None) -> int:
    """Offer the role and email the jurisdiction's leads, in one transaction; return the number of emails."""
    by = actor()
    number = offer_role(open_session, page.role.id, jurisdiction_id, by=by, at=clocks.now())
    role, priority = ROLE_LABELS.get(page.role.role, EMPTY_TEXT), page.priority
    offer = RoleOffer(page.role.id, number, page.plan.year, priority.number, priority.title, role, current_user().name)
    return notify_offered(
        open_session, offer, [jurisdiction_id] if jurisdiction_id is not None else [], by=by, **mail_context()
    )


@blueprint.get("/vacancies")
@requires(Permission.READ_REPORTS)
def vacancy_list(lang: str) -> str:
    """List the vacant roles and those waiting for an answer, with their dates and who declined them."""
    try:
        plan = plan_facts(session(), clocks.today().year, or_earlier=True)
    except NotFound:
        return render_template("plan/vacancies.html", plan=None, vacant=[], waiting=[], histories={})
    vacant, waiting = plan.assignments_with(Confirmation.VACANT), plan.assignments_with(Confirmation.TO_CONFIRM)
    return render_template(
        "plan/vacancies.html",
        plan=plan,
        vacant=vacant,
        waiting=waiting,
        histories=role_changes(session(), [a.id for _priority, a in (*vacant, *waiting)]),
    )


def _load_role_page(year: int, id: int) -> RolePage:
    """Return the role with what the current user may do. Raises ``NotFound`` if the year's plan has no such role."""
    plan = plan_facts(session(), year, number=priority_number_of_role(session(), year, id))
    (priority,) = plan.priorities
    role = next(a for a in priority.assignments if a.id == id)
    person = current_user()
    can_manage = has_permission(person.roles, Permission.MANAGE_PLAN)
    return RolePage(
        plan=plan,
        priority=priority,
        role=role,
        history=role_changes(session(), [id])[id],
        share_url=url_for("plan.role_page", lang=i18n.current_language().value, year=year, id=id, _external=True)
        if can_manage and role.is_to_confirm
        else "",
        may_answer=role.is_to_confirm and role.jurisdiction_id is not None and can_answer_role(person, role.jurisdiction_id),
        is_on_behalf=role.jurisdiction_id is not None and acting_for(person, role.jurisdiction_id) is not None,
        offer=OfferForm(id, _available_jurisdictions(priority), formdata=None) if can_manage and role.is_vacant else None,
    )


def _available_jurisdictions(priority: PriorityFacts) -> list[tuple[int, str]]:
    """Return the jurisdictions that have no role in this priority, sorted by name."""
    lang = i18n.current_language().value
    holders = {a.jurisdiction_id for a in priority.assignments}
    return [(j.id, j.name.text(lang)) for j in jurisdictions(session(), lang) if j.id not in holders]


def _refused_response(
    year: int, id: int, refusal: Invalid, form: DeclineForm | None = None, offer: OfferForm | None = None
) -> Response:
    """Answer 422 with the current page and the errors; what was typed stays."""
    sent = offer or form or AcceptForm()
    form_errors.add_errors(sent, refusal)
    return _respond(_load_role_page(year, id), 422, refused_form=sent, form=form, offer=offer)


def _concurrent_offer_response(year: int, id: int, sent_form: AcceptForm, form: DeclineForm | None = None) -> Response:
    """Answer 409 if the role is now offered to another jurisdiction: the page names it, and lets those who may answer do so."""
    page = _load_role_page(year, id)
    name = page.role.full_name.text(i18n.current_language())
    sent_form.form_errors.append(_("This role has now been offered to another jurisdiction: %(who)s.", who=name))
    if form is not None:
        form.asked.data = page.role.jurisdiction_id
    return _respond(page, 409, refused_form=sent_form, form=form)


def _respond(page: RolePage, status: int = 200, **replacements: Any) -> Response:
    given_forms = {name: value for name, value in replacements.items() if value is not None}
    data = {"asked": page.role.jurisdiction_id}
    forms = {
        "accept_form": AcceptForm(formdata=None, data=data),
        "form": DeclineForm(formdata=None, data=data),
        "offer": page.offer,
        "refused_form": None,
    }
    context = {**forms, **given_forms, "page": page}
    return make_response(render_template("plan/role.html", **context), status)
