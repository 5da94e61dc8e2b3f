"""Forms that show one part of a larger item. Their field ``shown`` identifies the state in which they showed that part.

Changes that others made in other parts are then not a conflict; their changes in this part are shown beside what was typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, ClassVar

from flask import request
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_line, clean_text
from cogwg.core.errors import Invalid
from cogwg.inspection.events import latest_events
from cogwg.web.http import forms
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import gettext
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.http.still_right import StillRightField

NEW_ROWS = 2
"""The number of empty rows after the rows of a list."""


@dataclass(frozen=True, slots=True)
class PartConflict:
    """What another person saved in the meantime: when, who, and each field that differs (label, theirs, yours, language)."""

    saved_at: datetime | None
    saved_by: Bilingual
    differences: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PartRefusal:
    """Why nothing was saved: the status of the response and, if someone else saved in the meantime, what they saved."""

    status: int
    conflict: PartConflict | None = None


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a hash of these values, which differs whenever one of them does."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:20]


def text_values(name: str, text: Bilingual) -> dict[str, str]:
    """Map the names of a text's two fields to its values."""
    return {f"{name}_{lang}": text.exact_text(lang) for lang in Language}


class PartForm(SingleUseForm):
    """A form that shows one part of an item, with ``shown``: the fingerprint of the part as the form showed it."""

    shown = HiddenField("")
    still_right = StillRightField()
    ignored: ClassVar[tuple[str, ...]] = ("csrf_token", "once", "shown", "still_right")

    def bilingual_line(self, name: str) -> Bilingual:
        return Bilingual(clean_line(self[f"{name}_en"].data), clean_line(self[f"{name}_fr"].data))

    def bilingual_text(self, name: str) -> Bilingual:
        return Bilingual(clean_text(self[f"{name}_en"].data), clean_text(self[f"{name}_fr"].data))

    def bilingual_lines(self, name: str) -> tuple[Bilingual, ...]:
        """Return the lines of two fields as pairs. A line without a translation is paired with an empty line."""
        both = ([clean_line(line) for line in (self[f"{name}_{lang}"].data or "").splitlines()] for lang in Language)
        return tuple(Bilingual(*pair) for pair in zip_longest(*both, fillvalue="") if any(pair))

    def differences(self, stored: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
        """Return the label, the stored value, the value in the form and the language of each field in which they differ."""
        return [
            (str(field.label.text), shown_value(field, stored.get(name)), shown_value(field, field.data), _lang_of(name))
            for name, field in self._fields.items()
            if name not in self.ignored and not isinstance(field, HiddenField) and _differ(field.data, stored.get(name))
        ]


def shown_value(field: Any, value: Any) -> str:
    """Return a field's value in words."""
    if isinstance(field, BooleanField):
        return gettext("Yes") if value else gettext("No")
    if isinstance(field, SelectField):
        return next((str(choice.label) for choice in field.choices or () if str(choice.value) == str(value or "")), "")
    return str(value or "")


def _differ(typed: Any, stored: Any) -> bool:
    return clean_text(str(typed or "")) != clean_text(str(stored or ""))


def _lang_of(name: str) -> str:
    return name[-2:] if name[-3:] in ("_en", "_fr") else ""


class RowsForm(PartForm):
    """A form with the rows of a list, the empty ones at the end. ``rows`` is the number of rows."""

    rows = HiddenField("")

    @property
    def row_count(self) -> int:
        return sum(1 for name in self._fields if name.startswith("row") and name.endswith("_" + self.key_field))

    key_field: ClassVar[str] = "number"

    def row(self, index: int) -> dict[str, Any]:
        """Map the names of a row's fields, without the number of the row, to the fields."""
        prefix = f"row{index}_"
        return {name.removeprefix(prefix): field for name, field in self._fields.items() if name.startswith(prefix)}

    def kept_rows(self) -> list[int]:
        """Return the numbers of the rows that are not empty and not marked for removal."""
        return [
            index
            for index in range(self.row_count)
            if not self[f"row{index}_remove"].data
            and any(field.data for name, field in self.row(index).items() if name != "remove")
        ]

    def field_of(self, problem: str, prefix: str) -> str:
        """Return the name of the form's field for a field that a rule names, such as ``milestones-0-text_en``."""
        place, _hyphen, name = problem.removeprefix(prefix).partition("-")
        indexes = self.kept_rows()
        if not problem.startswith(prefix) or not place.isdecimal() or int(place) >= len(indexes):
            return problem
        return f"row{indexes[int(place)]}_{name}"


def posted_rows(stored: int, limit: int) -> int:
    """Return the number of rows of a form: of the posted form, or the stored rows and ``NEW_ROWS`` empty ones."""
    posted = parse_number(request.form.get("rows", "")) if request.method == "POST" else None
    return min(stored + NEW_ROWS if posted is None else posted, limit + NEW_ROWS)


def last_change(open_session: Session, kind: str, id_: int) -> tuple[datetime | None, Bilingual]:
    """Return when an item was last changed, and by whom; None and an empty text if it was never changed."""
    events = latest_events(open_session, (kind, id_), 1)
    return (events[0].at, events[0].person) if events else (None, EMPTY_TEXT)


def add_errors(form: PartForm, refusal: Invalid, field_of: Callable[[str], str] = lambda field: field) -> None:
    """Show each problem beside its field, or at the top of the form."""
    forms.add_errors(form, refusal, {field: field_of(field) for field, _message in refusal.problems})
