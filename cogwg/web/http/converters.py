"""URL converters and a query check: ids must fit the database, and text must have no control characters.

The answer to any other URL is 404, and to any other query 400, before a view runs.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

MAX_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A URL converter for ids. A number larger than ``MAX_ID`` does not match."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": MAX_ID, **options})


class CodeConverter(UnicodeConverter):
    """A URL converter for codes and tokens. Text with a control character does not match."""

    def to_python(self, value: str) -> str:
        if _has_control_characters(value):
            raise ValidationError
        return value


def init(app: Flask) -> None:
    """Register the converters and the query check. The converters apply only to URL rules that are added afterwards."""
    app.url_map.converters.update(int=IdConverter, default=CodeConverter, string=CodeConverter)
    app.before_request(refuse_control_characters)


def refuse_control_characters() -> None:
    """Answer 400 to a query with a control character, because no page of the product sends one."""
    if any(_has_control_characters(value) for value in request.args.values()):
        abort(400)


def _has_control_characters(text: str) -> bool:
    return any(ord(c) < 0x20 or ord(c) == 0x7F for c in text)
