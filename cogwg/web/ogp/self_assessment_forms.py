"""The form of the government's own assessment of a commitment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.ogp.assessing import LABEL_LIMIT, MAX_SOURCES, NOTE_LIMIT, AssessmentDraft, FindingDraft, SourceDraft
from cogwg.ogp.facts import (
    MilestoneFacts,
)
from cogwg.ogp.scales import CARRIED_FORWARD_LABELS, COMPLETION_LABELS, AssessmentKind
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, area_attributes, line_attributes
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.part_forms import PartForm, text_values


class SelfAssessmentForm(PartForm):
    """A self-assessment: its date, how complete the commitment and its milestones are, its text and sources."""

    version = HiddenField("")
    on = StringField(
        _("Date of the assessment"),
        description=_("A year, a month or a day: 2018, 2018-06 or 2018-06-30."),
        render_kw=line_attributes(10),
    )
    completion = SelectField(_("The commitment as a whole"), validate_choice=False)
    carried_forward = SelectField(_("Carried forward to the next action plan"), validate_choice=False)
    text_en = TextAreaField(_("What the government says (English)"), render_kw=area_attributes(10_000))
    text_fr = TextAreaField(_("What the government says (French)"), render_kw=area_attributes(10_000))


def self_assessment_form(
    milestones: Sequence[MilestoneFacts], draft: AssessmentDraft | None, version: int
) -> SelfAssessmentForm:
    """Return the form of a self-assessment: a row for each milestone and each source, and an empty row for another source."""
    fields: dict[str, Any] = {}
    for index, _each in enumerate(milestones):
        fields[f"finding{index}"] = SelectField(_("Completion"), validate_choice=False, choices=_completion_choices())
        fields[f"note{index}_en"] = StringField(_("Note of one line (English)"), render_kw=line_attributes(NOTE_LIMIT))
        fields[f"note{index}_fr"] = StringField(_("Note of one line (French)"), render_kw=line_attributes(NOTE_LIMIT))
    for index in range(min(len(draft.sources) if draft else 0, MAX_SOURCES - 1) + 1):
        fields[f"source{index}"] = StringField(_("Web address of a source"), render_kw=ADDRESS_ATTRIBUTES)
        fields[f"label{index}_en"] = StringField(_("Name of the source (English)"), render_kw=line_attributes(LABEL_LIMIT))
        fields[f"label{index}_fr"] = StringField(_("Name of the source (French)"), render_kw=line_attributes(LABEL_LIMIT))
    values = self_assessment_values(milestones, draft) if draft else {}
    form_class = type("OneSelfAssessmentForm", (SelfAssessmentForm,), fields)
    form: SelfAssessmentForm = form_class(data={**values, "version": str(version)})
    form.completion.choices = _completion_choices()
    form.carried_forward.choices = [
        SelectChoice("", gettext("Not stated")),
        *(SelectChoice(each.value, label.text(current_language())) for each, label in CARRIED_FORWARD_LABELS.items()),
    ]
    return form


def _completion_choices() -> list[SelectChoice]:
    """Return the choices of the scale of completion. The first is to say nothing."""
    return [
        SelectChoice("", gettext("Not assessed")),
        *(SelectChoice(each.value, label.text(current_language())) for each, label in COMPLETION_LABELS.items()),
    ]


def self_assessment_values(milestones: Sequence[MilestoneFacts], draft: AssessmentDraft) -> dict[str, Any]:
    """Map the names of the form's fields to the values of a self-assessment."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in ("on", "completion", "carried_forward")}
    values |= text_values("text", draft.text)
    findings = {each.milestone: each for each in draft.findings}
    for index, milestone in enumerate(milestones):
        if finding := findings.get(milestone.number):
            values |= {f"finding{index}": finding.completion, **text_values(f"note{index}", finding.note)}
    for index, source in enumerate(draft.sources):
        values |= {f"source{index}": source.address, **text_values(f"label{index}", source.label)}
    return values


def typed_self_assessment(
    form: SelfAssessmentForm, milestones: Sequence[MilestoneFacts], stored: AssessmentDraft | None
) -> AssessmentDraft:
    """Return the typed self-assessment. Stored values for which the form has no field are kept."""
    sources = [name for name in form._fields if name.startswith("source")]
    return replace(
        stored or AssessmentDraft(AssessmentKind.SELF.value, ""),
        on=form.on.data or "",
        completion=form.completion.data or "",
        carried_forward=form.carried_forward.data or "",
        text=form.bilingual_text("text"),
        findings=tuple(
            FindingDraft(each.number, form[f"finding{index}"].data or "", form.bilingual_line(f"note{index}"))
            for index, each in enumerate(milestones)
        ),
        sources=tuple(
            SourceDraft(form[f"source{i}"].data or "", form.bilingual_line(f"label{i}")) for i in range(len(sources))
        ),
    )
