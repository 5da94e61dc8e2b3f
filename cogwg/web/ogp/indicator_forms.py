"""The form of an indicator with its dated results."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.status import STATUS_LABELS, Status
from cogwg.ogp.facts import (
    ACTUAL_LIMIT,
    CODE_LIMIT,
    DEADLINE_LIMIT,
    INDICATOR_LEAD_LIMIT,
    LIST_LIMIT,
    UNIT_LIMIT,
    ActualFacts,
    CommitmentFacts,
    IndicatorFacts,
    actual_part,
    indicator_part,
)
from cogwg.web.http.forms import area_attributes, line_attributes
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.part_forms import RowsForm, fingerprint, posted_rows, text_values


class IndicatorForm(RowsForm):
    """An indicator with its dated results. The form for a stored indicator has no ``code``."""

    key_field = "period"
    code = StringField(_("Code"), render_kw=line_attributes(CODE_LIMIT))
    milestone = SelectField(_("Milestone"), validate_choice=False)
    text_en = TextAreaField(_("Indicator (English)"), render_kw=area_attributes(rows=2))
    text_fr = TextAreaField(_("Indicator (French)"), render_kw=area_attributes(rows=2))
    target_en = TextAreaField(_("Target (English)"), render_kw=area_attributes(rows=2))
    target_fr = TextAreaField(_("Target (French)"), render_kw=area_attributes(rows=2))
    deadline_en = StringField(_("Deadline as stated (English)"), render_kw=line_attributes(DEADLINE_LIMIT))
    deadline_fr = StringField(_("Deadline as stated (French)"), render_kw=line_attributes(DEADLINE_LIMIT))
    lead_en = StringField(_("Lead department (English)"), render_kw=line_attributes(INDICATOR_LEAD_LIMIT))
    lead_fr = StringField(_("Lead department (French)"), render_kw=line_attributes(INDICATOR_LEAD_LIMIT))


def indicator_form(facts: CommitmentFacts, stored: IndicatorFacts | None) -> IndicatorForm:
    """Return the form for an indicator or, if ``stored`` is None, for a new one."""
    fields: dict[str, Any] = {}
    for index in range(posted_rows(len(stored.actuals) if stored else 0, LIST_LIMIT)):
        prefix = f"row{index}_"
        fields[f"{prefix}period"] = StringField(_("Date or period"), render_kw=line_attributes(10))
        fields[f"{prefix}number"] = StringField(_("Number (optional)"), render_kw=line_attributes(30))
        fields[f"{prefix}unit_en"] = StringField(_("Unit (English)"), render_kw=line_attributes(UNIT_LIMIT))
        fields[f"{prefix}unit_fr"] = StringField(_("Unit (French)"), render_kw=line_attributes(UNIT_LIMIT))
        fields[f"{prefix}status"] = SelectField(_("Status"), validate_choice=False, choices=_status_choices())
        fields[f"{prefix}nothing_to_report"] = BooleanField(_("Nothing to report"))
        for name, label_en, label_fr in (
            ("progress", _("Result (English)"), _("Result (French)")),
            ("evidence", _("Evidence (English)"), _("Evidence (French)")),
            ("challenges", _("Challenges (English)"), _("Challenges (French)")),
        ):
            fields[f"{prefix}{name}_en"] = TextAreaField(label_en, render_kw=area_attributes(ACTUAL_LIMIT, rows=2))
            fields[f"{prefix}{name}_fr"] = TextAreaField(label_fr, render_kw=area_attributes(ACTUAL_LIMIT, rows=2))
        fields[f"{prefix}remove"] = BooleanField(_("Remove this result"))
    values = indicator_values(stored) if stored else {}
    form_class = type("OneIndicatorForm", (IndicatorForm,), fields)
    form: IndicatorForm = form_class(data={**values, "shown": fingerprint(values)})
    form.rows.data = str(form.row_count)
    form.milestone.choices = [
        SelectChoice("", gettext("None in particular")),
        *(SelectChoice(each.number, f"{each.number} {each.text.text(current_language())}"[:90]) for each in facts.milestones),
    ]
    if stored:
        del form.code
        form.still_right.offer(dict(stored.stale), part=indicator_part(stored.code))
        for index, each in enumerate(stored.actuals):
            form.still_right.offer(dict(each.stale), prefix=f"row{index}_", part=actual_part(stored.code, each.period))
    return form


def indicator_values(indicator: IndicatorFacts) -> dict[str, Any]:
    """Map the names of the form's fields to the values of an indicator."""
    values: dict[str, Any] = {"milestone": indicator.milestone}
    for name in ("text", "target", "deadline", "lead"):
        values |= text_values(name, getattr(indicator, name))
    for index, each in enumerate(indicator.actuals):
        prefix = f"row{index}_"
        values[f"{prefix}period"] = each.period
        values[f"{prefix}number"] = number_text(each.number)
        values[f"{prefix}status"] = each.status.value if each.status else ""
        values[f"{prefix}nothing_to_report"] = each.nothing_to_report
        for name in ("unit", "progress", "evidence", "challenges"):
            values |= text_values(f"{prefix}{name}", getattr(each, name))
    return values


