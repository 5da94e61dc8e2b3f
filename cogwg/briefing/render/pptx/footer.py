"""The footer and the notes of every slide."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cogwg.briefing.deck import DataSlide, Slide
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import pagination
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import text_box as boxed
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx import labels
from cogwg.briefing.render.pptx.master import FOOTER_AT, FOOTER_PX, FOOTER_STYLE, NUMBER_AT
from cogwg.briefing.render.pptx.text_runs import TextWriter, drawing_tag

_NOTES_STYLE = Style("Notes", 12)


@dataclass(frozen=True, slots=True)
class SlideFooter:
    """A deck's footer and notes. ``data_slide_number`` is the number of the first data slide, or None if there is none."""

    context: RenderContext
    data_slide_number: int | None

    def write(self, slide: Any, writer: TextWriter) -> None:
        """Write the footer and the number as placeholders of the slide itself; placeholders of its layout are not shown."""
        deck = self.context.deck
        text = sentences.footer_line(deck, self.context.translate(deck.audience), self.context.lang)
        for holder in slide.slide_layout.placeholders:
            place = holder.placeholder_format.idx
            if place == FOOTER_AT:
                writer.write_boxes(
                    _copy_placeholder(slide, holder).txBody, pagination.shorten_box(boxed(FOOTER_STYLE, text), FOOTER_PX, 1)
                )
            elif place == NUMBER_AT:
                for run in _copy_placeholder(slide, holder).txBody.iter(drawing_tag("rPr"), drawing_tag("endParaRPr")):
                    run.set("lang", f"{writer.lang.value}-CA")

    def write_notes(self, slide: Any, writer: TextWriter, deck_slide: Slide) -> None:
        """Write the notes for the presenter: the slide's message and its source."""
        data_on = None if isinstance(deck_slide, DataSlide) else self.data_slide_number
        texts = [
            self.context.translate(text) for text in (deck_slide.message, *labels.source_notes(self.context.deck, data_on))
        ]
        notes = slide.notes_slide
        notes_writer = TextWriter(writer.lang, notes.part, writer.slide_part)
        notes_writer.write_boxes(notes.notes_text_frame._txBody, boxed(_NOTES_STYLE, "\n".join(text for text in texts if text)))


def _copy_placeholder(slide: Any, placeholder: Any) -> Any:
    """Copy a placeholder of the layout to the slide; it inherits the layout's position and style."""
    copied = deepcopy(placeholder._element)
    last_id = max(int(number) for number in slide._element.xpath("//p:cNvPr/@id"))
    copied.xpath(".//p:cNvPr")[0].set("id", str(last_id + 1))
    for inherited in copied.xpath("./p:spPr/* | ./p:txBody/a:lstStyle/*"):
        inherited.getparent().remove(inherited)
    slide.shapes._spTree.append(copied)
    return copied
