"""The next steps, including those carried over from the last briefing. Each is open, done or dropped, with any sub-steps.

The next steps that reports name are offered, so that they can be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.decided_steps import planned_steps
from cogwg.briefing.next_steps import ReportedStep, reported_steps
from cogwg.briefing.outline import Decided, NextStep, Outline, StepState, open_steps
from cogwg.briefing.services import OutlineChange
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import (
    BilingualForm,
    DayForm,
    RowPosition,
    focus_target,
    move_row,
    posted_order,
    posted_text,
    pressed_button,
    row_positions,
)
from cogwg.web.briefings.editor.merging import MatchedItem, merge_lists, merge_text, merge_value
from cogwg.web.briefings.editor.step import (
    EditorContext,
    LabelledText,
    MergedForm,
    StepForm,
    bilingual_texts,
    handle_step,
)
from cogwg.web.briefings.editor.terms import (
    NO_TYPED_TERMS,
    TermsFields,
    TypedTerms,
    merge_terms,
    posted_terms,
    stored_terms,
)
from cogwg.web.http import i18n
from cogwg.web.http.filters import excerpt

NEW_STEP = "new"
"""The token of a new row, at the end of its list."""
_STATE_LABELS = {
    StepState.OPEN: Bilingual("Open", "En cours"),
    StepState.DONE: Bilingual("Done", "Réalisée"),
    StepState.DROPPED: Bilingual("Dropped", "Abandonnée"),
}
"""The labels of a step's states. In French, they agree with "étape"."""
ROWS_LIMIT = 500
"""The most rows that are read from a form. Further rows are ignored, because no form on our page has that many."""


