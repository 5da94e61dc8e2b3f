"""My updates: the open quarter's reports of a jurisdiction, one form a row, and the conflict screen."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from cogwg.accounts.queries import SignedInPerson
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, can_report_on
from cogwg.reporting import services
from cogwg.reporting.merge import merged
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.rules import Draft
from cogwg.web.auth.access import requires, somebody
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.conflicts import ConflictForm, conflict_context
from cogwg.web.reporting.forms import UpdateForm
from cogwg.web.reporting.worklist import Desk
from cogwg.web.reporting.worklist_loader import open_desk, open_for, row_at
from cogwg.web.reporting.worklist_row import Item, UpdateRow


@blueprint.get("/my-updates")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def my_updates(lang: str) -> str:
    """The open quarter, only one's own activities, what is due first."""
    key = quarter()
    desk = open_desk(session(), somebody(), clocks.now(), behalf(), year=year_of(key), quarter=key)
    return render_template("reporting/my_updates.html", **desk.page(lang))


@blueprint.route("/plans/<int:year>/activities/<code>/report", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def report(lang: str, year: int, code: str) -> Answer:
    """One activity's report this quarter: read it in its form, keep it as a draft, or save and submit it."""
    desk = _desk(year, code)
    item = _own(desk, somebody(), code)
    if request.method == "GET":
        row = desk.row(code) if desk.rows else row_at(session(), desk, item)
        return _show(desk, row if request.args.get("as") == "saved" else row.editing(), lang, 200)
    form = UpdateForm(item.activity.id)
    draft = form.draft()
    try:
        _write(desk, item, draft, form)
    except Invalid as refusal:
        forms.show(form, refusal, _names(lang))
        return _show(desk, row_at(session(), desk, item).with_form(form), lang, 422)
    except Conflict:
        return _conflict(desk, item, draft, lang, keeps=form.keeps)
    return _saved(desk, item, lang, kept=form.keeps)


@blueprint.post("/plans/<int:year>/activities/<code>/report/merge")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def merge(lang: str, year: int, code: str) -> Answer:
    """Save the version that a person made of theirs and somebody else's."""
    desk = _desk(year, code)
    item = _own(desk, somebody(), code)
    form = ConflictForm(item.activity.id)
    yours = form.draft()
    draft = merged(yours, yours, form.choices, form.texts)
    try:
        stored = services.find_report(session(), desk.target(item))
        if stored is None:
            raise NotFound("report")
        if stored.version != form.seen:
            return _conflict(desk, item, draft, lang, keeps=form.keeps)
        draft = merged(stored.draft, yours, form.choices, form.texts)
        if _says_so(stored, draft, keeps=form.keeps):
            return _saved(desk, item, lang, kept=stored.state is not ReportState.SUBMITTED)
        _write(desk, item, draft, form)
    except Invalid as refusal:
        again = UpdateForm(item.activity.id, draft, form.seen, formdata=None)
        forms.show(again, refusal, _names(lang))
        return _show(desk, row_at(session(), desk, item).with_form(again), lang, 422)
    except Conflict:
        return _conflict(desk, item, draft, lang, keeps=form.keeps)
    return _saved(desk, item, lang, kept=form.keeps)


def _desk(year: int, code: str) -> Desk:
    """The desk as far as htmx needs it, which asks for one row; a browser without it comes back to all of them."""
    if htmx.asked() and (key := quarter()):
        return open_for(session(), somebody(), clocks.now(), behalf(), year=year, code=code, quarter=key)
    return _whole(year)


def _whole(year: int) -> Desk:
    return open_desk(session(), somebody(), clocks.now(), behalf(), year=year, quarter=quarter())


def behalf() -> str:
    """The code of the jurisdiction a co-chair reports on behalf of; empty for one's own."""
    return request.args.get("for", "")


def quarter() -> str:
    """The key of the quarter that a form was opened for: what was begun before midnight is filed where it belongs."""
    return request.args.get("period", "")


def year_of(key: str) -> int | None:
    """The year of a quarter's key, to find its plan; None without a key. A key that is none leads nowhere further on."""
    return int(key[:4]) if key[:4].isascii() and key[:4].isdecimal() else None


def _own(desk: Desk, who: SignedInPerson, code: str) -> Item:
    """The activity of this code; 403 if somebody else reports on it, 404 if there is none in the plan."""
    item = desk.item(code)
    if item is None:
        plan_facts(session(), desk.year, code=code)
    if item is None or not can_report_on(who, item.priority, desk.behalf_id):
        raise Forbidden
    return item


def _write(desk: Desk, item: Item, draft: Draft, form: UpdateForm) -> None:
    """Keep the draft or submit it, as the button said."""
    who = somebody()
    deed = services.save_draft if form.keeps else services.submit_report
    with write() as open_session:
        deed(
            open_session,
            desk.target(item),
            draft,
            seen=form.seen,
            by=desk.actor(who),
            at=clocks.now(),
            may=lambda priority: can_report_on(who, priority, desk.behalf_id),
        )


def _show(desk: Desk, row: UpdateRow, lang: str, status: int) -> Response:
    if htmx.asked():
        return htmx.answer("", "reporting/_update_row.html", status, row=row, **desk.fragment(lang))
    return htmx.answer("reporting/my_updates.html", "", status, **desk.with_row(row).page(lang))


def _saved(desk: Desk, item: Item, lang: str, *, kept: bool) -> Answer:
    """The row as it stands now: a fragment with its announcement, or back to the page, which says what was done."""
    title = item.activity.title.text(lang)
    words = _("Draft saved, not submitted: %(title)s.", title=title) if kept else _("Submitted: %(title)s.", title=title)
    if not htmx.asked():
        flash(words)
        anchor = f"update-{item.activity.id}"
        return redirect(url_for("reporting.my_updates", lang=lang, **desk.query, _anchor=anchor), 303)
    fresh = row_at(session(), desk, item)
    return htmx.answer("", "reporting/_update_row.html", row=fresh, announcement=words, advance=kept, **desk.fragment(lang))


def _says_so(stored: ReportFacts, draft: Draft, *, keeps: bool) -> bool:
    """Whether the record says this already, submitted unless it is only to be kept."""
    return stored.draft == draft and (keeps or stored.state is ReportState.SUBMITTED)


def _conflict(desk: Desk, item: Item, yours: Draft, lang: str, *, keeps: bool) -> Answer:
    """409: who changed what and when, both texts side by side; nothing typed is lost. Two who say the same are not asked."""
    stored = services.find_report(session(), desk.target(item))
    if stored is None:
        raise NotFound("report")
    if _says_so(stored, yours, keeps=keeps):
        return _saved(desk, item, lang, kept=stored.state is not ReportState.SUBMITTED)
    context = conflict_context(session(), desk, row_at(session(), desk, item), stored, yours, lang, keeps=keeps)
    return htmx.answer("reporting/conflict.html", "reporting/_conflict.html", 409, **context)


def _names(lang: str) -> dict[str, str]:
    """Which field of the form answers for a problem: the text in the reader's language."""
    return {"progress": f"progress_{lang}", "challenge": f"challenge_{lang}", "evidence": "evidence_url"}
