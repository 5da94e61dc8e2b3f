"""Reproducible .xlsx files: the zip is written with sorted parts and fixed dates, and details that openpyxl leaves out are
added.

Charts get ``sourceLinked="0"``, without which LibreOffice ignores their number format, and a description for people who cannot
see them. Drawings get the usual prefix, because exceljs looks for elements with it. ``core.xlsx_files`` does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from xml.sax.saxutils import quoteattr

from cogwg.core.office_files import PROPERTIES_PART, pack, with_fixed_times
from cogwg.core.xlsx_files import compatible_parts

_DRAWING_NAME = re.compile(r'(<(?:\w+:)?cNvPr id="\d+" name="[^"]*")')
_UNPREFIXED_TAG = re.compile(r"<(/?)(\w+)(?=[\s/>])")
_DRAWING_NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'


def pack_parts(parts: Mapping[str, bytes], as_of: date, descriptions: Mapping[int, str]) -> bytes:
    """Return the workbook with fixed times. ``descriptions`` are the descriptions of charts, by the number of the drawing."""
    return pack(compatible_parts({name: _fix_part(name, part, as_of, descriptions) for name, part in parts.items()}))


def _fix_part(name: str, part: bytes, as_of: date, descriptions: Mapping[int, str]) -> bytes:
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
    return part


def _with_drawing_prefix(drawing: str) -> str:
    """Return the XML of a drawing with the prefix ``xdr`` for its own elements, instead of a default namespace."""
    prefixed = _UNPREFIXED_TAG.sub(r"<\1xdr:\2", drawing)
    return prefixed.replace(_DRAWING_NAMESPACE, _DRAWING_NAMESPACE.replace("xmlns=", "xmlns:xdr="), 1)
