"""The forms of commitment stewards. Each shows one part of a commitment.

Their field ``shown`` identifies the state in which they showed that part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language, clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.web_addresses import complete_address
from cogwg.ogp.facts import (
    CODE_LIMIT,
    LIST_LIMIT,
    NAME_LIMIT,
    NUMBER_LIMIT,
    STATED_LIMIT,
    TITLE_LIMIT,
    ActionPlanFacts,
    CommitmentFacts,
    MilestoneFacts,
    milestone_part,
)
from cogwg.ogp.scales import STATE_LABELS, CommitmentState
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, area_attributes, line_attributes, parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.part_forms import PartForm, RowsForm, fingerprint, posted_rows, text_values
from cogwg.web.http.single_use import SingleUseForm


class FactsForm(PartForm):
    """What is stated about a commitment, except its milestones, indicators and links. Lists have one item on each line."""

    identifier = StringField(
        _("Identifier"),
        description=_("The identifier that the OGP gave it, such as CA0060. You cannot change it later."),
        render_kw=line_attributes(CODE_LIMIT),
    )
    cycle = SelectField(_("Action plan"), validate_choice=False)
    number = StringField(_("Number in the plan"), render_kw=line_attributes(NUMBER_LIMIT))
    state = SelectField(_("State"), validate_choice=False)
    starred = BooleanField(_("Starred by the independent reviewer"))
    title_en = StringField(_("Title (English)"), render_kw=line_attributes(TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(TITLE_LIMIT))
    text_en = TextAreaField(_("Text of the commitment (English)"), render_kw=area_attributes())
    text_fr = TextAreaField(_("Text of the commitment (French)"), render_kw=area_attributes())
    description_en = TextAreaField(_("Why and how (English)"), render_kw=area_attributes())
    description_fr = TextAreaField(_("Why and how (French)"), render_kw=area_attributes())
    result_en = TextAreaField(_("Planned result (English)"), render_kw=area_attributes())
    result_fr = TextAreaField(_("Planned result (French)"), render_kw=area_attributes())
    lead_en = StringField(_("Lead institution (English)"), render_kw=line_attributes(NAME_LIMIT))
    lead_fr = StringField(_("Lead institution (French)"), render_kw=line_attributes(NAME_LIMIT))
    support_en = TextAreaField(_("Supporting institutions (English)"), render_kw=area_attributes(rows=2))
    support_fr = TextAreaField(_("Supporting institutions (French)"), render_kw=area_attributes(rows=2))
    areas_en = TextAreaField(_("Policy areas (English)"), render_kw=area_attributes(rows=2))
    areas_fr = TextAreaField(_("Policy areas (French)"), render_kw=area_attributes(rows=2))
    done_en = TextAreaField(_("Other completed milestones (English)"), render_kw=area_attributes())
    done_fr = TextAreaField(_("Other completed milestones (French)"), render_kw=area_attributes())
    questions_en = TextAreaField(_("Questions to the public (English)"), render_kw=area_attributes())
    questions_fr = TextAreaField(_("Questions to the public (French)"), render_kw=area_attributes())
    enquiries = StringField(_("Email address for enquiries"), render_kw={"autocomplete": "off", "spellcheck": "false"})
    source = StringField(_("Web address of the source"), render_kw=ADDRESS_ATTRIBUTES)
    follows = SelectField(_("Continues the commitment"), validate_choice=False)
    lines: ClassVar[tuple[str, ...]] = ("title", "lead")
    texts: ClassVar[tuple[str, ...]] = ("text", "description", "result")
    lists: ClassVar[tuple[str, ...]] = ("support", "areas", "done", "questions")

    def __init__(self, facts: CommitmentFacts | None = None, **kwargs: Any) -> None:
        """Fill in the form with these facts, unless it was posted."""
        values = facts_values(facts) if facts is not None else {}
        super().__init__(data={**values, "shown": fingerprint(values)}, **kwargs)
        self.state.choices = [SelectChoice(each.value, STATE_LABELS[each].text(current_language())) for each in CommitmentState]
        if facts is not None:
            del self.identifier
            self.still_right.offer(dict(facts.stale))

    def offer(self, plans: Iterable[tuple[int, str]], earlier: Iterable[tuple[str, str]]) -> None:
        """Offer these action plans, and these commitments of earlier plans."""
        self.cycle.choices = [SelectChoice(str(year), title) for year, title in plans]
        self.follows.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(identifier, f"{identifier} {title}") for identifier, title in earlier),
        ]

    def applied_to(self, facts: CommitmentFacts) -> CommitmentFacts:
        """Return the facts of the commitment, updated with what was typed.

        Raises ``Invalid`` for a choice that was not offered.
        """
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
        """Return the facts of a new commitment. Raises ``Invalid`` for a choice that was not offered."""
        return self.applied_to(CommitmentFacts(clean_line(self.identifier.data), 0, self.bilingual_line("title")))


def facts_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Map the names of the form's fields to the facts of a commitment."""
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
    """Return the form for a commitment's milestones."""
    fields: dict[str, Any] = {}
    for index in range(posted_rows(len(facts.milestones), LIST_LIMIT)):
        prefix = f"row{index}_"
        fields[f"{prefix}number"] = StringField(_("Number"), render_kw=line_attributes(CODE_LIMIT))
        fields[f"{prefix}text_en"] = TextAreaField(_("Milestone (English)"), render_kw=area_attributes(rows=2))
        fields[f"{prefix}text_fr"] = TextAreaField(_("Milestone (French)"), render_kw=area_attributes(rows=2))
        fields[f"{prefix}start_en"] = StringField(_("Start as stated (English)"), render_kw=line_attributes(STATED_LIMIT))
        fields[f"{prefix}start_fr"] = StringField(_("Start as stated (French)"), render_kw=line_attributes(STATED_LIMIT))
        fields[f"{prefix}end_en"] = StringField(_("End as stated (English)"), render_kw=line_attributes(STATED_LIMIT))
        fields[f"{prefix}end_fr"] = StringField(_("End as stated (French)"), render_kw=line_attributes(STATED_LIMIT))
        fields[f"{prefix}remove"] = BooleanField(_("Remove this milestone"))
    values = milestone_values(facts)
    form_class = type("MilestonesForm", (RowsForm,), fields)
    form: RowsForm = form_class(data={**values, "shown": fingerprint(values)})
    form.rows.data = str(form.row_count)
    for index, each in enumerate(facts.milestones):
        form.still_right.offer(dict(each.stale), prefix=f"row{index}_", part=milestone_part(each.number))
    return form


