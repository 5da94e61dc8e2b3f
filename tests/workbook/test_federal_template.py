"""The federal tracker's template is filled from row 6 on under its field ids, and everything else keeps its bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.core.errors import Invalid
from cogwg.core.office_files import unpack
from cogwg.workbook import federal_template, guard
from cogwg.workbook.federal_template import FIELDS, fill_template
from tests.workbook.federal_templates import template
from tests.workbook.rewriting import rewritten

SHEET = "xl/worksheets/sheet1.xml"


def row(indicator: str = "C01.1.1", period: str = "2025-12", **texts: str) -> dict[str, str]:
    codes = {"commitments": "C01", "milestones": indicator.rpartition(".")[0], "indicators": indicator, "status": "SP"}
    usual = {name: f"{name} of {indicator}" for name in FIELDS[5:]}
    return {"reporting_period": period, **codes, **usual, **texts}


ROWS = [row(), row("C01.1.2", progress_fr="Élan « nouveau » & <vite>\nsuite"), row("C01.2.1", status="C")]


def values(data: bytes, sheet: str = "nap6") -> dict[str, Any]:
    return {
        cell.coordinate: cell.value for line in load_workbook(BytesIO(data))[sheet] for cell in line if cell.value is not None
    }


def test_rows_are_filled_from_row_6_on_under_the_field_ids() -> None:
    filled = fill_template(template(), "nap6.xlsx", ROWS)

    assert (filled.organization, filled.rows) == ("tbs-sct", (6, 7, 8))
    sheet = load_workbook(BytesIO(filled.data))["nap6"]
    for number, texts in enumerate(ROWS, 6):
        stored = {name: sheet.cell(number, column).value for column, name in enumerate(FIELDS, 3)}
        assert stored == texts


def test_everything_else_keeps_its_bytes() -> None:
    before = template()
    after = fill_template(before, "nap6.xlsx", ROWS).data

    old, new = unpack(before), unpack(after)
    assert list(old) == list(new)
    assert {name for name in old if old[name] != new[name]} == {SHEET}
    for xml in (old, new):
        xml[SHEET] = re.sub(
            rb'<c r="[C-M][678]".*?(?:/>|</c>)', b"", xml[SHEET].replace(b"/>", b" />").replace(b"  />", b" />")
        )
    assert old[SHEET].partition(b"<sheetData>")[0] == new[SHEET].partition(b"<sheetData>")[0]
    assert old[SHEET].partition(b"</sheetData>")[2] == new[SHEET].partition(b"</sheetData>")[2]
    others = [re.findall(rb'<row r="(?:[1-5]|9|\d\d)".*?</row>', xml[SHEET], re.DOTALL) for xml in (old, new)]
    assert others[0] == others[1]
    with ZipFile(BytesIO(before)) as first, ZipFile(BytesIO(after)) as second:
        same = [[(i.filename, i.date_time, i.compress_type) for i in zip_.infolist()] for zip_ in (first, second)]
    assert same[0] == same[1]


def test_hidden_rows_checks_formulas_and_looks_stay() -> None:
    sheet = load_workbook(BytesIO(fill_template(template(), "nap6.xlsx", ROWS).data))["nap6"]

    assert sheet.row_dimensions[3].hidden
    assert [str(check.sqref) for check in sheet.data_validations.dataValidation] == ["G6:G45"]
    assert sheet["A6"].value == '=IF(C6="","","ok")'
    assert sheet["H6"].alignment.wrap_text
    assert sheet["C5"].value == "ex. reporting_period"


def test_the_filled_file_is_a_valid_workbook(tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(template(looked=0))
    after.write_bytes(fill_template(before.read_bytes(), "nap6.xlsx", ROWS).data)

    checker = OpenXmlValidator(file_format=FileFormat.OFFICE_2019)
    known, faults = (
        [each.description for each in checker.validate(path).errors if "inline-string" not in each.description]
        for path in (before, after)
    )
    assert faults == known
    assert load_workbook(after, read_only=True)["nap6"].max_row == 8


def test_a_row_that_is_there_is_filled_again_and_others_are_added_after_the_last() -> None:
    there = [row("C09.1.1"), row(status="C01: old", progress_en="Old"), {**row("C07.1.1"), "indicators": "C07.1.1: Words"}]
    filled = fill_template(template(there), "nap6.xlsx", [row(), row("C02.1.1"), row("C07.1.1")])

    assert filled.rows == (7, 8, 9)
    cells = values(filled.data)
    assert (cells["F6"], cells["F7"], cells["F8"], cells["F9"]) == ("C09.1.1", "C01.1.1", "C07.1.1", "C02.1.1")
    assert cells["H7"] == "progress_en of C01.1.1"


def test_columns_are_found_by_their_ids_in_any_order() -> None:
    fields = tuple(reversed(FIELDS))
    cells = values(fill_template(template(fields=fields), "nap6.xlsx", [row()]).data)

    assert (cells["C6"], cells["M6"]) == ("challenges_fr of C01.1.1", "2025-12")


def test_a_template_that_another_program_saved_is_filled() -> None:
    filled = fill_template(rewritten(template(looked=0)), "nap6.xlsx", [row()])

    assert values(filled.data)["F6"] == "C01.1.1"


def test_formulas_in_texts_stay_texts() -> None:
    filled = fill_template(template(), "nap6.xlsx", [row(progress_en='=HYPERLINK("http://example.org")')])

    cell = load_workbook(BytesIO(filled.data))["nap6"]["H6"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://example.org")', "s")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (template(layout="v2"), federal_template.NO_TEMPLATE),
        (template(fields=FIELDS[:-1]), federal_template.LACKS_FIELDS),
        (b"reporting_period,indicators", guard.TEXT_TABLE),
        (b"", guard.EMPTY),
    ],
    ids=["another layout", "a field is missing", "a CSV file", "an empty file"],
)
def test_a_file_that_is_no_such_template_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        fill_template(data, "nap6.xlsx", ROWS)

    assert [message.id for _field, message in refused.value.problems] == [sentence]
