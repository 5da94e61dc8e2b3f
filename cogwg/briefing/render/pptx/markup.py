"""The XML of slides as text. Writing text takes a fraction of the time and memory that building a tree for each
slide would take.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from cogwg.core.tables import xml_safe

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
NAMESPACES = f'xmlns:a="{A}" xmlns:r="{R}" xmlns:p="{P}"'
PX, POINT = 9525, 12700
"""The number of EMU (the unit of DrawingML) per px and per point."""
ALIGNMENTS = {"left": "l", "center": "ctr", "right": "r"}
ANCHORS = {"top": "t", "center": "ctr", "bottom": "b"}
NO_FILL = "<a:noFill/>"
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


def escaped(text: str) -> str:
    """Return a text escaped as the content of an element."""
    return escape(xml_safe(text), {"\r": "&#13;"})


def quoted(text: str) -> str:
    """Return a text escaped as the value of an attribute, with quotes."""
    return quoteattr(xml_safe(text))


def solid_fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def frame_xml(x: int, y: int, width: int, height: int, prefix: str = "a") -> str:
    """Return the position and size of a shape, in EMU."""
    return f'<{prefix}:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></{prefix}:xfrm>'


def part_xml(root: str, shapes: str, *, group_properties: str = "<p:grpSpPr/>") -> bytes:
    """Return the XML of a slide ("sld") or notes page ("notes"), which is its ``root`` element, with these shapes."""
    return (
        f'{DECLARATION}<p:{root} {NAMESPACES}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        f"</p:nvGrpSpPr>{group_properties}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:{root}>"
    ).encode()
