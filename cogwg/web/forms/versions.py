"""The version a form was filled from, as it comes back from a browser."""

from __future__ import annotations

from wtforms.fields.core import Field


def seen(field: Field) -> int:
    """The version in this field; anything that is no version conflicts with every one."""
    text = str(field.data or "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
