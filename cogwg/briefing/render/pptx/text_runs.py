"""Paragraphs in DrawingML: every run has its language, size and colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION

from cogwg.briefing.render.pages.page import ContentBox, Para
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.pptx.markup import ALIGNMENTS, PX, escaped, solid_fill
from cogwg.core.bilingual import Language


@dataclass(frozen=True, slots=True)
class LinkedPara(Para):
    """A paragraph with its own link, in a box whose other paragraphs may have no link."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Writes the texts of one slide in ``lang``. ``part`` is the slide's part of the file, which stores their links."""

    lang: Language
    part: Any
    slide_part: Callable[[int], Any]
    """A function that returns the part of a slide by its number."""

    def paragraphs(self, *boxes: ContentBox, space_before: Sequence[float] = ()) -> str:
        """Return the boxes as paragraphs, one for each line of text. ``space_before`` is the space above each box in points."""
        spaces = (*space_before, *(0,) * (len(boxes) - len(space_before)))
        return "".join(
            paragraph for box, space in zip(boxes, spaces, strict=True) for paragraph in self._box_paragraphs(box, space)
        )

    def _box_paragraphs(self, box: ContentBox, space_before: float) -> Iterator[str]:
        style = box.style
        for para in box.paras or (Para("" if box.value is None else str(box.value)),):
            properties = self._run_properties(para, style)
            link = self._link(para.url if isinstance(para, LinkedPara) else box.url, box.target_slide) if para.text else ""
            for text in para.text.split("\n"):
                yield _paragraph(text, properties, link, ALIGNMENTS[style.horizontal], space_before)
                space_before = 0

    def _run_properties(self, para: Para, style: Style) -> str:
        """Return the attributes and the fill of a run's properties, without the end tag."""
        bold = style.bold if para.bold is None else para.bold
        size = int((para.size or style.size) * 100)
        underline = ' u="sng"' if style.is_underlined else ""
        return (
            f'lang="{(para.lang or self.lang).value}-CA" sz="{size}" b="{int(bold)}"{underline} '
            f'dirty="0">{solid_fill(para.colour or style.colour)}'
        )

    def _link(self, url: str, target_slide: int | None) -> str:
        if url:
            return f'<a:hlinkClick r:id="{self.part.relate_to(url, RELATION.HYPERLINK, is_external=True)}"/>'
        if target_slide is None:
            return ""
        relation = self.part.relate_to(self.slide_part(target_slide), RELATION.SLIDE)
        return f'<a:hlinkClick r:id="{relation}" action="ppaction://hlinksldjump"/>'


def _paragraph(text: str, properties: str, link: str, alignment: str, space_before: float) -> str:
    space = f'<a:spcBef><a:spcPts val="{int(space_before * 100)}"/></a:spcBef>' if space_before else ""
    run = (
        f"<a:r><a:rPr {properties}{link}</a:rPr><a:t>{escaped(text)}</a:t></a:r>"
        if text
        else f"<a:endParaRPr {properties}</a:endParaRPr>"
    )
    return f'<a:p><a:pPr marL="0" indent="0" algn="{alignment}">{space}<a:buNone/></a:pPr>{run}</a:p>'


def text_inset(style: Style) -> int:
    """Return the left inset of a text in its box, in EMU: half the gutter, plus the style's indents."""
    return (3 + 13 * style.indent) * PX
