"""Serialization of frozen dataclasses to plain JSON data and back, by their declared types.

A dataclass becomes a JSON object. Fields that have their default value are left out, so that stored data needs no upgrade when
a field with a default is added. If the class has subclasses or is a subclass, the object has its name in ``kind``. This module
does not depend on the classes that it serializes.
"""

from __future__ import annotations

import sys
import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from cogwg.core.bilingual import Bilingual

KIND = "kind"
T = TypeVar("T")


class DeserializationError(ValueError):
    """Stored data does not have the expected structure."""


class Serializer:
    """Converts values to JSON data and back.

    It stores each distinct value of the class ``pooled`` once, in ``pool``, and refers to it by its index.
    """

    def __init__(self, pooled: type | None = None, pool: list[Any] | None = None) -> None:
        self._pooled = pooled
        self._stored = [] if pool is None else pool
        self._numbers: dict[Any, int] = {}
        self._read: dict[int, Any] = {}

    @property
    def pool(self) -> list[Any]:
        """Return the JSON data of the pooled values that were serialized so far."""
        return self._stored

    def dump(self, value: Any) -> Any:
        """Return a value as plain JSON data."""
        if self._pooled is not None and isinstance(value, self._pooled):
            return self._pool_index(value)
        return self._dump(value)

    def load(self, declared: type[T], data: Any) -> T:
        """Return the value of the declared type that this JSON data represents. Raises ``DeserializationError`` if the data
        does not fit the type.
        """
        try:
            value: T = self._load(declared, data)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise DeserializationError(str(error)) from error
        return value

    def _pool_index(self, value: Any) -> int:
        if value not in self._numbers:
            data = self._dump(value)
            self._numbers[value] = len(self._stored)
            self._stored.append(data)
        return self._numbers[value]

    def _dump(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value.value
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, Bilingual):
            return [value.en, value.fr]
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, tuple):
            return [self.dump(item) for item in value]
        data = {f.name: self.dump(getattr(value, f.name)) for f in fields(value) if not _is_default(f, getattr(value, f.name))}
        return {KIND: type(value).__name__, **data} if _is_polymorphic(value.__class__) else data

    def _load(self, declared: Any, data: Any) -> Any:
        if declared is self._pooled and isinstance(data, int):
            if data not in self._read:
                self._read[data] = self._load_object(declared, self._stored[data])
            return self._read[data]
        origin = typing.get_origin(declared)
        if origin in (typing.Union, types.UnionType):
            return self._load_union(typing.get_args(declared), data)
        if origin is tuple:
            return self._load_tuple(typing.get_args(declared), data)
        if declared is Bilingual:
            en, fr = data
            return Bilingual(_require_text(en), _require_text(fr))
        if is_dataclass(declared):
            return self._load_object(declared, data)
        if isinstance(declared, type) and issubclass(declared, Enum):
            return declared(data)
        if declared is date:
            return date.fromisoformat(data)
        if declared is Decimal:
            return Decimal(_require_text(data))
        if not isinstance(data, declared):
            raise TypeError(f"{data!r} is no {declared.__name__}")
        return data

    def _load_union(self, declared: tuple[Any, ...], data: Any) -> Any:
        if data is None and type(None) in declared:
            return None
        for member in declared:
            if member is not type(None):
                try:
                    return self._load(member, data)
                except (KeyError, TypeError, ValueError):
                    continue
        raise TypeError(f"{data!r} is none of {declared}")

    def _load_tuple(self, declared: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise TypeError(f"{data!r} is no list")
        if len(declared) == 2 and declared[1] is Ellipsis:
            return tuple(self._load(declared[0], item) for item in data)
        return tuple(self._load(item_type, item) for item_type, item in zip(declared, data, strict=True))

    def _load_object(self, declared: Any, data: dict[str, Any]) -> Any:
        made = _class_by_name(declared, data[KIND]) if KIND in data and _is_polymorphic(declared) else declared
        hints = _type_hints(made)
        values = {
            name: self._load(hints[name], item) for name, item in data.items() if name != KIND or not _is_polymorphic(declared)
        }
        return made(**values)


def _is_default(field: Field[Any], value: Any) -> bool:
    """Return whether a field has its default value; if so, it is not stored."""
    return field.default is not MISSING and type(value) is type(field.default) and bool(value == field.default)


@cache
def _is_polymorphic(declared: Any) -> bool:
    """Return whether the class name must be stored, because the class has subclasses or is a subclass of a dataclass."""
    return bool(declared.__subclasses__()) or any(is_dataclass(base) for base in declared.__bases__)


@cache
def _type_hints(declared: Any) -> dict[str, Any]:
    return typing.get_type_hints(declared)


def _class_by_name(declared: Any, name: str) -> Any:
    """Return the class with this name: the declared class or a direct subclass. Raises ``KeyError`` if there is none.

    For a dataclass with slots, Python replaces the original class by a copy. The original is still listed among the
    subclasses, but is no longer in its module, so it is skipped.
    """
    for candidate in (declared, *declared.__subclasses__()):
        if candidate.__name__ == name and getattr(sys.modules[candidate.__module__], name, None) is candidate:
            return candidate
    raise KeyError(name)


def _require_text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError(f"{data!r} is no text")
    return data
