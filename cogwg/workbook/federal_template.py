"""Fill in the federal tracker's template: texts go into the rows from row 6 on, under the hidden field ids; nothing else
changes.

Only the XML of cells that get a text is edited. All other cells, and all other parts of the file, are kept byte for byte. The
layout is the tracker's "v3": row 1 is a title, and row 2 has headings. Hidden row 3 has "v3", the organization's name and,
from column C on, the field ids. Row 5 is an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZipFile

from cogwg.core.errors import N_
from cogwg.core.tables import CELL_LIMIT
from cogwg.workbook.cells import FileSheet, refusal
from cogwg.workbook.guard import open_book
from cogwg.workbook.sheets import column_letters

LAYOUT, IDS_ROW, FIRST_ROW, FIRST_COLUMN = "v3", 3, 6, 3
KEY = ("reporting_period", "indicators")
"""The fields that identify a row of an organization: if there is already a row with the same values, it is filled in again."""
FIELDS = (
    *("reporting_period", "commitments", "milestones", "indicators", "status"),
    *("progress_en", "progress_fr", "evidence_en", "evidence_fr", "challenges_en", "challenges_fr"),
)
NO_TEMPLATE = N_(
    "No sheet of this workbook is the federal tracker’s template, which has “v3” in cell A3 and field names starting in C3."
)
LACKS_FIELDS = N_("These fields are missing in row 3 of this template: %(fields)s. Download it again from the federal tracker.")
UNUSUAL = N_("This template was saved in an unusual format. Open it in Excel, save it again, then upload it.")
HAS_FORMULA = N_(
    "Cell %(cell)s of this template has a formula where there should be text. Remove it, then upload the template again."
)
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData(?:\s*/>|>(.*?)</(?:\w+:)?sheetData>)", re.DOTALL)
_DIMENSION = re.compile(rb'(<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+)(\d+)"')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_STYLE = re.compile(rb'\bs="\d+"')
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_Places = Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A template that was filled in: the file, the organization that it is for, and the numbers of the rows that
    were filled in.
    """

    data: bytes
    organization: str
    rows: tuple[int, ...]


def fill_template(data: bytes, name: str, rows: Sequence[Mapping[str, str]]) -> FilledTemplate:
    """Return the template with these rows, which are texts by field id, filled in.

    Fields that are not in a row stay as they are. Raises ``Invalid`` if the file is not such a template, or cannot be filled
    in.
    """
    book = open_book(data, name)
    for number, _sheet in enumerate(book.sheets):
        head = book.read_sheet(number, rows=IDS_ROW)
        ids = _field_ids(head)
        if _text(head, IDS_ROW, 1) == LAYOUT and set(KEY) <= set(ids):
            missing = [field for field in FIELDS if field not in ids]
            if missing:
                raise refusal(LACKS_FIELDS, fields=", ".join(missing))
            sheet = book.read_sheet(number)
            places = _places(sheet, ids, rows)
            filled = _filled_file(data, book.part_of(number), places, ids)
            return FilledTemplate(filled, _text(head, IDS_ROW, 2), tuple(row for row, _texts in places))
    raise refusal(NO_TEMPLATE)


def _field_ids(head: FileSheet) -> dict[str, int]:
    """Map each field id to its column."""
    cells = head.rows.get(IDS_ROW, {})
    return {cell.text.strip(): column for column, cell in cells.items() if column >= FIRST_COLUMN and cell.text.strip()}


def _text(sheet: FileSheet, row: int, column: int) -> str:
    cell = sheet.rows.get(row, {}).get(column)
    return cell.text.strip() if cell is not None else ""


def _places(sheet: FileSheet, ids: Mapping[str, int], rows: Iterable[Mapping[str, str]]) -> list[tuple[int, Mapping[str, str]]]:
    """Return each row of texts with the number of the row in which to put it."""
    used: dict[tuple[str, ...], int] = {}
    last = FIRST_ROW - 1
    for number in sorted(sheet.rows):
        if number >= FIRST_ROW and any(_text(sheet, number, column) for column in ids.values()):
            used[tuple(_text(sheet, number, ids[field]).partition(":")[0].strip() for field in KEY)] = number
            last = number
    places = []
    for texts in rows:
        key = tuple(texts[field] for field in KEY)
        if key not in used:
            last += 1
            used[key] = last
        places.append((used[key], texts))
    return sorted(places, key=lambda place: place[0])


