"""What an address may hold: numbers that the record can count to, and text without control characters.

Anything else leads nowhere, before a view or the database sees it.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

MAX_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A number of the record; a larger one than it can hold is nowhere."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": MAX_ID, **options})


class CodeConverter(UnicodeConverter):
    """A code or token; control characters are in none."""

    def to_python(self, value: str) -> str:
        if _has_control_characters(value):
            raise ValidationError
        return value


def init(app: Flask) -> None:
    """Take effect for the rules that are added afterwards."""
    app.url_map.converters.update(int=IdConverter, default=CodeConverter, string=CodeConverter)
    app.before_request(refuse_control_characters)


def refuse_control_characters() -> None:
    """A query with a control character was not made by a page of ours."""
    if any(_has_control_characters(value) for value in request.args.values()):
        abort(400)


def _has_control_characters(text: str) -> bool:
    return any(ord(c) < 0x20 or ord(c) == 0x7F for c in text)
