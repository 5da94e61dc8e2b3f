"""Read a file of commitments: find out which kind of file it is, and what it states."""

from __future__ import annotations

from cogwg.core.errors import N_
from cogwg.imports.previews import Problem
from cogwg.ogp.importing import federal_files, lists
from cogwg.ogp.importing.csv_files import CsvTable, problem, read_table, refusal
from cogwg.ogp.importing.stated import ReadCommitments

UNKNOWN_COLUMNS = N_(
    "The columns of this file were not recognized. A country’s list needs at least identifier, cycle and title; a file "
    "from the federal tracker needs %(columns)s."
)
MISSING_COLUMNS = N_("This file lacks these columns: %(columns)s. Add them, then upload it again.")
TOO_MANY_CELLS = N_("This row has more cells than there are headings. Put quotes around each text that contains a comma.")


def read_commitments(data: bytes) -> ReadCommitments:
    """Return the contents of a file, with the problems of its rows. Raises ``Invalid`` for a file that cannot be read at
    all.
    """
    table = read_table(data)
    read = _read_known(table)
    uneven = tuple(problem("too-many-cells", TOO_MANY_CELLS, row, "") for row in table.uneven)
    problems: tuple[Problem, ...] = (*uneven, *read.problems)
    return ReadCommitments(read.kind, read.commitments, problems, len(table.rows), read.left_out)


def _read_known(table: CsvTable) -> ReadCommitments:
    columns = set(table.columns)
    if "identifier" in columns:
        _require(columns, lists.REQUIRED_COLUMNS)
        return lists.read_list(table)
    if columns & {"reporting_period", "indicators"}:
        _require(columns, federal_files.REQUIRED_COLUMNS)
        return federal_files.read_federal_file(table)
    raise refusal(UNKNOWN_COLUMNS, columns=", ".join(federal_files.REQUIRED_COLUMNS))


def _require(columns: set[str], required: tuple[str, ...]) -> None:
    missing = [column for column in required if column not in columns]
    if missing:
        raise refusal(MISSING_COLUMNS, columns=", ".join(missing))
