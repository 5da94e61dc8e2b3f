"""The step that adds text to each priority's slide: progress to highlight, and requests to the Joint Councils."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.outline import Outline, PriorityWording, mark_saved, set_priority_wording
from cogwg.briefing.services import OutlineChange
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status
from cogwg.plan.queries import PriorityFacts
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import BilingualForm, focus_target, posted_text, pressed_button
from cogwg.web.briefings.editor.step import EditorContext, LabelledText, StepForm, bilingual_texts, handle_step

ASKS_LIMIT = 20
"""The most requests that a priority's slide can have."""


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """A priority with its overall status, the reason for that status, and what the co-chairs add to its slide.

    ``highlight_options`` are the activities whose progress may be highlighted. ``focused_button`` is the action just taken on
    this priority. The text box that the action filled ("use") or added ("ask") gets the focus.
    """

    facts: PriorityFacts
    status: Status | None
    reason: Bilingual
    highlight_options: tuple[ActivityState, ...]
    additions: PriorityWording
    focused_button: str = ""

    @property
    def number(self) -> int:
        return self.facts.number

    @property
    def texts(self) -> list[BilingualForm]:
        """Return the fields for the highlighted progress, for each request, and for one more request if the limit allows it."""
        asks = (*self.additions.asks, EMPTY_TEXT)[:ASKS_LIMIT]
        uses_line, adds_ask = self.focused_button == "use", self.focused_button == "ask"
        highlight = self.additions.highlight
        return [
            BilingualForm(f"highlight-{self.number}", _highlight_label(), highlight, has_focus=uses_line),
            *(
                BilingualForm(f"ask-{self.number}-{n}", _ask_label(n), ask, has_focus=adds_ask and n == len(asks), rows=1)
                for n, ask in enumerate(asks, 1)
            ),
        ]


@dataclass(frozen=True, slots=True)
class PrioritiesForm(StepForm):
    """The priorities that have a slide: those of the announced plan if there is one, else those of the briefing's plan."""

    step = "priorities"
    action = OutlineChange.NOTED_PRIORITY
    template = "briefings/editor/priorities.html"
    next_step = "next-steps"
    erases_emptied_texts = True

    year: int
    rows: tuple[PriorityRow, ...]

    @classmethod
    def load(cls, editor: EditorContext) -> Self:
        outline = editor.briefing.outline
        return cls._make(editor, lambda year, number, _options: outline.priority_wording(year, number))

    @classmethod
    def parse(cls, editor: EditorContext) -> Self:
        return cls._make(editor, _posted_additions)

    @classmethod
    def _make(
        cls, editor: EditorContext, additions_of: Callable[[int, int, tuple[ActivityState, ...]], PriorityWording]
    ) -> Self:
        shown = editor.source.announced or editor.source
        year = shown.plan.year
        verb, key = focus_target()
        rows = []
        for facts, assessment, row in zip(shown.plan.priorities, shown.overall_assessments, shown.rows, strict=True):
            options = tuple(state for state in row.states if state.progress)
            additions = additions_of(year, facts.number, options)
            button = verb if key.partition(" ")[0] == str(facts.number) else ""
            rows.append(PriorityRow(facts, assessment.status, assessment.reason, options, additions, button))
        return cls(year, tuple(rows))

    @property
    def texts(self) -> Iterable[BilingualForm]:
        return [text for row in self.rows for text in row.texts]

    def apply_to(self, outline: Outline) -> Outline:
        for row in self.rows:
            if row.additions != outline.priority_wording(row.additions.year, row.number):
                outline = set_priority_wording(outline, row.additions)
        outline = replace(outline, priorities=tuple(p for p in outline.priorities if p.highlight or p.asks))
        return mark_saved(outline, self.step)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        texts: dict[str, LabelledText] = {}
        for row in self.rows:
            name = _("Priority %(number)s", number=row.number)
            texts |= bilingual_texts(f"highlight-{row.number}", f"{name}, {_highlight_label()}", row.additions.highlight)
            for n, ask in enumerate(row.additions.asks, 1):
                texts |= bilingual_texts(f"ask-{row.number}-{n}", f"{name}, {_ask_label(n)}", ask)
        return texts

    def saved_sentence(self) -> str:
        return str(_("Text for the priority slides saved."))


def _highlight_label() -> str:
    return str(_("Progress to highlight"))


def _ask_label(number: int) -> str:
    return str(_("Request %(number)s", number=number))


def _posted_additions(year: int, number: int, options: tuple[ActivityState, ...]) -> PriorityWording:
    """Return the additions typed for a priority. The button "use" highlights the progress of one of the ``options``."""
    verb, key = pressed_button()
    highlight = posted_text(f"highlight-{number}")
    if verb == "use":
        highlight = next((option.progress for option in options if key == f"{number} {option.code}"), highlight)
    names = [f"ask-{number}-{n}" for n in range(1, ASKS_LIMIT + 1)]
    return PriorityWording(number, highlight, tuple(filter(None, map(posted_text, names))), year)


@blueprint.route("/briefings/<int:id>/priorities", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def priorities(lang: str, id: int) -> Response:
    """Edit the text that the co-chairs add to each priority's slide."""
    return handle_step(lang, id, PrioritiesForm)
