"""Roles: the page where a role is requested, offered, answered, ended or handed over, and the list of vacant roles."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.queries import leads_by_language
from cogwg.notices.request_messages import EndedRole, RequestedRole, RoleOffer
from cogwg.notices.services import cancel_offer_emails, notify_offered, notify_role_ended, notify_role_requested
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.plan.retired import priority_of_retired_role
from cogwg.plan.role_history import role_changes
from cogwg.plan.role_requests import request_role, withdraw_role_request
from cogwg.plan.services import accept_role, decline_role, end_role, hand_over_role, offer_role, withdraw_offer
from cogwg.plan.wording import ROLE_LABELS
from cogwg.policy import Permission, can_answer_role, can_request_role
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http import forms as form_errors
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import parse_number
from cogwg.web.http.mail_context import mail_context, with_mail_note
from cogwg.web.plan import blueprint
from cogwg.web.plan.forms import AcceptForm, DeclineForm, EndRoleForm, HandOverForm, OfferForm
from cogwg.web.plan.role_contents import RolePage, available_jurisdictions, load_role_page


@blueprint.get("/plans/<int:year>/roles/<int:id>")
@requires(Permission.READ_REPORTS)
def role_page(lang: str, year: int, id: int) -> Response:
    """Show a role with its priority, what it involves, and the forms that this person may use.

    The URL of a role that was retired, which an email may contain, redirects to its priority.
    """
    try:
        return _respond(load_role_page(year, id))
    except NotFound:
        number = priority_of_retired_role(session(), year, id)
        return redirect(url_for("plan.priority_page", lang=lang, year=year, number=number), 303)


@blueprint.post("/plans/<int:year>/roles/<int:id>/accept")
@requires(Permission.REPORT, Permission.MANAGE_PLAN)
def role_accept(lang: str, year: int, id: int) -> Response:
    """Accept the role for the jurisdiction that it was offered to."""
    page, person, form = load_role_page(year, id), current_user(), AcceptForm()
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
    page, person = load_role_page(year, id), current_user()
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
    """Offer a vacant role to a jurisdiction, and email its leads."""
    page = load_role_page(year, id)
    form = OfferForm(id, available_jurisdictions(page.priority))
    try:
        with write() as open_session:
            mailed = _offer(open_session, page, form.chosen_jurisdiction_id)
    except Invalid as refusal:
        return _refused_response(year, id, refusal, offer=form)
    if mailed:
        offered = ngettext(
            "Role offered. %(num)s person will receive an email with a link to the role. The role stays “to confirm” "
            "until the jurisdiction answers.",
            "Role offered. %(num)s people will receive an email with a link to the role. The role stays “to confirm” "
            "until the jurisdiction answers.",
            mailed,
        )
        flash(with_mail_note(offered))
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
    number = offer_role(open_session, page.role.id, jurisdiction_id, by=actor(), at=clocks.now())
    return _mail_offer(open_session, page, number, jurisdiction_id)


def _mail_offer(open_session: Session, page: RolePage, number: int, jurisdiction_id: int | None) -> int:
    """Email the jurisdiction's leads about the offer, whose audit event has the id ``number``; return the number of emails."""
    role, priority = ROLE_LABELS.get(page.role.role, EMPTY_TEXT), page.priority
    offer = RoleOffer(page.role.id, number, page.plan.year, priority.number, priority.title, role, current_user().name)
    return notify_offered(
        open_session, offer, [jurisdiction_id] if jurisdiction_id is not None else [], by=actor(), **mail_context()
    )


@blueprint.post("/plans/<int:year>/roles/<int:id>/withdraw")
@requires(Permission.MANAGE_PLAN)
def role_withdraw_offer(lang: str, year: int, id: int) -> Response:
    """Withdraw the offer of a role, which becomes vacant."""
    page, form = load_role_page(year, id), AcceptForm()

    def withdraw(open_session: Session, by: Actor, at: datetime) -> None:
        number = withdraw_offer(open_session, id, expected_jurisdiction_id=form.asked_jurisdiction_id, by=by, at=at)
        never_informed = cancel_offer_emails(open_session, id, now=clocks.real_now())
        _mail_ended(open_session, page, number, form.asked_jurisdiction_id, EMPTY_TEXT, never_informed)

    return _apply_role_change(page, withdraw, form, _("Offer withdrawn. The role is now vacant."))


