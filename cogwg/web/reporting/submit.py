"""Submission of a quarter: what is ready and what is missing, by name; a submission creates a receipt."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import Conflict, Invalid
from cogwg.notices import event_messages
from cogwg.notices.services import notify_receipt
from cogwg.policy import Permission, can_report_on
from cogwg.reporting.report_progress import NotSubmittedReason, ReportStage, not_submitted_reason
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportToSubmit, submit_all_reports
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import conflict_context, first_changed_report
from cogwg.web.reporting.forms import SubmitAllForm
from cogwg.web.reporting.updates import behalf_code, quarter_key, year_of_key
from cogwg.web.reporting.worklist import Worklist
from cogwg.web.reporting.worklist_loader import load_worklist
from cogwg.web.reporting.worklist_row import UpdateRow


@blueprint.route("/my-updates/submit", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def submit(lang: str) -> BaseResponse:
    """Show what would be submitted and what is missing; on POST, submit all of it or nothing."""
    desk = _load_worklist()
    if request.method == "GET":
        return _render_submit(desk, lang, 200)
    form, who = SubmitAllForm(), current_user()
    try:
        ready = list(_ready_reports(desk, form))
        with write() as open_session:
            receipt_id = submit_all_reports(
                open_session,
                ready,
                not_submitted=_unsent_reasons(desk, ready),
                by=desk.actor(who),
                at=clocks.now(),
                is_allowed=lambda priority: can_report_on(who, priority, desk.acting_for_id),
            )
            _mail_receipt(open_session, desk, ready, receipt_id)
    except Invalid as refusal:
        return _render_submit(
            _load_worklist(),
            lang,
            422,
            [i18n.translate_message(message) for _field, message in refusal.problems],
            form.nothing_to_report_codes,
        )
    except Conflict:
        return _conflict_response(_load_worklist(), form, lang)
    return redirect(url_for("reporting.receipt", lang=lang, number=receipt_id), 303)


def _mail_receipt(open_session: Session, worklist: Worklist, ready: list[ReportToSubmit], number: int) -> None:
    """Email the receipt to the person who submitted the reports, in the same transaction."""
    if worklist.period is None:
        return
    sent = [
        event_messages.ReceiptLine(
            code=one.target.activity.code,
            title=one.target.activity.title,
            before=worklist.row(one.target.activity.code).current_status.status,
            after=one.draft.status,
            nothing_to_report=one.draft.nothing_to_report,
        )
        for one in ready
        if one.draft.status is not None
    ]
    where = {"token": str(number), "path": f"my-updates/receipts/{number}"}
    notify_receipt(open_session, worklist.period, sent, by=worklist.actor(current_user()), **where, **mail_context())


def _load_worklist() -> Worklist:
    key = quarter_key()
    return load_worklist(session(), current_user(), clocks.now(), behalf_code(), year=year_of_key(key), quarter=key)


def _asked_rows(worklist: Worklist) -> list[UpdateRow]:
    return [row for row in worklist.rows if row.is_asked]


def _ready_reports(worklist: Worklist, form: SubmitAllForm) -> list[ReportToSubmit]:
    """Return the drafts that were shown as ready, and those to submit as nothing to report with their last status.

    Raises ``Conflict`` when the worklist differs from what was shown: nothing is left out silently.
    """
    found = []
    versions, asked = form.posted_versions, _asked_rows(worklist)
    begun = {row.current_status.activity.code for row in asked if row.stage is not ReportStage.TO_DO}
    if begun & form.nothing_to_report_codes or set(versions) - begun:
        raise Conflict(None)
    for row in asked:
        code = row.current_status.activity.code
        if code in versions and row.report is not None:
            found.append(ReportToSubmit(worklist.target(row.item), row.report.draft, versions[code]))
        elif code in form.nothing_to_report_codes:
            found.append(
                ReportToSubmit(
                    worklist.target(row.item), ReportDraft(row.current_status.status, nothing_to_report=True), row.version
                )
            )
    return found


def _unsent_reasons(worklist: Worklist, ready: list[ReportToSubmit]) -> dict[int, NotSubmittedReason]:
    """Return the reason for each expected report that is neither received nor submitted now; the receipt shows it too."""
    sent = {one.target.activity.id for one in ready}
    behind = [
        row
        for row in _asked_rows(worklist)
        if row.stage is not ReportStage.SUBMITTED and row.current_status.activity.id not in sent
    ]
    return {row.current_status.activity.id: not_submitted_reason(row.stage, is_returned=row.is_returned) for row in behind}


def _conflict_response(worklist: Worklist, form: SubmitAllForm, lang: str) -> Response:
    """Answer 409 with the report that changed, as shown and as stored; if no text differs, render the page again."""
    found = first_changed_report(session(), worklist, form)
    if found is None:
        again = _(
            "A report changed while you were reviewing, so nothing was submitted. Review your reports, then submit again."
        )
        return _render_submit(worklist, lang, 409, [again], form.nothing_to_report_codes)
    row, stored, yours = found
    context = conflict_context(session(), worklist, row, stored, yours, lang)
    return make_response(render_template("reporting/conflict.html", is_submit_all=True, **context), 409)


def _render_submit(
    worklist: Worklist,
    lang: str,
    status: int,
    problems: list[str] | None = None,
    nothing_to_report_codes: frozenset[str] = frozenset(),
) -> Response:
    rows = _asked_rows(worklist)
    by_stage = {stage: [r for r in rows if r.stage is stage] for stage in ReportStage}
    page = render_template(
        "reporting/submit.html",
        plan=worklist.plan,
        period=worklist.period,
        acting_for=worklist.jurisdiction_names[0] if worklist.acting_for_id is not None else None,
        form=SubmitAllForm(formdata=None),
        shown_versions=" ".join(f"{r.current_status.activity.code}:{r.version}" for r in by_stage[ReportStage.READY]),
        ready=by_stage[ReportStage.READY],
        to_correct=by_stage[ReportStage.TO_CORRECT],
        to_do=by_stage[ReportStage.TO_DO],
        submitted_before=by_stage[ReportStage.SUBMITTED],
        nothing_to_report_codes=nothing_to_report_codes,
        problems=problems or [],
        back_url=url_for("reporting.my_updates", lang=lang, **worklist.query),
        action=url_for("reporting.submit", lang=lang, **worklist.query),
    )
    return make_response(page, status)
