"""My updates: the open quarter's reports of a jurisdiction, a form in each row, and the conflict screen."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts.queries import SignedInPerson
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, can_report_on
from cogwg.reporting import services
from cogwg.reporting.merge import merge_drafts
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.rules import ReportDraft
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import ConflictForm, conflict_context
from cogwg.web.reporting.forms import UpdateForm
from cogwg.web.reporting.worklist import Worklist
from cogwg.web.reporting.worklist_loader import load_row, load_single, load_worklist
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem


@blueprint.get("/my-updates")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def my_updates(lang: str) -> str:
    """Show the activities the person reports on in the open quarter, the most urgent first."""
    key = quarter_key()
    desk = load_worklist(session(), current_user(), clocks.now(), behalf_code(), year=year_of_key(key), quarter=key)
    return render_template("reporting/my_updates.html", **desk.page_context(lang))


@blueprint.route("/plans/<int:year>/activities/<code>/report", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def report(lang: str, year: int, code: str) -> BaseResponse:
    """Show one activity's report for this quarter; on POST, save it as a draft or submit it."""
    desk = _load_worklist(year, code)
    item = _own_item(desk, current_user(), code)
    if request.method == "GET":
        row = desk.row(code) if desk.rows else load_row(session(), desk, item)
        return _respond(desk, row if request.args.get("as") == "saved" else row.as_form(), lang, 200)
    form = UpdateForm(item.activity.id)
    draft = form.draft()
    try:
        _save_report(desk, item, draft, form)
    except Invalid as refusal:
        forms.add_errors(form, refusal, _field_names(lang))
        return _respond(desk, load_row(session(), desk, item).with_form(form), lang, 422)
    except Conflict:
        return _conflict_response(desk, item, draft, lang, keeps_draft=form.keeps_draft)
    return _saved_response(desk, item, lang, is_draft=form.keeps_draft)


@blueprint.post("/plans/<int:year>/activities/<code>/report/merge")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def merge(lang: str, year: int, code: str) -> BaseResponse:
    """Save the version that a person merged from their own and another person's."""
    desk = _load_worklist(year, code)
    item = _own_item(desk, current_user(), code)
    form = ConflictForm(item.activity.id)
    yours = form.draft()
    draft = merge_drafts(yours, yours, form.choices, form.merged_texts)
    try:
        stored = services.find_report(session(), desk.target(item))
        if stored is None:
            raise NotFound("report")
        if stored.version != form.posted_version:
            return _conflict_response(desk, item, draft, lang, keeps_draft=form.keeps_draft)
        draft = merge_drafts(stored.draft, yours, form.choices, form.merged_texts)
        if _is_stored_already(stored, draft, keeps_draft=form.keeps_draft):
            return _saved_response(desk, item, lang, is_draft=stored.state is not ReportState.SUBMITTED)
        _save_report(desk, item, draft, form)
    except Invalid as refusal:
        again = UpdateForm(item.activity.id, draft, form.posted_version, formdata=None)
        forms.add_errors(again, refusal, _field_names(lang))
        return _respond(desk, load_row(session(), desk, item).with_form(again), lang, 422)
    except Conflict:
        return _conflict_response(desk, item, draft, lang, keeps_draft=form.keeps_draft)
    return _saved_response(desk, item, lang, is_draft=form.keeps_draft)


def _load_worklist(year: int, code: str) -> Worklist:
    """Load one row's worklist for htmx, and the whole one for a browser without it, which returns to the full page."""
    if htmx.is_htmx_request() and (key := quarter_key()):
        return load_single(session(), current_user(), clocks.now(), behalf_code(), year=year, code=code, quarter=key)
    return _load_whole_worklist(year)


def _load_whole_worklist(year: int) -> Worklist:
    return load_worklist(session(), current_user(), clocks.now(), behalf_code(), year=year, quarter=quarter_key())


def behalf_code() -> str:
    """Return the code of the jurisdiction that a co-chair reports on behalf of; "" for one's own."""
    return request.args.get("for", "")


