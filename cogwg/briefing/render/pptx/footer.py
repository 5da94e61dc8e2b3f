"""The band, the footer and the notes of every slide."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import DataSlide, Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.headline import shorten_box
from cogwg.briefing.render.pages.page import text_box as boxed
from cogwg.briefing.render.pages.page_format import SCREEN
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx import labels
from cogwg.briefing.render.pptx.master import (
    BAND_HEIGHT,
    FOOTER_AT,
    FOOTER_PX,
    FOOTER_STYLE,
    LEFT,
    NUMBER_AT,
    NUMBER_PX,
    NUMBER_STYLE,
)
from cogwg.briefing.render.pptx.text_runs import PX, TextWriter, drawing_tag

_NUMBER_MARGIN = 70
"""The width in px that stays free for the number beside the meeting."""
_NOTES_STYLE = Style("Notes", 12)


@dataclass(frozen=True, slots=True)
class SlideFooter:
    """A deck's footer and notes. ``data_slide_number`` is the number of the first data slide, or None if there is none."""

    context: RenderContext
    data_slide_number: int | None

    def write(self, slide: Any, writer: TextWriter, number: str) -> None:
        """Write the mark in the band, the footer and the number, as shapes of the slide: those of its layout are not shown."""
        context = self.context
        self._write_mark(slide, writer)
        source = context.translate(sentences.source_line(context.deck))
        meeting = context.translate(sentences.meeting_line(context.deck))
        for holder in slide.slide_layout.placeholders:
            place = holder.placeholder_format.idx
            if place == FOOTER_AT:
                box = shorten_box(boxed(FOOTER_STYLE, source), FOOTER_PX, 1)
            elif place == NUMBER_AT:
                width = NUMBER_PX - _NUMBER_MARGIN
                short = shorten_box(boxed(NUMBER_STYLE, meeting), width, 1).text
                box = boxed(NUMBER_STYLE, f"{short}   {number}")
            else:
                continue
            writer.write_boxes(_copy_placeholder(slide, holder).txBody, box)

    def _write_mark(self, slide: Any, writer: TextWriter) -> None:
        mark = self.context.marks
        style = styles.MARK if self.context.has_warnings else styles.VERSION_MARK
        shape = slide.shapes.add_textbox(LEFT, 0, SCREEN.width * PX, BAND_HEIGHT)
        _move_below_title(slide, shape)
        shape.name = labels.MARK.text(writer.lang)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 3 * PX
        frame.margin_top = frame.margin_bottom = 0
        frame._txBody.find(drawing_tag("bodyPr")).set("anchor", "ctr")
        writer.write_boxes(frame._txBody, shorten_box(boxed(SCREEN.style(style), mark), SCREEN.width, 1))

    def write_notes(self, slide: Any, writer: TextWriter, deck_slide: Slide) -> None:
        """Write the notes for the presenter: the slide's message and its source."""
        data_on = None if isinstance(deck_slide, DataSlide) else self.data_slide_number
        texts = [
            self.context.translate(text) for text in (deck_slide.message, *labels.source_notes(self.context.deck, data_on))
        ]
        notes = slide.notes_slide
        notes_writer = TextWriter(writer.lang, notes.part, writer.slide_part)
        notes_writer.write_boxes(notes.notes_text_frame._txBody, boxed(_NOTES_STYLE, "\n".join(text for text in texts if text)))


def _move_below_title(slide: Any, shape: Any) -> None:
    """Put a shape after the title and the topic in the reading order."""
    headings = [holder for holder in slide.placeholders if holder.placeholder_format.idx in (0, 1)]
    tree = slide.shapes._spTree
    tree.insert(max(tree.index(holder._element) for holder in headings) + 1, shape._element)


def _copy_placeholder(slide: Any, placeholder: Any) -> Any:
    """Copy a placeholder of the layout to the slide; it inherits the layout's position and style."""
    copied = deepcopy(placeholder._element)
    last_id = max(int(number) for number in slide._element.xpath("//p:cNvPr/@id"))
    copied.xpath(".//p:cNvPr")[0].set("id", str(last_id + 1))
    for inherited in copied.xpath("./p:spPr/* | ./p:txBody/a:lstStyle/*"):
        inherited.getparent().remove(inherited)
    slide.shapes._spTree.append(copied)
    return copied
