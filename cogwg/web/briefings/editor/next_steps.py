"""Next steps: carried over from the last briefing, each open, done or dropped, with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.outline import NextStep, Outline, StepState, open_steps
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.slides import standing_steps
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import TextBox, move_row, posted_order, posted_text, pressed_button, text_boxes
from cogwg.web.briefings.editor.step import (
    EditorContext,
    EditorStep,
    LabelledText,
    bilingual_texts,
    focus_target,
    handle_step,
    language_labels,
)

NEW_STEP = "new"
"""The token of a new row, at the end of its list."""
ROWS_LIMIT = 500
"""A form with more rows than this was not made by our page."""


@dataclass(frozen=True, slots=True)
class NextStepRow:
    """A next step on the page; ``token`` identifies it in the form: 2 is the third step, 2.0 its first part."""

    token: str
    text: Bilingual
    state: StepState = StepState.OPEN
    children: tuple[NextStepRow, ...] = ()
    can_move_up: bool = False
    can_move_down: bool = False
    focused_button: str = ""

    @property
    def id(self) -> str:
        return self.token.replace(".", "-")

    @property
    def label(self) -> str:
        """Return the row's label: Step 3; Step 3, part 1; New step."""
        numbers = [part if part == NEW_STEP else str(int(part) + 1) for part in self.token.split(".")]
        if numbers == [NEW_STEP]:
            return str(_("New step"))
        if len(numbers) == 1:
            return str(_("Step %(number)s", number=numbers[0]))
        if numbers[1] == NEW_STEP:
            return str(_("Step %(number)s, new sub-step", number=numbers[0]))
        return str(_("Step %(number)s, sub-step %(part)s", number=numbers[0], part=numbers[1]))

    @property
    def is_new(self) -> bool:
        return self.token.endswith(NEW_STEP)

    @property
    def state_choices(self) -> list[tuple[str, str, bool]]:
        """Return the three states a step can have, as (value, label, is chosen)."""
        words = {StepState.OPEN: _("Open"), StepState.DONE: _("Done"), StepState.DROPPED: _("Dropped")}
        return [(state.value, word, state is self.state) for state, word in words.items()]

    @property
    def text_boxes(self) -> tuple[TextBox, TextBox]:
        wrong = "" if self.text or not self.children else _("Describe this step, or clear its sub-steps as well.")
        return text_boxes(
            f"step-{self.token}",
            language_labels(self.label),
            self.text,
            rows=1,
            problems=wrong,
            has_focus=self.focused_button == "add",
        )

    @property
    def next_step(self) -> NextStep:
        return NextStep(self.text, self.state, tuple(child.next_step for child in self.children if child.text))


