"""The accessibility rules of office files (EN 301 549, chapter 10; Office's own checker), each counted over a deck's files.

A rule that only people can judge is not here: whether a text is plain, or a description of a chart says what matters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.cell_range import CellRange
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from cogwg.core.bilingual import Language
from cogwg.core.office_files import unpack

WHITE, BLACK = "FFFFFF", "000000"
LEAST_CONTRAST = 4.5
"""Also for large text, which may have 3."""
RULES = {
    "The document's title names it": ("xlsx", "pptx"),
    "The document has its language": ("xlsx", "pptx"),
    "A text has its language": ("pptx",),
    "A sheet has a name of its own": ("xlsx",),
    "A slide has a title of its own": ("pptx",),
    "The title comes first": ("xlsx",),
    "Shapes are read from the title down": ("pptx",),
    "A table has a marked header row": ("xlsx", "pptx"),
    "Headings of a table differ": ("xlsx", "pptx"),
    "A table has a meaningful name": ("xlsx", "pptx"),
    "No cells are merged in a table": ("xlsx", "pptx"),
    "No cells of a table are left empty for looks": ("xlsx", "pptx"),
    "What looks like a table is one": ("xlsx",),
    "A chart or picture has a description": ("xlsx", "pptx"),
    "Text has a contrast of 4.5:1": ("xlsx", "pptx"),
    "A link says where it leads": ("xlsx", "pptx"),
}
"""The rules, and the kinds of file in which they are counted. A cell cannot have a language, and a workbook has no titles."""
VAGUE_LINKS = {"here", "click here", "link", "more", "read more", "ici", "cliquez ici", "lien", "plus", "en savoir plus"}
_ADDRESS = re.compile(r"(?:https?|mailto):\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """That a rule was checked at a place, and whether it was kept."""

    rule: str
    place: str
    is_kept: bool


def check_file(content: bytes, kind: str, lang: Language) -> Iterator[Finding]:
    """Check all rules over a file."""
    parts = unpack(content)
    yield from _check_properties(parts, lang)
    if kind == "xlsx":
        book = load_workbook(BytesIO(content), rich_text=True)
        yield from _check_workbook(book)
        yield from _check_drawings(parts)
    else:
        yield from _check_presentation(Presentation(BytesIO(content)), lang)
        yield from _check_run_languages(parts)


def count(findings: Iterator[Finding]) -> dict[str, tuple[int, int]]:
    """Return for each rule how often it was checked, and how often broken."""
    checked, broken = Counter[str](), Counter[str]()
    for finding in findings:
        checked[finding.rule] += 1
        broken[finding.rule] += not finding.is_kept
    return {rule: (checked[rule], broken[rule]) for rule in checked}


def _check_properties(parts: dict[str, bytes], lang: Language) -> Iterator[Finding]:
    core = etree.fromstring(parts["docProps/core.xml"])
    title = core.findtext("{http://purl.org/dc/elements/1.1/}title") or ""
    yield Finding("The document's title names it", title, len(title.split()) > 3 and not title.startswith("cogwg"))
    language = core.findtext("{http://purl.org/dc/elements/1.1/}language")
    yield Finding("The document has its language", str(language), language == f"{lang.value}-CA")


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""

    def luminance(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _check_contrast(place: str, text: str, ground: str) -> Finding:
    return Finding("Text has a contrast of 4.5:1", f"{place}: {text} on {ground}", contrast(text, ground) >= LEAST_CONTRAST)


def _check_link(place: str, text: str) -> Finding:
    is_clear = bool(text.strip()) and text.strip().casefold() not in VAGUE_LINKS and not _ADDRESS.fullmatch(text.strip())
    return Finding("A link says where it leads", f"{place}: {text}", is_clear)


# Workbooks


def _check_workbook(book: Any) -> Iterator[Finding]:
    names = [table.displayName for sheet in book.worksheets for table in sheet.tables.values()]
    for sheet in book.worksheets:
        name = sheet.title
        yield Finding("A sheet has a name of its own", name, bool(re.fullmatch(r"\d+ .*\w.*", name)))
        yield Finding("The title comes first", name, bool(sheet["A1"].value) and _title_row(sheet) <= 3)
        ranges = [CellRange(table.ref) for table in sheet.tables.values()]
        for table in sheet.tables.values():
            place, cells = f"{name}, {table.displayName}", [list(row) for row in sheet[table.ref]]
            heads = [str(cell.value or "") for cell in cells[0]]
            columns = [column.name for column in table.tableColumns]
            yield Finding("A table has a marked header row", place, table.headerRowCount == 1 and all(heads))
            yield Finding("Headings of a table differ", place, heads == columns and len(set(heads)) == len(heads))
            is_named = not table.displayName.lower().startswith("table") and names.count(table.displayName) == 1
            yield Finding("A table has a meaningful name", place, is_named)
            merged = [str(m) for m in sheet.merged_cells.ranges if not m.isdisjoint(CellRange(table.ref))]
            yield Finding("No cells are merged in a table", f"{place}: {merged}", not merged)
            empty = [cell.coordinate for row in cells for cell in row if _is_empty(cell)]
            yield Finding("No cells of a table are left empty for looks", f"{place}: {empty}", not empty or _is_data(sheet))
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")):
            place = f"{name}!{cell.coordinate}"
            if _looks_like_table(cell, sheet):
                is_inside = any((cell.row, cell.column) in _cells(cell_range) for cell_range in ranges)
                yield Finding("What looks like a table is one", place, is_inside)
            if cell.hyperlink is not None:
                yield _check_link(place, str(cell.value))
            ground = cell.fill.start_color.rgb[2:] if cell.fill.fill_type == "solid" else WHITE
            for colour in text_colours(cell):
                yield _check_contrast(place, colour, ground)


def _title_row(sheet: Any) -> int:
    """Return the row of the sheet's title, or of a cover's or divider's."""
    for cell in (cell for row in sheet.iter_rows(max_col=1, max_row=8) for cell in row):
        if cell.style.startswith(("Slide title", "Cover title", "Divider title")):
            return int(cell.row)
    return 99


