"""What a file would change, as values. A preview is computed from the file and the record; it writes nothing.

The subject of a problem, change or conflict is the code of the item that its row is about, such as ``3.2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cogwg.core.errors import Message


class Severity(StrEnum):
    """An error keeps its row from being saved; a question does not, but it must be answered.

    LATER keeps what is saved as a draft from being submitted.
    """

    ERROR = "error"
    QUESTION = "question"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the file: the sheet's name as the file has it, and an address such as ``D12``."""

    sheet: str
    address: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that cells break. ``content`` is their content; a problem of the whole file has no cell and no subject.

    ``rule`` is the rule's id. Each has one sentence, the same in the file, the preview and the command line. ``field`` is the
    field that a question is about.
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
    """A field that the file changes. ``is_merged``: others changed other fields of the same item since the file was written."""

    subject: str
    field: str
    cell: Cell
    before: str
    after: str
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that the file and another person changed in different ways; ``base`` is the text before both changes.

    ``both`` is a text that keeps both, empty for a field that is not text.
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

    ``unchanged`` counts the values that are as stored; ``left_out`` names sheets and columns that the product did not write.
    """

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    conflicts: tuple[FieldConflict, ...] = ()
    unchanged: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep rows from being saved."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def questions(self) -> tuple[Problem, ...]:
        """The problems that must be answered."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.QUESTION)

    @property
    def later(self) -> tuple[Problem, ...]:
        """The problems that keep drafts from being submitted."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.LATER)
