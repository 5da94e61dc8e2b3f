"""Long lists in pages of fifty rows, with links that keep the filters in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from cogwg.core.errors import NotFound
from cogwg.web.http import i18n

PAGE_SIZE = 50
MAX_PAGE = 10_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """One page of a list. ``first_number`` is the number of its first row in the whole list, counting from 1.

    ``previous_url`` is empty on the first page, and ``next_url`` on the last.
    """

    rows: Sequence[Row]
    first_number: int
    total: int
    previous_url: str
    next_url: str
    size: int

    @property
    def number(self) -> int:
        return (self.first_number - 1) // self.size + 1

    @property
    def previous_number(self) -> int:
        """Return the number of the page before this one, or 0 if this is the first."""
        return self.number - 1 if self.previous_url else 0

    @property
    def next_number(self) -> int:
        """Return the number of the page after this one, or 0 if this is the last."""
        return self.number + 1 if self.next_url else 0

    @property
    def last_number(self) -> int:
        return self.first_number + len(self.rows) - 1

    @property
    def is_whole_list(self) -> bool:
        return not (self.previous_url or self.next_url)


def paginate(
    rows: Sequence[Row], endpoint: str, name: str = "page", row_index: int | None = None, **values: Any
) -> ListPage[Row]:
    """Return one page of these rows: the one with the number in the URL, or the one that contains the row at ``row_index``.

    ``values`` are the URL values of the endpoint, besides the language.
    """
    start = page_offset(len(rows), name) if row_index is None else row_index - row_index % PAGE_SIZE
    return list_page(rows[start : start + PAGE_SIZE], start, len(rows), endpoint, name, **values)


def list_page(
    rows: Sequence[Row], start: int, total: int, endpoint: str, name: str = "page", size: int | None = None, **values: Any
) -> ListPage[Row]:
    """Return the page with these rows, which were read from offset ``start`` of a list of ``total`` rows."""
    size = size or PAGE_SIZE
    before = _page_url(endpoint, name, start // size, values) if start else ""
    after = _page_url(endpoint, name, start // size + 2, values) if start + size < total else ""
    return ListPage(rows, start + 1, total, before, after, size)


def page_offset(total: int, name: str = "page", size: int | None = None) -> int:
    """Return the offset of the page whose number is in the URL, or of the last page if the list is shorter.

    Raises ``NotFound`` for an invalid number.
    """
    number = request.args.get(name, "1")
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 6 and 0 < int(number) <= MAX_PAGE):
        raise NotFound(f"{name} {number}")
    size = size or PAGE_SIZE
    return min(int(number) - 1, max(total - 1, 0) // size) * size


def find_index(rows: Sequence[Row], matches: Callable[[Row], bool]) -> int | None:
    """Return the index of the first row that matches, or None."""
    return next((n for n, row in enumerate(rows) if matches(row)), None)


def _page_url(endpoint: str, name: str, number: int, values: Mapping[str, Any]) -> str:
    """Return the URL of a page of this list. The URL keeps the filters, and the page numbers of other lists."""
    query: dict[str, Any] = {key: value for key, value in request.args.items() if key not in (name, "at", "lang")}
    if number > 1:
        query[name] = number
    return url_for(endpoint, **{**query, **values, "lang": i18n.current_language().value})
