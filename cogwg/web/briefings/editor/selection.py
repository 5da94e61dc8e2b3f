"""Selecting what the deck shows: which candidates, in which order and wording. Pure functions except for the request's form."""

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
"""With at most this many rows, each has its text boxes on the page; with more, only rows that are reworded or requested."""
Picks = Sequence[tuple[str, Bilingual]]
"""The selected keys in order, each with the deck's wording if it has one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something reported that the deck may show: ``title`` names it, ``original`` is its text unless reworded.

    It is ordered within its ``group``; ``wording_label`` labels its text boxes.
    """

    key: str
    group: str
    title: str
    original: Bilingual
    wording_label: str


@dataclass(frozen=True, slots=True)
class CandidateChoice:
    """A candidate with its choice; ``is_new`` means that it was reported after the choice was saved.

    ``can_move_up`` and ``can_move_down`` tell where it can be moved, ``focused_button`` which of its buttons has the focus.
    Only one that ``has_boxes`` has its text boxes on the page; the others keep the reported text.
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
        """Whether the section with the wording is open: it was requested, or has an error."""
        return self.focused_button == "words" or any(box.errors for box in self.text_boxes)


@dataclass(frozen=True, slots=True)
class ChoicesForm:
    """What every form of choices holds; ``other_left_out`` are the keys of other forms that are left out of the deck."""

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
    """Return the stored choices: the selected ones in their order, then the rest."""
    known = {c.key: c for c in candidates}
    taken = {key: wording for key, wording in picks if key in known}
    seen = {*taken, *left_out}
    first = [CandidateChoice(known[key], True, with_override(wording, known[key].original)) for key, wording in taken.items()]
    rest = [
        CandidateChoice(c, False, c.original, is_new=is_saved and c.key not in seen) for c in candidates if c.key not in taken
    ]
    return with_positions(first + rest)


def posted_choices(candidates: Sequence[Candidate]) -> list[CandidateChoice]:
    """Return the choices as the request's form has them, after the button's action."""
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
    """Return what was typed; a box that was emptied, left as the page showed it, or not sent has the reported text."""
    return with_override(changed_text(posted_text(candidate.key), posted_original(candidate.key)), candidate.original)


def with_positions(choices: Sequence[CandidateChoice]) -> list[CandidateChoice]:
    """Return each choice with where it can be moved, and the focus on what was just moved."""
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
    """Return the selected keys, each with its wording where it differs from the reported text."""
    return [(c.candidate.key, changed_text(c.wording, c.candidate.original)) for c in choices if c.is_ticked]


def left_out_keys(choices: Iterable[CandidateChoice]) -> tuple[str, ...]:
    """Return the keys of the candidates that are not selected."""
    return tuple(c.candidate.key for c in choices if not c.is_ticked)


def choices_as_texts(name: str, heading: str, choices: Sequence[CandidateChoice]) -> dict[str, LabelledText]:
    """Return the choices as text: the selected titles in order, and each wording."""
    titles = "; ".join(c.candidate.title for c in choices if c.is_ticked)
    found = {name: LabelledText(_("%(heading)s in the deck, in order", heading=heading), titles)}
    for choice in choices:
        if choice.is_ticked:
            found |= bilingual_texts(choice.candidate.key, choice.candidate.title, choice.wording)
    return found
