"""Read a country's list of commitments: a row for each commitment, with its identifier, cycle and title, and optional
facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cogwg.core.bilingual import Bilingual, clean_line
from cogwg.core.errors import N_
from cogwg.imports.previews import Problem
from cogwg.ogp.importing.csv_files import CsvRow, CsvTable, problem
from cogwg.ogp.importing.stated import FileKind, ReadCommitments, StatedCommitment
from cogwg.ogp.scales import STATE_LABELS, CommitmentState

REQUIRED_COLUMNS = ("identifier", "cycle")
COLUMNS = frozenset(
    {
        *REQUIRED_COLUMNS,
        *("number", "starred", "status", "follows"),
        *("title", "title_en", "title_fr", "text_en", "text_fr", "policy_area", "policy_area_en", "policy_area_fr"),
        *("lead_institution", "lead_institution_en", "lead_institution_fr"),
        *("supporting_institutions", "supporting_institutions_en", "supporting_institutions_fr"),
    }
)
BAD_IDENTIFIER = N_("Write an identifier of up to 20 letters, digits and hyphens, such as CA0060.")
REPEATED_IDENTIFIER = N_("%(identifier)s is also in row %(row)s. Keep one row for each commitment.")
BAD_CYCLE = N_("Write the cycle as the year in which the action plan began, such as 2016.")
NO_TITLE = N_("Enter the title in English, in French or in both.")
LONG_TEXT = N_("This text is longer than %(limit)s characters. Shorten it.")
BAD_STARRED = N_("Write Yes or No in the column “starred”.")
BAD_STATE = N_("Write the status as Active, Inactive or Withdrawn.")
BAD_FOLLOWS = N_("Enter the identifier of a commitment of an earlier action plan.")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
_YEAR = re.compile(r"20\d\d")
_LIMITS = {
    "title": 300,
    "title_en": 300,
    "title_fr": 300,
    "lead_institution": 200,
    "lead_institution_en": 200,
    "lead_institution_fr": 200,
    "number": 10,
}
_YES_NO = {"yes": True, "oui": True, "true": True, "1": True, "no": False, "non": False, "false": False, "0": False}
_STATES = {label.casefold(): state for state, pair in STATE_LABELS.items() for label in (pair.en, pair.fr, state.value)}


def read_list(table: CsvTable) -> ReadCommitments:
    """Return the commitments of a list, in the order of its rows, with the problems of the rows."""
    problems: list[Problem] = []
    rows: dict[str, int] = {}
    commitments = []
    for row in table.rows:
        row_problems = list(_row_problems(row))
        identifier = row.text("identifier").upper()
        if identifier in rows:
            values = {"identifier": identifier, "row": rows[identifier]}
            row_problems.append(_problem("repeated", REPEATED_IDENTIFIER, row, "identifier", values))
        rows.setdefault(identifier, row.number)
        problems += row_problems
        if not row_problems:
            commitments.append(_commitment(row, identifier))
    left_out = tuple(column for column in table.columns if column and column not in COLUMNS)
    return ReadCommitments(FileKind.LIST, tuple(commitments), tuple(problems), left_out=left_out)


def _row_problems(row: CsvRow) -> list[Problem]:
    row_problems = []
    if not IDENTIFIER.fullmatch(row.text("identifier")):
        row_problems.append(_problem("identifier", BAD_IDENTIFIER, row, "identifier"))
    if not _YEAR.fullmatch(row.text("cycle")):
        row_problems.append(_problem("cycle", BAD_CYCLE, row, "cycle"))
    if not _pair(row, "title"):
        column = "title_en" if "title_en" in row.texts else "title"
        row_problems.append(_problem("title", NO_TITLE, row, column))
    for column, limit in _LIMITS.items():
        if len(row.text(column)) > limit:
            row_problems.append(_problem("long", LONG_TEXT, row, column, {"limit": limit}))
    starred = row.text("starred").casefold()
    if starred and starred not in _YES_NO:
        row_problems.append(_problem("starred", BAD_STARRED, row, "starred"))
    state = row.text("status").casefold()
    if state and state not in _STATES:
        row_problems.append(_problem("state", BAD_STATE, row, "status"))
    return row_problems


def _problem(rule: str, sentence: str, row: CsvRow, column: str, values: Mapping[str, Any] | None = None) -> Problem:
    subject = row.text("identifier").upper()
    return problem(rule, sentence, row.number, column, content=row.text(column), subject=subject, values=values)


def _commitment(row: CsvRow, identifier: str) -> StatedCommitment:
    starred, state = row.text("starred").casefold(), row.text("status").casefold()
    return StatedCommitment(
        identifier=identifier,
        cycle=int(row.text("cycle")),
        row=row.number,
        number=clean_line(row.text("number")),
        title=_pair(row, "title"),
        text=Bilingual(row.text("text_en"), row.text("text_fr")),
        lead=_pair(row, "lead_institution"),
        support=_several(_pair(row, "supporting_institutions")),
        areas=_several(_pair(row, "policy_area")),
        starred=_YES_NO.get(starred),
        state=CommitmentState(_STATES[state]) if state else None,
        follows=row.text("follows").upper(),
    )


def _pair(row: CsvRow, name: str) -> Bilingual:
    """Return a text in both languages. A column whose name has no language is in English."""
    return Bilingual(clean_line(row.text(f"{name}_en") or row.text(name)), clean_line(row.text(f"{name}_fr")))


def _several(pair: Bilingual) -> tuple[Bilingual, ...]:
    """Split a text at semicolons, and pair each part with the part at the same position in the other language."""
    en, fr = ([part.strip() for part in text.split(";") if part.strip()] for text in (pair.en, pair.fr))
    count = max(len(en), len(fr))
    return tuple(Bilingual(*(texts[n] if n < len(texts) else "" for texts in (en, fr))) for n in range(count))
