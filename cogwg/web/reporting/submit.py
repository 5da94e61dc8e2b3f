"""Sending a quarter: what is ready and what is missing, by name; what is sent leaves a receipt."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from cogwg.core.errors import Conflict, Invalid
from cogwg.notices import event_messages
from cogwg.notices.services import notify_receipt
from cogwg.policy import Permission, can_report_on
from cogwg.reporting.report_progress import Left, Stage, left_behind
from cogwg.reporting.rules import Draft
from cogwg.reporting.services import Ready, submit_all
from cogwg.web.auth.access import requires, somebody
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mailing
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import conflict_context, overtaken
from cogwg.web.reporting.forms import SubmitAllForm
from cogwg.web.reporting.updates import behalf, quarter, year_of
from cogwg.web.reporting.worklist import Desk
from cogwg.web.reporting.worklist_loader import open_desk
from cogwg.web.reporting.worklist_row import UpdateRow


@blueprint.route("/my-updates/submit", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def submit(lang: str) -> Answer:
    """What would be sent, what is missing; on the button, all of it or nothing."""
    desk = _desk()
    if request.method == "GET":
        return _show(desk, lang, 200)
    form, who = SubmitAllForm(), somebody()
    try:
        ready = list(_ready(desk, form))
        with write() as open_session:
            receipt_id = submit_all(
                open_session,
                ready,
                left=_left(desk, ready),
                by=desk.actor(who),
                at=clocks.now(),
                may=lambda priority: can_report_on(who, priority, desk.behalf_id),
            )
            _mail_receipt(open_session, desk, ready, receipt_id)
    except Invalid as refusal:
        return _show(_desk(), lang, 422, [i18n.said(message) for _field, message in refusal.problems], form.silent)
    except Conflict:
        return _overtaken(_desk(), form, lang)
    return redirect(url_for("reporting.receipt", lang=lang, number=receipt_id), 303)


def _mail_receipt(open_session: Session, desk: Desk, ready: list[Ready], number: int) -> None:
    """The receipt goes to the person who sent the reports, in the same transaction."""
    if desk.period is None:
        return
    sent = [
        event_messages.ReceiptLine(
            code=one.target.activity.code,
            title=one.target.activity.title,
            before=desk.row(one.target.activity.code).standing.status,
            after=one.draft.status,
            nothing_to_report=one.draft.nothing_to_report,
        )
        for one in ready
        if one.draft.status is not None
    ]
    where = {"token": str(number), "path": f"my-updates/receipts/{number}"}
    notify_receipt(open_session, desk.period, sent, by=desk.actor(somebody()), **where, **mailing())


def _desk() -> Desk:
    key = quarter()
    return open_desk(session(), somebody(), clocks.now(), behalf(), year=year_of(key), quarter=key)


def _asked(desk: Desk) -> list[UpdateRow]:
    return [row for row in desk.rows if row.asked]


def _ready(desk: Desk, form: SubmitAllForm) -> list[Ready]:
    """The drafts that were shown as ready, and what is to be sent as nothing to report with its last status.

    Raises ``Conflict`` when the desk is no longer what was looked at: nothing is left out in silence.
    """
    found = []
    versions, asked = form.versions, _asked(desk)
    begun = {row.standing.activity.code for row in asked if row.stage is not Stage.TO_DO}
    if begun & form.silent or set(versions) - begun:
        raise Conflict(None)
    for row in asked:
        code = row.standing.activity.code
        if code in versions and row.report is not None:
            found.append(Ready(desk.target(row.item), row.report.draft, versions[code]))
        elif code in form.silent:
            found.append(Ready(desk.target(row.item), Draft(row.standing.status, nothing_to_report=True), row.seen))
    return found


def _left(desk: Desk, ready: list[Ready]) -> dict[int, Left]:
    """What is asked and neither in nor sent now, with the reason: the receipt says that too."""
    sent = {one.target.activity.id for one in ready}
    behind = [row for row in _asked(desk) if row.stage is not Stage.IN and row.standing.activity.id not in sent]
    return {row.standing.activity.id: left_behind(row.stage, returned=row.returned) for row in behind}


def _overtaken(desk: Desk, form: SubmitAllForm, lang: str) -> Response:
    """409: a report that somebody changed, what one looked at and what it says now; where no word differs, the page anew."""
    found = overtaken(session(), desk, form)
    if found is None:
        again = _("A report changed while you were looking, so nothing was sent. Look again.")
        return _show(desk, lang, 409, [again], form.silent)
    row, stored, yours = found
    context = conflict_context(session(), desk, row, stored, yours, lang)
    return make_response(render_template("reporting/conflict.html", together=True, **context), 409)


def _show(
    desk: Desk, lang: str, status: int, problems: list[str] | None = None, silent: frozenset[str] = frozenset()
) -> Response:
    rows = _asked(desk)
    by_stage = {stage: [r for r in rows if r.stage is stage] for stage in Stage}
    page = render_template(
        "reporting/submit.html",
        plan=desk.plan,
        period=desk.period,
        on_behalf=desk.names[0] if desk.behalf_id is not None else None,
        form=SubmitAllForm(formdata=None),
        seen=" ".join(f"{r.standing.activity.code}:{r.seen}" for r in by_stage[Stage.READY]),
        ready=by_stage[Stage.READY],
        to_correct=by_stage[Stage.TO_CORRECT],
        to_do=by_stage[Stage.TO_DO],
        submitted_before=by_stage[Stage.IN],
        silent=silent,
        problems=problems or [],
        back_url=url_for("reporting.my_updates", lang=lang, **desk.query),
        action=url_for("reporting.submit", lang=lang, **desk.query),
    )
    return make_response(page, status)
