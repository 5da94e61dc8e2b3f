"""The forms of stewards: each shows one part of a commitment, and says with ``shown`` in which state it showed that part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language, clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.status import STATUS_LABELS, Status
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import complete_address
from cogwg.ogp.assessing import LABEL_LIMIT, MAX_SOURCES, NOTE_LIMIT, AssessmentDraft, FindingDraft, SourceDraft
from cogwg.ogp.facts import (
    ACTUAL_LIMIT,
    CODE_LIMIT,
    DEADLINE_LIMIT,
    INDICATOR_LEAD_LIMIT,
    LIST_LIMIT,
    NAME_LIMIT,
    NUMBER_LIMIT,
    STATED_LIMIT,
    TITLE_LIMIT,
    UNIT_LIMIT,
    ActionPlanFacts,
    ActualFacts,
    CommitmentFacts,
    IndicatorFacts,
    MilestoneFacts,
)
from cogwg.ogp.scales import CARRIED_FORWARD_LABELS, COMPLETION_LABELS, STATE_LABELS, AssessmentKind, CommitmentState
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.part_forms import PartForm, RowsForm, fingerprint, posted_rows, text_values
from cogwg.web.http.single_use import SingleUseForm


def _line(limit: int) -> dict[str, Any]:
    return {"maxlength": limit, "autocomplete": "off"}


def _long(limit: int = TEXT_LIMIT, rows: int = 3) -> dict[str, Any]:
    return {"rows": rows, "maxlength": limit}


class FactsForm(PartForm):
    """What is stated about a commitment, except its milestones, indicators and links. Lists have one line for each item."""

    identifier = StringField(
        _("Identifier"), description=_("As the OGP gives it, such as CA0060. It never changes."), render_kw=_line(CODE_LIMIT)
    )
    cycle = SelectField(_("Action plan"), validate_choice=False)
    number = StringField(_("Number in the plan"), render_kw=_line(NUMBER_LIMIT))
    state = SelectField(_("State"), validate_choice=False)
    starred = BooleanField(_("Starred by the independent reviewer"))
    title_en = StringField(_("Title (English)"), render_kw=_line(TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=_line(TITLE_LIMIT))
    text_en = TextAreaField(_("Text of the commitment (English)"), render_kw=_long())
    text_fr = TextAreaField(_("Text of the commitment (French)"), render_kw=_long())
    description_en = TextAreaField(_("Why and how (English)"), render_kw=_long())
    description_fr = TextAreaField(_("Why and how (French)"), render_kw=_long())
    result_en = TextAreaField(_("Planned result (English)"), render_kw=_long())
    result_fr = TextAreaField(_("Planned result (French)"), render_kw=_long())
    lead_en = StringField(_("Lead institution (English)"), render_kw=_line(NAME_LIMIT))
    lead_fr = StringField(_("Lead institution (French)"), render_kw=_line(NAME_LIMIT))
    support_en = TextAreaField(_("Supporting institutions (English)"), render_kw=_long(rows=2))
    support_fr = TextAreaField(_("Supporting institutions (French)"), render_kw=_long(rows=2))
    areas_en = TextAreaField(_("Policy areas (English)"), render_kw=_long(rows=2))
    areas_fr = TextAreaField(_("Policy areas (French)"), render_kw=_long(rows=2))
    done_en = TextAreaField(_("Other completed milestones (English)"), render_kw=_long())
    done_fr = TextAreaField(_("Other completed milestones (French)"), render_kw=_long())
    questions_en = TextAreaField(_("Questions to the public (English)"), render_kw=_long())
    questions_fr = TextAreaField(_("Questions to the public (French)"), render_kw=_long())
    enquiries = StringField(_("Email address for enquiries"), render_kw={"autocomplete": "off", "spellcheck": "false"})
    source = StringField(_("Web address of the source"), render_kw=ADDRESS_ATTRIBUTES)
    follows = SelectField(_("Continues the commitment"), validate_choice=False)
    lines: ClassVar[tuple[str, ...]] = ("title", "lead")
    texts: ClassVar[tuple[str, ...]] = ("text", "description", "result")
    lists: ClassVar[tuple[str, ...]] = ("support", "areas", "done", "questions")

    def __init__(self, facts: CommitmentFacts | None = None, **kwargs: Any) -> None:
        """Fill the form with these facts, unless it was posted."""
        values = facts_values(facts) if facts is not None else {}
        super().__init__(data={**values, "shown": fingerprint(values)}, **kwargs)
        self.state.choices = [SelectChoice(each.value, STATE_LABELS[each].text(current_language())) for each in CommitmentState]
        if facts is not None:
            del self.identifier

    def offer(self, plans: Iterable[tuple[int, str]], earlier: Iterable[tuple[str, str]]) -> None:
        """Offer these action plans, and these commitments of earlier plans."""
        self.cycle.choices = [SelectChoice(str(year), title) for year, title in plans]
        self.follows.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(identifier, f"{identifier} {title}") for identifier, title in earlier),
        ]

    def applied_to(self, facts: CommitmentFacts) -> CommitmentFacts:
        """Return the facts with what was typed. Raises ``Invalid`` if a choice is none of those offered."""
        state = next((each for each in CommitmentState if each.value == self.state.data), None)
        if state is None:
            raise Invalid(("state", Message(N_("Choose a state."))))
        texts: dict[str, Any] = {
            **{name: self.bilingual_line(name) for name in self.lines},
            **{name: self.bilingual_text(name) for name in self.texts},
            **{name: self.bilingual_lines(name) for name in self.lists},
        }
        return replace(
            facts,
            **texts,
            cycle=parse_number(self.cycle.data or "") or 0,
            number=clean_line(self.number.data),
            state=state,
            starred=bool(self.starred.data),
            enquiries=clean_line(self.enquiries.data),
            source=complete_address(self.source.data),
            follows=self.follows.data or "",
        )

    @property
    def new_facts(self) -> CommitmentFacts:
        """Return the facts of a new commitment. Raises ``Invalid``."""
        return self.applied_to(CommitmentFacts(clean_line(self.identifier.data), 0, self.bilingual_line("title")))


def facts_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Return the facts by the names of the form's fields."""
    values: dict[str, Any] = {
        "cycle": str(facts.cycle),
        "number": facts.number,
        "state": facts.state.value,
        "starred": facts.starred,
        "enquiries": facts.enquiries,
        "source": facts.source,
        "follows": facts.follows,
    }
    for name in (*FactsForm.lines, *FactsForm.texts):
        values |= text_values(name, getattr(facts, name))
    for name in FactsForm.lists:
        for lang in Language:
            values[f"{name}_{lang}"] = "\n".join(line.exact_text(lang) for line in getattr(facts, name)).rstrip("\n")
    return values


