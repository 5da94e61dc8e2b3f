"""Building blocks of the editor's forms: a text in both languages, rows that can be moved, and what a browser posted.

WTForms renders the text fields but does not read the request: a form shows what the draft would be after saving, with rows
renumbered and the reported text in emptied fields. ``docs/decisions/0008-by-hand.md`` says why there is no ``FieldList``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, TextAreaField
from wtforms.fields import Field, Label

from cogwg.core.bilingual import Bilingual, Language, clean_line, clean_text
from cogwg.core.text_limits import TEXT_LIMIT, length_problems
from cogwg.web.http import i18n
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.flashes import flash_at


class BilingualForm(Form):  # type: ignore[misc]
    """The two fields of a text, ``NAME-en`` and ``NAME-fr``. The one in the page's language comes first.

    ``problems`` are errors other than the length, by language. A single string is an error that a text in either language
    would fix; the first field shows it.
    """

    en = TextAreaField()
    fr = TextAreaField()

    def __init__(
        self,
        name: str,
        label: str,
        text: Bilingual,
        *,
        problems: str | Mapping[Language, str] = "",
        has_focus: bool = False,
        limit: int = TEXT_LIMIT,
        rows: int = 2,
    ) -> None:
        """Build the fields with this text. With ``has_focus``, the first field gets the focus."""
        super().__init__(prefix=f"{name}-", data={lang: text.exact_text(lang) for lang in Language})
        self.name, self.text = name, text
        first = i18n.current_language()
        by_language = {first: problems} if isinstance(problems, str) else problems
        for lang, field_label in zip(Language, language_labels(label), strict=True):
            field = self[lang]
            field.id = element_id(field.name)
            field.label = Label(field.id, field_label)
            field.render_kw = {"rows": rows, "maxlength": limit, "autofocus": has_focus and lang is first}
            field.errors = [i18n.translate_message(message) for _field, message in length_problems("", field.data, limit)]
            field.errors += filter(None, [by_language.get(lang)])

    def __iter__(self) -> Iterator[Field]:
        first = i18n.current_language()
        return iter((self[first], self[first.other]))

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self)


@dataclass(frozen=True, slots=True)
class TypedDay:
    """An optional day as entered in a ``DayForm``: in the date picker (``picked``) or as text (``written``)."""

    picked: str = ""
    written: str = ""

    def __bool__(self) -> bool:
        return bool(self.picked or self.written)


NO_DAY = TypedDay()


class DayForm(Form):  # type: ignore[misc]
    """The field of an optional day, ``NAME-day``. A text that cannot be read as a date is an error of the field."""

    day = DayField()

    def __init__(self, name: str, label: str, typed: TypedDay) -> None:
        """Build the field with this day."""
        posted = MultiDict({f"{name}-day": typed.picked, f"{name}-day-written": typed.written})
        super().__init__(posted, prefix=f"{name}-")
        self.day.id = element_id(self.day.name)
        self.day.label = Label(self.day.id, label)
        self.validate()

    @property
    def has_errors(self) -> bool:
        return bool(self.day.errors)

    @property
    def value(self) -> date | None:
        """Return the day, or None if none was entered or the text cannot be read as a date."""
        day: date | None = self.day.data
        return day


def stored_day(day: date | None) -> TypedDay:
    """Return a stored day as the picker shows it."""
    return NO_DAY if day is None else TypedDay(day.isoformat())


def posted_day(name: str) -> TypedDay:
    """Return what was picked or written in the fields of the ``DayForm`` with this name."""
    return TypedDay(*(clean_line(request.form.get(f"{name}-day{suffix}")) for suffix in ("", "-written")))


def posted_line(name: str) -> Bilingual:
    """Return what was typed in the two fields with this name, each on one line."""
    return Bilingual(*(clean_line(request.form.get(f"{name}-{lang}")) for lang in Language))


def language_labels(label: str) -> tuple[str, str]:
    """Return the labels of a text's two fields, English first."""
    return _("%(label)s (English)", label=label), _("%(label)s (French)", label=label)


def emptied_texts(stored_forms: Iterable[BilingualForm]) -> list[Bilingual]:
    """Return the stored texts for which this request contains no text in either language."""
    return [form.text for form in stored_forms if form.text and not posted_text(form.name)]


def element_id(name: str) -> str:
    """Return the name as an HTML id: with "-" for each character that is not a letter, a digit, "_" or "-"."""
    return re.sub(r"[^\w-]", "-", name)


def posted_text(name: str, suffix: str = "") -> Bilingual:
    """Return what was typed in the two fields with this name."""
    return Bilingual(*(clean_text(request.form.get(f"{name}-{lang}{suffix}")) for lang in Language))


def posted_original(name: str) -> Bilingual:
    """Return the default text that the page had when it was shown.

    A field that still has this text keeps following the reported text.
    """
    return posted_text(name, "-was")


def posted_order() -> list[str]:
    """Return the keys of the posted rows, in order and without duplicates."""
    return list(dict.fromkeys(request.form.get("order", "").split()))


def pressed_button() -> tuple[str, str]:
    """Return the pressed button's action and the key of the row it applies to."""
    return _verb_and_key(request.form.get("do", ""))


def focus_target() -> tuple[str, str]:
    """Return the action that led to this page, and the key of the row that gets the focus."""
    return _verb_and_key(request.args.get("at", ""))


def _verb_and_key(text: str) -> tuple[str, str]:
    verb, _space, key = text.partition(" ")
    return verb, key


@dataclass(frozen=True, slots=True)
class RowPosition:
    """The directions in which a row can be moved, and the button or field of the row that gets the focus ("" for none).

    ``place`` is the row's number in its list and the length of the list, such as (2, 5).
    """

    key: str
    can_move_up: bool = False
    can_move_down: bool = False
    focused_button: str = ""
    place: tuple[int, int] = (0, 0)

    @property
    def id(self) -> str:
        return element_id(self.key)

    @property
    def place_sentence(self) -> str:
        """Return a sentence that says where a moved row is now."""
        number, total = self.place
        return str(_("Now in position %(number)s of %(total)s.", number=number, total=total))


UNPLACED = RowPosition("")
MOVING_VERBS = ("up", "down", "to")
"""The actions that move a row. "to" is for slides, which can be dragged."""


def flash_moved(key: str, sentence: str) -> None:
    """Flash a sentence in the moved row, on the next page only, saying where the row is now."""
    flash_at(f"moved-{element_id(key)}", sentence)


def row_positions(keys: Sequence[str], verb: str, focused_key: str) -> list[RowPosition]:
    """Return the positions of a list's rows. ``verb`` is the action just taken on the row ``focused_key``.

    The button for that action gets the focus, or the row's other button if the row can't be moved further that way.
    """
    positions = []
    for number, key in enumerate(keys, 1):
        up, down = key != keys[0], key != keys[-1]
        button = verb if key == focused_key else ""
        if (button == "up" and not up) or (button == "down" and not down):
            button = "down" if button == "up" else "up"
        positions.append(RowPosition(key, up, down, button, (number, len(keys))))
    return positions


def move_row(order: list[str], key: str, verb: str, neighbours: Iterable[str]) -> list[str]:
    """Return the order with a row moved "up" or "down" past the nearest of ``neighbours``, or unchanged if there is none."""
    wanted = set(neighbours)
    group = [row for row in order if row in wanted]
    if verb not in ("up", "down") or key not in group:
        return order
    to = group.index(key) + (-1 if verb == "up" else 1)
    if not 0 <= to < len(group):
        return order
    swapped = {key: group[to], group[to]: key}
    return [swapped.get(row, row) for row in order]
