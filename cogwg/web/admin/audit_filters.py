"""The filters of the audit log, which are in the URL of its page."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SearchField, SelectChoice, SelectField

from cogwg.core.bilingual import clean_line, fold_text, sort_key
from cogwg.core.errors import N_, Invalid, Message
from cogwg.inspection.events import SYSTEM_ACTOR, EventFilter
from cogwg.inspection.subjects import REFERENCE_LIMIT, Subject
from cogwg.inspection.values import Names
from cogwg.privacy.wording import SUBJECT_LABELS
from cogwg.web.http.date_fields import PastDateField
from cogwg.web.http.filters import person_name
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _

_SYSTEM = "system"
_YEARS = range(1900, 2200)
_NOT_LISTED = N_("Choose from the list.")


class FilterDayField(PastDateField):
    """A day in a filter, picked or typed; ``data`` is the day in ISO format, or the typed text if it is not a day."""

    takes_months = False


class AuditFilterForm(FlaskForm):  # type: ignore[misc]
    """The filters of the audit log, sent by GET. ``about`` is the kind and id of a single item, if a link named one."""

    class Meta:
        csrf = False

    person = SelectField(_("Who"), id="audit-person", validate_choice=False)
    jurisdiction = SelectField(_("On behalf of"), id="audit-jurisdiction", validate_choice=False)
    kind = SelectField(_("About"), id="audit-kind", validate_choice=False)
    first = FilterDayField(_("First day"), id="audit-first")
    last = FilterDayField(_("Last day"), id="audit-last")
    reference = SearchField(
        _("Reference"),
        id="audit-reference",
        description=_("For example: an activity (3.2), a plan (2020), a jurisdiction, or the name of a person"),
        render_kw={"autocomplete": "off", "maxlength": REFERENCE_LIMIT},
    )
    about = HiddenField()

    def fill_choices(self, names: Names) -> None:
        lang = current_language()
        people = _sorted(SelectChoice(str(id_), person_name(name)) for id_, name in names.people.items())
        self.person.choices = [SelectChoice("", gettext("Anyone")), SelectChoice(_SYSTEM, gettext("The system")), *people]
        held = [SelectChoice(str(id_), name.text(lang)) for id_, name in names.jurisdictions.items() if isinstance(id_, int)]
        self.jurisdiction.choices = [SelectChoice("", gettext("Any or none")), *_sorted(held)]
        kinds = _sorted(SelectChoice(kind, label.text(lang)) for kind, label in SUBJECT_LABELS.items())
        self.kind.choices = [SelectChoice("", gettext("Anything")), *kinds]

    @property
    def query(self) -> dict[str, Any]:
        """The filters that are set, as in the URL."""
        return {field.short_name: field.data for field in self if field.data}

    def read(self, names: Names) -> EventFilter:
        """Return the filter. Raises ``Invalid`` with a problem for each invalid value."""
        problems: list[tuple[str, Message]] = []
        is_system = self.person.data == _SYSTEM
        person = _id("person", "" if is_system else self.person.data, names.people, problems)
        jurisdiction = _id("jurisdiction", self.jurisdiction.data, names.jurisdictions, problems)
        kind = self.kind.data or ""
        if kind and kind not in SUBJECT_LABELS:
            problems.append(("kind", Message(_NOT_LISTED)))
        first, last = (_day(name, self[name].data, problems) for name in ("first", "last"))
        if first is not None and last is not None and first > last:
            problems.append(("last", Message(N_("The last day is before the first day. Enter another day."))))
        reference = clean_line(self.reference.data)
        if len(reference) > REFERENCE_LIMIT:
            problems.append(("reference", Message(N_("Enter at most %(most)s characters."), {"most": REFERENCE_LIMIT})))
        subject = _subject(self.about.data or "", problems)
        if problems:
            raise Invalid(*problems)
        chosen = EventFilter(SYSTEM_ACTOR if is_system else person, jurisdiction, kind, first, last, subject=subject)
        if _is_code(reference, names):
            return replace(chosen, reference=reference)
        return replace(chosen, affected=(_people_named(reference, names), _jurisdictions_named(reference, names)))


def _sorted(choices: Iterable[SelectChoice]) -> list[SelectChoice]:
    return sorted(choices, key=lambda choice: sort_key(choice.label))


def _is_code(reference: str, names: Names) -> bool:
    """Return whether this is a number, a year or a code, rather than the name of a person or jurisdiction."""
    return not any(c.isalpha() for c in reference) or reference.casefold() in names.jurisdictions


def _people_named(text: str, names: Names) -> tuple[int, ...]:
    """Return the ids of the people whose name contains this text at the start of a word."""
    return tuple(id_ for id_, name in names.people.items() if _as_words(text) in _as_words(name))


def _jurisdictions_named(text: str, names: Names) -> tuple[int, ...]:
    """Return the ids of the jurisdictions whose name, in either language, contains this text at the start of a word."""
    return tuple(
        id_
        for id_, name in names.jurisdictions.items()
        if isinstance(id_, int) and any(_as_words(text) in _as_words(own) for own in (name.en, name.fr))
    )


def _as_words(text: str) -> str:
    return f" {fold_text(text)}".replace("-", " ")


def _id(name: str, text: str | None, known: Container[int | str], problems: list[tuple[str, Message]]) -> int | None:
    """Return the id that was chosen, or None if none was."""
    if not text:
        return None
    number = parse_number(text)
    if number is None or number not in known:
        problems.append((name, Message(_NOT_LISTED)))
    return number


def _subject(text: str, problems: list[tuple[str, Message]]) -> Subject | None:
    if not text:
        return None
    kind, _dash, number = text.rpartition("-")
    id_ = parse_number(number)
    if kind not in SUBJECT_LABELS or id_ is None:
        problems.append(("about", Message(N_("The web address of this page is incomplete. Show all entries instead."))))
        return None
    return kind, id_


def _day(name: str, text: str | None, problems: list[tuple[str, Message]]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        problems.append((name, Message(N_("Enter a date, such as 2020-09-30."))))
        return None
    return day
