"""Paragraphs as PowerPoint writes them: every run says its language, its size and its ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION

from cogwg.briefing.render.pages.looks import Look
from cogwg.briefing.render.pages.page import Box, Para
from cogwg.core.bilingual import Language

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PX, POINT = 9525, 12700
"""The units of a drawing in a px and in a point."""
_ALONG = {"left": "l", "center": "ctr", "right": "r"}
ANCHOR = {"top": "t", "center": "ctr", "bottom": "b"}


def a(name: str) -> str:
    return f"{{{A}}}{name}"


def made(parent: Element, name: str, **attributes: object) -> Element:
    """A child of this name, with its attributes."""
    return etree.SubElement(parent, a(name), {key: str(value) for key, value in attributes.items()})


def filled(parent: Element, ink: str) -> None:
    made(made(parent, "solidFill"), "srgbClr", val=ink)


@dataclass(frozen=True, slots=True)
class Linked(Para):
    """A paragraph that leads to an address, beside others that do not."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """How texts of one slide are written: its language, and the part that keeps its links."""

    lang: Language
    part: Any
    target: Callable[[int], Any]
    """The part of a slide by its number."""

    def fill(self, body: Element, *boxes: Box, air: Sequence[float] = ()) -> None:
        """The boxes' paragraphs into a text body; a line of a text is a paragraph. ``air`` comes before each box."""
        for old in body.findall(a("p")):
            body.remove(old)
        for n, box in enumerate(boxes):
            self._box(body, box, air[n] if n < len(air) else 0)

    def _box(self, body: Element, box: Box, before: float) -> None:
        paras = box.paras or (Para("" if box.value is None else str(box.value)),)
        for para in paras:
            for text in para.text.split("\n"):
                self._paragraph(body, text, para, box, before)
                before = 0

    def _paragraph(self, body: Element, text: str, para: Para, box: Box, before: float) -> None:
        own = made(body, "p")
        look = box.look
        properties = made(own, "pPr", marL=0, indent=0, algn=_ALONG[look.across])
        if before:
            made(made(properties, "spcBef"), "spcPts", val=int(before * 100))
        made(properties, "buNone")
        if not text:
            self._type(made(own, "endParaRPr"), para, look)
            return
        run = made(own, "r")
        letters = self._type(made(run, "rPr"), para, look)
        self._link(letters, para.url if isinstance(para, Linked) else box.url, box.goto)
        made(run, "t").text = text

    def _type(self, letters: Element, para: Para, look: Look) -> Element:
        letters.set("lang", f"{self.lang.value}-CA")
        letters.set("sz", str(int((para.size or look.size) * 100)))
        letters.set("b", "1" if (look.bold if para.bold is None else para.bold) else "0")
        if look.underlined:
            letters.set("u", "sng")
        letters.set("dirty", "0")
        filled(letters, para.ink or look.ink)
        return letters

    def _link(self, letters: Element, url: str, goto: int | None) -> None:
        if url:
            made(letters, "hlinkClick").set(f"{{{R}}}id", self.part.relate_to(url, RELATION.HYPERLINK, is_external=True))
        elif goto is not None:
            there = made(letters, "hlinkClick", action="ppaction://hlinksldjump")
            there.set(f"{{{R}}}id", self.part.relate_to(self.target(goto), RELATION.SLIDE))


def inset(look: Look) -> int:
    """Where a text begins within its box: half the gutter and its indents."""
    return (3 + 13 * look.indent) * PX
