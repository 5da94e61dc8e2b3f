"""Requests to move a due date. A lead asks on the activity's page; a co-chair or the secretariat answers there."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message
from cogwg.notices.request_messages import RequestedDueDate
from cogwg.notices.services import cancel_due_request_emails, notify_due_request
from cogwg.plan.due_requests import (
    DueRequestFacts,
    accept_due_request,
    ask_to_move_due_date,
    decline_due_request,
    due_request,
    withdraw_due_request,
)
from cogwg.policy import Permission, can_request_due_date
from cogwg.web.activities import blueprint
from cogwg.web.activities.forms import DeclineDueForm, DueRequestForm
from cogwg.web.activities.page import ActivityContext, activity_context, due_request_form, requesting_jurisdiction, respond
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import moved_to
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context, with_mail_note


@blueprint.post("/plans/<int:year>/activities/<code>/due/requests")
@requires(Permission.REPORT)
def due_request_make(lang: str, year: int, code: str) -> Response:
    """Ask the co-chairs to move the due date, and give a reason."""
    here, person = activity_context(lang, year, code), current_user()
    own = requesting_jurisdiction(here, person)
    if own is None or own.jurisdiction_id is None:
        raise Forbidden
    form, asking_id = due_request_form(here), own.jurisdiction_id

    def ask(open_session: Session) -> int:
        to, shown_due = form.new_due, form.posted_due
        if shown_due is None:
            raise Conflict(here.activity.due)
        by = actor(asking_id)
        id_, event_id = ask_to_move_due_date(
            open_session,
            here.activity.id,
            asking_id,
            to,
            reason=form.reason,
            expected_due=shown_due,
            by=by,
            at=clocks.now(),
            is_allowed=lambda j: can_request_due_date(person, here.priority, j),
        )
        facts = due_request(open_session, here.activity.id, id_)
        notify_due_request(
            open_session, _email_facts(here, facts, facts.reason, token=event_id), asking_id, by=by, **mail_context()
        )
        return id_

    try:
        with write() as open_session:
            form.make_once(open_session, "due request", lambda: ask(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"reason": f"reason_{lang}"})
        return respond(here, 422, due_request=form)
    except Conflict:
        return respond(here, 409, due_request=_with_moved_date(here, form))
    flash_at(
        "due-request",
        with_mail_note(_("Request sent. The co-chairs will receive it by email, and you will receive their answer.")),
    )
    return redirect_to_outcome(here.url)


@blueprint.post("/plans/<int:year>/activities/<code>/due/requests/<int:id>/withdraw")
@requires(Permission.REPORT)
def due_request_withdraw(lang: str, year: int, code: str, id: int) -> Response:
    """Withdraw a request that has not been answered yet."""
    here, person = activity_context(lang, year, code), current_user()
    if requesting_jurisdiction(here, person) is None:
        raise Forbidden
    try:
        with write() as open_session:
            withdrawn = withdraw_due_request(
                open_session,
                here.activity.id,
                id,
                by=actor(),
                at=clocks.now(),
                is_allowed=lambda j: can_request_due_date(person, here.priority, j),
            )
            if withdrawn is not None:
                cancel_due_request_emails(open_session, id, now=clocks.real_now())
    except Invalid as refusal:
        flash_at("history", " ".join(i18n.translate_message(message) for _field, message in refusal.problems))
        return redirect_to_outcome(here.url)
    gone = _("This request no longer exists. It may already have been withdrawn.")
    flash_at("history", gone if withdrawn is None else _("Request withdrawn. The due date has not changed."))
    return redirect_to_outcome(here.url)


@blueprint.post("/plans/<int:year>/activities/<code>/due/requests/<int:id>/accept")
@requires(Permission.MANAGE_PLAN)
def due_request_accept(lang: str, year: int, code: str, id: int) -> Response:
    """Move the due date as requested, and email the answer to the leads."""
    here = activity_context(lang, year, code)
    facts, by, form = due_request(session(), here.activity.id, id), actor(), DeclineDueForm(formdata=None)
    try:
        with write() as open_session:
            if accept_due_request(open_session, here.activity.id, id, by=by, at=clocks.now()) is not None:
                email = _email_facts(here, facts, EMPTY_TEXT, answer=True)
                notify_due_request(open_session, email, facts.jurisdiction_id, by=by, **mail_context())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return respond(here, 422, decline=form)
    except Conflict:
        sentence = N_(
            "The due date has been moved since the request was made. Choose another due date, or decline the request."
        )
        forms.add_errors(form, Invalid(("", Message(sentence))))
        return respond(activity_context(lang, year, code), 409, decline=form)
    flash_at("history", _("Due date moved %(to)s. The history shows the reason.", to=moved_to(facts.to)))
    return redirect_to_outcome(here.url)


@blueprint.post("/plans/<int:year>/activities/<code>/due/requests/<int:id>/decline")
@requires(Permission.MANAGE_PLAN)
def due_request_decline(lang: str, year: int, code: str, id: int) -> Response:
    """Decline to move the due date, and email the reason to the leads."""
    here, form, by = activity_context(lang, year, code), DeclineDueForm(), actor()
    facts = due_request(session(), here.activity.id, id)
    try:
        with write() as open_session:
            declined = decline_due_request(open_session, here.activity.id, id, reason=form.reason, by=by, at=clocks.now())
            if declined is not None:
                email = _email_facts(here, facts, form.reason, answer=False)
                notify_due_request(open_session, email, facts.jurisdiction_id, by=by, **mail_context())
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"reason": f"reason_{lang}"})
        return respond(here, 422, decline=form)
    flash_at("history", with_mail_note(_("Request declined. The leads will receive an email with your reason.")))
    return redirect_to_outcome(here.url)


def _email_facts(
    here: ActivityContext, facts: DueRequestFacts, reason: Bilingual, *, answer: bool | None = None, token: int = 0
) -> RequestedDueDate:
    return RequestedDueDate(
        facts.id,
        here.plan.year,
        here.activity.code,
        here.activity.title,
        facts.to.text,
        facts.jurisdiction,
        reason,
        current_user().name,
        answer,
        token,
    )


def _with_moved_date(here: ActivityContext, form: DueRequestForm) -> DueRequestForm:
    """Return the form as it was typed, but based on the current due date, with an error that says that the date was moved."""
    form.was.data = here.activity.due.key
    sentence = N_("The due date was moved %(to)s while you were editing. Check your changes, then try again.")
    forms.add_errors(form, Invalid(("", Message(sentence, {"to": moved_to(here.activity.due)}))))
    return form
