"""Reproducible .xlsx files: the zip is rewritten with sorted parts and fixed dates, and what openpyxl leaves out is added.

Texts are moved to the shared strings, because every application decodes ``_x005F_`` there. Charts get ``sourceLinked="0"``,
without which LibreOffice ignores their number format, and a description for people who cannot see them. The properties of a
font get the order of the schema; relationships get relative targets and drawings the usual prefix, because exceljs looks for
parts and elements by these texts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import date
from xml.sax.saxutils import quoteattr

from cogwg.briefing.render.package import PROPERTIES_PART, pack, unpack, with_fixed_times

_INLINE_STRING = re.compile(r't="inlineStr"((?: [a-z]+="[^"]*")*)><is>(.*?)</is></c>', re.DOTALL)
_DRAWING_NAME = re.compile(r'(<(?:\w+:)?cNvPr id="\d+" name="[^"]*")')
_FONT = re.compile(r"<font>(.*?)</font>", re.DOTALL)
_FONT_PROPERTY = re.compile(r"<(\w+)[^>]*/>")
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u"),
    *("vertAlign", "sz", "color", "name", "family", "charset", "scheme"),
)
_ABSOLUTE_TARGET = re.compile(r'Target="/([^"]*)"')
_UNPREFIXED_TAG = re.compile(r"<(/?)(\w+)(?=[\s/>])")
_DRAWING_NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
_STRINGS_PART = "xl/sharedStrings.xml"
_STYLES_PART = "xl/styles.xml"
_STRINGS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def repack(content: bytes, as_of: date, descriptions: Mapping[int, str]) -> bytes:
    """Return the workbook with fixed times. ``descriptions`` has the charts' descriptions, by the number of the drawing."""
    parts = unpack(content)
    strings = _SharedStrings()
    for name in sorted(parts, key=_natural_key):
        parts[name] = _fix_part(name, parts[name], as_of, descriptions, strings)
    parts[_STRINGS_PART] = strings.xml()
    _register_strings(parts)
    return pack(parts)


def _register_strings(parts: dict[str, bytes]) -> None:
    """Register the shared strings in the package, which openpyxl does not do when every text is inline."""
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


def _fix_part(name: str, part: bytes, as_of: date, descriptions: Mapping[int, str], strings: _SharedStrings) -> bytes:
    if name.startswith("xl/worksheets/sheet"):
        return strings.share_inline_strings(part.decode()).encode()
    if name == PROPERTIES_PART:
        return with_fixed_times(part, as_of)
    if name.startswith("xl/charts/chart"):
        return part.decode().replace('formatCode="0;;;"', 'formatCode="0;;;" sourceLinked="0"').encode()
    if name.startswith("xl/drawings/drawing"):
        description = descriptions.get(int(re.sub(r"\D", "", name)), "")
        described = part.decode()
        if description:
            described = _DRAWING_NAME.sub(lambda match: f"{match[1]} descr={quoteattr(description)}", described, count=1)
        return _with_drawing_prefix(described).encode()
    if name == _STYLES_PART:
        return _FONT.sub(_ordered_font, part.decode()).encode()
    if name.endswith(".rels"):
        return _with_relative_targets(part.decode(), posixpath.dirname(posixpath.dirname(name))).encode()
    return part


def _ordered_font(match: re.Match[str]) -> str:
    """Return a font with its properties in the order of the schema; openpyxl writes them in another."""
    tags = sorted(_FONT_PROPERTY.finditer(match[1]), key=lambda tag: _FONT_ORDER.index(tag[1]))
    return f"<font>{''.join(tag[0] for tag in tags)}</font>"


def _with_relative_targets(relations: str, folder: str) -> str:
    """Return the relationships of a part in this folder with targets relative to it."""
    return _ABSOLUTE_TARGET.sub(lambda match: f'Target="{posixpath.relpath(match[1], folder or ".")}"', relations)


def _with_drawing_prefix(drawing: str) -> str:
    """Return a drawing whose own elements have the prefix ``xdr`` instead of a default namespace."""
    prefixed = _UNPREFIXED_TAG.sub(r"<\1xdr:\2", drawing)
    return prefixed.replace(_DRAWING_NAMESPACE, _DRAWING_NAMESPACE.replace("xmlns=", "xmlns:xdr="), 1)
