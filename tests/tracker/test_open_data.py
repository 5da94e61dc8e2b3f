"""Open data: datasets with a dictionary in both languages, from which a short script rebuilds every public fact."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets import DATASETS, datasets_of
from cogwg.tracker.open_data.datasets.activities import ACTIVITIES
from cogwg.tracker.open_data.datasets.reports import REPORTS
from cogwg.tracker.open_data.fields import Dataset, FieldKind, Scope, cells
from cogwg.tracker.open_data.files import FORMATS, as_csv, as_json, as_xlsx, csv_text, data_files, fingerprint
from cogwg.tracker.published import PublicRecord, public_record
from tests.tracker import rebuild
from tests.tracker.dictionary_page import PAGE, dictionary
from tests.tracker.records import NOW, with_everything, write_open_data

EVERY_DATASET = [pytest.param(dataset, id=dataset.name) for dataset in DATASETS]


@pytest.fixture
def record(published: Session) -> PublicRecord:
    """The demo's public record with every kind of fact added."""
    return with_everything(public_record(published, NOW))


def plain(value: Any) -> Any:
    """Return a value as the script has it: texts by language, days in ISO form, tuples as lists."""
    if isinstance(value, Bilingual):
        return {"en": value.en, "fr": value.fr}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(map(plain, value))
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def test_script_of_200_lines_rebuilds_every_public_fact(record: PublicRecord, tmp_path: Path) -> None:
    write_open_data(tmp_path, record)
    rebuilt = rebuild.record(tmp_path)
    assert rebuilt["editions"] == [without(plain(edition), "id", "text") for edition in record.editions]
    assert rebuilt["briefings"] == [without(plain(briefing), "id") for briefing in record.briefings]
    for own, edition in zip(rebuilt["commitments"], record.commitment_editions, strict=True):
        assert own == without(plain(edition), "id", "content")
    engagement = [*rebuilt["cycles"], *rebuilt["heards"]]
    assert engagement == [without(plain(edition), "id", "content") for edition in record.engagement_editions]
    assert rebuilt["withdrawals"] == [without(plain(notice), "id", "edition") for notice in record.withdrawals]
    script = Path(rebuild.__file__).read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 200
    assert "cogwg" not in re.sub('""".*?"""', "", script, flags=re.DOTALL)


def test_newest_files_have_the_latest_state_of_each_plan_and_every_quarter(record: PublicRecord) -> None:
    scope = Scope.of_record(record)
    latest = record.latest()
    assert latest is not None
    assert {row[0] for row in ACTIVITIES.rows(scope)} == {f"2020-{a.code}" for a in latest.content.activities}
    expected = {f"{e.content.key}-{r.activity}" for e in record.quarters for r in e.content.reports}
    assert {row[0] for row in REPORTS.rows(scope)} == expected


@pytest.mark.parametrize("dataset", EVERY_DATASET)
def test_each_row_has_a_stable_identifier_and_the_mark_of_sample_data(record: PublicRecord, dataset: Dataset) -> None:
    rows = dataset.rows(Scope.of_record(record))
    assert rows
    ids = [row[0] for row in rows]
    assert len(set(ids)) == len(ids)
    assert "sample" in [field.name for field in dataset.fields]


@pytest.mark.parametrize("dataset", EVERY_DATASET)
def test_each_field_is_described_in_both_languages_and_has_its_type(record: PublicRecord, dataset: Dataset) -> None:
    names = [field.name for field in dataset.fields]
    assert len(set(names)) == len(names)
    assert not dataset.title.missing_languages
    types = {
        FieldKind.TEXT: Bilingual,
        FieldKind.INTEGER: int,
        FieldKind.BOOLEAN: bool,
        FieldKind.DAY: date,
        FieldKind.TIME: datetime,
        FieldKind.CODES: tuple,
    }
    for field in dataset.fields:
        assert field.title
        assert not field.title.missing_languages
        assert field.description
        assert not field.description.missing_languages
    for row in dataset.rows(Scope.of_record(record)):
        for field, value in zip(dataset.fields, row, strict=True):
            assert value is None or type(value) is types.get(field.kind, str), field.name
            assert not field.required or value not in (None, ""), field.name
            codes = value if isinstance(value, tuple) else (value,)
            assert not field.codes or value is None or set(codes) <= set(dict(field.codes)), field.name


@pytest.mark.parametrize("dataset", EVERY_DATASET)
def test_csv_is_raw_with_commas_and_a_byte_order_mark(record: PublicRecord, dataset: Dataset) -> None:
    scope = Scope.of_record(record)
    content = as_csv(dataset, scope)
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    assert head == [column.name for column in dataset.columns]
    assert rows == [list(map(csv_text, cells(dataset, row))) for row in dataset.rows(scope)]


def test_csv_keeps_texts_as_they_are(record: PublicRecord) -> None:
    [row] = [
        row
        for row in csv.DictReader(StringIO(as_csv(REPORTS, Scope.of_record(record)).decode("utf-8-sig"), newline=""))
        if row["late"] == "true"
    ]
    assert row["progress_en"].startswith("=1+1")
    assert (row["challenge_en"], row["challenge_fr"]) == ("@only in English", "")
    assert row["jurisdictions"] == "on qc"


@pytest.mark.parametrize("dataset", EVERY_DATASET)
def test_json_and_workbook_have_the_rows_of_the_csv(record: PublicRecord, dataset: Dataset) -> None:
    scope = Scope.of_record(record)
    rows = list(csv.DictReader(StringIO(as_csv(dataset, scope).decode("utf-8-sig"), newline="")))
    data = json.loads(as_json(dataset, scope))
    assert data["dataset"] == dataset.name
    assert [{name: csv_text(tuple(v) if isinstance(v, list) else v) for name, v in row.items()} for row in data["rows"]] == rows
    book = openpyxl.load_workbook(BytesIO(as_xlsx(dataset, scope, "Licence")))
    sheet, dictionary = book.worksheets
    head, *lines = sheet.iter_rows()
    names = [cell.value for cell in head]
    for line, row in zip(lines, rows, strict=True):
        for name, cell in zip(names, line, strict=True):
            value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            assert csv_text(value) == row[name].replace("\r", "")
            assert cell.data_type != "f"
    assert [cell.value for cell in dictionary["A"]][1:] == names
    assert book.properties.title == f"{dataset.title.en} / {dataset.title.fr}"
    assert book.properties.description == "Licence"
    assert {sheet.sheet_state for sheet in book.worksheets} == {"visible"}


def test_files_of_an_edition_depend_on_nothing_but_what_was_published(published: Session, record: PublicRecord) -> None:
    before = public_record(published, NOW).quarter("2020-06", 1)
    after = record.quarter("2020-06", 1)
    first, again = (dict(data_files(datasets_of(scope), scope)) for scope in map(Scope.of_edition, (before, after)))
    assert first == again
    assert len(first) == 13 * len(FORMATS)
    assert fingerprint(after.text.encode()) == after.sha256


def test_dictionary_in_the_documents_is_current() -> None:
    """``python -m tests.tracker.dictionary_page`` writes it."""
    assert PAGE.read_text(encoding="utf-8").endswith(dictionary())
