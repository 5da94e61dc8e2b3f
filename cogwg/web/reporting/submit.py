"""The page to submit a quarter's reports, which lists those that are ready and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.calendar import Quarter
from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.reporting.receipts import receipts_of
from cogwg.reporting.report_progress import NotSubmittedReason, ReportStage, not_submitted_reason
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import NOTHING_TO_SUBMIT, ReportToSubmit, submit_all_reports
from cogwg.web.auth.access import requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import conflict_context, first_changed_report
from cogwg.web.reporting.forms import SubmitAllForm
from cogwg.web.reporting.submission_emails import queue_submission_emails
from cogwg.web.reporting.updates import load_requested_worklist
from cogwg.web.reporting.worklist import NoPlan, Worklist
from cogwg.web.reporting.worklist_row import UpdateRow


@blueprint.route("/my-updates/submit", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def submit(lang: str) -> BaseResponse:
    """Show the reports to submit and what they lack; on POST, submit all reports, or none if any of them is refused."""
    try:
        worklist = load_requested_worklist()
    except NoPlan:
        return _render_empty(lang)
    if request.method == "GET":
        return _render_submit(worklist, lang, 200)
    form = SubmitAllForm()
    try:
        with write() as open_session:
            number = form.make_once(open_session, "period", lambda: _submit_ready(open_session, worklist, form))
    except (Invalid, Conflict) as refusal:
        return _refusal_response(load_requested_worklist(), form, refusal, lang)
    return redirect(url_for("reporting.receipt", lang=lang, number=number), 303)


def _submit_ready(open_session: Session, worklist: Worklist, form: SubmitAllForm) -> int:
    """Submit the reports, queue their emails, and return the number of the receipt."""
    reporter, ready = worklist.context.reporter, list(_ready_reports(worklist, form))
    unsent = _unsent_reasons(worklist, ready)
    receipt = submit_all_reports(
        open_session,
        ready,
        not_submitted=unsent,
        by=reporter.actor,
        at=clocks.now(),
        is_allowed=reporter.can_report_on,
    )
    queue_submission_emails(open_session, worklist.context, receipt, unsent, with_receipt=True)
    return receipt.number


def _ready_reports(worklist: Worklist, form: SubmitAllForm) -> Iterator[ReportToSubmit]:
    """Yield the reports to submit: drafts shown as ready, and "nothing to report" with the last status where that was checked.

    Raises ``Conflict`` if the worklist differs from what was shown, so that no report is left out silently.
    """
    versions, expected = form.posted_versions, worklist.expected_rows
    begun = {row.current_status.activity.code for row in expected if row.stage is not ReportStage.TO_DO}
    if begun & form.nothing_to_report_codes or set(versions) - begun:
        raise Conflict(None)
    for row in expected:
        code = row.current_status.activity.code
        if code in versions and row.report is not None:
            yield ReportToSubmit(worklist.context.target(row.item), row.report.draft, versions[code])
        elif code in form.nothing_to_report_codes:
            draft = ReportDraft(row.current_status.status, nothing_to_report=True)
            yield ReportToSubmit(worklist.context.target(row.item), draft, row.version)


def _unsent_reasons(worklist: Worklist, ready: list[ReportToSubmit]) -> dict[int, NotSubmittedReason]:
    """Map the id of each other activity with an expected report to the reason why it is left out.

    The receipt shows these reasons. Reports that were received earlier are not included.
    """
    submitted_ids = {report.target.activity.id for report in ready}
    return {
        row.current_status.activity.id: not_submitted_reason(row.stage, is_returned=row.is_returned)
        for row in worklist.expected_rows
        if row.stage is not ReportStage.SUBMITTED and row.current_status.activity.id not in submitted_ids
    }


def _refusal_response(worklist: Worklist, form: SubmitAllForm, refusal: Invalid | Conflict, lang: str) -> BaseResponse:
    rows = worklist.expected_rows
    if rows and all(row.stage is ReportStage.SUBMITTED for row in rows):
        return _already_submitted(worklist, lang)
    if isinstance(refusal, Conflict):
        return _conflict_response(worklist, form, lang)
    problems = [i18n.translate_message(message) for _field, message in refusal.problems]
    return _render_submit(worklist, lang, 422, problems, form.nothing_to_report_codes)


def _already_submitted(worklist: Worklist, lang: str) -> BaseResponse:
    """Redirect to the person's receipt for these reports or, if another person submitted some of them, to My updates."""
    flash_at("", _("These reports were already submitted. Nothing was submitted again."))
    context = worklist.context
    own = receipts_of(session(), context.reporter.actor.id) if context.reporter.actor.id is not None else []
    activities = {row.current_status.activity.id for row in worklist.expected_rows}
    for receipt in own:
        is_of_quarter = context.period is not None and receipt.quarter == Quarter(context.period.year, context.period.quarter)
        if is_of_quarter and activities.issubset(receipt.activity_ids):
            return redirect_to_outcome(url_for("reporting.receipt", lang=lang, number=receipt.number))
    return redirect_to_outcome(url_for("reporting.my_updates", lang=lang, **context.page_query))


