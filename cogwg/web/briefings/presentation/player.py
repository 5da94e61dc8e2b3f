"""The player: a deck's slides on a page, in the language chosen for them, with their comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import SlideCommentFacts
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.source_list import with_sources_slide
from cogwg.core.bilingual import Bilingual, Language
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user
from cogwg.web.briefings.presentation.comment_thread import slide_thread
from cogwg.web.briefings.presentation.slide_decisions import SlideDecisions
from cogwg.web.discussion.comments import CommentThread
from cogwg.web.http import i18n

LANGUAGE_PARAMETER = "deck"
"""The query parameter for the language of the slides. Without it, they are in the page's language."""

ROWS_PARAMETER = "rows"
"""The query parameter whose value "all" makes a page show all rows of long tables."""


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language to read the slides in."""

    label: str
    url: str
    lang: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PlayerSlide:
    """A slide on the page: its HTML, and its comments or the meeting's decisions if the reader may see them."""

    key: str
    number: int
    name: Bilingual
    html: Markup
    thread: CommentThread | None = None
    decided: SlideDecisions | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """What ``briefings/presentation/_player.html`` shows.

    ``hidden_slide_threads`` are the comments on slides that are currently left out of the deck.
    """

    slides: tuple[PlayerSlide, ...]
    language_choices: tuple[LanguageChoice, ...]
    hidden_slide_threads: tuple[CommentThread, ...] = ()

    @property
    def open_count(self) -> int:
        """Return the number of comments that are not resolved."""
        threads = (*(slide.thread for slide in self.slides), *self.hidden_slide_threads)
        return sum(thread.open_count for thread in threads if thread is not None)

    def with_decisions(self, decisions_on: Callable[[str], SlideDecisions]) -> Player:
        """Return the player with the decisions on each slide; ``decisions_on`` returns those on the slide with a given key."""
        return replace(self, slides=tuple(replace(slide, decided=decisions_on(slide.key)) for slide in self.slides))


def deck_language() -> Language:
    """Return the language chosen for the slides, or else the page's language."""
    chosen = request.args.get(LANGUAGE_PARAMETER, "")
    return Language(chosen) if chosen in ("en", "fr") else i18n.current_language()


def player(
    deck: Deck,
    *,
    briefing_id: int = 0,
    comments: Sequence[SlideCommentFacts] | None = None,
    is_whole: bool = False,
    with_history: bool = False,
) -> Player:
    """Return a deck's slides for a page. Long tables show only their first rows, unless ``is_whole`` or the URL asks for all.

    With ``with_history``, the list of sources links to the pages of activities, for readers who may see them.
    With ``comments``, the comments on this briefing's draft, each slide has its comments and a form to add one.
    """
    lang = deck_language()
    is_folded = not is_whole and request.args.get(ROWS_PARAMETER) != "all"
    all_rows_url = f"{i18n.page_path()}?{LANGUAGE_PARAMETER}={lang.value}&{ROWS_PARAMETER}=all" if is_folded else ""
    links_to_history = with_history and has_permission(current_user().roles, Permission.READ_REPORTS)
    rendered = render_slides(with_sources_slide(deck), lang, all_rows_url, _activity_url if links_to_history else None)
    slides = tuple(
        PlayerSlide(s.key, s.number, s.name, s.html, None if comments is None else slide_thread(briefing_id, s.key, comments))
        for s in rendered
    )
    shown_keys = {slide.key for slide in rendered}
    hidden_keys = dict.fromkeys(c.slide for c in comments or () if c.slide not in shown_keys)
    hidden_threads = tuple(slide_thread(briefing_id, key, comments or ()) for key in hidden_keys)
    return Player(slides, _language_choices(lang), hidden_threads)


def _activity_url(year: int, code: str) -> str:
    return url_for("activities.page", lang=i18n.current_language(), year=year, code=code)


def _language_choices(lang: Language) -> tuple[LanguageChoice, ...]:
    labels = {Language.EN: _("English"), Language.FR: _("French")}
    return tuple(
        LanguageChoice(labels[choice], f"{i18n.page_path()}?{LANGUAGE_PARAMETER}={choice.value}", choice.value, choice is lang)
        for choice in Language
    )
