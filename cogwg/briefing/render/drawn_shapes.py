"""Write the shapes over a page's lines as one group in DrawingML, the same for slides and worksheets except for the prefix."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from cogwg.briefing.render.pages.page import LaidOutPage, Mark
from cogwg.briefing.render.pages.styles import FONT_FACE
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import xml_safe

PX, POINT = 9525, 12700
"""The number of EMU (the unit of DrawingML) per px and per point."""
Frame = tuple[int, int, int, int]
_NAME = Bilingual("Drawing", "Dessin")


def group_xml(
    page: LaidOutPage,
    lang: Language,
    prefix: str,
    *,
    first_id: int,
    origin: tuple[int, int] = (0, 0),
    frame: Frame | None = None,
) -> str:
    """Return the shapes of a page as a group; empty if it has none. ``origin`` is the position of the page's top left corner,
    in EMU.

    The group is as large as ``frame`` or, without one, as its shapes. It has a description for people who cannot see it. The
    group has the id ``first_id``, and its shapes the following ids. ``prefix`` is "p:" on slides, and empty on worksheets,
    whose drawings get their prefix when the file is written.
    """
    placed = [(mark, _place(mark, top, height, origin)) for mark, top, height in page.marks]
    if not placed:
        return ""
    frame = frame or _surrounding_frame(place for _, place in placed)
    name = quoteattr(f"{_NAME.text(lang)} {first_id}")
    more = "<p:nvPr/>" if prefix else ""
    shapes = "".join(_shape_xml(mark, place, lang, prefix, first_id + n) for n, (mark, place) in enumerate(placed, 1))
    return (
        f'<{prefix}grpSp><{prefix}nvGrpSpPr><{prefix}cNvPr id="{first_id}" name={name} '
        f"descr={quoteattr(xml_safe(page.body.chart_description))}/><{prefix}cNvGrpSpPr/>{more}</{prefix}nvGrpSpPr>"
        f"<{prefix}grpSpPr><a:xfrm>{_corners(frame)}{_corners(frame, 'chOff', 'chExt')}</a:xfrm></{prefix}grpSpPr>"
        f"{shapes}</{prefix}grpSp>"
    )


def page_frame(page: LaidOutPage) -> Frame | None:
    """Return the left, top, width and height in EMU of the part of a page with shapes, as wide as its columns; None if it has
    no shapes.
    """
    places = [_place(mark, top, height, (0, 0)) for mark, top, height in page.marks]
    if not places:
        return None
    _, top, _, height = _surrounding_frame(places)
    return 0, top, sum(page.body.columns) * PX, height


def count_shapes(page: LaidOutPage) -> int:
    return sum(1 for _ in page.marks)


def _place(mark: Mark, top: float, height: float, origin: tuple[int, int]) -> Frame:
    left = origin[0] + round(mark.left * PX)
    return left, origin[1] + round(top * POINT), round(mark.width * PX), round(height * POINT)


def _surrounding_frame(places: Iterable[Frame]) -> Frame:
    known = list(places)
    left, top = min(place[0] for place in known), min(place[1] for place in known)
    right, bottom = max(place[0] + place[2] for place in known), max(place[1] + place[3] for place in known)
    return left, top, right - left, bottom - top


def _shape_xml(mark: Mark, place: Frame, lang: Language, prefix: str, id: int) -> str:
    links, more = (' macro="" textlink=""', "") if not prefix else ("", "<p:nvPr/>")
    outline = f'<a:ln w="{POINT}">{_fill(mark.outline)}</a:ln>' if mark.outline else "<a:ln><a:noFill/></a:ln>"
    fill = _fill(mark.fill) if mark.fill else "<a:noFill/>"
    return (
        f'<{prefix}sp{links}><{prefix}nvSpPr><{prefix}cNvPr id="{id}" name="{_NAME.text(lang)} {id}"/><{prefix}cNvSpPr/>'
        f"{more}</{prefix}nvSpPr><{prefix}spPr><a:xfrm>{_corners(place)}</a:xfrm>"
        f'<a:prstGeom prst="{"ellipse" if mark.is_round else "rect"}"><a:avLst/></a:prstGeom>{fill}{outline}</{prefix}spPr>'
        f"<{prefix}txBody>{_text(mark, lang)}</{prefix}txBody></{prefix}sp>"
    )


def _corners(frame: Frame, offset: str = "off", extent: str = "ext") -> str:
    left, top, width, height = frame
    return f'<a:{offset} x="{left}" y="{top}"/><a:{extent} cx="{width}" cy="{height}"/>'


def _text(mark: Mark, lang: Language) -> str:
    """Return the XML of a text centred in its shape.

    If there is no text, return an empty paragraph, as the schema of PresentationML requires.
    """
    properties = (
        f'lang="{lang.value}-CA" sz="{round(mark.size * 100)}" b="{int(mark.bold)}"',
        f'{_fill(mark.colour)}<a:latin typeface="{FONT_FACE}"/>',
    )
    run = f"<a:r><a:rPr {properties[0]}>{properties[1]}</a:rPr><a:t>{escape(xml_safe(mark.text))}</a:t></a:r>"
    end = f"<a:endParaRPr {properties[0]}/>"
    return (
        '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>'
        f'<a:p><a:pPr algn="ctr"/>{run if mark.text else end}</a:p>'
    )


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