def milestone_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Map the names of the form's fields to the values of the milestones."""
    values: dict[str, Any] = {}
    for index, each in enumerate(facts.milestones):
        values[f"row{index}_number"] = each.number
        for name in ("text", "start", "end"):
            values |= text_values(f"row{index}_{name}", getattr(each, name))
    return values


def typed_milestones(form: RowsForm, facts: CommitmentFacts) -> CommitmentFacts:
    """Return the commitment's facts with the typed milestones. A stored last day is kept if the end was not changed."""
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


class ServedByForm(PartForm):
    """The priorities and activities that contribute to a commitment; the checkboxes are written in the template."""


def served_values(facts: CommitmentFacts) -> dict[str, Any]:
    """Return the priorities and activities that contribute to a commitment, for the form's fingerprint."""
    return {"priorities": facts.priorities, "activities": facts.activities}


def posted_ids(name: str) -> tuple[int, ...]:
    """Return the ids of the checkboxes with this name that were checked."""
    ids = (parse_number(value) for value in request.form.getlist(name))
    return tuple(id_ for id_ in ids if id_ is not None)


class ActionPlanForm(SingleUseForm):
    """A new action plan."""

    start_year = StringField(_("Start year"), render_kw={"inputmode": "numeric", **line_attributes(4)})
    end_year = StringField(_("End year"), render_kw={"inputmode": "numeric", **line_attributes(4)})
    title_en = StringField(_("Title (English)"), render_kw=line_attributes(NAME_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(NAME_LIMIT))

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
    """Return the day that was read from a stated date, or None if the date is already written as that day."""
    return day if text and day and day.isoformat() not in (text.en, text.fr) else None
