"""The same deck, the same bytes: fixed times in the presentation and in the workbooks behind its charts."""

from __future__ import annotations

from datetime import date

from cogwg.briefing.render.package import PROPERTIES, packed, stamped, unpacked

_SHEETS = "ppt/embeddings/"


def repacked(content: bytes, as_of: date) -> bytes:
    """The presentation, written again."""
    parts = unpacked(content)
    parts[PROPERTIES] = stamped(parts[PROPERTIES], as_of)
    for name in parts:
        if name.startswith(_SHEETS):
            inner = unpacked(parts[name])
            inner[PROPERTIES] = stamped(inner[PROPERTIES], as_of)
            parts[name] = packed(inner)
    return packed(parts)