@dataclass(frozen=True, slots=True)
class NextStepsForm:
    """The steps; ``moved_token`` is the new position of the step that the pressed button named."""

    rows: tuple[NextStepRow, ...]
    moved_token: str = ""

    @property
    def all_rows(self) -> Iterator[NextStepRow]:
        for row in self.rows:
            yield row
            yield from row.children

    @property
    def text_boxes(self) -> Iterable[TextBox]:
        return [box for row in self.all_rows for box in row.text_boxes]

    @property
    def order(self) -> str:
        return " ".join(row.token for row in self.all_rows)

    @property
    def steps(self) -> tuple[NextStep, ...]:
        return tuple(row.next_step for row in self.rows if row.text)

    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with these steps. Raises ``Invalid`` for a step whose text was removed while its parts remain."""
        if any(row.children and not row.text for row in self.rows):
            raise Invalid(("steps", Message(N_("Describe this step, or clear its sub-steps as well."))))
        return replace(outline, steps=self.steps)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        found: dict[str, LabelledText] = {}
        for row in self.all_rows:
            if row.text:
                found |= bilingual_texts(row.token, row.label, row.text)
                word = next(word for _value, word, chosen in row.state_choices if chosen)
                found[f"{row.token}-state"] = LabelledText(_("%(label)s: open, done or dropped", label=row.label), word)
        return found

    def saved_sentence(self) -> str:
        count = len(open_steps(self.steps))
        return str(ngettext("Next steps saved. %(num)s is in the deck.", "Next steps saved. %(num)s are in the deck.", count))


def _load_form(editor: EditorContext) -> NextStepsForm:
    outline = editor.briefing.outline
    steps = outline.steps if outline.steps is not None else standing_steps(editor.briefing.standing_content)
    verb, key = focus_target()
    part_of = key if verb == "part" else ""
    return NextStepsForm(_rows(steps, part_of=part_of, verb=verb, key=key))


def _parse_form(_desk: EditorContext) -> NextStepsForm:
    """Return the steps as typed, after the button's action; steps without text are removed."""
    verb, key = pressed_button()
    order = posted_order()[:ROWS_LIMIT]
    siblings = [token for token in order if token.rpartition(".")[0] == key.rpartition(".")[0]]
    order = move_row(
        order, key, verb, [token for token in siblings if not token.endswith(NEW_STEP) and posted_text(f"step-{token}")]
    )
    steps: list[NextStep] = []
    places: dict[str, str] = {}
    for token in (one for one in order if "." not in one):
        below = [one for one in order if one.rpartition(".")[0] == token and posted_text(f"step-{one}")]
        text = posted_text(f"step-{token}")
        if text or below:
            places[token] = str(len(steps))
            places |= {child: f"{len(steps)}.{n}" for n, child in enumerate(below)}
            steps.append(
                NextStep(text, _posted_state(token), tuple(NextStep(posted_text(f"step-{c}"), _posted_state(c)) for c in below))
            )
    return NextStepsForm(_rows(steps), places.get(key, key))


def _posted_state(token: str) -> StepState:
    said = request.form.get(f"state-{token}")
    return next((state for state in StepState if state.value == said), StepState.OPEN)


def _rows(steps: Iterable[NextStep], *, part_of: str = "", verb: str = "", key: str = "") -> tuple[NextStepRow, ...]:
    """Return the rows of the page, with an empty row for a new step at the end, and for a new part where it was requested."""
    found = []
    told = list(steps)
    for n, step in enumerate(told):
        children = _with_positions([(f"{n}.{m}", child) for m, child in enumerate(step.children)], verb, key)
        if part_of == str(n):
            children.append(NextStepRow(f"{n}.{NEW_STEP}", EMPTY_TEXT, focused_button="add"))
        (row,) = _with_positions([(str(n), step)], verb, key, first=n == 0, last=n == len(told) - 1)
        found.append(replace(row, children=tuple(children)))
    return (*found, NextStepRow(NEW_STEP, EMPTY_TEXT, focused_button="add" if verb == "add" else ""))


def _with_positions(
    steps: list[tuple[str, NextStep]], verb: str, key: str, *, first: bool = True, last: bool = True
) -> list[NextStepRow]:
    """Return the rows with where they can be moved, and which of their buttons has the focus."""
    found = []
    for n, (token, step) in enumerate(steps):
        up, down = n > 0 or not first, n < len(steps) - 1 or not last
        here = ""
        if token == key and verb in ("up", "down"):
            here = verb if (up if verb == "up" else down) else ("down" if verb == "up" else "up")
        found.append(NextStepRow(token, step.text, step.state, can_move_up=up, can_move_down=down, focused_button=here))
    return found


STEP = EditorStep(
    "next-steps",
    OutlineChange.PLANNED_STEPS,
    "briefings/editor/next_steps.html",
    _load_form,
    _parse_form,
    "slides",
    erases_emptied_texts=True,
)


@blueprint.route("/briefings/<int:id>/next-steps", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def next_steps(lang: str, id: int) -> Response:
    """Edit the group's next steps."""
    return handle_step(lang, id, STEP)
