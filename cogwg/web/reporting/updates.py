"""My updates: a person's reports for a quarter, with one form open at a time; and the page of one report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.plan.offered_roles import OfferedRole, offered_roles
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission
from cogwg.reporting import services
from cogwg.reporting.merge import has_saved_change, is_continued_by, merge_drafts, reconcile
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.report_translation import confirm_translation
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.saved_reports import SavedReport
from cogwg.reporting.services import Receipt
from cogwg.reporting.timeline import draft_at_version
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.unsaved_text import discard_own_text
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import ConflictForm, conflict_context
from cogwg.web.reporting.forms import UpdateForm, form_field_names
from cogwg.web.reporting.retired import retired_report_response
from cogwg.web.reporting.submission_emails import queue_submission_emails
from cogwg.web.reporting.worklist import NoPlan, ReportContext, Worklist
from cogwg.web.reporting.worklist_loader import load_report_context, load_row, load_worklist, saved_row
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem, report_form_key


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """The report as saved and, if it was submitted, the receipt."""

    saved: SavedReport
    receipt: Receipt | None = None
    is_merged: bool = False
    """Whether the report has changes that the person saved in another tab, in fields that this form left as they were."""


@blueprint.get("/my-updates")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def my_updates(lang: str) -> str:
    """Show the activities that the person reports on in a quarter, most urgent first."""
    try:
        worklist = load_requested_worklist()
    except NoPlan:
        names = [m.name for m in current_user().lead_memberships]
        return render_template(
            "reporting/my_updates.html",
            jurisdiction_names=names,
            partner_priorities=(),
            offered_roles=_own_offered_roles(),
            plan_year=None,
        )
    offered = () if worklist.context.reporter.acting_for is not None else _own_offered_roles()
    page = worklist.with_first_open().page_context(lang)
    return render_template("reporting/my_updates.html", **page, offered_roles=offered)


def _own_offered_roles() -> list[tuple[int, list[OfferedRole]]]:
    """Return the years of plans with the roles in them that the person can accept or decline for their own jurisdictions.

    The next plan can be among them, long before its first quarter opens.
    """
    offered = offered_roles(session(), clocks.today().year, current_user().lead_jurisdiction_ids)
    return [(year, list(roles)) for year, roles in groupby(offered, key=attrgetter("year"))]


@blueprint.route("/plans/<int:year>/activities/<code>/report", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def report(lang: str, year: int, code: str) -> BaseResponse:
    """Show the report of one activity for a quarter; on POST, save it as a draft or submit it."""
    try:
        context, item, worklist = _open_report(year, code)
    except NotFound:
        return retired_report_response(year, code)
    if request.method == "GET":
        closes = request.args.get("as") == "saved"
        if closes and not htmx.is_htmx_request():
            anchor = f"update-{item.activity.id}"
            return redirect(url_for("reporting.my_updates", lang=lang, **context.page_query, _anchor=anchor), 303)
        row = worklist.row(code) if worklist is not None else load_row(session(), context, item)
        is_readable_only = context.is_closed or row.later_report is not None
        return _respond(context, worklist, row if closes or is_readable_only else row.as_form(), lang, 200)
    form = UpdateForm(item.activity.id)
    draft, replaces_mark = _with_typed_text(context, item, form)
    try:
        outcome = _save_report(context, item, draft, form)
    except Invalid as refusal:
        if draft.has_text_and_mark:
            form.tick_mark()
        forms.add_errors(form, refusal, form_field_names(lang))
        return _respond(context, worklist, load_row(session(), context, item).with_form(form), lang, 422)
    except Conflict:
        return _conflict_response(context, item, draft, lang, form)
    return _saved_response(
        context, item, lang, is_draft=form.keeps_draft, outcome=outcome, completion=form.completion, replaces_mark=replaces_mark
    )


@blueprint.post("/plans/<int:year>/activities/<code>/report/merge")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def merge(lang: str, year: int, code: str) -> BaseResponse:
    """Save or submit the report that a person merged from two versions on the conflict screen."""
    context, item, worklist = _open_report(year, code)
    form = ConflictForm(item.activity.id)
    yours = form.draft()
    draft = merge_drafts(yours, yours, form.choices, form.merged_texts)
    try:
        stored = services.find_report(session(), context.target(item))
        if stored is None:
            raise NotFound("report")
        if stored.version != form.posted_version:
            base = draft_at_version(session(), stored.id, form.posted_version)
            draft = merge_drafts(base or yours, yours, form.choices, form.merged_texts)
            return _conflict_response(context, item, draft, lang, form)
        draft = merge_drafts(stored.draft, yours, form.choices, form.merged_texts)
        replaces_mark = (
            bool(draft.progress) and not draft.nothing_to_report and (stored.nothing_to_report or yours.nothing_to_report)
        )
        if _is_stored_already(stored, draft, keeps_draft=form.keeps_draft):
            return _saved_response(context, item, lang, is_draft=stored.state is not ReportState.SUBMITTED)
        outcome = _save_report(context, item, draft, form)
    except Invalid as refusal:
        again = UpdateForm(item.activity.id, draft, form.posted_version, formdata=None)
        forms.add_errors(again, refusal, form_field_names(lang))
        return _respond(context, worklist, load_row(session(), context, item).with_form(again), lang, 422)
    except Conflict:
        return _conflict_response(context, item, draft, lang, form)
    return _saved_response(
        context, item, lang, is_draft=form.keeps_draft, outcome=outcome, completion=form.completion, replaces_mark=replaces_mark
    )


@blueprint.post("/plans/<int:year>/activities/<code>/report/translation")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def translation_confirm(lang: str, year: int, code: str) -> BaseResponse:
    """Confirm a translator's texts in a report, so that they count as the leads' own."""
    context, item, _worklist = _open_report(year, code)
    version = parse_number(request.form.get("version", ""))
    try:
        with write() as open_session:
            confirm_translation(
                open_session,
                context.target(item),
                expected_version=-1 if version is None else version,
                by=context.reporter.actor,
                at=clocks.now(),
                is_allowed=context.reporter.can_report_on,
            )
    except Conflict:
        flash(_("This report was changed in the meantime. Check it, then try again."))
    else:
        flash(_("The translation is now part of your report: %(title)s.", title=item.activity.title.text(lang)))
    return redirect_to_outcome(url_for("reporting.my_updates", lang=lang, **context.page_query))


def load_requested_worklist(year: int | None = None, code: str | None = None) -> Worklist:
    """Return the worklist of the jurisdiction and quarter in the URL, from the plan of ``year`` if it is given.

    ``code`` limits the worklist to one activity.
    """
    key = _quarter_key()
    if year is None and key[:4].isascii() and key[:4].isdecimal():
        year = int(key[:4])
    return load_worklist(session(), current_user(), clocks.now(), _behalf_code(), year=year, quarter=key, code=code)


def _behalf_code() -> str:
    """Return the code of the jurisdiction that the person reports on behalf of; "" if they report for their own."""
    return request.args.get("for", "")


def _quarter_key() -> str:
    """Return the key of the quarter in the URL, or "".

    With the key, a report that was opened before midnight is still saved in its quarter after midnight.
    """
    return request.args.get("period", "")


def _open_report(year: int, code: str) -> tuple[ReportContext, WorklistItem, Worklist | None]:
    """Return a report's context, its activity, and its worklist. The worklist is None if htmx requests only the row.

    Raises ``Forbidden`` if the person may not report on the activity, and ``NotFound`` if it is not in the plan.
    """
    if htmx.is_htmx_request() and (key := _quarter_key()):
        worklist = None
        context = load_report_context(
            session(), current_user(), clocks.now(), _behalf_code(), year=year, code=code, quarter=key
        )
    else:
        worklist = load_requested_worklist(year, code)
        context = worklist.context
    item = context.item(code)
    if item is None:
        plan_facts(session(), year, code=code)  # raises NotFound if the plan has no such activity
    if item is None or not context.reporter.can_report_on(item.priority):
        raise Forbidden
    return context, item, worklist


def _with_typed_text(context: ReportContext, item: WorklistItem, form: UpdateForm) -> tuple[ReportDraft, bool]:
    """Return the posted draft, and whether "Nothing to report" was removed because a text was typed beside the stored mark.

    The script of the page clears the mark at once; this is for a form sent without scripts. Any other text beside the mark
    stays, so that the person is asked which of them to keep.
    """
    draft = form.draft()
    if not draft.has_text_and_mark or form.do.data == "nothing":
        return draft, False
    stored = services.find_report(session(), context.target(item))
    has_mark_alone = stored is not None and stored.version == form.posted_version and stored.nothing_to_report
    return (draft.without_mark(), True) if has_mark_alone else (draft, False)


def _save_report(context: ReportContext, item: WorklistItem, draft: ReportDraft, form: UpdateForm) -> SaveOutcome:
    """Save the draft or submit it, depending on the button.

    If this person saved another version in the meantime, in another tab or before they went back, this is not a conflict as
    long as the draft contains all of that version, or both changed different fields. Otherwise the person has to choose.
    """
    try:
        return _save_on_version(context, item, draft, form, form.posted_version)
    except Conflict:
        stored = services.find_report(session(), context.target(item))
        if stored is None or not _is_own_base(context, stored, draft, form):
            raise
        if is_continued_by(stored.draft, draft):
            return _save_on_version(context, item, draft, form, stored.version)
        base = _base_of(context, item, stored, draft, form)
        fields = reconcile(base, stored.draft, draft)
        if fields.both:
            raise
        merged = merge_drafts(stored.draft, draft, dict.fromkeys(fields.only_yours, "yours"), {})
        return replace(_save_on_version(context, item, merged, form, stored.version), is_merged=bool(fields.only_theirs))


def _is_own_base(context: ReportContext, stored: ReportFacts, draft: ReportDraft, form: UpdateForm) -> bool:
    """Whether this person saved the stored report, the draft differs from it, and the pressed button can still be used."""
    return (
        _is_own(context, stored)
        and not stored.is_returned
        and not (form.keeps_draft and stored.is_submitted)
        and not _is_stored_already(stored, draft, keeps_draft=form.keeps_draft)
    )


def _is_own(context: ReportContext, stored: ReportFacts) -> bool:
    changed_by, _at = stored.last_change
    return changed_by == context.reporter.person.person_id


def _base_of(
    context: ReportContext, item: WorklistItem, stored: ReportFacts, draft: ReportDraft, form: UpdateForm
) -> ReportDraft | None:
    """Return the report that the form was filled from, or None if it is unknown.

    It is also unknown if the form contains a change that this person already saved. The form was then used again after "Back",
    so whatever the saved version has and the form lacks was removed by this person.
    """
    if form.posted_version == 0:
        base: ReportDraft | None = ReportDraft(load_row(session(), context, item).previous_status)
    else:
        base = draft_at_version(session(), stored.id, form.posted_version)
    if base is not None and _is_own(context, stored) and has_saved_change(base, stored.draft, draft):
        return None
    return base


def _save_on_version(
    context: ReportContext, item: WorklistItem, draft: ReportDraft, form: UpdateForm, version: int
) -> SaveOutcome:
    reporter, target = context.reporter, context.target(item)
    values: dict[str, Any] = {
        "expected_version": version,
        "by": reporter.actor,
        "at": clocks.now(),
        "is_allowed": reporter.can_report_on,
    }
    with write() as open_session:
        if form.keeps_draft:
            return SaveOutcome(services.save_draft(open_session, target, draft, **values))
        receipt = services.submit_report(open_session, target, draft, **values)
        if context.period is not None:  # the text is no longer needed once the report is submitted
            discard_own_text(open_session, report_form_key(context.period, item.activity.id))
        queue_submission_emails(open_session, context, receipt, with_receipt=receipt.is_amendment)
        return SaveOutcome(receipt.reports[0].saved, receipt)


def _respond(context: ReportContext, worklist: Worklist | None, row: UpdateRow, lang: str, status: int) -> Response:
    if worklist is None or htmx.is_htmx_request():
        return htmx.respond("", "reporting/_update_row.html", status, row=row, **context.fragment_context(lang))
    return htmx.respond("reporting/report.html", "", status, **worklist.with_only(row).page_context(lang))


def _saved_response(
    context: ReportContext,
    item: WorklistItem,
    lang: str,
    *,
    is_draft: bool,
    outcome: SaveOutcome | None = None,
    completion: str = "",
    replaces_mark: bool = False,
) -> BaseResponse:
    """For htmx, return the saved row with an announcement; otherwise redirect to My updates, which shows the announcement.

    A draft that lacks something stays open at that field; without htmx, on the page of its report.
    The row links to the receipt of a submission; the announcement on My updates has the number of the receipt.
    Without an ``outcome``, the same report was stored before. ``completion`` says what was completed in the form, if anything.
    With ``replaces_mark``, the announcement says that "Nothing to report" was cleared.
    """
    receipt = outcome.receipt if outcome is not None else None
    row = _row_after_save(context, item, outcome) if is_draft or htmx.is_htmx_request() else None
    problems = " ".join(row.draft_problems) if row is not None else ""
    title = item.activity.title.text(lang)
    if is_draft and problems:
        message = _("Draft saved, not submitted: %(title)s. Before you submit: %(problems)s", title=title, problems=problems)
    elif is_draft:
        message = _("Draft saved, not submitted: %(title)s.", title=title)
    else:
        message = _("Submitted: %(title)s.", title=title)
    if replaces_mark:
        message = " ".join((message, _("“Nothing to report” was cleared because the report has text.")))
    if outcome is not None and outcome.is_merged:
        message = " ".join((message, _("The report also contains what you saved in another tab.")))
    message = f"{message} {completion}".strip()
    if receipt is not None and not htmx.is_htmx_request():
        message += " " + _("Receipt number: %(number)s.", number=receipt.number)
    field_to_complete = row.linked_draft_problems[0].field_id if row is not None and problems else ""
    if not htmx.is_htmx_request():
        flash(message)
        if row is not None and field_to_complete:
            return redirect(row.url, 303)
        return redirect(url_for("reporting.my_updates", lang=lang, **context.page_query), 303)
    if row is not None and field_to_complete:
        row = row.as_form()
    return htmx.respond(
        "",
        "reporting/_update_row.html",
        row=row,
        announcement=message,
        advance=is_draft and not problems,
        field_to_complete=field_to_complete,
        receipt_number=receipt.number if receipt is not None else None,
        **context.fragment_context(lang),
    )


def _row_after_save(context: ReportContext, item: WorklistItem, outcome: SaveOutcome | None) -> UpdateRow:
    if outcome is None:
        return load_row(session(), context, item)
    return saved_row(session(), context, item, outcome.saved)


def _is_stored_already(stored: ReportFacts, draft: ReportDraft, *, keeps_draft: bool) -> bool:
    """Return whether the stored report already equals this draft and, unless the button only saves a draft, is submitted."""
    return stored.draft == draft and (keeps_draft or stored.state is ReportState.SUBMITTED)


def _conflict_response(
    context: ReportContext, item: WorklistItem, yours: ReportDraft, lang: str, form: UpdateForm
) -> BaseResponse:
    """Answer 409 with who changed what and when, and both texts, so that nothing typed is lost.

    If both versions are the same, answer as if the report had been saved.
    """
    stored = services.find_report(session(), context.target(item))
    if stored is None:
        raise NotFound("report")
    keeps_draft = form.keeps_draft
    if _is_stored_already(stored, yours, keeps_draft=keeps_draft):
        return _saved_response(context, item, lang, is_draft=stored.state is not ReportState.SUBMITTED)
    row = load_row(session(), context, item)
    base = _base_of(context, item, stored, yours, form)
    screen = conflict_context(session(), context, row, stored, yours, lang, base=base, keeps_draft=keeps_draft)
    return htmx.respond("reporting/conflict.html", "reporting/_conflict.html", 409, **screen)
