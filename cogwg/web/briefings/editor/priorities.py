"""Each priority's slide: its status with the reason, the one line of progress that counts, and what the Councils are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.outline import Outline, PriorityWords, noted
from cogwg.briefing.services import Deed
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.scale import Status
from cogwg.plan.queries import PriorityFacts
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import Box, boxes, posted, pressed
from cogwg.web.briefings.editor.step import Desk, Step, Told, both, in_languages, landed, work

ASKS_LIMIT = 20
"""One priority has no more asks than that."""


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """A priority with what stands of it in the record, and what is added to its slide.

    ``offered`` are activities with a progress line that may be highlighted; ``at`` is what has the focus.
    """

    facts: PriorityFacts
    status: Status | None
    reason: Bilingual
    offered: tuple[ActivityState, ...]
    words: PriorityWords
    at: str = ""

    @property
    def number(self) -> int:
        return self.facts.number

    @property
    def highlight(self) -> tuple[Box, Box]:
        return boxes(
            f"highlight-{self.number}", in_languages(_("Highlighted progress")), self.words.highlight, here=self.at == "use"
        )

    @property
    def asks(self) -> list[tuple[Box, Box]]:
        """The asks, and a place for one more while it fits."""
        asks = (*self.words.asks, EMPTY_TEXT)[:ASKS_LIMIT]
        return [
            boxes(
                f"ask-{self.number}-{n}",
                in_languages(_("Ask %(number)s", number=n)),
                ask,
                rows=1,
                here=self.at == "ask" and n == len(asks),
            )
            for n, ask in enumerate(asks, 1)
        ]

    @property
    def boxes(self) -> list[Box]:
        return [*self.highlight, *(box for pair in self.asks for box in pair)]


@dataclass(frozen=True, slots=True)
class PrioritiesSheet:
    """The priorities that have a slide: those of the plan that is announced, else of the plan at hand."""

    year: int
    rows: tuple[PriorityRow, ...]

    @property
    def boxes(self) -> Iterable[Box]:
        return [box for row in self.rows for box in row.boxes]

    def applied(self, outline: Outline) -> Outline:
        for row in self.rows:
            if row.words != outline.priority(row.words.year, row.number):
                outline = noted(outline, row.words)
        said = tuple(p for p in outline.priorities if p.highlight or p.asks)
        return replace(outline, priorities=said)

    def spelled(self) -> Mapping[str, Told]:
        found: dict[str, Told] = {}
        for row in self.rows:
            name = _("Priority %(number)s", number=row.number)
            found |= both(f"highlight-{row.number}", f"{name}, {_('Highlighted progress')}", row.words.highlight)
            for n, ask in enumerate(row.words.asks, 1):
                found |= both(f"ask-{row.number}-{n}", f"{name}, {_('Ask %(number)s', number=n)}", ask)
        return found

    def saved(self) -> str:
        return str(_("Saved: the words for the slides of the priorities."))


def _stored(desk: Desk) -> PrioritiesSheet:
    outline, year = desk.briefing.outline, _year(desk)
    return _sheet(desk, lambda number, _offered: outline.priority(year, number))


def _typed(desk: Desk) -> PrioritiesSheet:
    verb, key = pressed()
    year = _year(desk)

    def words(number: int, offered: tuple[ActivityState, ...]) -> PriorityWords:
        highlight = posted(f"highlight-{number}")
        if verb == "use":
            highlight = next((s.progress for s in offered if key == f"{number} {s.code}"), highlight)
        return PriorityWords(number, highlight, tuple(ask for ask in _asks(number) if ask), year)

    return _sheet(desk, words)


def _year(desk: Desk) -> int:
    """The plan whose priorities have a slide: the one that is announced, else the one that is told of."""
    return (desk.material.next or desk.material).plan.year


def _asks(number: int) -> list[Bilingual]:
    return [posted(f"ask-{number}-{n}") for n in range(1, ASKS_LIMIT + 1) if f"ask-{number}-{n}-en" in request.form]


def _sheet(desk: Desk, words: Callable[[int, tuple[ActivityState, ...]], PriorityWords]) -> PrioritiesSheet:
    shown = desk.material.next or desk.material
    verb, key = landed()
    rows = []
    for facts, found, row in zip(shown.plan.priorities, shown.overall, shown.rows, strict=True):
        offered = tuple(state for state in row.states if state.progress)
        at = verb if key.partition(" ")[0] == str(facts.number) else ""
        rows.append(PriorityRow(facts, found.status, found.reason, offered, words(facts.number, offered), at))
    return PrioritiesSheet(shown.plan.year, tuple(rows))


STEP = Step("priorities", Deed.NOTED_PRIORITY, "briefings/editor/priorities.html", _stored, _typed, "next-steps", erases=True)


@blueprint.route("/briefings/<int:id>/priorities", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def priorities(lang: str, id: int) -> Response:
    """What is added to the slide of each priority."""
    return work(lang, id, STEP)