def number_text(number: Decimal | None) -> str:
    """Return a number as text, without zeros after its last decimal; "" for None."""
    return "" if number is None else f"{number.normalize():f}"


def typed_indicator(form: IndicatorForm, facts: CommitmentFacts, stored: IndicatorFacts | None) -> CommitmentFacts:
    """Return the commitment's facts with the typed indicator. Raises ``Invalid`` if a result is not a number."""
    deadline = form.bilingual_line("deadline")
    typed = IndicatorFacts(
        code=stored.code if stored else clean_line(form.code.data),
        text=form.bilingual_text("text"),
        milestone=form.milestone.data or "",
        target=form.bilingual_text("target"),
        deadline=deadline,
        due_on=stored.due_on if stored and stored.deadline == deadline else None,
        lead=form.bilingual_line("lead"),
        actuals=_typed_actuals(form),
    )
    if stored is None:
        return replace(facts, indicators=(*facts.indicators, typed))
    return replace(facts, indicators=tuple(typed if each.code == typed.code else each for each in facts.indicators))


def without_indicator(facts: CommitmentFacts, code: str) -> CommitmentFacts:
    """Return the commitment's facts without the indicator with this code."""
    return replace(facts, indicators=tuple(each for each in facts.indicators if each.code != code))


def _typed_actuals(form: IndicatorForm) -> tuple[ActualFacts, ...]:
    typed, problems = [], []
    for index in form.kept_rows():
        row = form.row(index)
        try:
            number = _typed_number(row["number"].data)
        except InvalidOperation:
            number = None
            problems.append((f"row{index}_number", Message(N_("Enter a number, such as 20 or 4.5, or leave the field empty."))))
        typed.append(
            ActualFacts(
                clean_line(row["period"].data),
                number,
                form.bilingual_line(f"row{index}_unit"),
                next((each for each in Status if each.value == row["status"].data), None),
                bool(row["nothing_to_report"].data),
                progress=form.bilingual_text(f"row{index}_progress"),
                evidence=form.bilingual_text(f"row{index}_evidence"),
                challenges=form.bilingual_text(f"row{index}_challenges"),
            )
        )
    if problems:
        raise Invalid(*problems)
    return tuple(typed)


def _typed_number(text: str | None) -> Decimal | None:
    """Return the number in a text, or None if the text is empty.

    It may be written as in English or French: with a decimal point or comma, and with commas or spaces between thousands.
    Raises ``InvalidOperation`` if the text is not a number.
    """
    plain = clean_line(text).replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if not plain:
        return None
    if plain.count(",") == 1 and "." not in plain and len(plain.rpartition(",")[2]) != 3:
        plain = plain.replace(",", ".")
    number = Decimal(plain.replace(",", ""))
    if not number.is_finite():
        raise InvalidOperation
    return number


def _status_choices() -> list[SelectChoice]:
    return [
        SelectChoice("", gettext("None")),
        *(SelectChoice(each.value, label.text(current_language())) for each, label in STATUS_LABELS.items()),
    ]
