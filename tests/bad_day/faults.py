"""What a test of a bad day tells the report: the fault, what was done, what people saw, and which writes were acknowledged."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

SCALE = float(os.environ.get("COGWG_BAD_DAY_SCALE", "1"))
"""How much of the long tests to run: 1 for the report, and less for a look at whether they work."""
Test = TypeVar("Test", bound=Callable[..., Any])


def scaled(number: int) -> int:
    return max(1, round(number * SCALE))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, what the test does, and what it checks that people see. ``is_control`` shows that losses would be noticed."""

    name: str
    done: str
    saw: str
    is_control: bool = False


def fault(name: str, *, done: str, saw: str, is_control: bool = False) -> Callable[[Test], Test]:
    """Mark a test with its fault."""

    def mark(test: Test) -> Test:
        test.fault = Fault(name, done, saw, is_control)  # type: ignore[attr-defined]
        return test

    return mark


class Tally:
    """How many writes were acknowledged in a test, and how many of them are not stored; ``detail`` is a number that tells."""

    def __init__(self) -> None:
        self.acknowledged: int | None = None
        self.lost = 0
        self.detail = ""

    def count(self, acknowledged: Collection[str], stored: Collection[str]) -> None:
        """Count the writes that people were told are saved, and those of them that are not stored."""
        self.acknowledged = (self.acknowledged or 0) + len(acknowledged)
        self.lost += len(set(acknowledged) - set(stored))
