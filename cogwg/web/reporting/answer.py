"""The answer page: a person reports for one jurisdiction and quarter with the private link of a reminder, without signing in.

The link gives access only to these views: it signs no one in, and ``g.person`` stays empty here even if someone is signed in
on this browser. If the signed-in person is not the person of the link, the pages only say so. Opening the link changes
nothing, and a form changes nothing until the person makes a choice that is not preselected, because mail scanners open links
and send forms.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import g, jsonify, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf, validate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from cogwg.accounts import form_tokens
from cogwg.accounts.models import Person
from cogwg.accounts.queries import SignedInPerson, preferences_of
from cogwg.accounts.services import change_preferences
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.plan.lookups import activity_titles
from cogwg.policy import Permission, has_permission
from cogwg.reporting.answer_links import AnswerLinkFacts, answer_link, revoke_answer_links
from cogwg.reporting.models import ReportSource
from cogwg.reporting.receipts import is_by_link, stored_receipt
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.reporting.services import submit_all_reports
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, errors, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import time_or_day
from cogwg.web.http.headers import without_caching
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.site_settings import site_settings
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.answer_forms import AnswerRowForm, is_row_posted, typed_texts
from cogwg.web.reporting.answer_rows import AskedReports, ReviewItem, load_asked_reports
from cogwg.web.reporting.answer_text import discard_text, form_key, keep_text, offer_kept_text
from cogwg.web.reporting.receipts import UnsentReport, receipt_rows
from cogwg.web.reporting.submission_emails import queue_submission_emails

_ALL, _CHANGED, _EDIT = "all", "changed", "edit"
_LANGUAGE = "language"
"""The button that shows the page in the other language, with everything that was typed."""
_NOTHING, _NO_CHANGE = "nothing", "no-change"
"""The buttons that report no change. The second one also works if something is filled in, which is then set aside."""


class LinkEnded(Exception):
    """The link stopped working before the form was submitted."""


def answers(view: Callable[..., Any]) -> Callable[..., Response]:
    """Pass the link whose token is in the URL to a view; if the link does not work, show why (410).

    Such a view checks the CSRF token itself. Flask-WTF would also require a referrer, which the page must not send because its
    URL is a secret.
    """

    @wraps(view)
    def guarded(lang: str, token: str, **values: Any) -> Response:
        signed_in, g.person, g.other_reader = g.person, None, None
        try:
            link = _read_link(session(), token)
        except NotFound:
            return without_caching(make_response(render_template("reporting/answer_unknown.html"), 404))
        if link.end is not None:
            return _ended_page(link)
        if signed_in is not None and signed_in.person_id != link.person.person_id:
            g.other_reader = signed_in
        try:
            return without_caching(make_response(view(lang, token, link, **values)))
        except NotFound:
            return without_caching(errors.error_page(404))

    _ANSWER_VIEWS.append(guarded)
    return public(guarded)


_ANSWER_VIEWS: list[Callable[..., Any]] = []


@blueprint.record_once
def init(state: BlueprintSetupState) -> None:
    """Exempt these views from Flask-WTF's check: see ``answers``."""
    for view in _ANSWER_VIEWS:
        state.app.extensions["csrf"].exempt(view)


@blueprint.route("/answer/<token>", methods=["GET", "POST"])
@answers
def answer(lang: str, token: str, link: AnswerLinkFacts) -> Response:
    """Show the reports that the jurisdiction is asked for this quarter; on POST, show the review. Neither changes anything."""
    if request.method != "POST":
        return _render_form(token, load_asked_reports(session(), link, is_posted=False), 200)
    asked = _load_posted(link)
    if request.form.get("do") == _LANGUAGE:
        return _render_form(token, asked, 200)
    if not _is_csrf_token_valid():
        return _render_form(token, asked, 400, [_expired()])
    if request.form.get("do") == _NOTHING and asked.news:
        return _render_form(token, asked, 422, has_news=True)
    if outdated := asked.outdated(asked.filled_in):
        return _conflict_response(token, asked, outdated)
    is_complete = asked.check_answers()
    if asked.is_without_change:
        is_complete = asked.check_unchanged() and is_complete
    if not is_complete:
        return _render_form(token, asked, 422)
    if asked.only_repeats:
        return _repeated_response(token, asked)
    if not asked.answered and not asked.is_without_change:
        return _render_form(token, asked, 422, [_("Fill in what has changed, or select “Nothing has changed”.")])
    return _render_review(token, asked, 200)


