"""The version a form was filled from, as it comes back from a browser."""

from __future__ import annotations

from wtforms.fields.core import Field


def seen(field: Field) -> int:
    """The version in this field; anything that is no version conflicts with every one."""
    return version(str(field.data or "0"))


def version(text: str) -> int:
    """The version that a form sent as this text; -1, which is that of nothing, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