@dataclass(frozen=True, slots=True)
class TypedStep:
    """A next step as stored or as typed, before a written date is understood.

    ``carried``, ``offered`` and ``decision`` are as in ``NextStep``.
    """

    text: Bilingual = EMPTY_TEXT
    state: StepState = StepState.OPEN
    terms: TypedTerms = NO_TYPED_TERMS
    carried: Bilingual = EMPTY_TEXT
    offered: Bilingual = EMPTY_TEXT
    decision: Decided | None = None
    children: tuple[TypedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStepRow:
    """A next step on the page. ``token`` identifies it in the form: 2 is the third step, and 2.0 is its first sub-step."""

    position: RowPosition
    typed: TypedStep = TypedStep()
    children: tuple[NextStepRow, ...] = ()
    has_focus: bool = False

    @property
    def text(self) -> Bilingual:
        return self.typed.text

    @property
    def token(self) -> str:
        return self.position.key

    @property
    def label(self) -> str:
        """Return the label of the row, such as "Step 3", "Step 3, sub-step 1" or "New step"."""
        numbers = [part if part == NEW_STEP else str(int(part) + 1) for part in self.token.split(".")]
        if numbers == [NEW_STEP]:
            return str(_("New step"))
        if len(numbers) == 1:
            return str(_("Step %(number)s", number=numbers[0]))
        if numbers[1] == NEW_STEP:
            return str(_("Step %(number)s, new sub-step", number=numbers[0]))
        return str(_("Step %(number)s, sub-step %(part)s", number=numbers[0], part=numbers[1]))

    @property
    def is_part(self) -> bool:
        """Whether this is a sub-step."""
        return "." in self.token

    @property
    def is_new(self) -> bool:
        return self.token.endswith(NEW_STEP)

    @property
    def state_choices(self) -> list[tuple[str, str, bool]]:
        """Return the three states a step can have, as (value, label, is chosen)."""
        lang = i18n.current_language()
        return [(state.value, label.text(lang), state is self.typed.state) for state, label in _STATE_LABELS.items()]

    @property
    def text_form(self) -> BilingualForm:
        problem = ""
        if self.typed.decision and not self.text:
            problem = _("A decision stays in the list. To leave it out of the deck, select “Dropped”.")
        elif self.children and not self.text:
            problem = _("Describe this step. If you do not need it, delete its sub-steps as well.")
        elif self.typed.terms and not self.text:
            problem = _("Describe this step.")
        return BilingualForm(f"step-{self.token}", self.label, self.text, problems=problem, has_focus=self.has_focus, rows=1)

    @property
    def terms(self) -> TermsFields:
        return TermsFields(f"step-{self.token}", _("Who"), self.typed.terms)

    @property
    def has_errors(self) -> bool:
        return self.text_form.has_errors or self.terms.has_errors

    @property
    def next_step(self) -> NextStep:
        return NextStep(
            self.text,
            self.typed.state,
            tuple(child.next_step for child in self.children if child.text),
            who=self.typed.terms.who,
            by=self.terms.by,
            carried=self.typed.carried,
            offered=self.typed.offered,
            decision=self.typed.decision,
        )


@dataclass(frozen=True, slots=True)
class NextStepsForm(StepForm):
    """The next steps; ``moved_tokens`` maps the token of each posted row to its token after saving.

    ``offers`` are the next steps of reports that can be added. Saving the form adds those that were checked, at the end.
    """

    step = "next-steps"
    action = OutlineChange.PLANNED_STEPS
    template = "briefings/editor/next_steps.html"
    next_step = "slides"
    erases_emptied_texts = True

    rows: tuple[NextStepRow, ...]
    moved_tokens: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[ReportedStep, ...] = ()

    @classmethod
    def load(cls, editor: EditorContext) -> Self:
        steps = _planned(editor)
        return cls(_rows(_stored_steps(steps), *focus_target()), offers=reported_steps(editor.source, steps))

    @classmethod
    def parse(cls, editor: EditorContext) -> Self:
        """Return the typed steps, changed by the action of the pressed button, and the offered ones that were checked.

        Sub-steps without text are removed. So are steps that have neither text nor sub-steps, together with their terms,
        except steps of a decision. A new step that has only terms stays.
        """
        decisions = {str(step.decision.id): step.decision for step in _planned(editor) if step.decision is not None}
        verb, key = pressed_button()
        order = posted_order()[:ROWS_LIMIT]
        siblings = [token for token in order if token.rpartition(".")[0] == key.rpartition(".")[0]]
        movable = [token for token in siblings if not token.endswith(NEW_STEP) and posted_text(f"step-{token}")]
        order = move_row(order, key, verb, movable)
        steps: list[TypedStep] = []
        tokens: dict[str, str] = {}
        for token in (row for row in order if "." not in row):
            children = [row for row in order if row.rpartition(".")[0] == token and posted_text(f"step-{row}")]
            decision = decisions.get(request.form.get(f"step-{token}-decision", ""))
            step = replace(_posted_step(token), children=tuple(map(_posted_step, children)), decision=decision)
            if step.text or step.children or step.decision or (step.terms and token == NEW_STEP):
                tokens[token] = str(len(steps))
                tokens |= {child: f"{len(steps)}.{n}" for n, child in enumerate(children)}
                steps.append(step)
        typed = [NextStep(s.text, carried=s.carried, offered=s.offered, decision=s.decision) for s in steps]
        offers, added = reported_steps(editor.source, typed), request.form.getlist("offer")
        chosen = tuple(offer.step for offer in offers if offer.key in added)
        steps += _stored_steps(chosen)
        return cls(_rows(steps), tokens, tuple(offer for offer in offers if offer.key not in added))

    @property
    def all_rows(self) -> Iterator[NextStepRow]:
        for row in self.rows:
            yield row
            yield from row.children

    @property
    def texts(self) -> Iterable[BilingualForm]:
        return [
            form for row in self.all_rows for form in ((row.text_form,) if row.is_part else (row.text_form, row.terms.who_form))
        ]

    @property
    def days(self) -> Iterable[DayForm]:
        return [row.terms.day_form for row in self.rows]

    @property
    def positions(self) -> Iterable[RowPosition]:
        return [row.position for row in self.all_rows if not row.is_new]

    @property
    def order(self) -> str:
        return " ".join(row.token for row in self.all_rows)

    @property
    def steps(self) -> tuple[NextStep, ...]:
        return tuple(row.next_step for row in self.rows if row.text)

    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with these steps. Raises ``Invalid`` if a step has sub-steps or terms but no text, or an error."""
        if any(row.has_errors for row in self.all_rows):
            raise Invalid(("steps", Message(N_("Check the next steps."))))
        return replace(outline, steps=self.steps)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        texts: dict[str, LabelledText] = {}
        for row in self.all_rows:
            if row.text:
                texts |= bilingual_texts(row.token, row.label, row.text)
                state = next(label for _value, label, is_chosen in row.state_choices if is_chosen)
                texts[f"{row.token}-state"] = LabelledText(_("%(label)s: state", label=row.label), state)
                if not row.is_part:
                    texts |= row.terms.labelled_texts(row.label)
        return texts

    def merge(self, base: Self, stored: Self) -> MergedForm[Self]:
        versions, has_two_orders = _merge_steps(base.typed_steps, stored.typed_steps, self.typed_steps)
        base_texts, stored_texts, typed_texts, texts = (
            dict(replace(self, rows=_rows(steps)).labelled_texts()) for steps in versions
        )
        if has_two_orders:
            label = _("Order of the steps")
            for form, own_texts in ((base, base_texts), (stored, stored_texts), (self, typed_texts)):
                own_texts["order"] = LabelledText(label, form.order_words)
        form = replace(self, rows=_rows(versions[3]))
        return MergedForm(form, base_texts, stored_texts, typed_texts, texts)

    @property
    def typed_steps(self) -> tuple[TypedStep, ...]:
        """Return the steps on the page, without the empty rows for new ones."""
        return tuple(
            replace(row.typed, children=tuple(child.typed for child in row.children if child.text))
            for row in self.rows
            if row.typed != TypedStep()
        )

    @property
    def order_words(self) -> str:
        lang = i18n.current_language()
        return "; ".join(excerpt(row.text) for row in self.all_rows if row.text.text(lang))

    def saved_sentence(self) -> str:
        count = len(open_steps(self.steps))
        return str(ngettext("Next steps saved. %(num)s step is open.", "Next steps saved. %(num)s steps are open.", count))

    def moved_key(self, key: str) -> str:
        return self.moved_tokens.get(key, key)


StepVersions = tuple[tuple[TypedStep, ...], tuple[TypedStep, ...], tuple[TypedStep, ...], tuple[TypedStep, ...]]


def _merge_steps(
    base: Sequence[TypedStep], stored: Sequence[TypedStep], typed: Sequence[TypedStep]
) -> tuple[StepVersions, bool]:
    """Merge steps with their sub-steps. Return the three versions and the merged one, with the same steps in each.

    The second value says whether both people moved steps.
    """
    merged = merge_lists(base, stored, typed, lambda step: step.text)
    versions, has_two_orders = [], merged.has_two_orders
    for slot in merged.slots:
        steps, is_moved_twice = _merge_step(slot)
        versions.append(steps)
        has_two_orders = has_two_orders or is_moved_twice
    base_steps, stored_steps, typed_steps, merged_steps = (tuple(steps[n] for steps in versions) for n in range(4))
    return (base_steps, stored_steps, typed_steps, merged_steps), has_two_orders


def _merge_step(slot: MatchedItem[TypedStep]) -> tuple[tuple[TypedStep, TypedStep, TypedStep, TypedStep], bool]:
    """Merge a step. If one person removed a step that the other changed, it stays, with its sub-steps."""
    base, stored, typed = (TypedStep() if step is None else step for step in (slot.base, slot.stored, slot.typed))
    if slot.typed is None or slot.stored is None:
        alone = [replace(step, children=()) for step in (base, stored, typed)]
        return (alone[0], alone[1], alone[2], slot.typed or slot.stored or base), False
    (base_parts, stored_parts, typed_parts, parts), has_two_orders = _merge_steps(
        base.children, stored.children, typed.children
    )
    merged = TypedStep(
        merge_text(base.text, stored.text, typed.text),
        merge_value(base.state, stored.state, typed.state),
        merge_terms(base.terms, stored.terms, typed.terms),
        merge_value(base.carried, stored.carried, typed.carried),
        merge_value(base.offered, stored.offered, typed.offered),
        merge_value(base.decision, stored.decision, typed.decision),
        parts,
    )
    versions = (
        replace(base, children=base_parts),
        replace(stored, children=stored_parts),
        replace(typed, children=typed_parts),
        merged,
    )
    return versions, has_two_orders


def _planned(editor: EditorContext) -> tuple[NextStep, ...]:
    return planned_steps(editor.briefing.outline, editor.briefing.standing_content, editor.source.decided)


def _posted_step(token: str) -> TypedStep:
    states = {state.value: state for state in StepState}
    name = f"step-{token}"
    state = states.get(request.form.get(f"state-{token}", ""), StepState.OPEN)
    carried, offered = (posted_text(f"{name}-{origin}") for origin in ("carried", "offered"))
    return TypedStep(posted_text(name), state, posted_terms(name), carried, offered)


def _stored_steps(steps: Iterable[NextStep]) -> tuple[TypedStep, ...]:
    return tuple(
        TypedStep(
            step.text,
            step.state,
            stored_terms(step.who, step.by),
            step.carried,
            step.offered,
            step.decision,
            _stored_steps(step.children),
        )
        for step in steps
    )


def _rows(steps: Sequence[TypedStep], verb: str = "", key: str = "") -> tuple[NextStepRow, ...]:
    """Return the steps as rows, with an empty row for a new step at the end.

    If the user asked to add a sub-step to a step, that step also has an empty row for it.
    """
    rows = []
    positions = row_positions([str(n) for n in range(len(steps))], verb, key)
    for step, position in zip(steps, positions, strict=True):
        places = row_positions([f"{position.key}.{n}" for n in range(len(step.children))], verb, key)
        children = [NextStepRow(place, part) for place, part in zip(places, step.children, strict=True)]
        if (verb, key) == ("part", position.key):
            children.append(NextStepRow(RowPosition(f"{key}.{NEW_STEP}"), has_focus=True))
        rows.append(NextStepRow(position, step, tuple(children)))
    return (*rows, NextStepRow(RowPosition(NEW_STEP), has_focus=verb == "add"))


@blueprint.route("/briefings/<int:id>/next-steps", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def next_steps(lang: str, id: int) -> Response:
    """Edit the group's next steps."""
    return handle_step(lang, id, NextStepsForm)
