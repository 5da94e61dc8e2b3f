"""The cost of reading and comparing a filled-in workbook, compared with openpyxl's bare pass over the same file."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO

from openpyxl import load_workbook

from cogwg.workbook.diff import diff_reports
from cogwg.workbook.layout import FIRST_ROW, REPORTS_KIND
from cogwg.workbook.package import write_package
from cogwg.workbook.reader import read_reports
from cogwg.workbook.values import row_texts
from cogwg.workbook.writer import BaselineRow, BookFacts, FilledRow, properties_of, report_sheets, title_of
from tests.bench.measure import CostPair, least_of_rounds
from tests.workbook.samples import WRITTEN_AT, book_of, plain_rows, stored

EDITED_SHARE = 3
"""One report in so many is edited."""


def compare_workbooks(count: int, rounds: int) -> CostPair:
    """Return the processor time of a preview, from the bytes to what they change, and of openpyxl's read-only pass."""
    rows = plain_rows(count)
    data = _filled_in(count)
    record = stored(rows)

    def ours() -> int:
        return len(diff_reports(read_reports(data), record).preview.changes)

    def bare() -> int:
        book = load_workbook(BytesIO(data), read_only=True)
        return sum(1 for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for value in row if value)

    assert ours() == 2 * len(range(0, count, EDITED_SHARE))
    return least_of_rounds([(_measure_cpu(ours), _measure_cpu(bare)) for _ in range(rounds)])


def _filled_in(count: int) -> bytes:
    rows, book = plain_rows(count), book_of(plain_rows(1))
    facts = BookFacts(REPORTS_KIND, book.period_key, book.plan_year, (), WRITTEN_AT, book.lang)
    texts = [row_texts(row, book.lang) for row in rows]
    baseline = [BaselineRow(row.code, str(row.activity_id), row.version, "", own) for row, own in zip(rows, texts, strict=True)]
    filled = [
        FilledRow(number, own | _edits(own["code"]) if n % EDITED_SHARE == 0 else own)
        for n, (number, own) in enumerate(enumerate(texts, FIRST_ROW))
    ]
    sheets, names = report_sheets(facts, filled, baseline)
    return write_package(sheets, properties_of(facts, title_of(facts)), names)


def _edits(code: str) -> dict[str, str]:
    words = f"What was done for {code} this quarter, in some words. " * 8
    return {"progress_en": words.strip(), "status": "Substantial progress – Progrès important"}


def _measure_cpu(act: Callable[[], int]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000
