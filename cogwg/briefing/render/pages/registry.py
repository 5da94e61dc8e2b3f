"""The registry of the kinds of slides, with the layout and the tab name of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Any

from cogwg.briefing import deck as deck_model
from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import (
    asks,
    changed,
    contents,
    cover,
    divider,
    free,
    glance,
    group,
    news,
    pagination,
    points,
    priority,
    progress,
)
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, LaidOutPage, PageLine
from cogwg.briefing.render.pages.text import Translator
from cogwg.core.bilingual import Bilingual

BodiesBuilder = Callable[[Any, RenderContext], list[Body]]
_TAB_NAME_LIMIT = 22
"""The number of characters left for a tab's name beside the numbers of the slide and the page."""


@dataclass(frozen=True, slots=True)
class SlideLayout:
    """The layout of a kind of slide, and the name of its tab."""

    bodies: BodiesBuilder
    tab: Callable[[Any], Bilingual]


def _fixed_tab_name(name: Bilingual) -> Callable[[Any], Bilingual]:
    return lambda slide: name


def _points_tab_name(slide: deck_model.PointsSlide) -> Bilingual:
    return slide.name or slide.title


def _text_tab_name(slide: deck_model.TextSlide) -> Bilingual:
    """Return the title, shortened to whole words that fit in a tab's name."""
    if not slide.title:
        return wording.TEXT_TAB
    return Bilingual(_shorten_tab_name(slide.title.en), _shorten_tab_name(slide.title.fr))


def _shorten_tab_name(text: str) -> str:
    shortened = shorten(text, _TAB_NAME_LIMIT, placeholder=" …")
    return text if shortened == "…" else shortened


def _priority_tab_name(slide: deck_model.PrioritySlide) -> Bilingual:
    return Bilingual(f"{wording.PRIORITY.en} {slide.number}", f"{wording.PRIORITY.fr} {slide.number}")


_LAYOUTS: Mapping[type[Slide], SlideLayout] = {
    deck_model.TitleSlide: SlideLayout(cover.bodies, _fixed_tab_name(wording.TITLE_TAB)),
    deck_model.ContentsSlide: SlideLayout(contents.bodies, _fixed_tab_name(wording.CONTENTS)),
    deck_model.PointsSlide: SlideLayout(points.bodies, _points_tab_name),
    deck_model.TextSlide: SlideLayout(free.bodies, _text_tab_name),
    deck_model.GroupSlide: SlideLayout(group.bodies, _fixed_tab_name(wording.GROUP_TAB)),
    deck_model.GlanceSlide: SlideLayout(glance.bodies, _fixed_tab_name(wording.GLANCE_TAB)),
    deck_model.ChangedSlide: SlideLayout(changed.bodies, _fixed_tab_name(wording.CHANGED_TAB)),
    deck_model.ProgressSlide: SlideLayout(progress.bodies, _fixed_tab_name(wording.PROGRESS_TAB)),
    deck_model.MilestonesSlide: SlideLayout(news.bodies, _fixed_tab_name(wording.NEWS_TAB)),
    deck_model.NextStepsSlide: SlideLayout(points.steps, _fixed_tab_name(wording.STEPS_TAB)),
    deck_model.AsksSlide: SlideLayout(asks.bodies, _fixed_tab_name(wording.ASKS_TAB)),
    deck_model.AnnexSlide: SlideLayout(divider.bodies, _fixed_tab_name(wording.ANNEX_TAB)),
    deck_model.PrioritySlide: SlideLayout(priority.bodies, _priority_tab_name),
}
SlideLayouts = Mapping[type[Slide], SlideLayout]


def slide_layouts(data_bodies: BodiesBuilder) -> SlideLayouts:
    """Return the layouts of all kinds of slides; ``data_bodies`` is the format's own layout of the data slide."""
    return {**_LAYOUTS, deck_model.DataSlide: SlideLayout(data_bodies, _fixed_tab_name(wording.DATA_TAB))}


def make_context(deck: Deck, translator: Translator, layouts: SlideLayouts) -> RenderContext:
    """Return what every page may know about the other slides: their numbers and the names of their tabs."""
    tabs = [translator.translate(layouts[type(slide)].tab(slide)) for slide in deck.slides]
    return RenderContext(
        deck, translator, tuple((n, s, tab) for n, (s, tab) in enumerate(zip(deck.slides, tabs, strict=True), 1))
    )


def lay_out_slide(slide: Slide, context: RenderContext, layouts: SlideLayouts) -> list[LaidOutPage]:
    """Return a slide's pages. The first has the message; the others are titled "(continued)" unless their body has a title."""
    pages: list[LaidOutPage] = []
    for body in layouts[type(slide)].bodies(slide, context):
        title = body.title or context.translate(slide.title)
        message = body.message or context.translate(slide.message)
        continued = _opening_lines(body, f"{title} {context.translate(wording.CONTINUED)}", "", context)
        opening = body.opening or _opening_lines(body, title, message, context)
        if not pages and body.opening is None:
            body = replace(
                body, lead=(*pagination.overlong_lines(title, message, body.title_span or len(body.columns)), *body.lead)
            )
        pages += pagination.paginate(body, continued if pages and not body.title else opening, continued, context.translator)
    return pages


def _opening_lines(body: Body, title: str, message: str, context: RenderContext) -> tuple[PageLine, ...]:
    """Return the title, the mark and the message; a sheet that prints two pages wide has the title on both pages."""
    span = body.title_span or len(body.columns)
    frame = pagination.slide_frame(title, message, mark=context.marks, span=span)
    if not body.title_span:
        return frame
    continued_title = (
        title if title.endswith(context.translate(wording.CONTINUED)) else f"{title} {context.translate(wording.CONTINUED)}"
    )
    return pagination.merge_frames(
        frame, pagination.slide_frame(continued_title, "", mark=context.marks, span=len(body.columns) - span), span
    )