def milestones_form(facts: CommitmentFacts) -> RowsForm:
    """Return the form of a commitment's milestones."""
    fields: dict[str, Any] = {}
    for index in range(posted_rows(len(facts.milestones), LIST_LIMIT)):
        prefix = f"row{index}_"
        fields[f"{prefix}number"] = StringField(_("Number"), render_kw=_line(CODE_LIMIT))
        fields[f"{prefix}text_en"] = TextAreaField(_("Milestone (English)"), render_kw=_long(rows=2))
        fields[f"{prefix}text_fr"] = TextAreaField(_("Milestone (French)"), render_kw=_long(rows=2))
        fields[f"{prefix}start_en"] = StringField(_("Start as stated (English)"), render_kw=_line(STATED_LIMIT))
        fields[f"{prefix}start_fr"] = StringField(_("Start as stated (French)"), render_kw=_line(STATED_LIMIT))
        fields[f"{prefix}end_en"] = StringField(_("End as stated (English)"), render_kw=_line(STATED_LIMIT))
        fields[f"{prefix}end_fr"] = StringField(_("End as stated (French)"), render_kw=_line(STATED_LIMIT))
        fields[f"{prefix}remove"] = BooleanField(_("Remove this milestone"))
    values = milestone_values(facts)
    form_class = type("MilestonesForm", (RowsForm,), fields)
    form: RowsForm = form_class(data={**values, "shown": fingerprint(values)})
    form.rows.data = str(form.row_count)
    return form


def milestone_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Return the milestones by the names of the form's fields."""
    values: dict[str, Any] = {}
    for index, each in enumerate(facts.milestones):
        values[f"row{index}_number"] = each.number
        for name in ("text", "start", "end"):
            values |= text_values(f"row{index}_{name}", getattr(each, name))
    return values


def typed_milestones(form: RowsForm, facts: CommitmentFacts) -> CommitmentFacts:
    """Return the facts with the milestones that were typed. A last day that was given stays while the end stays as it was."""
    stored = {each.number: each for each in facts.milestones}
    typed = []
    for index in form.kept_rows():
        number = clean_line(form[f"row{index}_number"].data)
        texts = {name: form.bilingual_line(f"row{index}_{name}") for name in ("start", "end")}
        was = stored.get(number)
        end_on = was.end_on if was is not None and was.end == texts["end"] else None
        typed.append(MilestoneFacts(number, form.bilingual_text(f"row{index}_text"), texts["start"], texts["end"], end_on))
    numbers = {each.number for each in typed}
    indicators = tuple(
        replace(each, milestone=each.milestone if each.milestone in numbers else "") for each in facts.indicators
    )
    return replace(facts, milestones=tuple(typed), indicators=indicators)


