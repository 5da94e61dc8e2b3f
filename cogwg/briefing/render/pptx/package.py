"""Reproducible .pptx files: fixed times in the presentation and in the workbooks embedded for its charts."""

from __future__ import annotations

from datetime import date
from typing import Any

from pptx.opc.constants import CONTENT_TYPE
from pptx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI

from cogwg.briefing.render.pptx.markup import DECLARATION, quoted
from cogwg.core.office_files import PROPERTIES_PART, pack, unpack, with_fixed_times

_EMBEDDED_WORKBOOKS = "ppt/embeddings/"
_DEFAULT_TYPES = {"rels": CONTENT_TYPE.OPC_RELATIONSHIPS, "xlsx": CONTENT_TYPE.SML_SHEET, "xml": CONTENT_TYPE.XML}
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def pack_presentation(package: Any, as_of: date) -> bytes:
    """Return the package as a file; the same deck gives the same bytes.

    This replaces the package's own ``save``, which would write the current time in every entry, so that the file would have to
    be unpacked and compressed again.
    """
    parts = {PACKAGE_URI.rels_uri.membername: package._rels.xml}
    types: dict[str, str] = {}
    for part in package.iter_parts():
        types[part.partname] = part.content_type
        parts[part.partname.membername] = _with_fixed_times(part.partname.membername, part.blob, as_of)
        if part.rels:
            parts[part.partname.rels_uri.membername] = part.rels.xml
    parts[CONTENT_TYPES_URI.membername] = _content_types(types)
    return pack(parts)


def _with_fixed_times(name: str, content: bytes, as_of: date) -> bytes:
    if name == PROPERTIES_PART:
        return with_fixed_times(content, as_of)
    if name.startswith(_EMBEDDED_WORKBOOKS):
        inner = unpack(content)
        inner[PROPERTIES_PART] = with_fixed_times(inner[PROPERTIES_PART], as_of)
        return pack(inner)
    return content


def _content_types(types: dict[str, str]) -> bytes:
    """Return the XML of the content types: by extension for those in ``_DEFAULT_TYPES``, by part for the others."""
    defaults = [f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in _DEFAULT_TYPES.items()]
    overrides = [
        f'<Override PartName={quoted(name)} ContentType="{kind}"/>'
        for name, kind in sorted(types.items())
        if _DEFAULT_TYPES.get(name.rpartition(".")[2]) != kind
    ]
    return f'{DECLARATION}<Types xmlns="{_TYPES}">{"".join(defaults + overrides)}</Types>'.encode()
