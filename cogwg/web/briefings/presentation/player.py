"""The player: a deck's slides as a page shows them, in the language one chose for them, with what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import Said
from cogwg.briefing.render.html import slides
from cogwg.core.bilingual import Bilingual, Language
from cogwg.web.briefings.presentation.comment_thread import SlideTalk, talk_of
from cogwg.web.http import i18n

QUERY = "deck"
"""The query that chooses the language of the slides, where it is not the page's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A language to read the slides in."""

    label: str
    url: str
    lang: str
    current: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A slide on the page: its fragment, and what is said of it where the reader takes part in that."""

    key: str
    number: int
    name: Bilingual
    html: Markup
    talk: SlideTalk | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """What ``preview/_player.html`` shows. ``elsewhere`` is what was said of slides that are not shown now."""

    leaves: tuple[Leaf, ...]
    choices: tuple[Choice, ...]
    elsewhere: tuple[SlideTalk, ...] = ()

    @property
    def open(self) -> int:
        """How many comments are not settled."""
        return sum(talk.open for talk in (*(leaf.talk for leaf in self.leaves), *self.elsewhere) if talk is not None)


def deck_language() -> Language:
    """The language that was chosen for the slides, else the page's."""
    chosen = request.args.get(QUERY, "")
    return Language(chosen) if chosen in ("en", "fr") else i18n.current()


def player(deck: Deck, *, briefing_id: int = 0, said: Sequence[Said] | None = None) -> Player:
    """The slides of a deck; with ``said`` (of that briefing's draft) each with its comments and a form to add one."""
    lang = deck_language()
    drawn = slides(deck, lang)
    keys = {one.key for one in drawn}
    leaves = tuple(
        Leaf(
            one.key,
            one.number,
            one.name,
            one.html,
            None if said is None else talk_of(briefing_id, one.key, said),
        )
        for one in drawn
    )
    others = dict.fromkeys(s.slide for s in said or () if s.slide not in keys)
    return Player(leaves, _choices(lang), tuple(talk_of(briefing_id, key, said or ()) for key in others))


def _choices(lang: Language) -> tuple[Choice, ...]:
    labels = {Language.EN: _("English"), Language.FR: _("French")}
    return tuple(Choice(labels[one], f"{request.path}?{QUERY}={one.value}", one.value, one is lang) for one in Language)
