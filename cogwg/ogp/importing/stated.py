"""What a file of commitments states, as values. If a text is empty, the stored text stays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status
from cogwg.imports.previews import Problem
from cogwg.ogp.scales import CommitmentState


class FileKind(StrEnum):
    """The kind of a file: a country's list, or what the federal tracker published about its fifth or sixth plan."""

    LIST = "list"
    NAP5 = "nap5"
    NAP6 = "nap6"


@dataclass(frozen=True, slots=True)
class StatedActual:
    """A report on an indicator for a period (YYYY-MM), in a row of the file."""

    period: str
    row: int
    status: Status | None = None
    nothing_to_report: bool = False
    progress: Bilingual = EMPTY_TEXT
    evidence: Bilingual = EMPTY_TEXT
    challenges: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class StatedIndicator:
    """An indicator with its deadline in the file's words, and its reports, the earliest period first."""

    code: str
    milestone: str
    row: int
    text: Bilingual = EMPTY_TEXT
    deadline: Bilingual = EMPTY_TEXT
    lead: Bilingual = EMPTY_TEXT
    actuals: tuple[StatedActual, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedMilestone:
    """A milestone. Its text is empty if the file has only its number."""

    number: str
    row: int
    text: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class StatedCommitment:
    """A commitment of the plan that began in the year ``cycle``. ``follows`` is the identifier of the commitment that it
    continues, or "".
    """

    identifier: str
    cycle: int
    row: int
    number: str = ""
    title: Bilingual = EMPTY_TEXT
    text: Bilingual = EMPTY_TEXT
    lead: Bilingual = EMPTY_TEXT
    support: tuple[Bilingual, ...] = ()
    areas: tuple[Bilingual, ...] = ()
    starred: bool | None = None
    state: CommitmentState | None = None
    follows: str = ""
    milestones: tuple[StatedMilestone, ...] = ()
    indicators: tuple[StatedIndicator, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCommitments:
    """A file that was read. ``row_count`` is the number of rows without the headings. ``left_out`` are the headings of the
    columns that were not read.
    """

    kind: FileKind
    commitments: tuple[StatedCommitment, ...]
    problems: tuple[Problem, ...] = ()
    row_count: int = 0
    left_out: tuple[str, ...] = ()
