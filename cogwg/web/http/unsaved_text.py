"""Text that a person typed in a form and has not saved: offered with the form, and deleted when the form is saved.

A script, ``static/autosave.js``, stores the text on the server. A hidden field of the form then says so when the form is sent.
Without JavaScript, nothing is stored, and pages do not mention unsaved text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from flask import Flask, Response, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cogwg.accounts.unsaved_text import KeptForm, discard_unsaved_text, unsaved_texts
from cogwg.core.errors import N_
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write

FIELD = "autosaved"
"""The name of the hidden field with the key of a form whose text was stored; also in ``static/autosave.js``."""

KIND_LABELS: Mapping[str, str] = {
    "report": N_("Report"),
    "report-returned": N_("Returned report"),
    "answer": N_("Answer through a link in an email"),
    "note": N_("Note"),
    "comment": N_("Comment"),
    "comment-edit": N_("Comment"),
    "slide-comment": N_("Comment on a slide"),
    "due-date": N_("Due date"),
    "due-request": N_("Request to move the due date"),
    "due-declined": N_("Answer to a request to move the due date"),
    "milestone": N_("Milestone"),
    "challenge": N_("Challenge"),
    "translation": N_("Translation"),
    "overall-status": N_("Overall status"),
    "role-declined": N_("Role"),
    "role-end": N_("Role"),
    "role-hand-over": N_("Role"),
    "briefing": N_("Briefing"),
    "decision": N_("Decision"),
    "reopening": N_("Reopening"),
    "extension": N_("Another week to report"),
    "set-back": N_("Cancelled extra week"),
    "reminder": N_("Reminder"),
    "plan-priority": N_("Wording of a priority"),
    "plan-new-priority": N_("New priority"),
    "plan-activity": N_("Activity in the plan"),
    "plan-new-activity": N_("New activity"),
    "carry-over": N_("Carry-over of a plan"),
    "year-close": N_("Closing a plan"),
    "year-reopen": N_("Reopening a plan"),
    "settings-host": N_("Host and contact"),
    "settings-reminders": N_("Reminders"),
    "publication": N_("Publication"),
    "publication-withdraw": N_("Withdrawal of a publication"),
    "action-plan": N_("Action plan"),
    "commitment-new": N_("Add a commitment"),
    "commitment-facts": N_("Details of a commitment"),
    "commitment-milestones": N_("Milestones of a commitment"),
    "commitment-indicator": N_("Indicator of a commitment"),
    "self-assessment": N_("Self-assessment"),
    "engagement-new": N_("Add an engagement cycle"),
    "engagement-facts": N_("Details of an engagement cycle"),
    "engagement-phase": N_("Phase of an engagement cycle"),
    "engagement-new-phase": N_("Phase of an engagement cycle"),
    "engagement-theme": N_("Theme of “What we heard”"),
    "engagement-theme-new": N_("Theme of “What we heard”"),
    "comment-entry": N_("Comment from another channel"),
    "heard-methods": N_("Methods of “What we heard”"),
    "heard-publish": N_("Publication of “What we heard”"),
    "settings-public": N_("Owner and licence of the open data"),
    "person-invite": N_("Invite a person"),
    "person-account": N_("Account"),
    "person-data": N_("What is kept about this person"),
    "person-reset": N_("Reset two-step sign-in"),
    "jurisdiction-new": N_("Add a jurisdiction"),
    "jurisdiction-names": N_("Names of a jurisdiction"),
    "jurisdiction-contact": N_("Contact of a jurisdiction"),
    "account-name": N_("My account"),
    "assessment": N_("Assessment"),
    "assessment-new": N_("Assessment"),
    "milestone-offer": N_("Offer"),
    "organization-report": N_("Report"),
    "assessor-invite": N_("Invite an assessor"),
    "offer-answer": N_("Answer the offer"),
}
"""The label of each kind of form; the keys are the first parts of the forms' keys."""
_OF_QUARTER = (
    "report",
    "report-returned",
    "answer",
    "note",
    "reopening",
    "extension",
    "set-back",
    "reminder",
    "publication",
    "publication-withdraw",
)
_ACTIVITY_PLACES = {"report": 2, "report-returned": 2, "note": 2, "comment": 1, "due-date": 1, "due-request": 1}
"""The position of the activity's id among the parts of a form's key, for each first part of a key."""

