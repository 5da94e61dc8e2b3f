"""The player: a deck's slides on a page, in the language chosen for them, with their comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import SlideCommentFacts
from cogwg.briefing.render.html import render_slides
from cogwg.core.bilingual import Bilingual, Language
from cogwg.web.briefings.presentation.comment_thread import SlideThread, slide_thread
from cogwg.web.http import i18n

LANGUAGE_PARAMETER = "deck"
"""The query parameter with the language of the slides, where it is not the page's."""


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language to read the slides in."""

    label: str
    url: str
    lang: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlayerSlide:
    """A slide on the page: its HTML, and its comments where the reader may see them."""

    key: str
    number: int
    name: Bilingual
    html: Markup
    thread: SlideThread | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """What ``briefings/presentation/_player.html`` shows.

    ``hidden_slide_threads`` are the comments on slides that are currently left out.
    """

    slides: tuple[PlayerSlide, ...]
    language_choices: tuple[LanguageChoice, ...]
    hidden_slide_threads: tuple[SlideThread, ...] = ()

    @property
    def open_count(self) -> int:
        """Return how many comments are not settled."""
        return sum(
            talk.open_count for talk in (*(leaf.thread for leaf in self.slides), *self.hidden_slide_threads) if talk is not None
        )


def deck_language() -> Language:
    """Return the language chosen for the slides, else the page's."""
    chosen = request.args.get(LANGUAGE_PARAMETER, "")
    return Language(chosen) if chosen in ("en", "fr") else i18n.current_language()


def player(deck: Deck, *, briefing_id: int = 0, comments: Sequence[SlideCommentFacts] | None = None) -> Player:
    """Return the slides of a deck; with ``comments`` (on that briefing's draft), each with comments and a form to add one."""
    lang = deck_language()
    drawn = render_slides(deck, lang)
    keys = {one.key for one in drawn}
    leaves = tuple(
        PlayerSlide(
            one.key,
            one.number,
            one.name,
            one.html,
            None if comments is None else slide_thread(briefing_id, one.key, comments),
        )
        for one in drawn
    )
    others = dict.fromkeys(s.slide for s in comments or () if s.slide not in keys)
    return Player(leaves, _language_choices(lang), tuple(slide_thread(briefing_id, key, comments or ()) for key in others))


def _language_choices(lang: Language) -> tuple[LanguageChoice, ...]:
    labels = {Language.EN: _("English"), Language.FR: _("French")}
    return tuple(
        LanguageChoice(labels[one], f"{request.path}?{LANGUAGE_PARAMETER}={one.value}", one.value, one is lang)
        for one in Language
    )