class IndicatorForm(RowsForm):
    """An indicator with its dated results. ``code`` is missing from the form of one that is stored."""

    key_field = "period"
    code = StringField(_("Code"), render_kw=_line(CODE_LIMIT))
    milestone = SelectField(_("Milestone"), validate_choice=False)
    text_en = TextAreaField(_("Indicator (English)"), render_kw=_long(rows=2))
    text_fr = TextAreaField(_("Indicator (French)"), render_kw=_long(rows=2))
    target_en = TextAreaField(_("Target (English)"), render_kw=_long(rows=2))
    target_fr = TextAreaField(_("Target (French)"), render_kw=_long(rows=2))
    deadline_en = StringField(_("Deadline as stated (English)"), render_kw=_line(DEADLINE_LIMIT))
    deadline_fr = StringField(_("Deadline as stated (French)"), render_kw=_line(DEADLINE_LIMIT))
    lead_en = StringField(_("Lead department (English)"), render_kw=_line(INDICATOR_LEAD_LIMIT))
    lead_fr = StringField(_("Lead department (French)"), render_kw=_line(INDICATOR_LEAD_LIMIT))


def indicator_form(facts: CommitmentFacts, stored: IndicatorFacts | None) -> IndicatorForm:
    """Return the form of an indicator, or of a new one."""
    fields: dict[str, Any] = {}
    for index in range(posted_rows(len(stored.actuals) if stored else 0, LIST_LIMIT)):
        prefix = f"row{index}_"
        fields[f"{prefix}period"] = StringField(_("Date or period"), render_kw=_line(10))
        fields[f"{prefix}number"] = StringField(_("Number (optional)"), render_kw=_line(30))
        fields[f"{prefix}unit_en"] = StringField(_("Unit (English)"), render_kw=_line(UNIT_LIMIT))
        fields[f"{prefix}unit_fr"] = StringField(_("Unit (French)"), render_kw=_line(UNIT_LIMIT))
        fields[f"{prefix}status"] = SelectField(_("Status"), validate_choice=False, choices=_status_choices())
        fields[f"{prefix}nothing_to_report"] = BooleanField(_("Nothing to report"))
        for name, label_en, label_fr in (
            ("progress", _("Result (English)"), _("Result (French)")),
            ("evidence", _("Evidence (English)"), _("Evidence (French)")),
            ("challenges", _("Challenges (English)"), _("Challenges (French)")),
        ):
            fields[f"{prefix}{name}_en"] = TextAreaField(label_en, render_kw=_long(ACTUAL_LIMIT, 2))
            fields[f"{prefix}{name}_fr"] = TextAreaField(label_fr, render_kw=_long(ACTUAL_LIMIT, 2))
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
    return form


def indicator_values(indicator: IndicatorFacts) -> dict[str, Any]:
    """Return an indicator by the names of the form's fields."""
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
    """Return a number without zeros after its last decimal."""
    return "" if number is None else f"{number.normalize():f}"


def typed_indicator(form: IndicatorForm, facts: CommitmentFacts, stored: IndicatorFacts | None) -> CommitmentFacts:
    """Return the facts with the indicator that was typed. Raises ``Invalid`` for what is not a number."""
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
    """Return the facts without the indicator with this code."""
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
                **{name: form.bilingual_text(f"row{index}_{name}") for name in ("progress", "evidence", "challenges")},
            )
        )
    if problems:
        raise Invalid(*problems)
    return tuple(typed)


def _typed_number(text: str | None) -> Decimal | None:
    """Read a number as people write it in English or French: a decimal comma, spaces between thousands."""
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


class ServedByForm(PartForm):
    """The priorities and activities that serve a commitment; the boxes are written out in the template."""


