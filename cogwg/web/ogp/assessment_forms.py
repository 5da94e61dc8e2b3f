"""The forms of assessors and of the people who invite them.

The services check the values on scales, and decide what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.ogp.assessing import (
    LABEL_LIMIT,
    MAX_SOURCES,
    NOTE_LIMIT,
    AssessmentDraft,
    FindingDraft,
    SourceDraft,
)
from cogwg.ogp.assessing import TEXT_LIMIT as ASSESSMENT_LIMIT
from cogwg.ogp.inviting import NAME_LIMIT, InvitationDraft
from cogwg.ogp.models import CommitmentMilestone, OfferPart
from cogwg.ogp.offers import PART_LABELS, OfferDraft, OrganizationReportDraft
from cogwg.ogp.scales import (
    AssessmentKind,
    CarriedForward,
    Completion,
    Impact,
    OgpValue,
    Openness,
    Specificity,
    Verifiable,
)
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_Scale = Completion | Verifiable | Specificity | Impact | CarriedForward | Openness
ROWS_OF_SOURCES = 3
"""The number of rows for sources in an empty form."""
_LINE = {"maxlength": NOTE_LIMIT, "autocomplete": "off"}
_NAME = {"maxlength": LABEL_LIMIT, "autocomplete": "off"}
LANGUAGES = tuple(lang.value for lang in Language)
_WORDS = {"rows": 4, "maxlength": TEXT_LIMIT}


class AssessmentFields(SingleUseForm):
    """An assessment: its kind and date, the scales, a text in each language, and the version that the page showed."""

    kind = RadioField(_("Type of assessment"), validate_choice=False)
    on = StringField(
        _("Date of the assessment"),
        description=_("As precise as possible: a year, month or day, such as 2018, 2018-06 or 2018-06-30."),
        render_kw={"maxlength": 10, "autocomplete": "off"},
    )
    completion = SelectField(_("The commitment as a whole"), validate_choice=False)
    verifiable = SelectField(_("Can the commitment be verified?"), validate_choice=False)
    specificity = SelectField(
        _("How specific is the commitment?"),
        validate_choice=False,
        description=_("Older reports have this instead of “Can the commitment be verified?”."),
    )
    impact = SelectField(_("Potential impact"), validate_choice=False)
    carried_forward = SelectField(_("Carried forward to the next action plan?"), validate_choice=False)
    text_en = TextAreaField(_("Text (English)"), render_kw={"rows": 8, "maxlength": ASSESSMENT_LIMIT})
    text_fr = TextAreaField(_("Text (French)"), render_kw={"rows": 8, "maxlength": ASSESSMENT_LIMIT})
    version = HiddenField()
    ignored_fields: ClassVar[frozenset[str]] = frozenset({"version"})
    milestones: ClassVar[Sequence[CommitmentMilestone]] = ()
    rows_of_sources: ClassVar[int] = ROWS_OF_SOURCES

    @property
    def findings(self) -> list[tuple[CommitmentMilestone, Field, Field, Field]]:
        """Each milestone with its fields: how complete it is, and the note in English and French."""
        names = ("finding_{}", "note_{}_en", "note_{}_fr")
        return [
            (milestone, *(self[name.format(place)] for name in names)) for place, milestone in enumerate(self.milestones, 1)
        ]

    @property
    def relevance(self) -> list[Field]:
        return [self[f"relevance_{value.name.lower()}"] for value in OgpValue]

    @property
    def openness(self) -> list[Field]:
        return [self[f"openness_{value.name.lower()}"] for value in OgpValue]

    @property
    def sources(self) -> list[tuple[Field, Field, Field]]:
        return [
            (self[f"source_{number}"], self[f"label_{number}_en"], self[f"label_{number}_fr"])
            for number in range(1, self.rows_of_sources + 1)
        ]

    @property
    def draft(self) -> AssessmentDraft:
        """Return what was typed, for the service to check."""
        return AssessmentDraft(
            kind=self.kind.data or "",
            on=self.on.data or "",
            completion=self.completion.data or "",
            verifiable=self.verifiable.data or "",
            specificity=self.specificity.data or "",
            impact=self.impact.data or "",
            carried_forward=self.carried_forward.data or "",
            relevance=tuple(value.value for value, f in zip(OgpValue, self.relevance, strict=True) if f.data),
            openness=tuple((value.value, f.data or "") for value, f in zip(OgpValue, self.openness, strict=True)),
            text=Bilingual(self.text_en.data or "", self.text_fr.data or ""),
            sources=tuple(
                SourceDraft(address.data or "", Bilingual(en.data or "", fr.data or "")) for address, en, fr in self.sources
            ),
            findings=tuple(
                FindingDraft(milestone.number, completion.data or "", Bilingual(en.data or "", fr.data or ""))
                for milestone, completion, en, fr in self.findings
            ),
        )

    @property
    def field_names(self) -> Mapping[str, str]:
        """Map each field of the service to the form's field that shows its problem."""
        names = {f"openness_{value.value}": f"openness_{value.name.lower()}" for value in OgpValue}
        for place, milestone in enumerate(self.milestones, 1):
            names[f"finding_{milestone.number}"] = f"finding_{place}"
            names |= {f"note_{milestone.number}_{lang}": f"note_{place}_{lang}" for lang in ("en", "fr")}
        return names

    def number_of_problem(self, field: str) -> str:
        """Return the form's field for a source's field that the service names.

        The service numbers only the sources that were filled in.
        """
        kind, _separator, number = field.partition("_")
        filled = [place for place, fields in enumerate(self.sources, 1) if any((f.data or "").strip() for f in fields)]
        if kind not in ("source", "label") or not number[:1].isdecimal():
            return field
        digits, _separator, lang = number.partition("_")
        return f"{kind}_{filled[int(digits) - 1]}{'_' + lang if lang else ''}"