@blueprint.route("/answer/<token>/submit", methods=["GET", "POST"])
@answers
def answer_submit(lang: str, token: str, link: AnswerLinkFacts) -> Response:
    """Submit the reports that the person chose in the review, all or none, and show the receipt; on GET, go to the form."""
    if request.method != "POST":
        return redirect(url_for("reporting.answer", lang=lang, token=token), 303)
    number = form_tokens.made_by_form(session(), _form_key(link))
    if number is not None:
        return redirect(url_for("reporting.answer_receipt", lang=lang, token=token, number=number), 303)
    asked, choice = _load_posted(link), request.form.get("choice", "")
    if request.form.get("do") == _EDIT:
        return _render_form(token, asked, 200)
    is_other_language = request.form.get("do") == _LANGUAGE
    if not is_other_language and not _is_csrf_token_valid():
        return _render_review(token, asked, 400, [_expired()])
    if outdated := asked.outdated(asked.filled_in):
        return _conflict_response(token, asked, outdated)
    if not asked.check_answers():
        return _render_form(token, asked, 422)
    if asked.only_repeats:
        return _repeated_response(token, asked)
    if is_other_language:
        return _render_review(token, asked, 200)
    if choice not in (_ALL, _CHANGED):
        return _render_review(token, asked, 422, [_unchosen(asked)])
    chosen = [*asked.answered, *(asked.unchanged if choice == _ALL else [])]
    is_unseen = not all(is_row_posted(item.row) for item in chosen)  # such as an activity that was added during the review
    if is_unseen or asked.outdated(chosen) or (choice == _ALL and asked.submitted_meanwhile):
        return _render_review(token, asked, 409, [_changed_meanwhile()])
    try:
        with write() as open_session:
            number = form_tokens.make_once(
                open_session,
                _form_key(link),
                "period",
                lambda: _submit(open_session, token, asked, chosen),
                now=clocks.real_now(),
            )
    except Conflict:
        asked = _load_posted(link)
        if not asked.forms:
            return _repeated_response(token, asked)
        return _render_review(token, asked, 409, [_changed_meanwhile()])
    except Invalid as refusal:
        problems = [i18n.translate_message(message) for _field, message in refusal.problems]
        return _render_form(token, _load_posted(link), 422, problems)
    except LinkEnded:
        return _ended_page(_read_link(session(), token))
    security_log.log_event("answer.submitted", person_id=link.person.person_id)
    return redirect(url_for("reporting.answer_receipt", lang=lang, token=token, number=number), 303)


@blueprint.post("/answer/<token>/text")
@answers
def answer_text_keep(lang: str, token: str, link: AnswerLinkFacts) -> Response:
    """Store what was typed and not submitted, when the script of the page asks for it."""
    if not _is_csrf_token_valid():
        return make_response(jsonify(refused=_expired(), token=generate_csrf()), 400)
    return keep_text(link)


@blueprint.post("/answer/<token>/text/discard")
@answers
def answer_text_discard(lang: str, token: str, link: AnswerLinkFacts) -> Response:
    """Delete the stored text, when the script of the page asks for it."""
    if not _is_csrf_token_valid():
        return make_response(jsonify(refused=_expired(), token=generate_csrf()), 400)
    with write() as open_session:
        discard_text(open_session, link)
    return jsonify(kept="")


@blueprint.get("/answer/<token>/receipts/<int:number>")
@answers
def answer_receipt(lang: str, token: str, link: AnswerLinkFacts, number: int) -> str:
    """Show the receipt of what this person submitted for the quarter through a link."""
    event = stored_receipt(session(), number)
    is_own = (event.person_id, event.period_id) == (link.person.person_id, link.period.id)
    if not is_own or not is_by_link(event.submitted):
        raise NotFound("receipt")
    asked = load_asked_reports(session(), link, is_posted=False)
    not_submitted = event.not_submitted or ()
    titles = activity_titles(session(), [entry["activity"] for entry in not_submitted])
    unsent = [UnsentReport(*titles[entry["activity"]], NotSubmittedReason(entry["why"])) for entry in not_submitted]
    return render_template(
        "reporting/answer_receipt.html",
        link=link,
        number=number,
        at=event.at,
        sent=receipt_rows(session(), event.submitted),
        unsent=unsent,
        has_more=bool(asked.forms),
        period=asked.worklist.context.period,
        answer_url=url_for("reporting.answer", lang=lang, token=token),
    )