def _conflict_response(worklist: Worklist, form: SubmitAllForm, lang: str) -> Response:
    """Answer 409 with the report that changed, as shown and as stored; if no report differs, render the page again."""
    changed = first_changed_report(session(), worklist, form)
    if changed is None:
        again = _(
            "A report changed while you were reviewing, so nothing was submitted. Review your reports, then submit again."
        )
        return _render_submit(worklist, lang, 409, [again], form.nothing_to_report_codes)
    row, stored, yours = changed
    context = conflict_context(session(), worklist.context, row, stored, yours, lang)
    return make_response(render_template("reporting/conflict.html", is_submit_all=True, **context), 409)


def _render_submit(
    worklist: Worklist,
    lang: str,
    status: int,
    problems: list[str] | None = None,
    nothing_to_report_codes: frozenset[str] = frozenset(),
) -> Response:
    context, rows = worklist.context, worklist.expected_rows
    by_stage = {stage: [r for r in rows if r.stage is stage] for stage in ReportStage}
    page = render_template(
        "reporting/submit.html",
        plan=context.plan,
        period=context.period,
        acting_for=context.reporter.acting_for,
        reporter=context.reporter,
        also_for=context.reporter.also_for(
            *(row.priority for row in (*by_stage[ReportStage.READY], *by_stage[ReportStage.TO_DO]))
        ),
        form=SubmitAllForm(formdata=None),
        shown_versions=" ".join(f"{r.current_status.activity.code}:{r.version}" for r in by_stage[ReportStage.READY]),
        ready=by_stage[ReportStage.READY],
        to_correct=by_stage[ReportStage.TO_CORRECT],
        to_do=by_stage[ReportStage.TO_DO],
        codes_without_text=[r.code for r in by_stage[ReportStage.TO_DO] if not r.nothing_to_report_problems],
        submitted_before=by_stage[ReportStage.SUBMITTED],
        next_period=worklist.next_period,
        misses_language=any(row.misses_language for row in by_stage[ReportStage.READY] or by_stage[ReportStage.SUBMITTED]),
        is_closed=context.is_closed,
        can_change=any(row.later_report is None for row in rows),
        nothing_to_report_codes=nothing_to_report_codes,
        problems=problems or [],
        needs_completion=_needs_completion(by_stage),
        back_url=url_for("reporting.my_updates", lang=lang, **context.page_query),
        action=url_for("reporting.submit", lang=lang, **context.page_query),
    )
    return make_response(page, status)


def _needs_completion(by_stage: dict[ReportStage, list[UpdateRow]]) -> bool:
    """Return whether reports are missing and none of them can be submitted yet, not even as "nothing to report"."""
    to_do, missing = by_stage[ReportStage.TO_DO], by_stage[ReportStage.TO_CORRECT] or by_stage[ReportStage.TO_DO]
    can_submit = by_stage[ReportStage.READY] or any(not row.nothing_to_report_problems for row in to_do)
    return bool(missing) and not can_submit


def _render_empty(lang: str) -> Response:
    """Show that there is nothing to submit, because no plan is in effect."""
    urls = {"action": url_for("reporting.submit", lang=lang), "back_url": url_for("reporting.my_updates", lang=lang)}
    problems = [i18n.translate_message(NOTHING_TO_SUBMIT)] if request.method == "POST" else []
    page = render_template("reporting/submit.html", ready=[], shown_versions="", problems=problems, **urls)
    return make_response(page, 422 if problems else 200)