def assessment_form(
    milestones: Sequence[CommitmentMilestone], kinds: Sequence[AssessmentKind], stored: AssessmentDraft | None = None
) -> AssessmentFields:
    """Return the form for a commitment with these milestones: posted, filled in with a stored assessment, or empty."""
    fields: dict[str, Any] = {"milestones": milestones, "rows_of_sources": _rows_of_sources(stored)}
    for place, milestone in enumerate(milestones, 1):
        number = milestone.number
        fields[f"finding_{place}"] = SelectField(gettext("Milestone %(number)s", number=number), validate_choice=False)
        notes = (
            gettext("Note on milestone %(number)s (English)", number=number),
            gettext("Note on milestone %(number)s (French)", number=number),
        )
        fields |= {
            f"note_{place}_{code}": StringField(note, render_kw=_LINE) for code, note in zip(LANGUAGES, notes, strict=True)
        }
    lang = current_language()
    for value in OgpValue:
        fields[f"relevance_{value.name.lower()}"] = BooleanField(value.label.text(lang))
        fields[f"openness_{value.name.lower()}"] = SelectField(value.label.text(lang), validate_choice=False)
    for place in range(1, fields["rows_of_sources"] + 1):
        label = gettext("Web address of source %(number)s", number=place)
        fields[f"source_{place}"] = StringField(label, render_kw=ADDRESS_ATTRIBUTES)
        names = (
            gettext("Name of source %(number)s (English)", number=place),
            gettext("Name of source %(number)s (French)", number=place),
        )
        fields |= {
            f"label_{place}_{code}": StringField(name, render_kw=_NAME) for code, name in zip(LANGUAGES, names, strict=True)
        }
    if len(kinds) == 1:
        fields["kind"] = HiddenField(default=kinds[0].value)
    form_class = type("AssessmentForm", (AssessmentFields,), fields)
    form: AssessmentFields = form_class(data=_values(stored, milestones) if stored is not None else None)
    if len(kinds) > 1:
        form.kind.choices = [SelectChoice(kind.value, kind.label.text(lang)) for kind in kinds]
    _fill_scales(form)
    return form


def _rows_of_sources(stored: AssessmentDraft | None) -> int:
    """Return the number of rows for sources: those that were posted, or one more than are stored."""
    posted = [number for number in range(1, MAX_SOURCES + 1) if f"source_{number}" in request.form]
    return max(ROWS_OF_SOURCES, *posted, min(len(stored.sources) + 1, MAX_SOURCES) if stored is not None else 0)


def _fill_scales(form: AssessmentFields) -> None:
    lang = current_language()
    scales: list[tuple[SelectField, type[_Scale]]] = [
        (form.completion, Completion),
        (form.verifiable, Verifiable),
        (form.specificity, Specificity),
        (form.impact, Impact),
        (form.carried_forward, CarriedForward),
        *((completion, Completion) for _milestone, completion, _en, _fr in form.findings),
        *((degree, Openness) for degree in form.openness),
    ]
    for field, scale in scales:
        named = [SelectChoice(each.value, each.label.text(lang)) for each in scale]
        field.choices = [SelectChoice("", gettext("Not assessed")), *named]


