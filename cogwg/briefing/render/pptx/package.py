"""Reproducible .pptx files: fixed times in the presentation and in the workbooks embedded for its charts."""

from __future__ import annotations

from datetime import date

from cogwg.briefing.render.package import PROPERTIES_PART, pack, unpack, with_fixed_times

_EMBEDDED_WORKBOOKS = "ppt/embeddings/"


def repack(content: bytes, as_of: date) -> bytes:
    """Rewrite the presentation so that the same deck gives the same bytes."""
    parts = unpack(content)
    parts[PROPERTIES_PART] = with_fixed_times(parts[PROPERTIES_PART], as_of)
    for name in parts:
        if name.startswith(_EMBEDDED_WORKBOOKS):
            inner = unpack(parts[name])
            inner[PROPERTIES_PART] = with_fixed_times(inner[PROPERTIES_PART], as_of)
            parts[name] = pack(inner)
    return pack(parts)
