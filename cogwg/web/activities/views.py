"""An activity: its page, a partner's note beside the leads' report, and another due date."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.queries import jurisdiction
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.plan.services import move_due_date
from cogwg.policy import Permission, can_contribute
from cogwg.reporting.merge import both
from cogwg.reporting.partner_notes import NamedJurisdiction, NoteFacts, notes_in, save_note
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.web.activities import blueprint
from cogwg.web.activities.forms import DueForm, NoteForm
from cogwg.web.activities.page import At, NoteDesk, answer, at, due_form, note_desk
from cogwg.web.auth.access import actor, requires, somebody
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.edit_conflict import two_texts
from cogwg.web.http.filters import moved_to


@blueprint.get("/plans/<int:year>/activities/<code>")
@requires(Permission.READ_REPORTS)
def page(lang: str, year: int, code: str) -> Response:
    """What it asks, where it stands, what partners add, its history and what members say of it."""
    return answer(at(lang, year, code))


@blueprint.post("/plans/<int:year>/activities/<code>/note")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def note_save(lang: str, year: int, code: str) -> Response:
    """Save the note of a partner: ``for`` says whose, ``period`` for which quarter the form was opened."""
    here, who = at(lang, year, code), somebody()
    found = jurisdiction(session(), request.args.get("for", ""))
    whose = NamedJurisdiction(found.id, found.code, found.name)
    if not can_contribute(who, here.priority, whose.id):
        raise Forbidden
    period = _period(here)
    desk = note_desk(here, who, period, whose, None)
    form = NoteForm(whose.id)
    try:
        with write() as open_session:
            save_note(
                open_session,
                here.plan,
                here.activity,
                period_key=period.key,
                jurisdiction_id=whose.id,
                text=form.text,
                seen=form.seen,
                by=actor(whose.id),
                at=clocks.now(),
                may=lambda priority, id_: can_contribute(who, priority, id_),
            )
    except Invalid as refusal:
        forms.show(form, refusal, {"text": f"text_{lang}"})
        return answer(here, 422, note=replace(desk, form=form, opened=True))
    except Conflict:
        return answer(here, 409, note=_clash(here, period, desk, form.text))
    flash(_("The note is saved. The leads see it beside their report."))
    return redirect(f"{here.url}#notes", 303)


@blueprint.post("/plans/<int:year>/activities/<code>/due")
@requires(Permission.MANAGE_PLAN)
def due_date_move(lang: str, year: int, code: str) -> Response:
    """Move the due date; the history keeps the old one and the reason."""
    here = at(lang, year, code)
    form = due_form(here)
    try:
        to, seen = form.to, form.seen
        if seen is None:
            raise Conflict(here.activity.due)
        with write() as open_session:
            by, when = actor(), clocks.now()
            move_due_date(
                open_session, here.activity.id, to, reason=form.reason, words=form.words, expected_due=seen, by=by, at=when
            )
    except Invalid as refusal:
        forms.show(form, refusal, {"reason": f"reason_{lang}"})
        return answer(here, 422, due=form)
    except Conflict:
        return answer(here, 409, due=_moved_meanwhile(here, form))
    flash(_("The due date moved %(to)s; the history says why.", to=moved_to(to)))
    return redirect(f"{here.url}#history", 303)


def _period(here: At) -> PeriodFacts:
    """The quarter a note's form was opened for, else the one at hand. Raises ``NotFound``."""
    found = current_period(periods(session(), here.plan.id, clocks.now(), clocks.today()), request.args.get("period", ""))
    if found is None:
        raise NotFound("period")
    return found


def _clash(here: At, period: PeriodFacts, desk: NoteDesk, yours: Bilingual) -> NoteDesk:
    """The form again, with both texts in it, after somebody of the same jurisdiction saved meanwhile."""
    stored = _stored(here, period, desk.jurisdiction.id)
    theirs = {lang: stored.text.exact_text(lang) for lang in Language}
    form = NoteForm(
        desk.jurisdiction.id,
        Bilingual(*(both(theirs[lang], yours.exact_text(lang)) for lang in Language)),
        stored.version,
        formdata=None,
    )
    labels = {Language.EN: _("Note, in English"), Language.FR: _("Note, in French")}
    texts = [(labels[lang], lang, theirs[lang], yours.exact_text(lang)) for lang in Language]
    return replace(desk, stored=stored, form=form, opened=True, clash=two_texts(stored.person, stored.changed_at, texts))


def _stored(here: At, period: PeriodFacts, jurisdiction_id: int) -> NoteFacts:
    found = notes_in(session(), period.id, [here.activity.id]).get(here.activity.id, [])
    stored = next((n for n in found if n.jurisdiction_id == jurisdiction_id), None)
    if stored is None:
        raise NotFound("note")
    return stored


def _moved_meanwhile(here: At, form: DueForm) -> DueForm:
    """The form again, told what the due date is now; what was typed stays."""
    fresh = at(here.lang, here.plan.year, here.activity.code)
    form.was.data = fresh.activity.due.key
    sentence = N_("Somebody moved the due date %(to)s while you were writing. Check and send again.")
    forms.show(form, Invalid(("", Message(sentence, {"to": moved_to(fresh.activity.due)}))))
    return form