def _cells(cell_range: CellRange) -> set[tuple[int, int]]:
    return set(cell_range.cells)


def _is_empty(cell: Any) -> bool:
    """Whether a cell shows nothing. On reading, openpyxl gives an empty cell with a link the place of the link as its value."""
    return cell.value in (None, "", cell.hyperlink.location if cell.hyperlink is not None else None)


def _is_data(sheet: Any) -> bool:
    """Whether it is the sheet of the data, the only filtered one, in which an empty cell says that there is no value."""
    return bool(sheet.print_title_rows) and any(table.autoFilter is not None for table in sheet.tables.values())


def _looks_like_table(cell: Any, sheet: Any) -> bool:
    """Whether a cell has the heading of a table, or the thin rule of its rows and others beside it."""
    beside = sum(other.value not in (None, "") and other.border.bottom.style == "thin" for other in sheet[cell.row])
    return cell.style.startswith("Table header") or (cell.border.bottom.style == "thin" and beside > 1)


def text_colours(cell: Any) -> set[str]:
    """Return the colours of a cell's text: of each of its runs, or of the cell."""
    if not isinstance(cell.value, CellRichText):
        return {_rgb(cell.font)}
    return {_rgb(run.font) if isinstance(run, TextBlock) else _rgb(cell.font) for run in cell.value}


def _rgb(font: Any) -> str:
    return font.color.rgb[2:] if font.color is not None and isinstance(font.color.rgb, str) else BLACK


def _check_drawings(parts: dict[str, bytes]) -> Iterator[Finding]:
    for name in (name for name in parts if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)):
        tree = etree.fromstring(parts[name])
        inside = {
            shape for group in tree.iter("{*}grpSp") for part in group.iterchildren("{*}sp") for shape in part.iter("{*}cNvPr")
        }
        for frame in (frame for frame in tree.iter("{*}cNvPr") if frame not in inside):
            yield Finding("A chart or picture has a description", name, len(frame.get("descr") or "") > 20)


# Presentations


