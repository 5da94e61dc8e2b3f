"""Next steps: carried from the last briefing, each open, done or dropped, with what it consists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.outline import NextStep, Outline, StepState, still_open
from cogwg.briefing.services import Deed
from cogwg.briefing.slides import standing_steps
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import Box, boxes, posted, posted_order, pressed, shifted
from cogwg.web.briefings.editor.step import Desk, Step, Told, both, in_languages, landed, work

NEW = "new"
"""The place for one more, at the end of its list."""
ROWS_LIMIT = 500
"""A form of more steps and parts than that was not made by our page."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A next step on the page; ``token`` names it within the form: 2 is the third step, 2.0 its first part."""

    token: str
    text: Bilingual
    state: StepState = StepState.OPEN
    children: tuple[StepRow, ...] = ()
    up: bool = False
    down: bool = False
    here: str = ""

    @property
    def id(self) -> str:
        return self.token.replace(".", "-")

    @property
    def label(self) -> str:
        """Step 3; Step 3, part 1; New step."""
        numbers = [part if part == NEW else str(int(part) + 1) for part in self.token.split(".")]
        if numbers == [NEW]:
            return str(_("New step"))
        if len(numbers) == 1:
            return str(_("Step %(number)s", number=numbers[0]))
        if numbers[1] == NEW:
            return str(_("Step %(number)s, new part", number=numbers[0]))
        return str(_("Step %(number)s, part %(part)s", number=numbers[0], part=numbers[1]))

    @property
    def fresh(self) -> bool:
        return self.token.endswith(NEW)

    @property
    def states(self) -> list[tuple[str, str, bool]]:
        """The three things that may have become of it, as (value, word, chosen)."""
        words = {StepState.OPEN: _("Open"), StepState.DONE: _("Done"), StepState.DROPPED: _("Dropped")}
        return [(state.value, word, state is self.state) for state, word in words.items()]

    @property
    def boxes(self) -> tuple[Box, Box]:
        wrong = "" if self.text or not self.children else _("Say what this step is, or empty its parts too.")
        return boxes(f"step-{self.token}", in_languages(self.label), self.text, rows=1, wrong=wrong, here=self.here == "add")

    @property
    def value(self) -> NextStep:
        return NextStep(self.text, self.state, tuple(child.value for child in self.children if child.text))


@dataclass(frozen=True, slots=True)
class StepsSheet:
    """The steps, and where one is that was just moved (``lands``)."""

    rows: tuple[StepRow, ...]
    lands: str = ""

    @property
    def all(self) -> Iterator[StepRow]:
        for row in self.rows:
            yield row
            yield from row.children

    @property
    def boxes(self) -> Iterable[Box]:
        return [box for row in self.all for box in row.boxes]

    @property
    def order(self) -> str:
        return " ".join(row.token for row in self.all)

    @property
    def steps(self) -> tuple[NextStep, ...]:
        return tuple(row.value for row in self.rows if row.text)

    def applied(self, outline: Outline) -> Outline:
        """Raises ``Invalid`` for a step whose words were taken out while its parts stay."""
        if any(row.children and not row.text for row in self.rows):
            raise Invalid(("steps", Message(N_("Say what this step is, or empty its parts too."))))
        return replace(outline, steps=self.steps)

    def spelled(self) -> Mapping[str, Told]:
        found: dict[str, Told] = {}
        for row in self.all:
            if row.text:
                found |= both(row.token, row.label, row.text)
                word = next(word for _value, word, chosen in row.states if chosen)
                found[f"{row.token}-state"] = Told(_("%(label)s: open, done or dropped", label=row.label), word)
        return found

    def saved(self) -> str:
        count = len(still_open(self.steps))
        return str(ngettext("Saved: %(num)s step is in the deck.", "Saved: %(num)s steps are in the deck.", count))


def _stored(desk: Desk) -> StepsSheet:
    outline = desk.briefing.outline
    steps = outline.steps if outline.steps is not None else standing_steps(desk.briefing.standing)
    verb, key = landed()
    part_of = key if verb == "part" else ""
    return StepsSheet(_rows(steps, part_of=part_of, verb=verb, key=key))


def _typed(_desk: Desk) -> StepsSheet:
    """The steps as typed, after what the button does; those without words are gone."""
    verb, key = pressed()
    order = posted_order()[:ROWS_LIMIT]
    siblings = [token for token in order if token.rpartition(".")[0] == key.rpartition(".")[0]]
    order = shifted(order, key, verb, [token for token in siblings if not token.endswith(NEW) and posted(f"step-{token}")])
    steps: list[NextStep] = []
    places: dict[str, str] = {}
    for token in (one for one in order if "." not in one):
        below = [one for one in order if one.rpartition(".")[0] == token and posted(f"step-{one}")]
        text = posted(f"step-{token}")
        if text or below:
            places[token] = str(len(steps))
            places |= {child: f"{len(steps)}.{n}" for n, child in enumerate(below)}
            steps.append(NextStep(text, _state(token), tuple(NextStep(posted(f"step-{c}"), _state(c)) for c in below)))
    return StepsSheet(_rows(steps), places.get(key, key))


def _state(token: str) -> StepState:
    said = request.form.get(f"state-{token}")
    return next((state for state in StepState if state.value == said), StepState.OPEN)


def _rows(steps: Iterable[NextStep], *, part_of: str = "", verb: str = "", key: str = "") -> tuple[StepRow, ...]:
    """The rows of the page, with a place for a new step at the end, and for a new part where one was asked for."""
    found = []
    told = list(steps)
    for n, step in enumerate(told):
        children = _placed([(f"{n}.{m}", child) for m, child in enumerate(step.children)], verb, key)
        if part_of == str(n):
            children.append(StepRow(f"{n}.{NEW}", EMPTY_TEXT, here="add"))
        (row,) = _placed([(str(n), step)], verb, key, first=n == 0, last=n == len(told) - 1)
        found.append(replace(row, children=tuple(children)))
    return (*found, StepRow(NEW, EMPTY_TEXT, here="add" if verb == "add" else ""))


def _placed(steps: list[tuple[str, NextStep]], verb: str, key: str, *, first: bool = True, last: bool = True) -> list[StepRow]:
    """Rows that know where they can be moved to, and which of their buttons has the focus."""
    found = []
    for n, (token, step) in enumerate(steps):
        up, down = n > 0 or not first, n < len(steps) - 1 or not last
        here = ""
        if token == key and verb in ("up", "down"):
            here = verb if (up if verb == "up" else down) else ("down" if verb == "up" else "up")
        found.append(StepRow(token, step.text, step.state, up=up, down=down, here=here))
    return found


STEP = Step("next-steps", Deed.PLANNED_STEPS, "briefings/editor/next_steps.html", _stored, _typed, "slides", erases=True)


@blueprint.route("/briefings/<int:id>/next-steps", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def next_steps(lang: str, id: int) -> Response:
    """What the group does next."""
    return work(lang, id, STEP)
