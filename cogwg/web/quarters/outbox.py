"""The outbox as the secretariat sees it: messages that wait, failed, were withdrawn or were sent; and retrying them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.settings import Settings
from cogwg.mail.queries import Outbox, OutboxMessageFacts
from cogwg.mail.queries import outbox as read
from cogwg.mail.rules import FailureKind, parse_failure, withdrawal_code
from cogwg.mail.services import retry_given_up, try_again
from cogwg.notices.rules import CancellationReason
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import parse_number
from cogwg.web.http.pagination import ListPage, list_page, page_offset
from cogwg.web.quarters import blueprint


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message; if it was not sent, ``reason`` says why in the product's words, and ``detail`` in the mail server's."""

    message: OutboxMessageFacts
    reason: Bilingual | None
    detail: str


@dataclass(frozen=True, slots=True)
class OutboxList:
    """One of the outbox's lists, with the page of it that the URL selects."""

    heading: str
    page: ListPage[OutboxRow]
    explanation: str = ""
    can_retry_all: bool = False


@blueprint.get("/outbox")
@requires(Permission.SEE_OUTBOX)
def outbox_page(lang: str) -> str:
    """List the messages by state, the most urgent first."""
    outbox = read(session(), lambda name, count: page_offset(count, name))
    settings: Settings = current_app.extensions["cogwg.settings"]
    return render_template(
        "quarters/outbox.html",
        counts=outbox.counts,
        lists=[listed for listed in _lists(outbox) if listed.page.total],
        has_no_mail_server=not settings.mail.method,
    )


@blueprint.post("/outbox/again")
@requires(Permission.SEE_OUTBOX)
def outbox_retry(lang: str) -> Response:
    """Queue a message to be tried again at once, whatever went wrong before."""
    number = parse_number(request.form.get("letter", ""))
    if not number:
        raise NotFound("email")
    try:
        with write() as open_session:
            by = actor()
            address = try_again(open_session, number, by=by, at=clocks.now(), now=clocks.real_now())
        flash(_("The email to %(address)s will be sent again within a few minutes.", address=address))
    except Invalid as refusal:
        flash(" ".join(i18n.translate_message(message) for _field, message in refusal.problems))
    return redirect(url_for("quarters.outbox_page", lang=lang), 303)


@blueprint.post("/outbox/again-all")
@requires(Permission.SEE_OUTBOX)
def outbox_retry_all(lang: str) -> Response:
    """Retry every message that was given up, for example after a setting was corrected."""
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
    return redirect(url_for("quarters.outbox_page", lang=lang), 303)


def _lists(outbox: Outbox) -> list[OutboxList]:
    waiting, failed, sent, cancelled = outbox.counts

    def page(name: str, messages: list[OutboxMessageFacts], count: int) -> ListPage[OutboxRow]:
        rows = [_outbox_row(message) for message in messages]
        return list_page(rows, page_offset(count, name), count, "quarters.outbox_page", name)

    tried_again = _("If an email cannot be sent, the system tries again automatically for about 3 days.")
    not_required = _("These emails were not sent because they were no longer required.")
    return [
        OutboxList(_("Failed"), page("given-up", outbox.given_up, failed), can_retry_all=failed > 1),
        OutboxList(_("Waiting"), page("waiting", outbox.waiting, waiting), tried_again),
        OutboxList(_("Cancelled"), page("withdrawn", outbox.withdrawn, cancelled), not_required),
        OutboxList(_("Sent"), page("sent", outbox.sent, sent)),
    ]


def _outbox_row(message: OutboxMessageFacts) -> OutboxRow:
    if message.is_sent:
        return OutboxRow(message, None, "")
    if message.is_withdrawn:
        return OutboxRow(message, CancellationReason(withdrawal_code(message.last_error)).label, "")
    failure, detail = parse_failure(message.last_error)
    if failure is FailureKind.INTERNAL:
        return OutboxRow(message, failure.label, "")  # its detail is for the technical team; the command line prints it
    return OutboxRow(message, failure.label if failure is not None else None, detail)
