"""The shapes of one slide: placeholders, text boxes, frames and groups, each with its own id. They are kept as text until the
slide is complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cogwg.briefing.render.drawn_shapes import count_shapes, group_xml
from cogwg.briefing.render.pages.page import LaidOutPage
from cogwg.briefing.render.pptx.markup import NO_FILL, PX, frame_xml, part_xml, quoted
from cogwg.core.bilingual import Language

Place = tuple[int, int, int, int]
"""Left, top, width and height, in EMU."""
_URI = "http://schemas.openxmlformats.org/drawingml/2006/"


@dataclass(slots=True)
class SlideShapes:
    """The shapes that have been added to a slide so far, in reading order. ``part`` is the slide's part of the file."""

    part: Any
    _shapes: list[str] = field(default_factory=list)
    _grouped: int = 0
    """The number of shapes that are in groups."""

    def finish(self) -> None:
        """Store the slide's XML in its part, and release the shapes."""
        self.part.blob = part_xml("sld", "".join(self._shapes))
        self._shapes.clear()

    def add_placeholder(
        self, name: str, kind: str, paragraphs: str, *, body_properties: str = "<a:bodyPr/>", place: Place | None = None
    ) -> None:
        """Add a placeholder of this kind; without a ``place``, it has the position of the layout's placeholder."""
        position = frame_xml(*place) if place else ""
        self._shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self._next_id}" name={quoted(name)}/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{position}</p:spPr>"
            f"<p:txBody>{body_properties}<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
        )

    def add_text_box(
        self, name: str, place: Place, paragraphs: str, *, inset: int = 3 * PX, anchor: str = "t", fill: str = NO_FILL
    ) -> None:
        """Add a text box. A text box without a fill is as high as its text."""
        fit = "<a:spAutoFit/>" if fill == NO_FILL else "<a:noAutofit/>"
        self._shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self._next_id}" name={quoted(name)}/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{frame_xml(*place)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</p:spPr><p:txBody>'
            f'<a:bodyPr wrap="square" lIns="{inset}" tIns="0" rIns="{3 * PX}" bIns="0" anchor="{anchor}">{fit}</a:bodyPr>'
            f"<a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
        )

    def add_frame(self, name: str, description: str, place: Place, kind: str, graphic: str) -> None:
        """Add a frame that contains a table or a chart (``kind`` is "table" or "chart")."""
        described = f" descr={quoted(description)}" if description else ""
        self._shapes.append(
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{self._next_id}" name={quoted(name)}{described}/>'
            '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'{frame_xml(*place, prefix="p")}<a:graphic><a:graphicData uri="{_URI}{kind}">{graphic}</a:graphicData></a:graphic>'
            "</p:graphicFrame>"
        )

    def add_group(self, page: LaidOutPage, lang: Language, origin: tuple[int, int]) -> None:
        """Add the shapes over the lines of a page as one group; ``origin`` is the position of the page's top left
        corner, in EMU.
        """
        group = group_xml(page, lang, "p:", first_id=self._next_id, origin=origin)
        if group:
            self._shapes.append(group)
            self._grouped += count_shapes(page)

    def numbered(self, name: str) -> str:
        """Return the name with the id of the next shape, such as "Table 4"."""
        return f"{name} {self._next_id}"

    @property
    def _next_id(self) -> int:
        """The id of the next shape; the tree of shapes has id 1."""
        return len(self._shapes) + self._grouped + 2
