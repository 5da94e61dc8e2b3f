"""Views of an activity: show its page, save a partner's note, and move the due date."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.queries import NamedJurisdiction, jurisdiction
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.plan.services import move_due_date
from cogwg.policy import Permission, can_contribute
from cogwg.reporting.merge import merge_texts
from cogwg.reporting.partner_notes import NoteFacts, notes_in_period, save_note
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.web.activities import blueprint
from cogwg.web.activities.edit_conflict import text_conflict
from cogwg.web.activities.forms import DueForm, NoteForm
from cogwg.web.activities.page import ActivityContext, NoteEditor, activity_context, due_form, note_editor, respond
from cogwg.web.activities.past import past_response
from cogwg.web.activities.retired import retired_activity_page
from cogwg.web.auth.access import actor, current_user, is_current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import moved_to
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.past_day import open_past_page
from cogwg.web.http.past_due import ask_if_past


@blueprint.get("/plans/<int:year>/activities/<code>")
@requires(Permission.READ_REPORTS)
def page(lang: str, year: int, code: str) -> Response:
    """Show an activity: its due date, status, partners' notes, history and discussion.

    The page of a past day shows only the state of the activity on that day. A retired activity has a page that says so.
    """
    if (past := open_past_page()) is not None:
        return past_response(past, year, code)
    try:
        here = activity_context(lang, year, code)
    except NotFound:
        return retired_activity_page(year, code)
    return respond(here)


@blueprint.post("/plans/<int:year>/activities/<code>/note")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def note_save(lang: str, year: int, code: str) -> Response:
    """Save a partner's note. In the URL, ``for`` is the jurisdiction's code and ``period`` the quarter that the form shows."""
    here, who = activity_context(lang, year, code), current_user()
    named = jurisdiction(session(), request.args.get("for", ""))
    partner = NamedJurisdiction(named.id, named.code, named.name)
    if not can_contribute(who, here.priority, partner.id):
        raise Forbidden
    period = _note_period(here)
    editor = note_editor(here, who, period, partner, None)
    form = NoteForm(partner.id)
    try:
        with write() as open_session:
            save_note(
                open_session,
                here.plan,
                here.activity,
                period_key=period.key,
                jurisdiction_id=partner.id,
                text=form.text,
                expected_version=form.posted_version,
                by=actor(partner.id),
                at=clocks.now(),
                is_allowed=lambda priority, id_: can_contribute(who, priority, id_),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return respond(here, 422, note=replace(editor, form=form, is_open=True))
    except Conflict:
        return respond(here, 409, note=_with_conflict(here, period, editor, form.text))
    flash_at("notes", _("Note saved. The leads see it beside their report."))
    return redirect_to_outcome(here.url)


@blueprint.post("/plans/<int:year>/activities/<code>/due")
@requires(Permission.MANAGE_PLAN)
def due_date_move(lang: str, year: int, code: str) -> Response:
    """Move the due date. The history keeps the old date and the reason."""
    here = activity_context(lang, year, code)
    form = due_form(here)
    try:
        to, shown_due = form.new_due, form.posted_due
        if shown_due is None:
            raise Conflict(here.activity.due)
        with write() as open_session:
            by, when = actor(), clocks.now()
            form.make_once(
                open_session,
                "due change",
                lambda: move_due_date(
                    open_session,
                    here.activity.id,
                    to,
                    reason=form.reason,
                    words=form.due_words,
                    expected_due=shown_due,
                    by=by,
                    at=when,
                ),
            )
            if to != here.activity.due:
                ask_if_past(to, form.confirmed)
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"reason": f"reason_{lang}"})
        return respond(here, 422, due=form)
    except Conflict:
        return respond(here, 409, due=_with_concurrent_move(here, form))
    flash_at("history", _("Due date moved %(to)s. The history shows the reason.", to=moved_to(to)))
    return redirect_to_outcome(here.url)


def _note_period(context: ActivityContext) -> PeriodFacts:
    """Return the quarter that the URL names, or else the current one. Raises ``NotFound`` if there is none."""
    quarters = periods(session(), context.plan.id, clocks.now(), clocks.today())
    period = current_period(quarters, request.args.get("period", ""))
    if period is None:
        raise NotFound("period")
    return period


def _with_conflict(context: ActivityContext, period: PeriodFacts, editor: NoteEditor, yours: Bilingual) -> NoteEditor:
    """Return the note's form with both versions merged, after the note was saved by another person or in another tab."""
    stored = _stored_note(context, period, editor.jurisdiction.id)
    theirs = {lang: stored.text.exact_text(lang) for lang in Language}
    form = NoteForm(
        editor.jurisdiction.id,
        Bilingual(*(merge_texts(theirs[lang], yours.exact_text(lang)) for lang in Language)),
        stored.version,
        formdata=None,
    )
    labels = {Language.EN: _("Note (English)"), Language.FR: _("Note (French)")}
    texts = [(labels[lang], lang, theirs[lang], yours.exact_text(lang)) for lang in Language]
    conflict = text_conflict(stored.person, stored.changed_at, texts, is_own=is_current_user(stored.person_id))
    return replace(editor, stored=stored, form=form, is_open=True, conflict=conflict)


def _stored_note(context: ActivityContext, period: PeriodFacts, jurisdiction_id: int) -> NoteFacts:
    notes = notes_in_period(session(), period.id, [context.activity.id]).get(context.activity.id, [])
    stored = next((note for note in notes if note.jurisdiction_id == jurisdiction_id), None)
    if stored is None:
        raise NotFound("note")
    return stored


def _with_concurrent_move(context: ActivityContext, form: DueForm) -> DueForm:
    """Return the form as it was typed, but based on the current due date, with an error that says that the date was moved."""
    fresh = activity_context(context.lang, context.plan.year, context.activity.code)
    form.was.data = fresh.activity.due.key
    sentence = N_("The due date was moved %(to)s while you were editing. Check your changes, then try again.")
    forms.add_errors(form, Invalid(("", Message(sentence, {"to": moved_to(fresh.activity.due)}))))
    return form