def served_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Return the links of a commitment, for their fingerprint."""
    return {"priorities": facts.priorities, "activities": facts.activities}


def posted_ids(name: str) -> tuple[int, ...]:
    """Return the ids of the boxes with this name that were checked."""
    ids = (parse_number(value) for value in request.form.getlist(name))
    return tuple(id_ for id_ in ids if id_ is not None)


class SelfAssessmentForm(PartForm):
    """A self-assessment: its date, how complete the commitment and its milestones are, its text and sources."""

    version = HiddenField("")
    on = StringField(
        _("Date of the assessment"),
        description=_("A year, a month or a day: 2018, 2018-06 or 2018-06-30."),
        render_kw=_line(10),
    )
    completion = SelectField(_("The commitment as a whole"), validate_choice=False)
    carried_forward = SelectField(_("Carried forward to the next action plan"), validate_choice=False)
    text_en = TextAreaField(_("What the government says (English)"), render_kw=_long(10_000))
    text_fr = TextAreaField(_("What the government says (French)"), render_kw=_long(10_000))


def self_assessment_form(
    milestones: Sequence[MilestoneFacts], draft: AssessmentDraft | None, version: int
) -> SelfAssessmentForm:
    """Return the form of a self-assessment with a row for each milestone, and for each source and one more."""
    fields: dict[str, Any] = {}
    for index, _each in enumerate(milestones):
        fields[f"finding{index}"] = SelectField(_("How complete it is"), validate_choice=False, choices=completion_choices())
        fields[f"note{index}_en"] = StringField(_("In one line (English)"), render_kw=_line(NOTE_LIMIT))
        fields[f"note{index}_fr"] = StringField(_("In one line (French)"), render_kw=_line(NOTE_LIMIT))
    for index in range(min(len(draft.sources) if draft else 0, MAX_SOURCES - 1) + 1):
        fields[f"source{index}"] = StringField(_("Web address of a source"), render_kw=ADDRESS_ATTRIBUTES)
        fields[f"label{index}_en"] = StringField(_("Its name (English)"), render_kw=_line(LABEL_LIMIT))
        fields[f"label{index}_fr"] = StringField(_("Its name (French)"), render_kw=_line(LABEL_LIMIT))
    values = self_assessment_values(milestones, draft) if draft else {}
    form_class = type("OneSelfAssessmentForm", (SelfAssessmentForm,), fields)
    form: SelfAssessmentForm = form_class(data={**values, "version": str(version)})
    form.completion.choices = completion_choices()
    form.carried_forward.choices = [
        SelectChoice("", gettext("Not said")),
        *(SelectChoice(each.value, label.text(current_language())) for each, label in CARRIED_FORWARD_LABELS.items()),
    ]
    return form


def completion_choices() -> list[SelectChoice]:
    """Return the scale of completion, with the choice to say nothing first."""
    return [
        SelectChoice("", gettext("Not assessed")),
        *(SelectChoice(each.value, label.text(current_language())) for each, label in COMPLETION_LABELS.items()),
    ]


def self_assessment_values(milestones: Sequence[MilestoneFacts], draft: AssessmentDraft) -> dict[str, Any]:
    """Return a self-assessment by the names of the form's fields."""
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
    """Return the self-assessment that was typed. What the form has no field for stays as it is stored."""
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


class ActionPlanForm(SingleUseForm):
    """A new action plan."""

    start_year = StringField(_("Year in which it starts"), render_kw={"inputmode": "numeric", **_line(4)})
    end_year = StringField(_("Year in which it ends"), render_kw={"inputmode": "numeric", **_line(4)})
    title_en = StringField(_("Title (English)"), render_kw=_line(NAME_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=_line(NAME_LIMIT))

    @property
    def facts(self) -> ActionPlanFacts:
        title = Bilingual(clean_line(self.title_en.data), clean_line(self.title_fr.data))
        start, end = (parse_number(clean_line(field.data)) or 0 for field in (self.start_year, self.end_year))
        return ActionPlanFacts(start, end, title)


class RemoveForm(SingleUseForm):
    """The removal of a commitment that was recorded by mistake, with the version that the page showed."""

    version = HiddenField("")


class ListFilterForm(FlaskForm):  # type: ignore[misc]
    """The filters of the list of commitments, sent by GET."""

    class Meta:
        csrf = False

    q = StringField(_("Identifier, title or institution"), id="commitment-words", render_kw={"autocomplete": "off"})
    cycle = SelectField(_("Action plan"), id="commitment-cycle", validate_choice=False)
    state = SelectField(_("State"), id="commitment-state", validate_choice=False)
    lacks = SelectField(_("Missing"), id="commitment-lacks", validate_choice=False)


def stated_day(text: Bilingual, day: date | None) -> date | None:
    """Return the day that a stated date was read as, if that is worth saying beside its words."""
    return day if text and day and day.isoformat() not in (text.en, text.fr) else None