def _filled_file(data: bytes, part: str, places: _Places, ids: Mapping[str, int]) -> bytes:
    """Return the archive with one part filled in; the other parts keep their bytes, order, times and attributes."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w") as target:
        target.comment = source.comment
        for entry in source.infolist():
            content = source.read(entry)
            is_sheet = entry.filename.lower().lstrip("/") == part.lower()
            target.writestr(copy(entry), _filled_sheet(content, places, ids) if is_sheet else content)
    return out.getvalue()


def _filled_sheet(xml: bytes, places: _Places, ids: Mapping[str, int]) -> bytes:
    match = _SHEET_DATA.search(xml)
    if match is None or xml[:200].startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refusal(UNUSUAL)
    prefix, inner = match[1], match[2] or b""
    parts = _rows(inner, prefix)
    for number, texts in places:
        cells = {ids[field]: text for field, text in texts.items() if field in ids}
        parts[number] = _filled_row(parts.get(number), number, cells, prefix)
    rows = b"".join(parts[number] for number in sorted(parts))
    filled = b"<%ssheetData>%s</%ssheetData>" % (prefix, rows, prefix)
    head = xml[: match.start()]
    last = max(number for number, _texts in places) if places else 0
    return _DIMENSION.sub(lambda match: b'%s%d"' % (match[1], max(int(match[2]), last)), head) + filled + xml[match.end() :]


def _elements(inner: bytes, tag: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Return the elements as (whole, attributes, content). Raises ``Invalid`` if there is anything but white space
    between them.
    """
    pattern = re.compile(rb"<%s\b([^<>]*?)(?:/>|>(.*?)</%s>)" % (tag, tag), re.DOTALL)
    if pattern.sub(b"", inner).strip():
        raise refusal(UNUSUAL)
    return [(match[0], match[1], match[2] or b"") for match in pattern.finditer(inner)]


def _rows(inner: bytes, prefix: bytes) -> dict[int, bytes]:
    rows: dict[int, bytes] = {}
    for whole, attributes, _content in _elements(inner, prefix + b"row"):
        number = _ROW_NUMBER.search(attributes)
        if number is None or int(number[1]) in rows:
            raise refusal(UNUSUAL)
        rows[int(number[1])] = whole
    return rows


def _filled_row(row: bytes | None, number: int, texts: Mapping[int, str], prefix: bytes) -> bytes:
    attributes, content = b' r="%d"' % number, b""
    if row is not None:
        ((_whole, attributes, content),) = _elements(row, prefix + b"row")
    cells: dict[int, bytes] = {}
    for whole, own, inside in _elements(content, prefix + b"c"):
        place = _CELL_PLACE.search(own)
        if place is None:
            raise refusal(UNUSUAL)
        column = _column_number(place[1].decode())
        if column in texts and re.search(rb"<%sf\b" % prefix, inside):
            raise refusal(HAS_FORMULA, cell=f"{place[1].decode()}{number}")
        cells[column] = whole
    for column, text in texts.items():
        cells[column] = _cell(cells.get(column, b""), column, number, text, prefix)
    filled = b"".join(cells[column] for column in sorted(cells))
    return b"<%srow%s>%s</%srow>" % (prefix, attributes.rstrip(), filled, prefix)


def _cell(before: bytes, column: int, row: int, text: str, prefix: bytes) -> bytes:
    """Return the XML of a cell with this text, in the style that the cell had."""
    style = _STYLE.search(before.partition(b">")[0])
    head = b'r="%s%d"' % (column_letters(column).encode(), row) + (b" " + style[0] if style else b"")
    if not text:
        return b"<%sc %s/>" % (prefix, head)
    plain = escape(_NOT_XML.sub("", text)[:CELL_LIMIT]).encode()
    return b'<%sc %s t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>' % (
        *(prefix, head, prefix, prefix, plain, prefix, prefix, prefix),
    )


def _column_number(letters: str) -> int:
    number = 0
    for character in letters:
        number = number * 26 + ord(character) - 64
    return number