log = logging.getLogger("cogwg.web")


def init(app: Flask) -> None:
    app.jinja_env.globals.update(unsaved_text=unsaved_text, sent_autosaved_form=sent_autosaved_form, autosave_field=FIELD)
    app.after_request(discard_saved)


def unsaved_text(form: str) -> KeptForm | None:
    """Return the signed-in person's unsaved text for this form, or None if there is none or this form was just sent."""
    stored = own_unsaved_texts().get(form)
    return stored if stored is not None and sent_autosaved_form() != form else None


def own_unsaved_texts() -> Mapping[str, KeptForm]:
    """Map the key of each form to the signed-in person's unsaved text of it. The texts are read once per request."""
    person = g.get("person")
    if "unsaved_texts" not in g and (person is None or not person.has_unsaved_text):
        return {}
    if "unsaved_texts" not in g:
        offset = clocks.calendar().offset
        stored = unsaved_texts(session(), person.person_id, now=clocks.real_now())
        g.unsaved_texts = {key: replace(facts, kept_at=facts.kept_at + offset) for key, facts in stored.items()}
    texts: Mapping[str, KeptForm] = g.unsaved_texts
    return texts


def activity_id_of(form: str) -> int | None:
    """Return the id of the activity that the form with this key is about, or None if the key has none."""
    parts = form.split(":")
    place = _ACTIVITY_PLACES.get(parts[0])
    number = parts[place] if place is not None and len(parts) > place else ""
    return int(number) if number.isdecimal() and len(number) < 10 else None


def form_label(form: str) -> str:
    """Return what the form with this key is for, with its quarter if it has one: Reopening, Quarter 2 of 2020."""
    kind, about = (*form.split(":"), "")[:2]
    label = str(_(KIND_LABELS[kind])) if kind in KIND_LABELS else ""
    year, _hyphen, month = about.partition("-")
    if kind not in _OF_QUARTER or not month.isdecimal():
        return label
    quarter = _("Quarter %(quarter)s of %(year)s", quarter=int(month) // 3, year=year)
    return f"{label}, {quarter}"


def unsaved_choice(form: str, name: str) -> str:
    """Return what the person chose in a field of this form without saving it, or ""."""
    stored = own_unsaved_texts().get(form)
    return next((control.value for control in stored.controls if control.name == name), "") if stored is not None else ""


def discard_own_text(open_session: Session, form: str) -> None:
    """Delete the signed-in person's unsaved text of this form, because they have just done what the form was for."""
    if g.person.has_unsaved_text:
        discard_unsaved_text(open_session, g.person.person_id, form)


def sent_autosaved_form() -> str:
    """Return the key of the submitted form if a script had stored its text, or else ""."""
    return request.form.get(FIELD, "") if request.method == "POST" else ""


def retain_unsaved_text() -> None:
    """Keep the unsaved text of the submitted form, because the response only asks for confirmation."""
    g.retains_unsaved_text = True


def discard_saved(response: Response) -> Response:
    """Delete the unsaved text of a form after the form was saved. If that fails, the text is just offered again."""
    person = g.get("person")
    if response.status_code >= 400 or person is None or not (form := sent_autosaved_form()) or "retains_unsaved_text" in g:
        return response
    try:
        with write() as open_session:
            discard_unsaved_text(open_session, person.person_id, form)
    except SQLAlchemyError as error:
        log.warning("the unsaved text of a saved form was not deleted: %s", type(error).__name__)
    return response
