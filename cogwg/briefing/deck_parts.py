"""Find all parts of given types in a deck, or in any value of a deck, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

Part = TypeVar("Part")


def iter_parts(value: object, *kinds: type[Part]) -> Iterator[Part]:
    """Yield every part of one of these types in a value, in order, without looking inside the matching parts."""
    if isinstance(value, kinds):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from iter_parts(item, *kinds)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from iter_parts(getattr(value, field.name), *kinds)
