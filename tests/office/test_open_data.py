"""LibreOffice opens the CSV files and workbooks of the open data: columns, accents and line breaks are right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import build_engine
from cogwg.tracker.open_data.datasets import BY_NAME
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.files import as_csv, as_xlsx
from cogwg.tracker.published import PublicRecord, public_record
from tests.databases import Databases
from tests.office.printed_pages import require_office
from tests.office.test_lists import read_with_office
from tests.tracker.rebuild import read
from tests.tracker.records import NOW, with_everything


@pytest.fixture(scope="module")
def public(databases: Databases) -> PublicRecord:
    engine = build_engine(databases.create("sqlite", "published"))
    with Session(engine) as session:
        record = public_record(session, NOW)
    engine.dispose()
    return record


def texts(sheet: Any) -> list[dict[str, str]]:
    """Return the rows of a sheet by its headings, with the ids and the columns of text."""
    head, *rows = [[cell.value for cell in row] for row in sheet]
    names = [name for name in head if name == "id" or name.endswith(("_en", "_fr"))]
    return [{name: row[head.index(name)] or "" for name in names} for row in rows]


@pytest.mark.parametrize("name", ["priorities", "activities", "reports", "milestones", "challenges"])
def test_office_reads_the_texts_of_csv_files_with_commas(tmp_path: Path, public: PublicRecord, name: str) -> None:
    require_office()
    file = tmp_path / f"{name}.csv"
    file.write_bytes(as_csv(BY_NAME[name], Scope.of_record(public)))
    shown = texts(read_with_office(file, delimiter=","))
    assert len(shown) > 3
    assert shown == [{column: row[column] for column in shown[0]} for row in read(tmp_path, name)]
    assert any("é" in text for row in shown for text in row.values())


def test_office_reads_days_as_days_and_keeps_what_begins_with_zero(tmp_path: Path, public: PublicRecord) -> None:
    require_office()
    scope = Scope.of_record(with_everything(public))
    for name, kind in (("milestones", "csv"), ("quarters", "csv"), ("milestones", "xlsx"), ("quarters", "xlsx")):
        (tmp_path / f"{name}.csv").write_bytes(as_csv(BY_NAME[name], scope))
        file = tmp_path / f"{name}.{kind}"
        file.write_bytes((as_csv if kind == "csv" else as_xlsx)(BY_NAME[name], scope))
        head, *lines = [[cell.value for cell in row] for row in read_with_office(file, delimiter="," if kind == "csv" else "")]
        rows = read(tmp_path, name)
        assert len(lines) == len(rows) > 1
        for column in {"reported_on", "happened_on", "published_on", "due_on", "quarter", "chain_hash"} & set(head):
            shown = [line[head.index(column)] for line in lines]
            days = [value.date().isoformat() if isinstance(value, datetime) else value or "" for value in shown]
            assert days == [row[column] for row in rows], (name, kind, column)
            assert not column.endswith("_on") or any(isinstance(value, datetime) for value in shown)
        assert "chain_hash" not in head or "00ff00ff00ff00ff" in [line[head.index("chain_hash")] for line in lines]


def test_office_keeps_difficult_texts_of_workbooks(tmp_path: Path, public: PublicRecord) -> None:
    require_office()
    scope = Scope.of_record(with_everything(public))
    file = tmp_path / "reports.xlsx"
    file.write_bytes(as_xlsx(BY_NAME["reports"], scope))
    (tmp_path / "reports.csv").write_bytes(as_csv(BY_NAME["reports"], scope))
    sheet = read_with_office(file)
    shown = texts(sheet)
    assert shown == [{column: row[column] for column in shown[0]} for row in read(tmp_path, "reports")]
    formulas = {cell.value for row in sheet for cell in row if cell.data_type == "f"}
    assert formulas <= {"=TRUE()", "=FALSE()"}, "LibreOffice writes what is true or false so"