def _values(stored: AssessmentDraft, milestones: Sequence[CommitmentMilestone]) -> dict[str, Any]:
    """Return a stored assessment as the values of the form's fields."""
    findings, degrees = {finding.milestone: finding for finding in stored.findings}, dict(stored.openness)
    values: dict[str, Any] = {
        "kind": stored.kind,
        "on": stored.on,
        "completion": stored.completion,
        "verifiable": stored.verifiable,
        "specificity": stored.specificity,
        "impact": stored.impact,
        "carried_forward": stored.carried_forward,
        "text_en": stored.text.en,
        "text_fr": stored.text.fr,
    }
    for value in OgpValue:
        values[f"relevance_{value.name.lower()}"] = value.value in stored.relevance
        values[f"openness_{value.name.lower()}"] = degrees.get(value.value, "")
    for place, milestone in enumerate(milestones, 1):
        if (finding := findings.get(milestone.number)) is not None:
            values[f"finding_{place}"] = finding.completion
            values |= {f"note_{place}_en": finding.note.en, f"note_{place}_fr": finding.note.fr}
    for number, source in enumerate(stored.sources, 1):
        values |= {f"source_{number}": source.address, f"label_{number}_en": source.label.en}
        values[f"label_{number}_fr"] = source.label.fr
    return values


class MilestoneOfferForm(SingleUseForm):
    """What an organization offers for a milestone."""

    part = RadioField(_("What your organization offers"), validate_choice=False)
    message = TextAreaField(
        _("Message"),
        description=_("What your organization can do, and by when. The people who answer your offer will see this."),
        render_kw=_WORDS,
    )

    def fill_choices(self) -> None:
        self.part.choices = [SelectChoice(part.value, PART_LABELS[part].text(current_language())) for part in OfferPart]

    @property
    def draft(self) -> OfferDraft:
        return OfferDraft(self.part.data or "", self.message.data or "")


class OrganizationReportForm(SingleUseForm):
    """What an organization reports on a milestone."""

    completion = SelectField(_("How complete the milestone is"), validate_choice=False)
    text_en = TextAreaField(_("What your organization did (English)"), render_kw=_WORDS)
    text_fr = TextAreaField(_("What your organization did (French)"), render_kw=_WORDS)

    def fill_choices(self) -> None:
        lang = current_language()
        named = [SelectChoice(each.value, each.label.text(lang)) for each in Completion]
        self.completion.choices = [SelectChoice("", gettext("Not stated")), *named]

    @property
    def draft(self) -> OrganizationReportDraft:
        return OrganizationReportDraft(self.completion.data or "", Bilingual(self.text_en.data or "", self.text_fr.data or ""))


class InviteAssessorForm(SingleUseForm):
    """The person to invite, what to assess, and the name under which the assessments are shown."""

    person = SelectField(_("Person"), validate_choice=False)
    target = SelectField(_("What to assess"), validate_choice=False)
    independent = RadioField(
        _("Type of assessor"),
        choices=[
            SelectChoice("yes", _("Independent reviewer (mid-term and end-of-term assessments)")),
            SelectChoice("no", _("Civil society (its own assessments, and offers for milestones)")),
        ],
        validate_choice=False,
    )
    assessor_en = StringField(
        _("Name to show (English)"),
        description=_("The institution, report or organization, not a person."),
        render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"},
    )
    assessor_fr = StringField(_("Name to show (French)"), render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})

    def fill_choices(self, people: Sequence[tuple[int, str]], targets: Sequence[tuple[str, str]]) -> None:
        self.person.choices = [
            SelectChoice("", gettext("Choose a person")),
            *(SelectChoice(str(id_), name) for id_, name in people),
        ]
        self.target.choices = [
            SelectChoice("", gettext("Choose a commitment or an action plan")),
            *(SelectChoice(value, label) for value, label in targets),
        ]

    @property
    def draft(self) -> InvitationDraft:
        kind, _separator, what = (self.target.data or "").partition(":")
        return InvitationDraft(
            person_id=parse_number(self.person.data or "") or 0,
            identifier=what if kind == "commitment" else "",
            start_year=parse_number(what) if kind == "plan" else None,
            independent=self.independent.data == "yes",
            assessor=Bilingual(self.assessor_en.data or "", self.assessor_fr.data or ""),
        )


class AnswerOfferForm(FlaskForm):  # type: ignore[misc]
    """The answer to an offer, with the version of the offer that the page showed."""

    accept = RadioField(
        _("Answer"), choices=[SelectChoice("yes", _("Accept")), SelectChoice("no", _("Decline"))], validate_choice=False
    )
    message = TextAreaField(
        _("Message to the organization"),
        description=_("Required if you decline."),
        render_kw={"rows": 3, "maxlength": TEXT_LIMIT},
    )
    version = HiddenField()
