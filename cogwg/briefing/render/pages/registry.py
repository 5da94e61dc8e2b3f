"""The registry of the kinds of slides, with the layout and the tab name of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import shorten
from typing import Any

from cogwg.briefing import deck as deck_model
from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import (
    annex,
    asks,
    changed,
    contents,
    cover,
    glance,
    group,
    milestones,
    next_steps,
    pagination,
    points,
    priority,
    progress,
    sources,
    summary,
    text,
    timeline,
)
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.headline import Headline, headline, merge_frames, opening_lines, slide_frame
from cogwg.briefing.render.pages.page import Body, LaidOutPage, PageLine
from cogwg.briefing.render.pages.page_format import PAPER, PageFormat
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.sources import DeckSources
from cogwg.core.bilingual import Bilingual

BodiesBuilder = Callable[[Any, RenderContext], list[Body]]
_TAB_NAME_LIMIT = 22
"""The maximum length of the name on a tab, in characters, which leaves space for the slide and page numbers."""
_LAYOUTS: Mapping[type[Slide], BodiesBuilder] = {
    deck_model.TitleSlide: cover.bodies,
    deck_model.SummarySlide: summary.bodies,
    deck_model.ContentsSlide: contents.bodies,
    deck_model.PointsSlide: points.bodies,
    deck_model.TextSlide: text.bodies,
    deck_model.GroupSlide: group.bodies,
    deck_model.GlanceSlide: glance.bodies,
    deck_model.ChangedSlide: changed.bodies,
    deck_model.ProgressSlide: progress.bodies,
    deck_model.TimelineSlide: timeline.bodies,
    deck_model.MilestonesSlide: milestones.bodies,
    deck_model.NextStepsSlide: next_steps.bodies,
    deck_model.AsksSlide: asks.bodies,
    deck_model.AnnexSlide: annex.bodies,
    deck_model.PrioritySlide: priority.bodies,
    deck_model.SourcesSlide: sources.bodies,
}
SlideLayouts = Mapping[type[Slide], BodiesBuilder]


def slide_layouts(data_bodies: BodiesBuilder) -> SlideLayouts:
    """Return the layouts of all kinds of slides; ``data_bodies`` is the file format's own layout of the data slide."""
    return {**_LAYOUTS, deck_model.DataSlide: data_bodies}


def make_context(deck: Deck, translator: Translator, page_format: PageFormat = PAPER) -> RenderContext:
    """Return the context that all layouts share, with the number and the tab name of each slide."""
    tabs = [translator.translate(_tab_name(slide)) for slide in deck.slides]
    return RenderContext(
        deck,
        translator,
        tuple((n, s, tab) for n, (s, tab) in enumerate(zip(deck.slides, tabs, strict=True), 1)),
        page_format,
        DeckSources(deck),
    )


def _tab_name(slide: Slide) -> Bilingual:
    """Return the slide's name for its tab; the name of a text slide is shortened to the whole words that fit."""
    name = wording.slide_name(slide)
    if not isinstance(slide, deck_model.TextSlide):
        return name
    return Bilingual(_shorten_tab_name(name.en), _shorten_tab_name(name.fr))


def _shorten_tab_name(name: str) -> str:
    shortened = shorten(name, _TAB_NAME_LIMIT, placeholder=" …")
    return name if shortened == "…" else shortened


def lay_out_slide(slide: Slide, context: RenderContext, layouts: SlideLayouts) -> list[LaidOutPage]:
    """Return a slide's pages. The titles of pages after the first end with "(continued)", unless their body has
    its own title.
    """
    pages: list[LaidOutPage] = []
    for body in layouts[type(slide)](slide, context):
        title = body.title or context.translate(slide.title)
        message = body.message or context.translate(slide.message)
        texts = headline(title, message, context.page_format)
        continued_texts = replace(texts, finding="").continued(context.translate(wording.CONTINUED))
        continued = _frame_lines(body, continued_texts, context)
        is_continuation = bool(pages) and not body.title
        opening = body.opening or (continued if is_continuation else _frame_lines(body, texts, context))
        if body.opening is None and not is_continuation:
            span = body.title_span or len(body.columns)
            body = replace(body, lead=(*opening_lines(texts, context.page_format, span), *body.lead))
        lines = context.page_format.lines
        frame = pagination.Frame(lines(opening), lines(continued), context.page_format)
        pages += pagination.paginate(body, frame, context.translator)
    return pages


def _frame_lines(body: Body, texts: Headline, context: RenderContext) -> tuple[PageLine, ...]:
    """Return the lines at the top of a page; a sheet that is printed two pages wide has the title on both pages."""
    span = body.title_span or len(body.columns)
    mark = context.page_mark
    frame = slide_frame(texts, context.page_format, mark=mark, columns=body.columns[:span])
    if not body.title_span:
        return frame
    continued = context.translate(wording.CONTINUED)
    beside = texts if texts.title.endswith(continued) else texts.continued(continued)
    second = slide_frame(beside, context.page_format, mark=mark, columns=body.columns[span:])
    return merge_frames(frame, second, span)
