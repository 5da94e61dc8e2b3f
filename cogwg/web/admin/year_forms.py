"""The forms of the turn of the year: to start, carry over, adopt and undo a plan, and to close and reopen a year."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_line, clean_text
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.plan.carry_over import TITLE_LIMIT, ActivityChoice, CarryChoice, default_choice
from cogwg.plan.draft_storage import PLAN_TITLE_LIMIT
from cogwg.plan.queries import ActivityFacts, PlanFacts
from cogwg.plan.wording import CARRY_LABELS
from cogwg.web.http import forms
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.filters import month_name, plain
from cogwg.web.http.forms import parse_number, parse_version
from cogwg.web.http.i18n import current_language
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_LONG = {"rows": 3, "maxlength": TEXT_LIMIT}
_TITLE = {"maxlength": PLAN_TITLE_LIMIT, "autocomplete": "off"}


class YearReasonForm(SingleUseForm):
    """A reason, in the language of the page."""

    reason = TextAreaField(_("Reason"), render_kw=_LONG)

    @property
    def reason_text(self) -> Bilingual:
        return in_page_language(clean_text(self.reason.data))


class NewPlanForm(SingleUseForm):
    """The year and the title of a plan that starts empty. ``suggested`` is the year of the titles that the form suggested."""

    year = StringField(_("Year"), render_kw={"inputmode": "numeric", "autocomplete": "off", "size": 6})
    title_en = StringField(_("Title (English)"), render_kw=_TITLE)
    title_fr = StringField(_("Title (French)"), render_kw=_TITLE)
    suggested = HiddenField()

    @property
    def chosen_year(self) -> int:
        """Return the year, 0 if it is not a number."""
        return parse_number(clean_line(self.year.data)) or 0

    @property
    def title(self) -> Bilingual:
        """Return the title; if it is still the suggested one, it has the chosen year."""
        typed = Bilingual(clean_line(self.title_en.data), clean_line(self.title_fr.data))
        before, now = suggested_title(self.suggested.data or ""), suggested_title(self.chosen_year)
        return Bilingual(now.en if typed.en == before.en else typed.en, now.fr if typed.fr == before.fr else typed.fr)


def suggested_title(year: int | str) -> Bilingual:
    """Return the title that is suggested for the plan of a year."""
    return Bilingual(f"Work plan {year}", f"Plan de travail {year}")


class ActivityChoiceForm(FlaskForm):  # type: ignore[misc]
    """What becomes of one activity; its fields are prefixed with the activity's id, and its token is that of the whole form."""

    class Meta:
        csrf = False

    choice = RadioField(_("In the next plan"), validate_choice=False)
    month = SelectField(_("Due month"), validate_choice=False)
    reason = StringField(_("Why is the activity dropped?"), render_kw={"maxlength": TEXT_LIMIT, "autocomplete": "off"})
    title_en = StringField(_("Title (English)"), render_kw={"maxlength": TITLE_LIMIT, "autocomplete": "off", "lang": "en"})
    title_fr = StringField(_("Title (French)"), render_kw={"maxlength": TITLE_LIMIT, "autocomplete": "off", "lang": "fr"})
    text_en = TextAreaField(_("Description (English)"), render_kw={**_LONG, "lang": "en"})
    text_fr = TextAreaField(_("Description (French)"), render_kw={**_LONG, "lang": "fr"})

    def __init__(self, activity: ActivityFacts, *, is_complete: bool, **kwargs: Any) -> None:
        self.preselected = default_choice(activity, is_complete=is_complete)
        start = {
            "choice": self.preselected.choice.value,
            "month": str(self.preselected.month),
            "title_en": activity.title.en,
            "title_fr": activity.title.fr,
            "text_en": activity.text.en,
            "text_fr": activity.text.fr,
        }
        super().__init__(prefix=f"a{activity.id}-", data=start, **kwargs)
        self.choice.choices = [(choice.value, plain(label)) for choice, label in CARRY_LABELS.items()]
        self.month.choices = [SelectChoice(str(month), month_name(month).capitalize()) for month in range(1, 13)]

    @property
    def chosen(self) -> ActivityChoice:
        """Return what was chosen. A value that is not among the choices counts as the preselected one."""
        sent = {choice.value: choice for choice in CarryChoice}
        month = parse_number(self.month.data or "") or 0
        return ActivityChoice(
            choice=sent.get(self.choice.data, self.preselected.choice),
            month=month if 1 <= month <= 12 else self.preselected.month,
            title=Bilingual(clean_line(self.title_en.data), clean_line(self.title_fr.data)),
            text=Bilingual(clean_text(self.text_en.data), clean_text(self.text_fr.data)),
            reason=in_page_language(clean_line(self.reason.data)),
        )

    @property
    def is_reworded(self) -> bool:
        """Whether the new wording differs from the plan's, or has an error; if so, its fields are shown at once."""
        chosen, given = self.chosen, self.preselected
        wording = (self.title_en, self.title_fr, self.text_en, self.text_fr)
        return (chosen.title, chosen.text) != (given.title, given.text) or any(field.errors for field in wording)

    @property
    def is_changed(self) -> bool:
        """Whether something other than the preselected choice was made, or something has an error."""
        return bool(self.errors) or self.is_reworded or self.chosen != self.preselected


