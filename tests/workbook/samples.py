"""Reports for the tests of the workbook: every kind of text, and ways to change a file as people and programs do."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_line, clean_text
from cogwg.core.status import Status, Timeliness
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.workbook.books import ReportRow, ReportsBook
from cogwg.workbook.layout import REPORTS_SHEET
from cogwg.workbook.table import ReadTable

WRITTEN_AT = datetime(2020, 9, 21, 18, 30, tzinfo=UTC)
TEXTS = (
    "Three jurisdictions have sent research; the form is with all members.",
    "L’accès aux données s’est amélioré : « très bien », œuvre d’été.",
    "Line one\nLine two\n\n• a bullet\n• another",
    "=1+1",
    "+12 members",
    "-3 % since June",
    "@someone wrote",
    "_x000D_ is a text, and so is _x005F_x000D_",
    'A "quoted" word & <b>markup</b> \' end',
    "3.10",
    "2020-09-30",
    "#N/A",
    "TRUE",
    "1E5",
    "00012",
    "e\u0301te\u0301 \U0001f600 \u4e2d\u6587 \u0627\u0644",
    "tab\there",
    "no\u00a0break : here",
    "'apostrophe first",
    "x" * 3999,
)
LINKS = ("https://open.canada.ca", "https://ouvert.canada.ca/fr?a=1&b=é", "http://example.ca/a%20b")


def some_text(chance: random.Random, *, is_line: bool = False) -> str:
    """Return one of the texts, or none."""
    text = chance.choice(("", "", *TEXTS))
    return clean_line(text)[:200].strip() if is_line else clean_text(text)


def some_draft(chance: random.Random) -> ReportDraft:
    """Return a report as people may have saved it."""

    def pair(*, is_line: bool = False) -> Bilingual:
        return Bilingual(some_text(chance, is_line=is_line), some_text(chance, is_line=is_line))

    is_marked = chance.random() < 0.2
    links = tuple(LabelledLink(url, pair(is_line=True)) for url in chance.sample(LINKS, chance.randrange(len(LINKS) + 1)))
    return ReportDraft(
        status=chance.choice((None, *Status)),
        progress=EMPTY_TEXT if is_marked else pair(),
        challenge=pair(),
        evidence_note=pair(),
        evidence=links,
        nothing_to_report=is_marked,
        next_step=pair(is_line=True),
    )


def some_rows(seed: int, count: int = 8) -> tuple[ReportRow, ...]:
    """Return the reports of a quarter."""
    chance = random.Random(seed)
    return tuple(
        ReportRow(
            code=f"{1 + n // 10}.{1 + n % 10}",
            activity_id=100 + n,
            title=Bilingual(f"Activity {n} & more", f"L’activité {n}"),
            due=Bilingual("September 2020", "Septembre 2020"),
            jurisdictions=Bilingual("Ontario, Quebec", "Ontario, Québec"),
            version=chance.randrange(5),
            draft=some_draft(chance),
            previous_status=chance.choice((None, *Status)),
            previous_progress=Bilingual("Begun.", "Commencé."),
            is_due=chance.choice(tuple(Timeliness)),
        )
        for n in range(count)
    )


def plain_rows(count: int = 8) -> tuple[ReportRow, ...]:
    """Return reports with short, plain texts, no marks, and a link each."""
    return tuple(
        replace(
            row,
            version=3,
            draft=ReportDraft(
                Status.LIMITED,
                Bilingual(f"Progress {row.code}.", f"Progrès {row.code}."),
                challenge=Bilingual("Few staff.", "Peu de personnel."),
                evidence=(LabelledLink("https://open.canada.ca", Bilingual("Results", "Résultats")),),
            ),
        )
        for row in some_rows(1, count)
    )


def book_of(rows: tuple[ReportRow, ...], lang: Language = Language.EN) -> ReportsBook:
    """Return the workbook's content for these reports."""
    return ReportsBook("2020-09", 2020, ("ON", "QC"), rows, WRITTEN_AT, lang)


def stored(rows: tuple[ReportRow, ...]) -> Mapping[str, ReportRow]:
    """Return the reports by their code, as the record has them."""
    return {row.code: row for row in rows}


def edited(data: bytes, change: Callable[[Any, Any], None], sheet: str = REPORTS_SHEET) -> bytes:
    """Return the file after a change to one of its sheets, saved by openpyxl; ``change`` takes the sheet and the book."""
    book: Any = load_workbook(BytesIO(data))
    change(book[sheet], book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def place(table: ReadTable, code: str, column: str) -> str:
    """Return the address of a report's cell."""
    row = next(row for row in table.rows if row.text("code") == code)
    return table.cell(row.number, column).address