@blueprint.route("/answer/<token>/stop", methods=["GET", "POST"])
@answers
def answer_stop(lang: str, token: str, link: AnswerLinkFacts) -> Response:
    """Ask which links to turn off; on POST, turn off this one or all links in the person's emails."""
    if request.method != "POST":
        return _render_stop(token, link, 200)
    if not _is_csrf_token_valid():
        return _render_stop(token, link, 400, _expired())
    choice = request.form.get("choice")
    if choice not in ("this", "all"):
        return _render_stop(token, link, 422, _("Choose which links to turn off."))
    by, at = Actor("person", link.person.person_id), clocks.now()
    with write() as open_session:
        if choice == "this":
            revoke_answer_links(open_session, link.person.person_id, only=[link.id], by=by, at=at)
        else:
            preferences = preferences_of(open_session.get_one(Person, link.person.person_id))
            change_preferences(open_session, link.person.person_id, replace(preferences, answer_links=False), by=by, at=at)
    return redirect(url_for("reporting.answer", lang=lang, token=token, off="1"), 303)


def _read_link(open_session: Session, token: str) -> AnswerLinkFacts:
    """Return the link with this token, working or not. Raises ``NotFound`` if there is none."""
    is_on = site_settings().answer_links
    return answer_link(open_session, hash_token(token), is_on=is_on, at=clocks.now(), now=clocks.real_now())


def _load_posted(link: AnswerLinkFacts) -> AskedReports:
    """Return the reports that the link asks for, with what the request posted. It may report that nothing has changed."""
    is_without_change = request.form.get("do") in (_NOTHING, _NO_CHANGE) or bool(request.form.get(_NO_CHANGE))
    return load_asked_reports(session(), link, is_posted=True, is_without_change=is_without_change)


def _submit(open_session: Session, token: str, asked: AskedReports, chosen: list[ReviewItem]) -> int:
    """Submit the reports, queue their emails, and return the number of the receipt.

    Raises ``LinkEnded`` if the link no longer works.
    """
    if _read_link(open_session, token).end is not None:
        raise LinkEnded
    context, unsent = asked.worklist.context, asked.not_submitted(chosen)
    receipt = submit_all_reports(
        open_session,
        asked.to_submit(chosen),
        not_submitted=unsent,
        by=context.reporter.actor,
        at=clocks.now(),
        is_allowed=context.reporter.can_report_on,
        source=ReportSource.LINK,
    )
    queue_submission_emails(open_session, context, receipt, unsent, with_receipt=True, is_by_link=True)
    discard_text(open_session, asked.link)
    return receipt.number


def _form_key(link: AnswerLinkFacts) -> str:
    """Return the key that identifies a review, made from its random token, its link and its fields.

    It shows whether the same review is sent again.
    """
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return hash_token(f"answer {link.id} {json.dumps(fields)}")


def _is_csrf_token_valid() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        security_log.log_event("csrf.failed")
        return False
    return True


def _expired() -> str:
    return _("The page expired, so nothing was submitted. Check your answers, then try again.")


def _unchosen(asked: AskedReports) -> str:
    if asked.answered and asked.unchanged:
        return _("Choose what to submit.")
    count = len(asked.answered) + len(asked.unchanged)
    return str(ngettext("Select the box to submit this report.", "Select the box to submit these reports.", count))


def _changed_meanwhile() -> str:
    return _("A report changed while you were reviewing, so nothing was submitted. Check the reports below, then submit again.")


def _repeated_response(token: str, asked: AskedReports) -> Response:
    """Answer a form whose reports are already submitted: say by whom and when, and submit nothing."""
    own, count = asked.receipts(session()), len(asked.repeated)
    if not own:
        notice = ngettext("This report is already submitted.", "These reports are already submitted.", count)
    else:
        at = time_or_day(own[0][1], clocks.today())
        notice = ngettext(
            "You already submitted this report %(at)s.", "You already submitted these reports %(at)s.", count, at=at
        )
    return _render_form(token, asked, 200, notice=notice)


