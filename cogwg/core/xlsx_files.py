"""Write openpyxl workbooks to files that are reproducible (the same workbook gives the same bytes) and that every program can
read.

openpyxl writes texts inline. They are moved to the shared strings, which contain each text once, and in which every
application decodes ``_x005F_``. The properties of a font get the order of the schema, and relationships get relative targets,
because exceljs looks up parts by their target. Import this module only where it is used: importing openpyxl is slow.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from cogwg.core.office_files import unpack

_INLINE_STRING = re.compile(r't="inlineStr"((?: [a-z]+="[^"]*")*)><is>(.*?)</is></c>', re.DOTALL)
_FONT = re.compile(r"<font>(.*?)</font>", re.DOTALL)
_FONT_PROPERTY = re.compile(r"<(\w+)[^>]*/>")
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u"),
    *("vertAlign", "sz", "color", "name", "family", "charset", "scheme"),
)
_ABSOLUTE_TARGET = re.compile(r'Target="/([^"]*)"')
_STRINGS_PART, _STYLES_PART = "xl/sharedStrings.xml", "xl/styles.xml"
_STRINGS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class BookWriter(ExcelWriter):
    """openpyxl's writer of a workbook, which keeps each sheet in memory instead of in a file on disk."""

    sheet_writer: type[WorksheetWriter] = WorksheetWriter

    def write_worksheet(self, ws: Any) -> None:
        out = BytesIO()
        writer: Any = self.sheet_writer(ws, out)
        writer.write()
        ws._rels = writer._rels
        archive: Any = vars(self)["_archive"]
        archive.writestr(ws.path[1:], self.finished_sheet(ws, out.getvalue()))
        self.manifest.append(ws)

    def finished_sheet(self, _sheet: Any, xml: bytes) -> bytes:
        """Return the XML of a sheet to store. Subclasses can change it."""
        return xml


def write_parts(new_writer: Callable[[ZipFile], BookWriter]) -> dict[str, bytes]:
    """Map the name of each part of a workbook to its content, as the workbook's writer puts it into an archive."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        new_writer(archive).write_data()
    return unpack(out.getvalue())


def set_default_font(book: Workbook, font: Font) -> None:
    """Set the workbook's default font. The width of its digits is the unit of column widths."""
    untyped: Any = book
    untyped._fonts[0] = font
    untyped._named_styles["Normal"].font = font


def compatible_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts with shared strings, font properties in the schema's order, and relative targets."""
    fixed, strings = dict(parts), _SharedStrings()
    for name in sorted(parts, key=_natural_key):
        if name.startswith("xl/worksheets/sheet"):
            fixed[name] = strings.share_inline_strings(parts[name].decode()).encode()
        elif name == _STYLES_PART:
            fixed[name] = _FONT.sub(_ordered_font, parts[name].decode()).encode()
        elif name.endswith(".rels"):
            fixed[name] = _with_relative_targets(parts[name].decode(), posixpath.dirname(posixpath.dirname(name))).encode()
    fixed[_STRINGS_PART] = strings.xml()
    _register_strings(fixed)
    return fixed


def _register_strings(parts: dict[str, bytes]) -> None:
    """List the shared strings among the parts of the file, which openpyxl does not do when every text is inline."""
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    if b"sharedStrings" not in parts[types]:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        override = f'<Override PartName="/{_STRINGS_PART}" ContentType="{kind}" /></Types>'
        parts[types] = parts[types].replace(b"</Types>", override.encode())
    if b"sharedStrings" not in parts[links]:
        target = posixpath.relpath(_STRINGS_PART, "xl")
        link = f'<Relationship Type="{_STRINGS_RELATION}" Target="{target}" Id="rIdStrings" /></Relationships>'
        parts[links] = parts[links].replace(b"</Relationships>", link.encode())


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key that puts sheet2 before sheet10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


class _SharedStrings:
    """The shared strings, each once, in the order of their first use."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.used = 0

    def share_inline_strings(self, xml: str) -> str:
        return _INLINE_STRING.sub(self._shared_cell, xml)

    def _shared_cell(self, match: re.Match[str]) -> str:
        self.used += 1
        number = self.known.setdefault(match[2], len(self.known))
        return f't="s"{match[1]}><v>{number}</v></c>'

    def xml(self) -> bytes:
        items = "".join(f"<si>{item}</si>" for item in self.known)
        head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_MAIN_NAMESPACE}"'
        return f'{head} count="{self.used}" uniqueCount="{len(self.known)}">{items}</sst>'.encode()


def _ordered_font(match: re.Match[str]) -> str:
    """Return a font with its properties in the order of the schema, because openpyxl writes them in another order."""
    tags = sorted(_FONT_PROPERTY.finditer(match[1]), key=lambda tag: _FONT_ORDER.index(tag[1]))
    return f"<font>{''.join(tag[0] for tag in tags)}</font>"


def _with_relative_targets(relations: str, folder: str) -> str:
    """Return the relationships of a part in this folder with targets relative to it."""
    return _ABSOLUTE_TARGET.sub(lambda match: f'Target="{posixpath.relpath(match[1], folder or ".")}"', relations)
