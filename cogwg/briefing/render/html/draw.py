"""Render each slide of a deck with the template of its kind, in one language, with every value escaped.

This module has its own Jinja environment: its templates have no access to requests, product URLs or the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cogwg.briefing import deck as deck_model
from cogwg.briefing.deck import ActivityState, Deck, Slide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.html import bars, labels, timeline
from cogwg.briefing.render.pages.links import web_address
from cogwg.briefing.render.source_entries import counted_label, counted_rest
from cogwg.briefing.render.sources import DeckSources
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import day, day_of_month, month, month_of_year
from cogwg.core.paths import resource_folder
from cogwg.core.tables import IN_LANGUAGE

TEMPLATE_NAMES: Mapping[type[Slide], str] = {
    deck_model.TitleSlide: "cover",
    deck_model.SummarySlide: "summary",
    deck_model.ContentsSlide: "contents",
    deck_model.PointsSlide: "points",
    deck_model.TextSlide: "text",
    deck_model.GroupSlide: "group",
    deck_model.GlanceSlide: "glance",
    deck_model.ChangedSlide: "changed",
    deck_model.ProgressSlide: "progress",
    deck_model.TimelineSlide: "timeline",
    deck_model.MilestonesSlide: "milestones",
    deck_model.NextStepsSlide: "next_steps",
    deck_model.AsksSlide: "asks",
    deck_model.AnnexSlide: "annex",
    deck_model.PrioritySlide: "priority",
    deck_model.DataSlide: "data",
    deck_model.SourcesSlide: "sources",
}
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class RenderedSlide:
    """A slide as HTML: one ``<section id="slide-KEY">``. ``name`` is its label in lists of slides, and ``title``
    is plain text.
    """

    key: str
    number: int
    name: Bilingual
    title: str
    html: Markup


@dataclass(frozen=True, slots=True)
class NumberedSlide:
    """A slide with its number and its key, which is unique within the deck."""

    number: int
    key: str
    slide: Slide


@dataclass(frozen=True, slots=True)
class SlideHelpers:
    """Functions for the slide templates. With ``all_rows_url``, long tables are folded, that is, they show only their first
    rows.

    ``activity_url`` returns the URL of an activity's page with its history, for readers who may see it.
    """

    deck: Deck
    lang: Language
    sources: DeckSources
    all_rows_url: str = ""
    activity_url: Callable[[int, str], str] | None = None

    def is_folded(self, rows: Sequence[object]) -> bool:
        return bool(self.all_rows_url) and len(rows) > labels.FOLDED_ROWS

    def shown_rows(self, rows: Sequence[object]) -> Sequence[object]:
        """Return the rows of a table to show: only the first ones if the table is folded."""
        return rows[: labels.FOLDED_ROWS] if self.is_folded(rows) else rows

    def source_url(self, number: int) -> str:
        """Return the URL of an entry in the list of sources.

        If the list is folded and the entry is not among its first rows, the URL is on the page with all rows.
        """
        is_elsewhere = self.all_rows_url and number > labels.FOLDED_ROWS
        return f"{self.all_rows_url if is_elsewhere else ''}#source-{number}"

    def css_class(self, state: ActivityState) -> str:
        return labels.status_css_class(state)

    def timing(self, state: ActivityState, brief: bool = False) -> str:
        """Return the activity's timeliness in words, without its mark, which the template draws; with ``brief``, without the
        number of days.
        """
        text = wording.timing_without_days(state) if brief else wording.timing(state, self.deck.as_of)
        return re.sub(r"^[▲►] ", "", text.text(self.lang))

    def previous_briefing_day(self, since: date) -> str:
        """Return the day of the previous briefing in words, with the year if it is not the year of the deck's day."""
        return (day_of_month(since) if since.year == self.deck.as_of.year else day(since)).text(self.lang)

    def due_text(self, state: ActivityState) -> str:
        return labels.due_text(state, month(state.month[1]), self.deck.plan_year, self.lang)


def render_slides(
    deck: Deck, lang: Language, all_rows_url: str = "", activity_url: Callable[[int, str], str] | None = None
) -> tuple[RenderedSlide, ...]:
    """Render every slide of the deck in one language, in order.

    ``all_rows_url`` is the URL of a page with all rows. If it is given, long tables of changes and data show only their first
    rows and link to that page. ``activity_url`` returns the URL of an activity's page; if it is given, the list of sources
    links to these pages.
    """
    numbered = _number_slides(deck)
    helpers = SlideHelpers(deck, lang, DeckSources(deck), all_rows_url, activity_url)
    common: dict[str, Any] = {
        "deck": deck,
        "lang": lang,
        "slides": numbered,
        "helpers": helpers,
        "sources": helpers.sources,
        "footer": sentences.footer_line(deck, deck.audience.text(lang), lang),
    }
    return tuple(_render_slide(numbered_slide, common, lang) for numbered_slide in numbered)


def slide_names(deck: Deck) -> dict[str, Bilingual]:
    """Return the name of each slide of the deck, by the key that ``render_slides`` gives the slide."""
    return {numbered.key: wording.slide_name(numbered.slide) for numbered in _number_slides(deck)}


def _render_slide(numbered: NumberedSlide, common: dict[str, Any], lang: Language) -> RenderedSlide:
    template = _environment().get_template(f"deck/{TEMPLATE_NAMES[type(numbered.slide)]}.html")
    values = {
        "slide": numbered.slide,
        "number": numbered.number,
        "key": numbered.key,
        "kind": TEMPLATE_NAMES[type(numbered.slide)].replace("_", "-"),
    }
    title = str(labels.clean(numbered.slide.title.text(lang)))
    html = template.make_module({**common, **values}).__html__()
    return RenderedSlide(numbered.key, numbered.number, wording.slide_name(numbered.slide), title, html)


def _number_slides(deck: Deck) -> tuple[NumberedSlide, ...]:
    """Return the slides with unique keys. The keys in a deck that this product did not compose may not be unique or usable."""
    numbered: list[NumberedSlide] = []
    for number, slide in enumerate(deck.slides, 1):
        usable = _KEY.fullmatch(slide.key) and slide.key not in {other.key for other in numbered}
        numbered.append(NumberedSlide(number, slide.key if usable else f"n{number}", slide))
    return tuple(numbered)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=labels.clean,
    )
    environment.globals.update(
        wording=wording, sentences=sentences, labels=labels, bars=bars, timeline=timeline, only=IN_LANGUAGE, address=web_address
    )
    environment.globals.update(counted_label=counted_label, counted_rest=counted_rest)
    environment.globals.update(day=day, day_of_month=day_of_month, month_of_year=month_of_year)
    return environment
