"""The slide master and its layouts: Arial, the palette, and placeholders for title, message, footer and slide number.

Shapes that all slides of a kind share (the line below the title, the cover's block) are part of their layout, so that they are
not moved by accident and screen readers skip them. A layout is created when a slide first needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page_format import SCREEN
from cogwg.briefing.render.pages.styles import FONT_FACE, Style
from cogwg.briefing.render.pptx import labels
from cogwg.briefing.render.pptx.markup import ALIGNMENTS, ANCHORS, NAMESPACES, POINT, PX, A, P
from cogwg.briefing.render.pptx.text_runs import text_inset
from cogwg.core.bilingual import Bilingual, Language

_INCH = 914400
PAGE = (12192000, int(7.5 * _INCH))
"""The size of a slide, 13.33 × 7.5 in, in EMU."""
WIDTH = SCREEN.width
LEFT = (PAGE[0] - WIDTH * PX) // 2
BAND_HEIGHT, TOP = int(0.33 * _INCH), int(0.48 * _INCH)
FOOTER_POSITION = (int(7.04 * _INCH), 28 * PX)
"""The top edge and the height of the footer, in EMU."""
FOOTER_AT, NUMBER_AT = 11, 12
"""The indexes of the placeholders for the footer and the slide number."""
NUMBER_PX = 520
FOOTER_PX = WIDTH - NUMBER_PX
FOOTER_STYLE = Style("Footer", 14, colour=styles.GREY)
NUMBER_STYLE = Style("Slide number", 14, colour=styles.GREY, horizontal="right")
_COLOURS = {
    "dk1": styles.INK,
    "lt1": styles.WHITE,
    "dk2": styles.NAVY,
    "lt2": styles.PALE,
    "accent1": styles.COMPLETE,
    "accent2": styles.SUBSTANTIAL,
    "accent3": styles.LIMITED,
    "accent4": styles.RED,
    "accent5": styles.AMBER,
    "accent6": styles.GREY,
    "hlink": styles.LINK,
    "folHlink": styles.LINK,
}
_SHAPE_TREE_ROOT = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_FIRST_SLIDE_ID = 256
_UNUSED_RELATIONS = ("/printerSettings", "/thumbnail", "/extended-properties")
Rectangle = tuple[int, int, int, int]


@dataclass(slots=True)
class MasterBuilder:
    """Builds the empty presentation. Its layouts are those of the default template, rewritten when a slide needs them."""

    lang: Language
    presentation: Any = field(default_factory=Presentation)
    layouts: dict[tuple[str, int, int, int], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _number_parts_by_counting(self.presentation.part.package)
        self.presentation.slide_width, self.presentation.slide_height = PAGE
        self.presentation.element.find(f"{{{P}}}sldSz").attrib.pop("type", None)
        master = self.presentation.slide_master
        _replace_shape_tree(master.element, self._placeholders(SCREEN.style(styles.TITLE), (LEFT, TOP, WIDTH * PX, 72 * POINT)))
        text_styles = master.element.find(f"{{{P}}}txStyles")
        master.element.replace(text_styles, parse_xml(_text_styles_xml()))
        for relation in list(master.part.rels.values()):
            if relation.reltype.endswith("/theme"):
                relation.target_part._blob = _theme_xml(relation.target_part.blob)

    def page_layout(self, style: Style, top: int, height: int) -> Any:
        """Return the layout of an ordinary slide whose title has this top edge and height, in EMU."""
        name = labels.PAGE if style.is_named_like(styles.TITLE) else labels.LONG_PAGE
        return self._get_layout("page", name, style, (LEFT, TOP + top, WIDTH * PX, height), height)

    def block_layout(self, style: Style, height: int, block_height: int, *, cover: bool) -> Any:
        """Return the layout of the cover or a divider: the title in a coloured block, with a line at the bottom."""
        return self._get_layout(
            "cover" if cover else "divider",
            labels.COVER if cover else labels.DIVIDER,
            style,
            (LEFT, TOP, WIDTH * PX, height),
            block_height,
        )

    def finish(self, slide_parts: Sequence[Any]) -> Any:
        """Add these slides, remove the unused parts of the template (layouts, thumbnail …), and return the presentation."""
        used_ids = {id(layout) for layout in self.layouts.values()}
        for layout in list(self.presentation.slide_layouts):
            if id(layout) not in used_ids:
                self.presentation.slide_layouts.remove(layout)
        for relations in (self.presentation.part.rels, self.presentation.part.package._rels):
            for key in [key for key, relation in relations.items() if relation.reltype.endswith(_UNUSED_RELATIONS)]:
                relations.pop(key)
        # python-pptx's public way to add a slide searches all relations each time.
        relations = self.presentation.part.rels
        keys = [relations._add_relationship(RELATION.SLIDE, slide_part) for slide_part in slide_parts]
        slide_ids = "".join(f'<p:sldId id="{number}" r:id="{key}"/>' for number, key in enumerate(keys, _FIRST_SLIDE_ID))
        slides = self.presentation.element.get_or_add_sldIdLst()
        slides.extend(parse_xml(f"<p:sldIdLst {NAMESPACES}>{slide_ids}</p:sldIdLst>"))
        return self.presentation

    def _get_layout(self, kind: str, name: Bilingual, style: Style, title: Rectangle, block_height: int) -> Any:
        key = (kind, title[1], title[3], block_height)
        known = self.layouts.get(key)
        if known is not None:
            return known
        layout = self.presentation.slide_layouts[len(self.layouts)]
        element = layout.element
        element.attrib.pop("type", None)
        same_kind = sum(layout_key[0] == kind for layout_key in self.layouts)
        element.find(f"{{{P}}}cSld").set("name", name.text(self.lang) + (f" {same_kind + 1}" if same_kind else ""))
        _replace_shape_tree(element, _background_shapes(kind, style, title, block_height) + self._placeholders(style, title))
        self.layouts[key] = layout
        return layout

    def _placeholders(self, style: Style, title: Rectangle) -> str:
        def say(text: Bilingual) -> str:
            return text.text(self.lang)

        below = (LEFT, title[1] + title[3] + 12 * POINT, WIDTH * PX, 40 * POINT)
        footer = (LEFT, FOOTER_POSITION[0], FOOTER_PX * PX, FOOTER_POSITION[1])
        number = (LEFT + FOOTER_PX * PX, FOOTER_POSITION[0], NUMBER_PX * PX, FOOTER_POSITION[1])
        return (
            _placeholder(2, say(labels.LAYOUT_TITLE), "title", title, style)
            + _placeholder(3, say(labels.LAYOUT_TOPIC), 'body" idx="1', below, SCREEN.style(styles.TOPIC))
            + _placeholder(4, say(labels.LAYOUT_FOOTER), f'ftr" sz="quarter" idx="{FOOTER_AT}', footer, FOOTER_STYLE)
            + _placeholder(5, say(labels.LAYOUT_NUMBER), f'sldNum" sz="quarter" idx="{NUMBER_AT}', number, NUMBER_STYLE)
        ).replace("<a:rPr/>", f'<a:rPr lang="{self.lang.value}-CA"/>')


def _number_parts_by_counting(package: Any) -> None:
    """Let the package number new parts by counting, instead of searching all its parts for each new one."""
    first, last = package.next_partname, dict[str, int]()

    def named(template: str) -> PackURI:
        last[template] = last[template] + 1 if template in last else _number(first(template))
        return PackURI(template % last[template])

    package.next_partname = named


def _number(name: str) -> int:
    return int("".join(c for c in name.rsplit("/", 1)[1] if c.isdigit()))


def _background_shapes(kind: str, style: Style, title: Rectangle, block_height: int) -> str:
    left, top, width, height = title
    band = _background_shape(22, 0, 0, PAGE[0], BAND_HEIGHT, styles.NOT_DUE)
    if kind == "page":
        return band + _background_shape(20, left, top + height - int(1.1 * POINT), width, int(2.25 * POINT), styles.NAVY)
    ink, rule = (styles.NAVY, styles.AMBER) if kind == "cover" else (styles.PALE, styles.NAVY)
    thick = int((7.5 if kind == "cover" else 2.25) * POINT)
    bottom = top + block_height - thick
    block = _background_shape(20, 0, BAND_HEIGHT, PAGE[0], bottom - BAND_HEIGHT, ink)
    return band + block + _background_shape(21, 0, bottom, PAGE[0], thick, rule)


def _background_shape(number: int, x: int, y: int, width: int, height: int, colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Ground {number}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def _placeholder(number: int, name: str, kind: str, place: Rectangle, style: Style) -> str:
    x, y, width, height = place
    inner = "" if kind.startswith(("ftr", "sldNum")) else f"<a:r><a:rPr/><a:t>{name}</a:t></a:r>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
        f"{placeholder_body_properties(style)}"
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{ALIGNMENTS[style.horizontal]}"><a:buNone/>'
        f'<a:defRPr sz="{int(style.size * 100)}" b="{int(style.bold)}">'
        f'<a:solidFill><a:srgbClr val="{style.colour}"/></a:solidFill>'
        f"</a:defRPr></a:lvl1pPr></a:lstStyle><a:p>{inner}<a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def placeholder_body_properties(style: Style) -> str:
    """Return the insets and the alignment of the text of a placeholder with this style."""
    return (
        f'<a:bodyPr vert="horz" wrap="square" lIns="{text_inset(style)}" tIns="0" rIns="{3 * PX}" bIns="0" '
        f'anchor="{ANCHORS[style.vertical]}"><a:noAutofit/></a:bodyPr>'
    )


def _replace_shape_tree(element: Any, shapes: str) -> None:
    old = element.find(f"{{{P}}}cSld/{{{P}}}spTree")
    old.getparent().replace(old, parse_xml(f"<p:spTree {NAMESPACES}>{_SHAPE_TREE_ROOT}{shapes}</p:spTree>"))


def _text_styles_xml() -> str:
    def level(size: int, ink: str) -> str:
        return (
            '<a:lvl1pPr marL="0" indent="0" algn="l"><a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/>'
            f'<a:defRPr sz="{size}" kern="1200"><a:solidFill><a:schemeClr val="{ink}"/></a:solidFill>'
            '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr>'
        )

    return (
        f"<p:txStyles {NAMESPACES}><p:titleStyle>{level(2600, 'tx2')}</p:titleStyle>"
        f"<p:bodyStyle>{level(1800, 'tx1')}</p:bodyStyle><p:otherStyle>{level(1400, 'tx1')}</p:otherStyle></p:txStyles>"
    )


def _theme_xml(blob: bytes) -> bytes:
    root = parse_xml(blob)
    scheme = root.find(f".//{{{A}}}clrScheme")
    for name, rgb in _COLOURS.items():
        colour = scheme.find(f"{{{A}}}{name}")
        for old in list(colour):
            colour.remove(old)
        colour.append(parse_xml(f'<a:srgbClr xmlns:a="{A}" val="{rgb}"/>'))
    for face in root.iterfind(f".//{{{A}}}fontScheme/*/{{{A}}}latin"):
        face.set("typeface", FONT_FACE)
    out: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return out
