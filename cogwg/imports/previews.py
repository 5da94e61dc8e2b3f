"""Previews: what a file would change, as values. A preview is computed from the file and the stored data; it saves nothing.

The subject of a problem, change or conflict is the code of the item that its row is about, such as ``3.2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cogwg.core.errors import Message


class Severity(StrEnum):
    """The effect of a problem. A row with an ERROR is not saved. A QUESTION must be answered, but does not prevent saving.

    A draft with a LATER problem can be saved but not submitted.
    """

    ERROR = "error"
    QUESTION = "question"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the file: the name of its sheet in the file, and its address, such as ``D12``."""

    sheet: str
    address: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that cells break. ``content`` is the content of the cells. A problem of the whole file has no cells and no
    subjects.

    ``rule`` is the id of the rule. Its sentence (``message``) is the same in the file, in the preview and on the command line.
    ``field`` is the field that a question is about.
    """

    rule: str
    message: Message
    cells: tuple[Cell, ...] = ()
    content: str = ""
    subjects: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    field: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that the file changes. ``is_merged`` is whether another person changed other fields of the item since the file
    was written.
    """

    subject: str
    field: str
    cell: Cell
    before: str
    after: str
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that the file and another person changed in different ways; ``base`` is the text before both changes.

    ``theirs`` is the other person's value and ``yours`` that of the file. ``both`` is a text that combines them, empty if the
    field is not a text.
    """

    subject: str
    field: str
    cell: Cell
    base: str
    theirs: str
    yours: str
    both: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change.

    ``unchanged`` counts the values that are the same as those stored. ``left_out`` names the sheets and columns that were not
    read, because the product does not know them.
    """

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    unchanged: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems because of which rows are not saved."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def questions(self) -> tuple[Problem, ...]:
        """The problems that must be answered."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.QUESTION)

    @property
    def later(self) -> tuple[Problem, ...]:
        """The problems because of which drafts cannot be submitted."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.LATER)
