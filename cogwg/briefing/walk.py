"""What lies inside a deck or any value of one, however deep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

Part = TypeVar("Part")


def iter_parts(value: object, kind: type[Part]) -> Iterator[Part]:
    """Every part of this kind in a value, in the order it stands; what lies inside such a part is its own."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from iter_parts(item, kind)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from iter_parts(getattr(value, field.name), kind)
