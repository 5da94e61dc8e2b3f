"""Choosing among what the record offers: what is taken into the deck, in which order, in which words. Pure but for the form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _

from cogwg.briefing.overrides import apart, over
from cogwg.core.bilingual import Bilingual
from cogwg.web.briefings.editor.fields import Box, boxes, identifier, posted, posted_order, pressed, shifted, was
from cogwg.web.briefings.editor.step import Told, both, in_languages, landed

FEW = 200
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
    says: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate with the choice that was made; ``new`` says that it came after the choice was saved.

    ``up`` and ``down`` say where it can be moved to, ``here`` which of its buttons has the focus. Only a ``drawn`` one has
    its boxes on the page; one without them keeps the words of the record.
    """

    candidate: Candidate
    ticked: bool
    wording: Bilingual
    new: bool = False
    up: bool = False
    down: bool = False
    here: str = ""
    drawn: bool = True

    @property
    def id(self) -> str:
        return identifier(self.candidate.key)

    @property
    def boxes(self) -> tuple[Box, Box]:
        return boxes(self.candidate.key, in_languages(self.candidate.says), self.wording, here=self.here == "words")

    @property
    def reworded(self) -> bool:
        return bool(self.wording) and self.wording != self.candidate.original

    @property
    def open(self) -> bool:
        """Whether the fold with the wording stands open: it was asked for, or something in it is wrong."""
        return self.here == "words" or any(box.errors for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What every sheet of choices holds; ``others`` is what else was left out of the deck."""

    choices: tuple[Choice, ...]
    others: tuple[str, ...]

    @property
    def boxes(self) -> Iterable[Box]:
        return [box for choice in self.choices for box in choice.boxes]

    @property
    def order(self) -> str:
        return " ".join(choice.candidate.key for choice in self.choices)


def stored(candidates: Sequence[Candidate], picks: Picks, *, chosen: bool, left: Iterable[str]) -> list[Choice]:
    """The choices as they are stored: what was taken in its order, then the rest."""
    known = {c.key: c for c in candidates}
    taken = {key: wording for key, wording in picks if key in known}
    seen = {*taken, *left}
    first = [Choice(known[key], True, over(wording, known[key].original)) for key, wording in taken.items()]
    rest = [Choice(c, False, c.original, new=chosen and c.key not in seen) for c in candidates if c.key not in taken]
    return placed(first + rest)


def typed(candidates: Sequence[Candidate]) -> list[Choice]:
    """The choices as the form of this request says them, after what its button does."""
    known = {c.key: c for c in candidates}
    verb, key = pressed()
    order = [one for one in posted_order() if one in known]
    if key in known:
        order = shifted(order, key, verb, [one for one in order if known[one].group == known[key].group])
    found = [Choice(known[one], _ticked(one, verb), _wording(known[one])) for one in order]
    return placed(found + [Choice(c, verb == "all", c.original, new=True) for c in candidates if c.key not in order])


def _ticked(key: str, verb: str) -> bool:
    return verb == "all" or (verb != "none" and f"tick-{key}" in request.form)


def _wording(candidate: Candidate) -> Bilingual:
    """What was typed; a box that was emptied, left as the page showed it, or not sent, says what the record says now."""
    return over(apart(posted(candidate.key), was(candidate.key)), candidate.original)


def placed(choices: Sequence[Choice]) -> list[Choice]:
    """Each with where it can be moved to, and the focus on what was just moved."""
    verb, key = landed()
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
        drawn = len(choices) <= FEW or choice.reworded or asked
        found.append(replace(choice, up=up, down=down, here="words" if asked else here, drawn=drawn))
    return found


def taken(choices: Iterable[Choice]) -> list[tuple[str, Bilingual]]:
    """What is taken, with its wording where that is not what the record says."""
    return [(c.candidate.key, apart(c.wording, c.candidate.original)) for c in choices if c.ticked]


def left(choices: Iterable[Choice]) -> tuple[str, ...]:
    """What was offered and is not taken."""
    return tuple(c.candidate.key for c in choices if not c.ticked)


def spelled(name: str, heading: str, choices: Sequence[Choice]) -> dict[str, Told]:
    """The choices in words: what is taken in which order, and each wording."""
    titles = "; ".join(c.candidate.title for c in choices if c.ticked)
    found = {name: Told(_("%(heading)s in the deck, in order", heading=heading), titles)}
    for choice in choices:
        if choice.ticked:
            found |= both(choice.candidate.key, choice.candidate.title, choice.wording)
    return found