def quarter_key() -> str:
    """Return the key of the quarter a form was opened for, so that a report begun before midnight is saved in that quarter."""
    return request.args.get("period", "")


def year_of_key(key: str) -> int | None:
    """Return the year of a quarter's key, to find its plan, or None without one. An invalid key leads to 404 later."""
    return int(key[:4]) if key[:4].isascii() and key[:4].isdecimal() else None


def _own_item(worklist: Worklist, who: SignedInPerson, code: str) -> WorklistItem:
    """Return the activity with this code; 403 if the person may not report on it, 404 if it is not in the plan."""
    item = worklist.item(code)
    if item is None:
        plan_facts(session(), worklist.year, code=code)
    if item is None or not can_report_on(who, item.priority, worklist.acting_for_id):
        raise Forbidden
    return item


def _save_report(worklist: Worklist, item: WorklistItem, draft: ReportDraft, form: UpdateForm) -> None:
    """Save the draft or submit it, depending on the button."""
    who = current_user()
    deed = services.save_draft if form.keeps_draft else services.submit_report
    with write() as open_session:
        deed(
            open_session,
            worklist.target(item),
            draft,
            expected_version=form.posted_version,
            by=worklist.actor(who),
            at=clocks.now(),
            is_allowed=lambda priority: can_report_on(who, priority, worklist.acting_for_id),
        )


def _respond(worklist: Worklist, row: UpdateRow, lang: str, status: int) -> Response:
    if htmx.is_htmx_request():
        return htmx.respond("", "reporting/_update_row.html", status, row=row, **worklist.fragment_context(lang))
    return htmx.respond("reporting/my_updates.html", "", status, **worklist.with_row(row).page_context(lang))


def _saved_response(worklist: Worklist, item: WorklistItem, lang: str, *, is_draft: bool) -> BaseResponse:
    """Return the current row with its announcement for htmx; else redirect to the page, with the same message."""
    title = item.activity.title.text(lang)
    words = _("Draft saved, not submitted: %(title)s.", title=title) if is_draft else _("Submitted: %(title)s.", title=title)
    if not htmx.is_htmx_request():
        flash(words)
        anchor = f"update-{item.activity.id}"
        return redirect(url_for("reporting.my_updates", lang=lang, **worklist.query, _anchor=anchor), 303)
    fresh = load_row(session(), worklist, item)
    return htmx.respond(
        "", "reporting/_update_row.html", row=fresh, announcement=words, advance=is_draft, **worklist.fragment_context(lang)
    )


def _is_stored_already(stored: ReportFacts, draft: ReportDraft, *, keeps_draft: bool) -> bool:
    """Return whether the database has this report already, submitted unless only a draft is to be saved."""
    return stored.draft == draft and (keeps_draft or stored.state is ReportState.SUBMITTED)


def _conflict_response(
    worklist: Worklist, item: WorklistItem, yours: ReportDraft, lang: str, *, keeps_draft: bool
) -> BaseResponse:
    """Answer 409 with who changed what and when, and both texts, so that nothing typed is lost.

    If both people entered the same, answer as if it was saved.
    """
    stored = services.find_report(session(), worklist.target(item))
    if stored is None:
        raise NotFound("report")
    if _is_stored_already(stored, yours, keeps_draft=keeps_draft):
        return _saved_response(worklist, item, lang, is_draft=stored.state is not ReportState.SUBMITTED)
    context = conflict_context(
        session(), worklist, load_row(session(), worklist, item), stored, yours, lang, keeps_draft=keeps_draft
    )
    return htmx.respond("reporting/conflict.html", "reporting/_conflict.html", 409, **context)


def _field_names(lang: str) -> dict[str, str]:
    """Map each problem to the form field that shows it: the text in the reader's language."""
    return {"progress": f"progress_{lang}", "challenge": f"challenge_{lang}", "evidence": "evidence_url"}
