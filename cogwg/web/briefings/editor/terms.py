"""The fields that a request and a next step share: who is responsible, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from cogwg.briefing.rules import AUDIENCE_LIMIT
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import day
from cogwg.web.briefings.editor.fields import (
    NO_DAY,
    BilingualForm,
    DayForm,
    TypedDay,
    posted_day,
    posted_line,
    stored_day,
)
from cogwg.web.briefings.editor.merging import merge_text, merge_value
from cogwg.web.briefings.editor.step import LabelledText, bilingual_texts


@dataclass(frozen=True, slots=True)
class TypedTerms:
    """Who is responsible and by when, as stored or as typed. Both are optional."""

    who: Bilingual = EMPTY_TEXT
    day: TypedDay = NO_DAY

    def __bool__(self) -> bool:
        return bool(self.who or self.day)


NO_TYPED_TERMS = TypedTerms()


@dataclass(frozen=True, slots=True)
class TermsFields:
    """The fields for who is responsible for the item ``name``, and by when; ``who_label`` is the label of the first."""

    name: str
    who_label: str
    typed: TypedTerms

    @property
    def who_form(self) -> BilingualForm:
        return BilingualForm(f"{self.name}-who", self.who_label, self.typed.who, limit=AUDIENCE_LIMIT, rows=1)

    @property
    def day_form(self) -> DayForm:
        return DayForm(self.name, _("By when (optional)"), self.typed.day)

    @property
    def has_errors(self) -> bool:
        return self.who_form.has_errors or self.day_form.has_errors

    @property
    def by(self) -> date | None:
        return self.day_form.value

    @property
    def by_words(self) -> Bilingual:
        """Return the day in words, or an empty text if there is none."""
        return EMPTY_TEXT if self.by is None else day(self.by)

    def labelled_texts(self, label: str) -> Mapping[str, LabelledText]:
        """Return both fields as labelled texts. ``label`` is the label of the item."""
        texts = bilingual_texts(f"{self.name}-who", f"{label}, {self.who_label}", self.typed.who)
        when = self.typed.day.written or self.typed.day.picked
        texts[f"{self.name}-day"] = LabelledText(_("%(label)s, by when", label=label), when)
        return texts


def posted_terms(name: str) -> TypedTerms:
    """Return what was typed in the fields of ``TermsFields`` with this name."""
    return TypedTerms(posted_line(f"{name}-who"), posted_day(name))


def stored_terms(who: Bilingual, by: date | None) -> TypedTerms:
    return TypedTerms(who, stored_day(by))


def merge_terms(base: TypedTerms, stored: TypedTerms, typed: TypedTerms) -> TypedTerms:
    """Merge the day, and each language of who is responsible, separately."""
    return TypedTerms(merge_text(base.who, stored.who, typed.who), merge_value(base.day, stored.day, typed.day))
