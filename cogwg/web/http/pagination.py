"""Long lists in parts: fifty rows a page, with links that keep the filters of the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from cogwg.core.errors import NotFound
from cogwg.web.http import i18n

PAGE = 50
FURTHEST = 10_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of one page of a list; ``first`` counts from one, and the addresses are empty at either end."""

    rows: Sequence[Row]
    first: int
    total: int
    before: str
    after: str

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def all(self) -> bool:
        return not (self.before or self.after)


def part(rows: Sequence[Row], endpoint: str, name: str = "page", at: int | None = None) -> Part[Row]:
    """The page of these rows that the address names, or the one that holds the row ``at``."""
    start = offset(len(rows), name) if at is None else at - at % PAGE
    return part_of(rows[start : start + PAGE], start, len(rows), endpoint, name)


def part_of(rows: Sequence[Row], start: int, total: int, endpoint: str, name: str = "page") -> Part[Row]:
    """Rows that were read from ``start`` on, as a page of ``total``."""
    before = _url(endpoint, name, start // PAGE) if start else ""
    after = _url(endpoint, name, start // PAGE + 2) if start + PAGE < total else ""
    return Part(rows, start + 1, total, before, after)


def offset(total: int, name: str = "page") -> int:
    """Where the page that the address names begins; past the end it is the last one. Raises ``NotFound`` for no number."""
    asked = request.args.get(name, "1")
    if not (asked.isascii() and asked.isdecimal() and 0 < len(asked) < 6 and 0 < int(asked) <= FURTHEST):
        raise NotFound(f"{name} {asked}")
    return min(int(asked) - 1, max(total - 1, 0) // PAGE) * PAGE


def index(rows: Sequence[Row], found: Callable[[Row], bool]) -> int | None:
    """Where the first such row stands; None where there is none."""
    return next((n for n, row in enumerate(rows) if found(row)), None)


def _url(endpoint: str, name: str, number: int) -> str:
    """The address of another page: as this one, with its filters and the pages of its other lists."""
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key not in (name, "at", "lang")}
    if number > 1:
        kept[name] = number
    return url_for(endpoint, lang=i18n.current().value, **kept)
