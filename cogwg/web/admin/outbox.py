"""The outbox, and the page of an email, where it can be sent or cancelled. Co-chairs can open the page of a reminder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.errors import Invalid, NotFound
from cogwg.mail.delivery import deliver_now
from cogwg.mail.queries import Outbox, OutboxMessageFacts, message_with_id
from cogwg.mail.queries import outbox as read
from cogwg.mail.rules import without_secrets
from cogwg.mail.services import cancel, retry_given_up, try_again
from cogwg.mail.transport import create_transport
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.reminders import cancel_needless_copies
from cogwg.notices.rules import REMINDER_KINDS, CancellationReason, NoticeKind
from cogwg.policy import Permission, can_manage_email, has_permission
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.web.admin import blueprint
from cogwg.web.admin.outbox_rows import OutboxRow, outbox_row
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import db, session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import parse_number
from cogwg.web.http.mail_context import mail_settings
from cogwg.web.http.pagination import ListPage, list_page, page_offset
from cogwg.web.http.slots import released_slot


@dataclass(frozen=True, slots=True)
class OutboxList:
    """One list of the outbox, with the page of rows that the URL selects."""

    heading: str
    page: ListPage[OutboxRow]
    explanation: str = ""
    can_retry_all: bool = False


@blueprint.get("/outbox")
@requires(Permission.SEE_OUTBOX)
def outbox_page(lang: str) -> str:
    """List the emails by state: those that failed, then those that are waiting, cancelled and sent."""
    outbox = read(session(), lambda name, count: page_offset(count, name))
    return render_template(
        "admin/outbox.html",
        counts=outbox.counts,
        lists=[listed for listed in _lists(outbox) if listed.page.total],
        has_no_mail_server=not mail_settings().method,
    )


@blueprint.get("/outbox/<int:id>")
@requires(Permission.MANAGE_PERIODS)
def message_page(lang: str, id: int) -> str:
    """Show an email with its text and outcome. Until it is sent or cancelled, there are buttons for that."""
    message = _load_message(id)
    shown_text = without_secrets(message.text)
    return render_template(
        "admin/message.html",
        row=outbox_row(message),
        message=replace(message, text=shown_text),
        hides_link=shown_text != message.text,
        is_invitation=message.kind == NoticeKind.INVITATION,
        may_manage_people=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
        remind_period=_reminded_period(message),
        may_see_outbox=has_permission(current_user().roles, Permission.SEE_OUTBOX),
        has_no_mail_server=not mail_settings().method,
    )


@blueprint.post("/outbox/<int:id>/cancel")
@requires(Permission.MANAGE_PERIODS)
def message_cancel(lang: str, id: int) -> Response:
    """Cancel an email that has not been sent yet."""
    _load_message(id)
    try:
        with write() as open_session:
            reason, by = CancellationReason.BY_PERSON, actor()
            address = cancel(open_session, id, reason, by=by, at=clocks.now(), now=clocks.real_now())
            cancel_needless_copies(open_session, at=clocks.now(), now=clocks.real_now())
        flash(_("The email to %(address)s is cancelled. It will not be sent.", address=address))
    except Invalid as refusal:
        flash(_sentences(refusal))
    return redirect_to_outcome(url_for("admin.message_page", lang=lang, id=id))


@blueprint.post("/outbox/<int:id>/send")
@requires(Permission.MANAGE_PERIODS)
def message_send(lang: str, id: int) -> Response:
    """Send an email now, without waiting for the next delivery; the page then shows the outcome."""
    address, page_url = _load_message(id).address, url_for("admin.message_page", lang=lang, id=id)
    if not mail_settings().method:
        flash(_("No email server is configured, so emails wait here. Ask your technical team to set COGWG_SMTP_HOST."))
        return redirect_to_outcome(page_url)
    transport, by, at = create_transport(mail_settings(), current_app.logger.info), actor(), clocks.now()
    session().rollback()
    try:
        with released_slot():
            result = deliver_now(
                db.engine, transport, clocks.real_now, id, by=by, at=at, find_cancelled=partial(cancelled_messages, at=at)
            )
    except Invalid as refusal:
        flash(_sentences(refusal))
        return redirect_to_outcome(page_url)
    if result.sent:
        flash(_("The email to %(address)s has been sent.", address=address))
    elif result.cancelled:
        flash(_("The email to %(address)s was not sent, because it is no longer required.", address=address))
    else:
        flash(_("The email to %(address)s could not be sent. The reason is below.", address=address))
    return redirect_to_outcome(page_url)


@blueprint.post("/outbox/again")
@requires(Permission.SEE_OUTBOX)
def outbox_retry(lang: str) -> Response:
    """Queue an email, so that the next delivery tries to send it again, whatever went wrong before."""
    number = parse_number(request.form.get("letter", ""))
    if not number:
        raise NotFound("email")
    try:
        with write() as open_session:
            by = actor()
            address = try_again(open_session, number, by=by, at=clocks.now(), now=clocks.real_now())
        flash(_("The email to %(address)s will be sent again within a few minutes.", address=address))
    except Invalid as refusal:
        flash(_sentences(refusal))
    return redirect(url_for("admin.outbox_page", lang=lang), 303)


@blueprint.post("/outbox/again-all")
@requires(Permission.SEE_OUTBOX)
def outbox_retry_all(lang: str) -> Response:
    """Queue again every email that failed for good, for example after a setting was corrected."""
    with write() as open_session:
        count = retry_given_up(open_session, by=actor(), at=clocks.now(), now=clocks.real_now())
    if count:
        flash(
            ngettext(
                "%(num)s email will be sent again within a few minutes.",
                "%(num)s emails will be sent again within a few minutes.",
                count,
            )
        )
    else:
        flash(_("No emails have failed. There is nothing to send again."))
    return redirect(url_for("admin.outbox_page", lang=lang), 303)


def _load_message(id_: int) -> OutboxMessageFacts:
    """Return the email. Raises ``NotFound`` if there is none, or if the user may not manage it."""
    message = message_with_id(session(), id_)
    person = current_user()
    if not can_manage_email(person, message.kind, is_own=message.person_id == person.person_id):
        raise NotFound(f"email {id_}")
    return message


def _reminded_period(message: OutboxMessageFacts) -> PeriodFacts | None:
    """Return the quarter of a cancelled reminder, if that quarter accepts reports, so that a new reminder can be prepared."""
    if not (message.is_cancelled and message.kind in REMINDER_KINDS):
        return None
    counted = periods_with_missing_counts(session(), clocks.now(), clocks.today())
    number = message.key.split(":")[1]
    return next((c.period for c in counted if str(c.period.id) == number and c.period.takes_reports), None)


def _sentences(refusal: Invalid) -> str:
    return " ".join(i18n.translate_message(message) for _field, message in refusal.problems)


def _lists(outbox: Outbox) -> list[OutboxList]:
    waiting, failed, sent, cancelled = outbox.counts

    def page(name: str, messages: list[OutboxMessageFacts], count: int) -> ListPage[OutboxRow]:
        rows = [outbox_row(message) for message in messages]
        return list_page(rows, page_offset(count, name), count, "admin.outbox_page", name)

    tried_again = _("If an email cannot be sent, the system tries again automatically for about 3 days.")
    not_required = _("These emails were not sent. The reason is below each email.")
    return [
        OutboxList(_("Failed"), page("failed", outbox.given_up, failed), can_retry_all=failed > 1),
        OutboxList(_("Waiting"), page("waiting", outbox.waiting, waiting), tried_again),
        OutboxList(_("Cancelled"), page("cancelled", outbox.cancelled, cancelled), not_required),
        OutboxList(_("Sent"), page("sent", outbox.sent, sent)),
    ]