@blueprint.post("/plans/<int:year>/roles/<int:id>/end")
@requires(Permission.MANAGE_PLAN)
def role_end(lang: str, year: int, id: int) -> Response:
    """End the role of the jurisdiction that holds it, with a reason; the role becomes vacant."""
    page, form = load_role_page(year, id), EndRoleForm()

    def end(open_session: Session, by: Actor, at: datetime) -> None:
        number = end_role(
            open_session, id, expected_jurisdiction_id=form.asked_jurisdiction_id, reason=form.reason, by=by, at=at
        )
        _mail_ended(open_session, page, number, form.asked_jurisdiction_id, form.reason)

    done = with_mail_note(_("Role ended. It is now vacant. The jurisdiction’s leads will receive an email."))
    return _apply_role_change(page, end, form, done, end=form)


@blueprint.post("/plans/<int:year>/roles/<int:id>/hand-over")
@requires(Permission.MANAGE_PLAN)
def role_hand_over(lang: str, year: int, id: int) -> Response:
    """Offer a role that a jurisdiction holds to another jurisdiction, with a reason."""
    page = load_role_page(year, id)
    form = HandOverForm(available_jurisdictions(page.priority))

    def hand_over(open_session: Session, by: Actor, at: datetime) -> None:
        chosen = form.chosen_jurisdiction_id
        number = hand_over_role(
            open_session, id, chosen, expected_jurisdiction_id=form.asked_jurisdiction_id, reason=form.reason, by=by, at=at
        )
        _mail_ended(open_session, page, number, form.asked_jurisdiction_id, form.reason)
        _mail_offer(open_session, page, number, chosen)

    done = _("Role handed over. It stays “to confirm” until the new jurisdiction answers.")
    return _apply_role_change(page, hand_over, form, done, hand_over=form)


@blueprint.post("/plans/<int:year>/roles/<int:id>/request")
@requires(Permission.REPORT)
def role_request(lang: str, year: int, id: int) -> Response:
    """Ask the co-chairs for a vacant role, for one of the person's own jurisdictions."""
    page, form, person = load_role_page(year, id), AcceptForm(), current_user()
    asking = form.asked_jurisdiction_id or -1

    def request(open_session: Session, by: Actor, at: datetime) -> None:
        number = request_role(open_session, id, asking, by=by, at=at, is_allowed=lambda j: can_request_role(person, j))
        if number is None:
            return
        name = next(m.name for m in person.lead_memberships if m.jurisdiction_id == asking)
        priority = page.priority
        asked = RequestedRole(id, number, year, priority.number, priority.title, name, person.name)
        notify_role_requested(open_session, asked, by=by, **mail_context())

    done = with_mail_note(_("The co-chairs will receive your request by email. You can withdraw it here."))
    return _apply_role_change(page, request, form, done)


@blueprint.post("/plans/<int:year>/roles/<int:id>/request/withdraw")
@requires(Permission.REPORT)
def role_withdraw_request(lang: str, year: int, id: int) -> Response:
    """Withdraw a jurisdiction's request for a vacant role."""
    page, form, person = load_role_page(year, id), AcceptForm(), current_user()
    asking = form.asked_jurisdiction_id or -1

    def withdraw(open_session: Session, by: Actor, at: datetime) -> str | None:
        withdrawn = withdraw_role_request(
            open_session, id, asking, by=by, at=at, is_allowed=lambda j: can_request_role(person, j)
        )
        return _("This request no longer exists. It may already have been withdrawn.") if withdrawn is None else None

    return _apply_role_change(page, withdraw, form, _("Request withdrawn."))