def _check_presentation(show: Any, lang: Language) -> Iterator[Finding]:
    titles = [slide.shapes.title.text_frame.text if slide.shapes.title is not None else "" for slide in show.slides]
    for number, (slide, title) in enumerate(zip(show.slides, titles, strict=True), 1):
        place = f"slide {number}"
        yield Finding("A slide has a title of its own", place, bool(title.strip()) and titles.count(title) == 1)
        yield Finding("Shapes are read from the title down", place, _is_in_reading_order(slide))
        for shape in slide.shapes:
            own = f"{place}, {shape.name}"
            if shape.has_chart or shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.GROUP):
                description = shape._element.xpath("string(.//p:cNvPr/@descr)")
                yield Finding("A chart or picture has a description", own, len(description) > 20)
            if shape.has_table:
                yield from _check_slide_table(shape, own, _ground_of(shape, slide))
            elif shape.has_text_frame:
                ground = _own_fill(shape._element.spPr) or _ground_of(shape, slide)
                yield from _check_text(shape.text_frame._txBody, own, ground)
        for link in slide._element.iter("{*}hlinkClick"):
            run = link.getparent().getparent()
            yield _check_link(place, run.findtext("{*}t") or "")


def _check_slide_table(shape: Any, place: str, ground: str) -> Iterator[Finding]:
    table, element = shape.table, shape.table._tbl
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    yield Finding("A table has a marked header row", place, table.first_row and all(map(str.strip, rows[0])))
    yield Finding("Headings of a table differ", f"{place}: {rows[0]}", len(set(rows[0])) == len(rows[0]))
    yield Finding("A table has a meaningful name", place, bool(shape._element.xpath("string(.//p:cNvPr/@descr)")))
    yield Finding(
        "No cells are merged in a table", place, not element.xpath(".//a:tc[@gridSpan or @rowSpan or @hMerge or @vMerge]")
    )
    empty = [(n, at) for n, row in enumerate(rows) for at, text in enumerate(row) if not text.strip()]
    yield Finding("No cells of a table are left empty for looks", f"{place}: {empty}", not empty)
    for cell in element.iter("{*}tc"):
        yield from _check_text(cell.find("{*}txBody"), place, _own_fill(cell.find("{*}tcPr")) or ground)


def _check_text(body: Any, place: str, ground: str) -> Iterator[Finding]:
    for run in (run for run in body.iter("{*}r") if (run.findtext("{*}t") or "").strip()):
        colour = run.find("{*}rPr/{*}solidFill/{*}srgbClr")
        yield _check_contrast(place, colour.get("val") if colour is not None else BLACK, ground)


def _own_fill(properties: Any) -> str:
    fill = properties.find("{*}solidFill/{*}srgbClr") if properties is not None else None
    return "" if fill is None else str(fill.get("val"))


def _ground_of(shape: Any, slide: Any) -> str:
    """Return the colour behind the middle of a shape: that of the last shape of the layout there, or white."""
    x, y = shape.left + shape.width // 2, shape.top + shape.height // 2
    ground = WHITE
    for below in slide.slide_layout.shapes:
        is_below = below.left <= x <= below.left + below.width and below.top <= y <= below.top + below.height
        if is_below and not below.is_placeholder:
            ground = _own_fill(below._element.spPr) or ground
    return ground


def _overlaps(shape: Any, other: Any) -> bool:
    return bool(shape.top < other.top + other.height and other.top < shape.top + shape.height)


def _is_in_reading_order(slide: Any) -> bool:
    """Whether the title comes first, then all else from the top down; drawings over a table are read after it."""
    first, *rest = slide.shapes
    tables = [shape for shape in rest if shape.has_table]
    over = [s for s in rest if s.shape_type == MSO_SHAPE_TYPE.GROUP and any(_overlaps(s, table) for table in tables)]
    content = [shape for shape in rest if not shape.is_placeholder and shape.top > 0 and shape not in over]
    places = [(shape.top, shape.left) for shape in content]
    return bool(first == slide.shapes.title and places == sorted(places))


def _check_run_languages(parts: dict[str, bytes]) -> Iterator[Finding]:
    for name in (
        name for name in parts if re.fullmatch(r"ppt/(slides|notesSlides|slideLayouts|slideMasters)/[^/]+\.xml", name)
    ):
        for run in etree.fromstring(parts[name]).iter("{*}r", "{*}fld"):
            properties = run.find("{*}rPr")
            language = properties.get("lang") if properties is not None else None
            yield Finding("A text has its language", f"{name}: {run.findtext('{*}t')}", language in ("en-CA", "fr-CA"))
