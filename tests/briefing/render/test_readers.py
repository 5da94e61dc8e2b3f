"""What makes a file open everywhere and read well: the schema's ids and order, relative targets, names, language, order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import FORMATS
from cogwg.core.bilingual import Language
from cogwg.core.office_files import unpack
from tests.drawing import render_once

DECKS = pytest.mark.parametrize("name", ["february", "prepared"])
LANGUAGES = pytest.mark.parametrize("lang", Language)
KINDS = pytest.mark.parametrize("kind", FORMATS)
FONT_ORDER = ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color")
FONT_NAMES = ("name", "rFont", "family", "charset", "scheme")
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


@lru_cache(maxsize=32)
def read_parts(deck: Deck, kind: str, lang: Language) -> dict[str, Any]:
    """Return the XML parts of a file by name, as trees."""
    parts = unpack(render_once(deck, kind, lang))
    return {name: etree.fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".rels"))}


def find_all(parts: dict[str, Any], *names: str) -> Iterator[Any]:
    """Yield the elements with one of these local names, in all parts."""
    for root in parts.values():
        yield from (e for e in root.iter(etree.Element) if etree.QName(e).localname in names)


@KINDS
@DECKS
@LANGUAGES
def test_axes_of_charts_have_positive_ids(decks: dict[str, Deck], name: str, kind: str, lang: Language) -> None:
    axes = list(find_all(read_parts(decks[name], kind, lang), "axId", "crossAx"))
    assert axes
    assert [axis.get("val") for axis in axes if not axis.get("val").isdigit()] == []
    for chart in find_all(read_parts(decks[name], kind, lang), "plotArea"):
        owned = [a.get("val") for a in chart.iter("{*}axId") if not a.getparent().tag.endswith("Chart")]
        assert len(owned) == len(set(owned)) == 2
        assert {a.get("val") for a in chart.iter("{*}axId", "{*}crossAx")} == set(owned)


@DECKS
@LANGUAGES
def test_font_properties_have_the_order_of_the_schema(decks: dict[str, Deck], name: str, lang: Language) -> None:
    properties = find_all(read_parts(decks[name], "xlsx", lang), "font", "rPr")
    fonts = [
        font
        for font in properties
        if font.getparent().tag.endswith(("spreadsheetml/2006/main}fonts", "spreadsheetml/2006/main}r"))
    ]
    order = [*FONT_ORDER, *FONT_NAMES]
    used = [[etree.QName(child).localname for child in font] for font in fonts]
    assert len(used) > 30
    assert [names for names in used if names != sorted(names, key=order.index)] == []


@DECKS
@LANGUAGES
def test_workbook_targets_are_relative_and_exist(decks: dict[str, Deck], name: str, lang: Language) -> None:
    parts = read_parts(decks[name], "xlsx", lang)
    for part, root in parts.items():
        if part.endswith(".rels"):
            folder = part.split("_rels/")[0]
            targets = [r.get("Target") for r in root if r.get("TargetMode") != "External"]
            assert [target for target in targets if target.startswith("/")] == []
            paths = ["/".join(_resolve((folder + target).split("/"))) for target in targets]
            assert [path for path in paths if path not in parts] == []


def _resolve(steps: list[str]) -> list[str]:
    resolved: list[str] = []
    for step in steps:
        if step == "..":
            resolved.pop()
        elif step not in ("", "."):
            resolved.append(step)
    return resolved


@DECKS
@LANGUAGES
def test_drawings_of_workbooks_have_the_usual_prefix(decks: dict[str, Deck], name: str, lang: Language) -> None:
    drawings = [root for part, root in read_parts(decks[name], "xlsx", lang).items() if part.startswith("xl/drawings/drawing")]
    assert drawings
    assert [e.tag for d in drawings for e in d.iter(f"{{{_XDR}}}*") if e.prefix != "xdr"] == []


@DECKS
@LANGUAGES
def test_workbook_tables_have_headings_and_names_from_their_tab(decks: dict[str, Deck], name: str, lang: Language) -> None:
    book = load_workbook(BytesIO(render_once(decks[name], "xlsx", lang)))
    tables = [(sheet, table) for sheet in book.worksheets for table in sheet.tables.values()]
    names = [table.displayName for _, table in tables]
    assert len({name.lower() for name in names}) == len(names) > 15
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9_]{2,}", name) or name.startswith("Table")] == []
    for sheet, table in tables:
        assert table.headerRowCount == 1
        assert all(column.name.strip() for column in table.tableColumns)
        assert [m for m in sheet.merged_cells.ranges if not m.isdisjoint(CellRange(table.ref))] == []


@DECKS
@LANGUAGES
def test_presentation_tables_have_a_marked_header_and_no_merged_cells_below(
    decks: dict[str, Deck], name: str, lang: Language
) -> None:
    for slide in Presentation(BytesIO(render_once(decks[name], "pptx", lang))).slides:
        for table in (shape.table for shape in slide.shapes if shape.has_table):
            assert table.first_row or table.first_col
            if table.first_row:
                assert not table._tbl.xpath(".//a:tc[@gridSpan or @rowSpan or @hMerge or @vMerge]")
                assert all(cell.text.strip() for cell in table.rows[0].cells)


@DECKS
@LANGUAGES
def test_text_of_presentations_all_has_a_language(decks: dict[str, Deck], name: str, lang: Language) -> None:
    parts = read_parts(decks[name], "pptx", lang)
    runs = list(find_all({part: root for part, root in parts.items() if part.startswith("ppt/")}, "r", "fld"))
    assert len(runs) > 500
    missing = [run for run in runs if run.xpath("string(*[local-name()='rPr']/@lang)")[:2] not in ("en", "fr")]
    assert [etree.tostring(run)[:200] for run in missing] == []
    charts = [root for part, root in parts.items() if part.startswith("ppt/charts/")]
    defaults = [e.get("lang") for chart in charts for e in chart.iter("{*}defRPr")]
    assert defaults
    assert set(defaults) == {f"{lang.value}-CA"}


@KINDS
@LANGUAGES
def test_titles_of_documents_differ_for_every_deck(decks: dict[str, Deck], kind: str, lang: Language) -> None:
    titles = [next(find_all(read_parts(deck, kind, lang), "title")).text for deck in decks.values()]
    assert all(titles)
    assert len(set(titles)) == len(decks)


@DECKS
@LANGUAGES
def test_shapes_of_slides_are_read_from_title_to_number_and_down(decks: dict[str, Deck], name: str, lang: Language) -> None:
    for slide in Presentation(BytesIO(render_once(decks[name], "pptx", lang))).slides:
        first, *rest = slide.shapes
        assert first == slide.shapes.title
        holders = [shape for shape in rest if shape.is_placeholder]
        assert [shape.placeholder_format.idx for shape in holders] == sorted(shape.placeholder_format.idx for shape in holders)
        marks = [shape for shape in rest if shape.top == 0]
        assert rest.index(marks[0]) == sum(shape.placeholder_format.idx == 1 for shape in holders)
        drawings = [shape for shape in rest if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
        content = [shape for shape in rest if not shape.is_placeholder and shape not in (*marks, *drawings)]
        columns = [(shape.top, shape.left) for shape in content]
        assert columns == sorted(columns)
