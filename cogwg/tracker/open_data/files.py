"""The files of a dataset: CSV, JSON and a workbook. The same scope always gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from io import StringIO
from typing import Any

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import Cell, Column, Table, as_reproducible_workbook
from cogwg.tracker.open_data.datasets import day_of
from cogwg.tracker.open_data.fields import SEPARATOR, DataColumn, Dataset, Field, FieldKind, Scope, cells

BOM = "\ufeff"
DICTIONARY_SHEET = Bilingual("dictionary", "dictionary")
DICTIONARY_HEADINGS = ("name", "title_en", "title_fr", "description_en", "description_fr", "type", "codes")


def plain(value: Any) -> Any:
    """Return a cell for JSON: days and times in ISO format, lists as arrays."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def csv_text(value: Any) -> str:
    """Return a cell for CSV: "true" or "false", days and times in ISO format, the codes of a list separated by spaces."""
    data = plain(value)
    if data is None:
        return ""
    if isinstance(data, bool):
        return "true" if data else "false"
    return SEPARATOR.join(data) if isinstance(data, list) else str(data)


def as_csv(dataset: Dataset, scope: Scope, _note: str = "") -> bytes:
    """Return CSV in UTF-8 with a byte order mark, commas and CRLF.

    Values are unchanged: unlike in lists downloaded from pages, a text that looks like a formula gets no apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in dataset.columns])
    for row in dataset.rows(scope):
        writer.writerow([csv_text(cell) for cell in cells(dataset, row)])
    return (BOM + out.getvalue()).encode()


def as_json(dataset: Dataset, scope: Scope, note: str = "") -> bytes:
    """Return JSON with the same columns as the CSV, and null for an empty cell.

    The day, and whether this is sample data, come before the rows. ``note`` names the licence of the newest state; files of an
    edition have no note, because they depend only on what was published.
    """
    names = [column.name for column in dataset.columns]
    rows = [dict(zip(names, map(plain, cells(dataset, row)), strict=True)) for row in dataset.rows(scope)]
    data = {
        "dataset": dataset.name,
        "title": {"en": dataset.title.en, "fr": dataset.title.fr},
        "updated_on": day_of(scope).isoformat(),
        "sample": is_sample(scope),
        **({"licence": note} if note else {}),
        **_edition(scope),
        "rows": rows,
    }
    return json_bytes(data)


def as_xlsx(dataset: Dataset, scope: Scope, note: str = "") -> bytes:
    """Return a workbook with the rows and, on a second sheet, the dictionary. Text cells stay text; ``note`` names
    the licence.
    """
    day = day_of(scope)
    name = Bilingual(dataset.name, dataset.name)
    rows = tuple(tuple(map(_sheet_cell, cells(dataset, row))) for row in dataset.rows(scope))
    table = Table(name, tuple(Column(Bilingual(c.name, c.name), _width(c)) for c in dataset.columns), rows, day)
    headings = tuple(Column(Bilingual(heading, heading), 24) for heading in DICTIONARY_HEADINGS)
    dictionary = Table(DICTIONARY_SHEET, headings, tuple(map(_dictionary_row, dataset.columns)), day)
    title = f"{dataset.title.en} / {dataset.title.fr}"
    return as_reproducible_workbook((table, dictionary), Language.EN, title=title, note=note)


FORMATS: Mapping[str, tuple[Callable[[Dataset, Scope, str], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""The writer and the media type of each format, by file extension."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's size in bytes and its SHA-256 hash."""

    size: int
    sha256: str


def json_bytes(data: Any) -> bytes:
    """Return data as indented JSON that ends with a line end."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 hash of a file, in hexadecimal."""
    return sha256(content).hexdigest()


def codes_in_words(field: Field) -> str:
    """Return the codes of a field with their labels in both languages, as one text; empty if it has no codes."""
    return "; ".join(f"{code}: {label.en} / {label.fr}" for code, label in field.codes)


def is_sample(scope: Scope) -> bool:
    """Return whether any quarter of the scope has invented reports."""
    return any(edition.content.sample for edition in scope.quarters)


def _edition(scope: Scope) -> dict[str, Any]:
    if scope.record is not None:
        return {}
    edition = scope.quarters[0]
    return {"quarter": edition.content.key, "version": edition.edition, "sha256": edition.sha256}


def _sheet_cell(value: Any) -> Cell:
    if isinstance(value, datetime | tuple):
        return csv_text(value)
    cell: Cell = value
    return cell


def _width(column: DataColumn) -> int:
    return 50 if column.field.kind is FieldKind.TEXT else 16


def _dictionary_row(column: DataColumn) -> tuple[Cell, ...]:
    field, title = column.field, column.title
    kind = FieldKind.STRING.value if field.kind is FieldKind.TEXT else field.kind.value
    return column.name, title.en, title.fr, field.description.en, field.description.fr, kind, codes_in_words(field)


def data_files(datasets: tuple[Dataset, ...], scope: Scope, note: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the file name and content of each dataset in each format."""
    for dataset in datasets:
        for extension, (write, _media_type) in FORMATS.items():
            yield f"{dataset.name}.{extension}", write(dataset, scope, note)