class CarryOverForm(SingleUseForm):
    """The choices for all activities of a plan. ``basis`` identifies the plan and its statuses that the page showed."""

    basis = HiddenField()
    ignored_fields: ClassVar[frozenset[str]] = frozenset({"basis"})

    def __init__(self, plan: PlanFacts, complete_ids: frozenset[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        sent = {name: value for name, value in kwargs.items() if name == "formdata"}
        self.rows: Mapping[int, ActivityChoiceForm] = {
            activity.id: ActivityChoiceForm(activity, is_complete=activity.id in complete_ids, **sent)
            for activity in plan.activities
        }

    @property
    def choices(self) -> dict[int, ActivityChoice]:
        return {id_: row.chosen for id_, row in self.rows.items()}

    def add_refusal(self, refusal: Invalid) -> None:
        """Add each problem to the field of its activity, or to the form."""
        lang = current_language().value
        for field, message in refusal.problems:
            number, _dot, name = field.partition(".")
            row = self.rows.get(parse_number(number) or 0)
            target = self if row is None else row
            forms.add_errors(target, Invalid((name or field, message)), {f"reason_{lang}": "reason"})

    @property
    def problem_fields(self) -> list[Any]:
        """Return the fields of activities that have an error, in the order of the plan."""
        return [field for row in self.rows.values() for field in row if field.errors]


def carry_over_basis(plan: PlanFacts, complete_ids: frozenset[int]) -> str:
    """Return a value that differs if the plan, or which of its activities are complete, changes."""
    return hashlib.sha256(repr((plan, sorted(complete_ids))).encode()).hexdigest()[:32]


class AdoptForm(SingleUseForm):
    """The day of adoption and the quarters with reports, with the version of the draft that the page showed."""

    adopted_on = DayField(_("Date the group adopted the plan"))
    quarters = SelectMultipleField(
        _("Quarters with reports"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    version = HiddenField()

    @property
    def posted_version(self) -> int:
        return parse_version(self.version.data or "")

    @property
    def chosen_quarters(self) -> frozenset[int]:
        return frozenset(parse_number(value) or 0 for value in self.quarters.data or ())


class VersionOnlyForm(SingleUseForm):
    """A form with only a button, and the version of the draft that the page showed."""

    version = HiddenField()

    @property
    def posted_version(self) -> int:
        return parse_version(self.version.data or "")


def in_page_language(text: str) -> Bilingual:
    """Return a text that a person typed in the language of the page."""
    if not text:
        return EMPTY_TEXT
    return Bilingual(text, "") if current_language() is Language.EN else Bilingual("", text)
