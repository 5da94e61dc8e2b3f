"""Choosing among what the record offers: what is taken into the deck, in which order, in which words. Pure but for the form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _

from cogwg.briefing.overrides import changed_text, with_override
from cogwg.core.bilingual import Bilingual
from cogwg.web.briefings.editor.fields import (
    TextBox,
    element_id,
    move_row,
    posted_order,
    posted_original,
    posted_text,
    pressed_button,
    text_boxes,
)
from cogwg.web.briefings.editor.step import LabelledText, bilingual_texts, focus_target, language_labels

MAX_ROWS_WITH_BOXES = 200
"""Of so many lines each has its boxes on the page; of more, only those that are reworded or asked for."""
Picks = Sequence[tuple[str, Bilingual]]
"""What was taken: keys in order, each with the deck's wording if it has one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something of the record that the deck may show: ``title`` names it, ``original`` is what it says unless reworded.

    ``group`` is what it is ordered within; ``says`` labels its wording.
    """

    key: str
    group: str
    title: str
    original: Bilingual
    wording_label: str


@dataclass(frozen=True, slots=True)
class CandidateChoice:
    """A candidate with the choice that was made; ``new`` says that it came after the choice was saved.

    ``up`` and ``down`` say where it can be moved to, ``here`` which of its buttons has the focus. Only a ``drawn`` one has
    its boxes on the page; one without them keeps the words of the record.
    """

    candidate: Candidate
    is_ticked: bool
    wording: Bilingual
    is_new: bool = False
    can_move_up: bool = False
    can_move_down: bool = False
    focused_button: str = ""
    has_boxes: bool = True

    @property
    def id(self) -> str:
        return element_id(self.candidate.key)

    @property
    def text_boxes(self) -> tuple[TextBox, TextBox]:
        return text_boxes(
            self.candidate.key,
            language_labels(self.candidate.wording_label),
            self.wording,
            has_focus=self.focused_button == "words",
        )

    @property
    def is_reworded(self) -> bool:
        return bool(self.wording) and self.wording != self.candidate.original

    @property
    def is_open(self) -> bool:
        """Whether the fold with the wording stands open: it was asked for, or something in it is wrong."""
        return self.focused_button == "words" or any(box.errors for box in self.text_boxes)


@dataclass(frozen=True, slots=True)
class ChoicesForm:
    """What every sheet of choices holds; ``others`` is what else was left out of the deck."""

    choices: tuple[CandidateChoice, ...]
    other_left_out: tuple[str, ...]

    @property
    def text_boxes(self) -> Iterable[TextBox]:
        return [box for choice in self.choices for box in choice.text_boxes]

    @property
    def order(self) -> str:
        return " ".join(choice.candidate.key for choice in self.choices)


def stored_choices(
    candidates: Sequence[Candidate], picks: Picks, *, is_saved: bool, left_out: Iterable[str]
) -> list[CandidateChoice]:
    """The choices as they are stored: what was taken in its order, then the rest."""
    known = {c.key: c for c in candidates}
    taken = {key: wording for key, wording in picks if key in known}
    seen = {*taken, *left_out}
    first = [CandidateChoice(known[key], True, with_override(wording, known[key].original)) for key, wording in taken.items()]
    rest = [
        CandidateChoice(c, False, c.original, is_new=is_saved and c.key not in seen) for c in candidates if c.key not in taken
    ]
    return with_positions(first + rest)


def posted_choices(candidates: Sequence[Candidate]) -> list[CandidateChoice]:
    """The choices as the form of this request says them, after what its button does."""
    known = {c.key: c for c in candidates}
    verb, key = pressed_button()
    order = [one for one in posted_order() if one in known]
    if key in known:
        order = move_row(order, key, verb, [one for one in order if known[one].group == known[key].group])
    found = [CandidateChoice(known[one], _is_ticked(one, verb), _posted_wording(known[one])) for one in order]
    return with_positions(
        found + [CandidateChoice(c, verb == "all", c.original, is_new=True) for c in candidates if c.key not in order]
    )


def _is_ticked(key: str, verb: str) -> bool:
    return verb == "all" or (verb != "none" and f"tick-{key}" in request.form)


def _posted_wording(candidate: Candidate) -> Bilingual:
    """What was typed; a box that was emptied, left as the page showed it, or not sent, says what the record says now."""
    return with_override(changed_text(posted_text(candidate.key), posted_original(candidate.key)), candidate.original)


def with_positions(choices: Sequence[CandidateChoice]) -> list[CandidateChoice]:
    """Each with where it can be moved to, and the focus on what was just moved."""
    verb, key = focus_target()
    groups: dict[str, list[str]] = {}
    for choice in choices:
        groups.setdefault(choice.candidate.group, []).append(choice.candidate.key)
    found = []
    for choice in choices:
        group = groups[choice.candidate.group]
        up, down = choice.candidate.key != group[0], choice.candidate.key != group[-1]
        here = ""
        if choice.candidate.key == key and verb in ("up", "down"):
            here = verb if (up if verb == "up" else down) else ("down" if verb == "up" else "up")
        asked = choice.candidate.key == key and verb == "words"
        drawn = len(choices) <= MAX_ROWS_WITH_BOXES or choice.is_reworded or asked
        found.append(
            replace(choice, can_move_up=up, can_move_down=down, focused_button="words" if asked else here, has_boxes=drawn)
        )
    return found


def taken_wordings(choices: Iterable[CandidateChoice]) -> list[tuple[str, Bilingual]]:
    """What is taken, with its wording where that is not what the record says."""
    return [(c.candidate.key, changed_text(c.wording, c.candidate.original)) for c in choices if c.is_ticked]


def left_out_keys(choices: Iterable[CandidateChoice]) -> tuple[str, ...]:
    """What was offered and is not taken."""
    return tuple(c.candidate.key for c in choices if not c.is_ticked)


def choices_as_texts(name: str, heading: str, choices: Sequence[CandidateChoice]) -> dict[str, LabelledText]:
    """The choices in words: what is taken in which order, and each wording."""
    titles = "; ".join(c.candidate.title for c in choices if c.is_ticked)
    found = {name: LabelledText(_("%(heading)s in the deck, in order", heading=heading), titles)}
    for choice in choices:
        if choice.is_ticked:
            found |= bilingual_texts(choice.candidate.key, choice.candidate.title, choice.wording)
    return found
