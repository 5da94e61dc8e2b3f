"""The sources of the rows of datasets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.published_editions import QuarterEdition


@dataclass(frozen=True, slots=True)
class Row:
    """The source of a row: an item of a published quarter, the item's ``parent``, and its ``number`` there, counted from 1."""

    edition: QuarterEdition
    item: Any = None
    parent: Any = None
    number: int = 0
    kind: str = ""

    @property
    def quarter(self) -> str:
        return self.edition.content.key

    @property
    def plan(self) -> int:
        return self.edition.content.year


def priorities_of(scope: Scope) -> Iterator[Row]:
    """Yield the priorities of each plan as of its latest published quarter."""
    return (Row(edition, item) for edition in scope.plans for item in edition.content.priorities)


def activities_of(scope: Scope) -> Iterator[Row]:
    """Yield the activities of each plan, with the priority of each."""
    for row in priorities_of(scope):
        yield from (Row(row.edition, activity, row.item) for activity in row.item.activities)


def reports_of(scope: Scope) -> Iterator[Row]:
    """Yield the reports of every published quarter."""
    return (Row(edition, report) for edition in scope.quarters for report in edition.content.reports)


def milestones_of(scope: Scope) -> Iterator[Row]:
    """Yield the milestones of the newest published quarter."""
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.milestones)
