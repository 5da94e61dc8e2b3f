"""The notes of every slide for the presenter: what they can say about it, and its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pptx.opc.constants import CONTENT_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from cogwg.briefing.deck import DataSlide, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import LaidOutPage, text_box
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx import labels
from cogwg.briefing.render.pptx.markup import part_xml
from cogwg.briefing.render.pptx.spoken import spoken_lines
from cogwg.briefing.render.pptx.text_runs import TextWriter
from cogwg.core.bilingual import Bilingual

_STYLE = Style("Notes", 12)
_GROUP = (
    '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm>'
    "</p:grpSpPr>"
)


@dataclass(frozen=True)
class SpeakerNotes:
    """A deck's notes. ``data_slide_number`` is the number of the first data slide, or None if there is none."""

    context: RenderContext
    master_part: Any
    data_slide_number: int | None

    def write(
        self, slide_part: Any, writer: TextWriter, deck_slide: Slide, page: LaidOutPage, finding: str, number: int
    ) -> None:
        """Add the notes of a slide. ``number`` counts the slides with notes, and ``finding`` is the finding of the page."""
        rest = self._source if isinstance(deck_slide, DataSlide) else self._source_and_data
        spoken = "\n".join(self.context.translate(line) for line in spoken_lines(deck_slide))
        text = "\n".join(text for text in (finding, spoken, rest, self._sources(page)) if text)
        paragraphs = writer.paragraphs(text_box(_STYLE, text))
        shapes = (
            _placeholder(2, "Slide Image Placeholder 1", 'type="sldImg" idx="2"')
            + _placeholder(3, "Notes Placeholder 2", 'type="body" sz="quarter" idx="3"', paragraphs)
            + _placeholder(4, "Slide Number Placeholder 3", 'type="sldNum" sz="quarter" idx="5"')
        )
        name = PackURI(f"/ppt/notesSlides/notesSlide{number}.xml")
        content = part_xml("notes", shapes, group_properties=_GROUP)
        part = Part(name, CONTENT_TYPE.PML_NOTES_SLIDE, slide_part.package, content)
        part.relate_to(self.master_part, RELATION.NOTES_MASTER)
        part.relate_to(slide_part, RELATION.SLIDE)
        slide_part.relate_to(part, RELATION.NOTES_SLIDE)

    def _sources(self, page: LaidOutPage) -> str:
        """Return a heading and a line for each source of the facts on a page; empty if there are none."""
        numbers = page.sources
        if not numbers:
            return ""
        return "\n".join((self.context.labelled(wording.SOURCES, "").rstrip(), *(self._entries[number] for number in numbers)))

    @cached_property
    def _entries(self) -> Mapping[int, str]:
        return {entry.number: entry.text(self.context.lang) for entry in self.context.sources.entries}

    @cached_property
    def _source(self) -> str:
        return self._lines(labels.source_notes(self.context.deck, None))

    @cached_property
    def _source_and_data(self) -> str:
        return self._lines(labels.source_notes(self.context.deck, self.data_slide_number))

    def _lines(self, texts: tuple[Bilingual, ...]) -> str:
        return "\n".join(translated for text in texts if (translated := self.context.translate(text)))


def _placeholder(id: int, name: str, kind: str, paragraphs: str = "") -> str:
    body = f"<p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody>" if paragraphs else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{id}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr/>{body}</p:sp>"
    )
