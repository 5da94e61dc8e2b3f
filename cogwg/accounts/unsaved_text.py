"""Text that a person typed in a form and has not saved yet: visible only to them, and deleted after a week.

Unsaved text has no version and no audit event, and changes nothing that others see. A report's draft, which its leads share,
changes only when one of them saves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CursorResult, Delete, delete, func, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, UnsavedText
from cogwg.core.db import insert_for, table
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.text_limits import TEXT_LIMIT

RETENTION = timedelta(days=7)
"""How long unsaved text is stored: as long as a submitted form is remembered (``form_tokens``). Moodle's 4 days
(``lib/editor/atto/autosave-ajax.php``) would be too short for a person who is away for a week."""
FORM_LIMIT = 10 * TEXT_LIMIT
"""The most characters of one form. The longest form is the report, with six texts and four one-line fields; text that is too
long to be saved is stored too."""
FORMS_LIMIT = 100
"""The most forms per person: more than a lead of every activity in the 2020 plan needs, and few enough for the database."""
_FORM_KEY = re.compile(r"[a-z]+(-[a-z]+)*(:[A-Za-z0-9._-]{1,60}){1,3}")


class ControlKind(StrEnum):
    """A kind of change in a form: a text, a choice in a list, or a radio button or checkbox that was selected or cleared.

    ``WAS`` is the text that a field in a numbered list contained before the change. It identifies the field if the list has
    changed.
    """

    TEXT = "text"
    LIST = "list"
    ON = "on"
    OFF = "off"
    WAS = "was"


@dataclass(frozen=True, slots=True)
class ControlState:
    """What a person typed or chose in one control of a form, with the control's kind and name."""

    kind: ControlKind
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The unsaved changes of a form, the version it was opened with ("" if it has none), and when they were stored."""

    base: str
    controls: tuple[ControlState, ...]
    kept_at: datetime


def keep_unsaved_text(
    session: Session, person_id: int, form: str, base: str, controls: Sequence[ControlState], *, now: datetime
) -> None:
    """Store the unsaved changes of a form, replacing those stored before.

    Raises ``NotFound`` if the form's key or version is invalid, and ``Invalid`` if its text is too long or the person has
    unsaved text in too many forms.
    """
    text = json.dumps([astuple(control) for control in controls], ensure_ascii=False)
    if not _FORM_KEY.fullmatch(form) or "\x00" in base:  # PostgreSQL stores no such character
        raise NotFound("form")
    if len(base) + sum(len(control.name) + len(control.value) for control in controls) > FORM_LIMIT:
        raise Invalid(("form", Message(N_("This text is too long to keep automatically. Save it now, or shorten it."))))
    others = select(func.count()).where(UnsavedText.person_id == person_id, UnsavedText.form != form)
    if (session.scalar(others) or 0) >= FORMS_LIMIT:
        raise Invalid(
            (
                "form",
                Message(N_("Your text was not kept because too many of your other forms have unsaved text. Save this form.")),
            )
        )
    values = {"base": base, "controls": text, "kept_at": now}
    insert = insert_for(session.connection().dialect.name, table(UnsavedText)).values(person_id=person_id, form=form, **values)
    session.execute(insert.on_conflict_do_update(index_elements=["person_id", "form"], set_=values))


def discard_unsaved_text(session: Session, person_id: int, form: str) -> None:
    """Delete a person's unsaved text in a form, because they saved or discarded it."""
    session.execute(delete(UnsavedText).where(UnsavedText.person_id == person_id, UnsavedText.form == form))


def unsaved_texts(session: Session, person_id: int, *, now: datetime) -> Mapping[str, KeptForm]:
    """Map each form in which a person has unsaved text to this text. Texts older than ``RETENTION`` are left out."""
    statement = select(UnsavedText.form, UnsavedText.base, UnsavedText.controls, UnsavedText.kept_at).where(
        UnsavedText.person_id == person_id, UnsavedText.kept_at >= now - RETENTION
    )
    return {
        form: KeptForm(base, tuple(ControlState(ControlKind(kind), *rest) for kind, *rest in json.loads(text)), kept_at)
        for form, base, text, kept_at in session.execute(statement)
    }


def discard_texts_with(session: Session, words: Collection[str]) -> int:
    """Delete the unsaved texts, of any person, that contain one of these words or names; return how many rows were deleted."""
    wanted = [word.casefold() for word in words]
    rows = session.execute(select(UnsavedText.person_id, UnsavedText.form, UnsavedText.controls)).all()
    matching = [row for row in rows if any(word in row.controls.casefold() for word in wanted)]
    for row in matching:
        discard_unsaved_text(session, row.person_id, row.form)
    return len(matching)


def purge_unsaved_texts(session: Session, *, now: datetime) -> int:
    """Delete unsaved texts older than ``RETENTION``, and all those of deactivated people; return how many rows were deleted
    (one per form).
    """
    retired = select(Person.id).where(Person.retired_at.is_not(None))
    statement: Delete = delete(UnsavedText).where(
        or_(UnsavedText.kept_at < now - RETENTION, UnsavedText.person_id.in_(retired))
    )
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