def _apply_role_change(
    page: RolePage, change: Callable[[Session, Actor, datetime], str | None], form: AcceptForm, done: str, **replacements: Any
) -> Response:
    """Make a change to a role, and confirm it on the page; if it is refused, show the page again with 422 or 409.

    If nothing was changed, ``change`` returns the sentence to show instead of ``done``.
    """
    year, id_, lang = page.plan.year, page.role.id, i18n.current_language()
    try:
        with write() as open_session:
            done = change(open_session, actor(), clocks.now()) or done
    except Invalid as refusal:
        form_errors.add_errors(form, refusal, {"reason": f"reason_{lang.value}"})
        return _respond(load_role_page(year, id_), 422, refused_form=form, **replacements)
    except Conflict:
        fresh = load_role_page(year, id_)
        name = fresh.role.full_name.text(lang)
        form.form_errors.append(_("This role now belongs to another jurisdiction: %(who)s.", who=name))
        form.asked.data = fresh.role.jurisdiction_id
        return _respond(fresh, 409, refused_form=form, **replacements)
    flash(done)
    return redirect(url_for("plan.role_page", **page.url_values), 303)


def _mail_ended(
    open_session: Session,
    page: RolePage,
    number: int,
    jurisdiction_id: int | None,
    reason: Bilingual,
    except_ids: Collection[int] = (),
) -> None:
    """Email the leads of the jurisdiction that held the role, or was offered it, in the same transaction.

    ``except_ids`` are people who were never informed of the offer.
    """
    priority = page.priority
    ended = EndedRole(page.role.id, number, page.plan.year, priority.number, priority.title, reason, current_user().name)
    ids = [jurisdiction_id] if jurisdiction_id is not None else []
    notify_role_ended(open_session, ended, ids, except_ids=except_ids, by=actor(), **mail_context())


@blueprint.get("/vacancies")
@requires(Permission.READ_REPORTS)
def vacancy_list(lang: str) -> str:
    """List the vacant roles and those waiting for an answer, each with its start date and its latest change.

    They are those of the plan in effect, or of the plan of the year in the URL.
    """
    year = parse_number(request.args.get("year", ""))
    try:
        plan = plan_facts(session(), year or clocks.today().year, in_effect=year is None, with_activities=False)
    except NotFound:
        if year is not None:
            raise
        return render_template("plan/vacancies.html", plan=None, vacant=[], waiting=[], histories={})
    vacant, waiting = plan.assignments_with(Confirmation.VACANT), plan.assignments_with(Confirmation.TO_CONFIRM)
    return render_template(
        "plan/vacancies.html",
        plan=plan,
        vacant=vacant,
        waiting=waiting,
        histories=role_changes(session(), [a.id for _priority, a in (*vacant, *waiting)]),
    )


def _refused_response(
    year: int, id: int, refusal: Invalid, form: DeclineForm | None = None, offer: OfferForm | None = None
) -> Response:
    """Answer 422 with the current page, the errors and what was typed."""
    sent = offer or form or AcceptForm()
    form_errors.add_errors(sent, refusal)
    return _respond(load_role_page(year, id), 422, refused_form=sent, form=form, offer=offer)


def _concurrent_offer_response(year: int, id: int, sent_form: AcceptForm, form: DeclineForm | None = None) -> Response:
    """Answer 409 with the current page, because the role is now offered to another jurisdiction, which the page names.

    If this person may answer for that jurisdiction, the page also has the forms to do so.
    """
    page = load_role_page(year, id)
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
        "end": EndRoleForm(formdata=None, data=data),
        "hand_over": page.hand_over,
        "refused_form": None,
    }
    holder_ids = [page.role.jurisdiction_id] if page.hand_over is not None and page.role.jurisdiction_id is not None else []
    readers = leads_by_language(session(), holder_ids) if holder_ids else {}
    context = {**forms, **given_forms, "page": page, "role_readers": readers}
    return make_response(render_template("plan/role.html", **context), status)
