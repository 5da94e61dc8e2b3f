"""The band and the footer of every slide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cogwg.briefing.deck import Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.headline import shorten_box
from cogwg.briefing.render.pages.page import ContentBox
from cogwg.briefing.render.pages.page import text_box as boxed
from cogwg.briefing.render.pages.page_format import SCREEN
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx import labels
from cogwg.briefing.render.pptx.markup import PX
from cogwg.briefing.render.pptx.master import (
    BAND_HEIGHT,
    FOOTER_AT,
    FOOTER_PX,
    FOOTER_STYLE,
    LEFT,
    NUMBER_AT,
    NUMBER_PX,
    NUMBER_STYLE,
    placeholder_body_properties,
)
from cogwg.briefing.render.pptx.shapes import SlideShapes
from cogwg.briefing.render.pptx.text_runs import TextWriter

_CLASSIFICATION_PX = 420
"""The width in px of the classification beside the marks."""
_CLASSIFICATION_STYLE = Style("Classification", 14, colour=styles.GREY)
_NUMBER_MARGIN = 70
"""The width in px that is kept free for the slide number beside the meeting."""


@dataclass(frozen=True)
class SlideFooter:
    """The mark and the footer of a deck, for each slide."""

    context: RenderContext

    def write(self, shapes: SlideShapes, writer: TextWriter, slide: Slide, number: str) -> None:
        """Write the source of the slide's facts, if it has any, and the slide's number.

        They are written on each slide, because PowerPoint does not show the placeholders of the layout.
        """
        lang = writer.lang
        source = self.context.translate(self.context.sources.slide_line(slide))
        if source:
            shapes.add_placeholder(
                labels.LAYOUT_FOOTER.text(lang),
                f'type="ftr" sz="quarter" idx="{FOOTER_AT}"',
                writer.paragraphs(shorten_box(boxed(FOOTER_STYLE, source), FOOTER_PX, 1)),
                body_properties=placeholder_body_properties(FOOTER_STYLE),
            )
        shapes.add_placeholder(
            labels.LAYOUT_NUMBER.text(lang),
            f'type="sldNum" sz="quarter" idx="{NUMBER_AT}"',
            writer.paragraphs(boxed(NUMBER_STYLE, f"{self._meeting}   {number}")),
            body_properties=placeholder_body_properties(NUMBER_STYLE),
        )

    def write_mark(self, shapes: SlideShapes, writer: TextWriter) -> None:
        """Write the mark in the band.

        This comes after the title and the topic, because screen readers should read those first.
        """
        mark_left = 0
        if self._classification is not None:
            mark_left = _CLASSIFICATION_PX
            place = (LEFT, 0, mark_left * PX, BAND_HEIGHT)
            text = writer.paragraphs(self._classification)
            shapes.add_text_box(labels.CLASSIFICATION.text(writer.lang), place, text, anchor="ctr")
        if self._mark is not None:
            place = (LEFT + mark_left * PX, 0, (SCREEN.width - mark_left) * PX, BAND_HEIGHT)
            shapes.add_text_box(labels.MARK.text(writer.lang), place, writer.paragraphs(self._mark), anchor="ctr")

    @cached_property
    def _classification(self) -> ContentBox | None:
        text = self.context.translate(self.context.deck.classification)
        return shorten_box(boxed(_CLASSIFICATION_STYLE, text), _CLASSIFICATION_PX, 1) if text else None

    @cached_property
    def _mark(self) -> ContentBox | None:
        mark = self.context.marks
        if not mark:
            return None
        style = styles.MARK if self.context.has_warnings else styles.VERSION_MARK
        width = SCREEN.width - (_CLASSIFICATION_PX if self._classification is not None else 0)
        return shorten_box(boxed(SCREEN.style(style), mark), width, 1)

    @cached_property
    def _meeting(self) -> str:
        meeting = self.context.translate(sentences.meeting_line(self.context.deck))
        return shorten_box(boxed(NUMBER_STYLE, meeting), NUMBER_PX - _NUMBER_MARGIN, 1).text
