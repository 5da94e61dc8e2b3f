"""Code shared by the views that edit an adopted plan: save a form once, confirm the change, and load the current item.

A refused form is shown again on its page, with what was typed. A form that was opened on an earlier version of its item is
merged if no field was changed by both people; otherwise both versions are shown, and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.web.admin.plan_forms import EditForm, ReasonForm
from cogwg.web.admin.plan_items import EditedPlan, PriorityItem, load_plan
from cogwg.web.http import forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_with_link, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.single_use import SingleUseForm

UNDONE = Bilingual("The retirement was undone.", "Le retrait a été annulé.")
"""The reason that is recorded when a retirement is undone with the button of its confirmation."""
Make = Callable[[Session], int]
"""Makes an edit, and returns the id of its audit event."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A form that was not saved, because of what was typed or because the item was changed since the form was opened."""

    is_conflict: bool = False

    @property
    def status(self) -> int:
        return 409 if self.is_conflict else 422


def save(form: EditForm, make: Make, *, sent: SingleUseForm | None = None) -> int | Refusal:
    """Make the edit once, in one transaction, and return the id of its event.

    If the edit is refused, add the errors to the form and return a ``Refusal``. ``sent`` is the submitted form, if that is a
    separate form with only a button.
    """
    try:
        with write() as open_session:
            return (sent or form).make_once(open_session, "plan edit", lambda: make(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"reason": f"reason_{i18n.current_language().value}"})
        return Refusal()
    except Conflict:
        return Refusal(is_conflict=True)


def confirm(year: int, number: int, event_id: int, sentence: str, more: str = "", *, on_plan: bool = False) -> Response:
    """Redirect to the page of the priority, or of the plan, with a confirmation that links to the change."""
    lang = i18n.current_language()
    page = url_for("admin.plan_priority", lang=lang, year=year, number=number)
    flash_with_link(f"{sentence} {more}".strip(), _("See the change"), f"{page}#change-{event_id}")
    return redirect_to_outcome(url_for("admin.plan_editor", lang=lang, year=year) if on_plan else page)


def kept_sentence(form: EditForm, names: tuple[str, ...]) -> str:
    """Return a sentence that names the fields that another person changed in the meantime and whose values were kept."""
    if not names:
        return ""
    labels = ", ".join(str(form[name].label.text) for name in names)
    return str(_("Changes that another person made in the meantime were kept: %(fields)s.", fields=labels))


def rebase(form: EditForm, shown: str, refusal: Refusal) -> None:
    if refusal.is_conflict:
        form.form_errors.append(
            _(
                "This item was changed after you opened the page, so nothing was saved. Check the current version, then "
                "try again."
            )
        )
        form.shown.data = shown


def undo_button() -> SingleUseForm | None:
    """Return the form of the button in a confirmation that restores an item, or None if another form was sent."""
    return SingleUseForm() if "undo" in request.args else None


def restoring(form: ReasonForm) -> dict[str, Any]:
    """Return the version and the reason with which an item is restored."""
    if "undo" in request.args:
        return {"version": parse_version(request.args["undo"]), "reason": UNDONE}
    return {"version": form.version, "reason": form.reason}


def adopted_plan(year: int) -> EditedPlan:
    """Return the adopted plan of a year. Raises ``NotFound`` if there is none, even if there is a draft."""
    plan = load_plan(session(), year)
    if plan.is_draft:
        raise NotFound(f"adopted plan {year}")
    return plan


def current_priority(year: int, number: int) -> tuple[EditedPlan, PriorityItem]:
    """Return a priority with its adopted plan. Raises ``NotFound`` if there is none, or if it was retired."""
    plan = adopted_plan(year)
    priority = plan.priority(number)
    if priority.retired_on is not None:
        raise NotFound(f"priority {number}")
    return plan, priority


def current_version(kind: Any, id_: int) -> int:
    """Return the version of a priority or an activity as it is now."""
    version: int = session().get_one(kind, id_).version
    return version
