"""Paragraphs in DrawingML: every run has its language, size and colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION

from cogwg.briefing.render.pages.page import ContentBox, Para
from cogwg.briefing.render.pages.styles import Style
from cogwg.core.bilingual import Language

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PX, POINT = 9525, 12700
"""EMU (the drawing unit) per px and per point."""
_ALIGNMENTS = {"left": "l", "center": "ctr", "right": "r"}
ANCHORS = {"top": "t", "center": "ctr", "bottom": "b"}


def drawing_tag(name: str) -> str:
    return f"{{{A}}}{name}"


def add_child(parent: Element, name: str, **attributes: object) -> Element:
    """Append a DrawingML child element with these attributes."""
    return etree.SubElement(parent, drawing_tag(name), {key: str(value) for key, value in attributes.items()})


def add_fill(parent: Element, colour: str) -> None:
    add_child(add_child(parent, "solidFill"), "srgbClr", val=colour)


@dataclass(frozen=True, slots=True)
class LinkedPara(Para):
    """A paragraph with a link of its own, in a box whose other paragraphs may have none."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class TextWriter:
    """A writer for the texts of one slide in ``lang``. ``part`` is the slide's part of the file, which stores their links."""

    lang: Language
    part: Any
    slide_part: Callable[[int], Any]
    """A function that returns the part of a slide by its number."""

    def write_boxes(self, body: Element, *boxes: ContentBox, space_before: Sequence[float] = ()) -> None:
        """Write the boxes to a text body, one paragraph per line of text. ``space_before`` holds each box's space in points."""
        for old in body.findall(drawing_tag("p")):
            body.remove(old)
        for n, box in enumerate(boxes):
            self._write_box(body, box, space_before[n] if n < len(space_before) else 0)

    def _write_box(self, body: Element, box: ContentBox, space_before: float) -> None:
        paras = box.paras or (Para("" if box.value is None else str(box.value)),)
        for para in paras:
            for text in para.text.split("\n"):
                self._write_paragraph(body, text, para, box, space_before)
                space_before = 0

    def _write_paragraph(self, body: Element, text: str, para: Para, box: ContentBox, space_before: float) -> None:
        paragraph = add_child(body, "p")
        style = box.style
        properties = add_child(paragraph, "pPr", marL=0, indent=0, algn=_ALIGNMENTS[style.horizontal])
        if space_before:
            add_child(add_child(properties, "spcBef"), "spcPts", val=int(space_before * 100))
        add_child(properties, "buNone")
        if not text:
            self._set_run_properties(add_child(paragraph, "endParaRPr"), para, style)
            return
        run = add_child(paragraph, "r")
        run_properties = self._set_run_properties(add_child(run, "rPr"), para, style)
        self._set_link(run_properties, para.url if isinstance(para, LinkedPara) else box.url, box.target_slide)
        add_child(run, "t").text = text

    def _set_run_properties(self, properties: Element, para: Para, style: Style) -> Element:
        properties.set("lang", f"{(para.lang or self.lang).value}-CA")
        properties.set("sz", str(int((para.size or style.size) * 100)))
        properties.set("b", "1" if (style.bold if para.bold is None else para.bold) else "0")
        if style.is_underlined:
            properties.set("u", "sng")
        properties.set("dirty", "0")
        add_fill(properties, para.colour or style.colour)
        return properties

    def _set_link(self, properties: Element, url: str, target_slide: int | None) -> None:
        if url:
            add_child(properties, "hlinkClick").set(
                f"{{{R}}}id", self.part.relate_to(url, RELATION.HYPERLINK, is_external=True)
            )
        elif target_slide is not None:
            link = add_child(properties, "hlinkClick", action="ppaction://hlinksldjump")
            link.set(f"{{{R}}}id", self.part.relate_to(self.slide_part(target_slide), RELATION.SLIDE))


def text_inset(style: Style) -> int:
    """Return the left inset of a text within its box, in EMU: half the gutter and the style's indents."""
    return (3 + 13 * style.indent) * PX