def _conflict_response(token: str, asked: AskedReports, outdated: list[ReviewItem]) -> Response:
    """Answer 409 with the form: each report that another person saved in the meantime is shown beside what was typed."""
    for item in outdated:
        if item.row.report is not None:
            item.form.rebase(item.row.report.draft)
        else:  # what was saved in the meantime was deleted again, so there is nothing to choose from
            item.form.version.data = str(item.row.version)
    reports = (item.row.report for item in outdated)
    is_own = all(report is not None and report.last_change[0] == asked.link.person.person_id for report in reports)
    if is_own:
        problem = _("You saved a report in another tab while you were answering. Nothing is lost.")
    else:
        problem = _("Another person saved a report while you were answering. Nothing is lost.")
    return _render_form(token, asked, 409, [problem], conflicts={item.form for item in outdated})


def _other_reader_context(lang: str) -> dict[str, Any]:
    """Return the name of the signed-in person and the page where they report, if the link is another person's."""
    reader: SignedInPerson | None = g.other_reader
    if reader is None:
        return {"other_reader": ""}
    reports = any(has_permission(reader.roles, permission) for permission in (Permission.REPORT, Permission.REPORT_ON_BEHALF))
    own_url = url_for("reporting.my_updates", lang=lang) if reports else ""
    return {"other_reader": reader.name, "other_reader_url": own_url}


def _render_form(
    token: str,
    asked: AskedReports,
    status: int,
    problems: list[str] | None = None,
    *,
    notice: str = "",
    has_news: bool = False,
    conflicts: Collection[AnswerRowForm] = (),
) -> Response:
    versions = asked.other_versions(session())
    for form in asked.forms:
        if form.row.code in versions and versions[form.row.code].is_own:
            form.name_own_version()
    page = render_template(
        "reporting/answer.html",
        **_page_context(token, asked),
        forms=asked.forms,
        typed_over={name: text for form in asked.forms for name, text in form.typed_over.items()},
        other_versions=versions,
        submitted_rows=asked.submitted_rows,
        receipts=[] if asked.forms else asked.receipts(session()),
        problems=problems or [],
        conflicts=conflicts,
        notice=notice,
        news=asked.news if has_news else [],
        needs_more=asked.left_out if request.method != "POST" else [],
        has_errors=bool(problems) or any(form.errors for form in asked.forms),
    )
    return make_response(page, status)


def _render_review(token: str, asked: AskedReports, status: int, problems: list[str] | None = None) -> Response:
    page = render_template(
        "reporting/answer_review.html",
        **_page_context(token, asked),
        answered=asked.answered,
        unchanged=asked.unchanged,
        left_out=asked.left_out,
        forms=asked.forms,
        is_without_change=asked.is_without_change,
        chosen=request.form.get("choice", ""),
        problems=problems or [],
    )
    return make_response(page, status)


def _page_context(token: str, asked: AskedReports) -> dict[str, Any]:
    link, lang, other = asked.link, i18n.current_language().value, i18n.current_language().other.value
    offer_kept_text(link)
    return {
        "token": token,
        "link": link,
        "form_key": form_key(link),
        "autosave_url": url_for("reporting.answer_text_keep", lang=lang, token=token),
        "period": asked.worklist.context.period,
        "reporter": asked.worklist.context.reporter,
        "answer_url": url_for("reporting.answer", lang=lang, token=token),
        "answer_url_in_other": url_for("reporting.answer", lang=other, token=token),
        "submit_url_in_other": url_for("reporting.answer_submit", lang=other, token=token),
        "posted_form_url": url_for("reporting.answer", lang=lang, token=token) if request.method == "POST" else "",
        "submit_url": url_for("reporting.answer_submit", lang=lang, token=token),
        "stop_url": url_for("reporting.answer_stop", lang=lang, token=token),
        **_other_reader_context(lang),
    }


def _render_stop(token: str, link: AnswerLinkFacts, status: int, problem: str = "") -> Response:
    lang = i18n.current_language().value
    page = render_template(
        "reporting/answer_stop.html",
        link=link,
        problem=problem,
        answer_url=url_for("reporting.answer", lang=lang, token=token),
        stop_url=url_for("reporting.answer_stop", lang=lang, token=token),
        posted_form_url=url_for("reporting.answer_stop", lang=lang, token=token) if request.method == "POST" else "",
        **_other_reader_context(lang),
    )
    return make_response(page, status)


def _ended_page(link: AnswerLinkFacts) -> Response:
    """Return the page (410) that says why a link does not work and what to do, with the texts that were typed."""
    texts = typed_texts(session(), link.period.id) if request.method == "POST" else []
    page = render_template("reporting/answer_ended.html", link=link, texts=texts, turned_off="off" in request.args)
    return without_caching(make_response(page, 410))
