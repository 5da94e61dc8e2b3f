"""Each priority's slide: its status with the reason, the highlighted progress, and what is asked of the Councils."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.outline import Outline, PriorityWording, set_priority_wording
from cogwg.briefing.services import OutlineChange
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.scale import Status
from cogwg.plan.queries import PriorityFacts
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import TextBox, posted_text, pressed_button, text_boxes
from cogwg.web.briefings.editor.step import (
    EditorContext,
    EditorStep,
    LabelledText,
    bilingual_texts,
    focus_target,
    handle_step,
    language_labels,
)

ASKS_LIMIT = 20
"""The most asks that a priority can have."""


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """A priority with its reported status, and what is added to its slide.

    ``highlight_options`` are activities whose progress may be highlighted; ``focused_button`` is the button or box to focus.
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
    def highlight_boxes(self) -> tuple[TextBox, TextBox]:
        return text_boxes(
            f"highlight-{self.number}",
            language_labels(_("Progress to highlight")),
            self.additions.highlight,
            has_focus=self.focused_button == "use",
        )

    @property
    def ask_boxes(self) -> list[tuple[TextBox, TextBox]]:
        """Return the boxes of the asks, and of one more while the limit allows it."""
        asks = (*self.additions.asks, EMPTY_TEXT)[:ASKS_LIMIT]
        return [
            text_boxes(
                f"ask-{self.number}-{n}",
                language_labels(_("Request %(number)s", number=n)),
                ask,
                rows=1,
                has_focus=self.focused_button == "ask" and n == len(asks),
            )
            for n, ask in enumerate(asks, 1)
        ]

    @property
    def text_boxes(self) -> list[TextBox]:
        return [*self.highlight_boxes, *(box for pair in self.ask_boxes for box in pair)]


@dataclass(frozen=True, slots=True)
class PrioritiesForm:
    """The priorities that have a slide: those of the announced plan if any, else of the briefing's plan."""

    year: int
    rows: tuple[PriorityRow, ...]

    @property
    def text_boxes(self) -> Iterable[TextBox]:
        return [box for row in self.rows for box in row.text_boxes]

    def apply_to(self, outline: Outline) -> Outline:
        for row in self.rows:
            if row.additions != outline.priority_wording(row.additions.year, row.number):
                outline = set_priority_wording(outline, row.additions)
        said = tuple(p for p in outline.priorities if p.highlight or p.asks)
        return replace(outline, priorities=said)

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        found: dict[str, LabelledText] = {}
        for row in self.rows:
            name = _("Priority %(number)s", number=row.number)
            found |= bilingual_texts(f"highlight-{row.number}", f"{name}, {_('Highlighted progress')}", row.additions.highlight)
            for n, ask in enumerate(row.additions.asks, 1):
                found |= bilingual_texts(f"ask-{row.number}-{n}", f"{name}, {_('Ask %(number)s', number=n)}", ask)
        return found

    def saved_sentence(self) -> str:
        return str(_("Text for the priority slides saved."))


def _load_form(editor: EditorContext) -> PrioritiesForm:
    outline, year = editor.briefing.outline, _slides_year(editor)
    return _build_form(editor, lambda number, _offered: outline.priority_wording(year, number))


def _parse_form(editor: EditorContext) -> PrioritiesForm:
    verb, key = pressed_button()
    year = _slides_year(editor)

    def words(number: int, offered: tuple[ActivityState, ...]) -> PriorityWording:
        highlight = posted_text(f"highlight-{number}")
        if verb == "use":
            highlight = next((s.progress for s in offered if key == f"{number} {s.code}"), highlight)
        return PriorityWording(number, highlight, tuple(ask for ask in _posted_asks(number) if ask), year)

    return _build_form(editor, words)


def _slides_year(editor: EditorContext) -> int:
    """Return the year of the plan whose priorities have a slide: the announced plan, else the briefing's."""
    return (editor.material.announced or editor.material).plan.year


def _posted_asks(number: int) -> list[Bilingual]:
    return [posted_text(f"ask-{number}-{n}") for n in range(1, ASKS_LIMIT + 1) if f"ask-{number}-{n}-en" in request.form]


def _build_form(
    editor: EditorContext, additions_of: Callable[[int, tuple[ActivityState, ...]], PriorityWording]
) -> PrioritiesForm:
    shown = editor.material.announced or editor.material
    verb, key = focus_target()
    rows = []
    for facts, found, row in zip(shown.plan.priorities, shown.overall_assessments, shown.rows, strict=True):
        offered = tuple(state for state in row.states if state.progress)
        at = verb if key.partition(" ")[0] == str(facts.number) else ""
        rows.append(PriorityRow(facts, found.status, found.reason, offered, additions_of(facts.number, offered), at))
    return PrioritiesForm(shown.plan.year, tuple(rows))


STEP = EditorStep(
    "priorities",
    OutlineChange.NOTED_PRIORITY,
    "briefings/editor/priorities.html",
    _load_form,
    _parse_form,
    "next-steps",
    erases_emptied_texts=True,
)


@blueprint.route("/briefings/<int:id>/priorities", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def priorities(lang: str, id: int) -> Response:
    """Edit what is added to the slide of each priority."""
    return handle_step(lang, id, STEP)
