"""Write the workbook of a quarter's reports: the guide, the reports, the reference, and a hidden sheet with the
original texts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.group import GROUP_NAME
from cogwg.core.status import Status
from cogwg.core.text_limits import grouped_number
from cogwg.workbook import guide, palette
from cogwg.workbook.books import GuideFacts, ReportsBook
from cogwg.workbook.layout import (
    CODES_ROW,
    EXAMPLE_ROW,
    FIRST_ROW,
    HEADING_ROW,
    HIDDEN_SHEET,
    LAYOUT,
    MARK,
    META_KEYS,
    REFERENCE_SHEET,
    REPORT_COLUMNS,
    REPORTS_KIND,
    REPORTS_SHEET,
    TITLE_ROW,
    SheetColumn,
    choice,
    in_book_order,
)
from cogwg.workbook.package import BookProperties, fixed_area, write_package
from cogwg.workbook.rules import sentence
from cogwg.workbook.sentences import bilingual, both_lines
from cogwg.workbook.sheets import Condition, Look, Sheet, Validation, column_letters
from cogwg.workbook.values import row_texts, stale_columns

SPARE_ROWS = 50
"""The number of rows below the last report that have the same checks."""
PAGE_WIDTH = 200
"""The number of characters that fit across a printed page in small type."""
BASELINE_KEYS = ("code", "activity_id", "version", "due", "stale")
REPORTS_TITLE = Bilingual("Reports for Quarter {quarter} of {year}", "Rapports du trimestre {quarter} de {year}")
_PREPARED = Bilingual("Prepared on {day}", "Préparé le {day}")
_FOR = Bilingual("For: {names}", "Pour\u00a0: {names}")
_FOR_ALL = Bilingual("For: all jurisdictions", "Pour\u00a0: toutes les administrations")
_HINT = Bilingual(
    "Yellow: missing. Red: wrong. Blue: to translate or update.",
    "Jaune\u00a0: manquant. Rouge\u00a0: erreur. Bleu\u00a0: à traduire ou à mettre à jour.",
)
_ONLY_GIVEN = Bilingual("This comes from the plan. Press Esc.", "Ceci vient du plan. Appuyez sur Échap.")


@dataclass(frozen=True, slots=True)
class BookFacts:
    """The facts about the workbook in its hidden sheet."""

    kind: str
    period_key: str
    plan_year: int
    jurisdictions: tuple[str, ...]
    written_at: datetime
    lang: Language


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row with data: its number, and its texts by column code."""

    number: int
    texts: Mapping[str, str]
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A row of the hidden sheet: the report or plan item as it was when the workbook was written.

    ``due`` is the timeliness if the activity is due or overdue, otherwise empty. ``stale`` are the codes of the columns with
    stale texts.
    """

    code: str
    activity_id: str
    version: int
    due: str
    texts: Mapping[str, str]
    stale: tuple[str, ...] = ()


def write_reports(book: ReportsBook) -> bytes:
    """Return the workbook with these reports. The same reports give the same bytes."""
    facts = BookFacts(REPORTS_KIND, book.period_key, book.plan_year, book.jurisdictions, book.written_at, book.lang)
    texts = [row_texts(row, book.lang) for row in book.rows]
    baseline = [
        BaselineRow(
            row.code,
            str(row.activity_id),
            row.version,
            row.is_due.value if row.is_due.is_open else "",
            own,
            stale_columns(row),
        )
        for row, own in zip(book.rows, texts, strict=True)
    ]
    filled = [FilledRow(number, own) for number, own in enumerate(texts, FIRST_ROW)]
    sheets, names = report_sheets(facts, filled, baseline, book.guide)
    return write_package(sheets, properties_of(facts, title_of(facts)), names)


def properties_of(facts: BookFacts, title: Bilingual) -> BookProperties:
    """Return the document properties of a workbook."""
    lang = facts.lang
    return BookProperties(title.text(lang), title.text(lang.other), GROUP_NAME.text(lang), f"{lang.value}-CA", facts.written_at)


def title_of(facts: BookFacts) -> Bilingual:
    """Return the title of the workbook of a quarter's reports, without the quarter if ``facts`` does not have it."""
    if not facts.period_key:
        return Bilingual("Reports", "Rapports")
    year, _, month = facts.period_key.partition("-")
    values = {"quarter": int(month) // 3, "year": year}
    return Bilingual(REPORTS_TITLE.en.format(**values), REPORTS_TITLE.fr.format(**values))


def report_sheets(
    facts: BookFacts, rows: Sequence[FilledRow], baseline: Sequence[BaselineRow], about: GuideFacts
) -> tuple[list[Sheet], list[tuple[str, str]]]:
    """Return the sheets of the workbook (guide, reports, reference and hidden sheet) and its defined names."""
    lang, title = facts.lang, title_of(facts)
    columns = in_book_order(REPORT_COLUMNS, lang)
    codes = ", ".join(facts.jurisdictions)
    names_of_all = dates.join_list(about.names) or Bilingual(codes, codes)
    lines = [
        Bilingual(_FOR.en.format(names=names_of_all.en), _FOR.fr.format(names=names_of_all.fr)) if codes else _FOR_ALL,
        prepared_line(facts.written_at),
    ]
    steps = (*guide.REPORT_STEPS, guide.submit_step(about))
    guide_page = guide.guide_sheet(title, lines, steps, guide.REPORT_NOTES, lang)
    reference, lists = guide.reference_sheet([(guide.COLUMNS, columns)], guide.REPORT_CHOICES, lang)
    hidden, names = hidden_sheet(facts, REPORT_COLUMNS, baseline)
    stale = {code for base in baseline for code in base.stale}
    names += names_of_stale_columns(REPORT_COLUMNS, baseline, stale)
    names += [(name, fixed_area(REFERENCE_SHEET, 1, *span)) for name, span in lists.items()]
    reports = _reports_sheet(title, columns, rows, lang, stale)
    return [guide_page, reports, reference, hidden], sorted(names)


def prepared_line(written_at: datetime) -> Bilingual:
    """Return the line that says when a workbook was written."""
    day = dates.day(local_day(written_at))
    return Bilingual(_PREPARED.en.format(day=day.en), _PREPARED.fr.format(day=day.fr))


def names_of_stale_columns(
    columns: Iterable[SheetColumn], baseline: Sequence[BaselineRow], stale: Collection[str]
) -> list[tuple[str, str]]:
    """Return defined names for the ranges with the marks and the original texts of stale columns; none if no text is stale."""
    head = len(META_KEYS) + 1
    span = head + 1, max(head + len(baseline), head + 1)
    places = {code: n for n, code in enumerate((*BASELINE_KEYS, *(c.code for c in columns if c.code != "code")), 1)}
    names = [(f"cogwg_was_{code}", fixed_area(HIDDEN_SHEET, places[code], *span)) for code in sorted(stale)]
    return [("cogwg_stale", fixed_area(HIDDEN_SHEET, places["stale"], *span)), *names] if stale else []


def _reports_sheet(
    title: Bilingual, columns: Sequence[SheetColumn], rows: Sequence[FilledRow], lang: Language, stale: Collection[str]
) -> Sheet:
    sheet = Sheet(REPORTS_SHEET, {n: column.width for n, column in enumerate(columns, 1)}, tab_colour="1F4E8C")
    write_heads(sheet, title, columns, lang, selected=6)
    sheet.write(TITLE_ROW, 6, both_lines(_HINT, lang), palette.NOTE)
    for row in rows:
        write_row(sheet, row, columns)
    last = max((row.number for row in rows), default=FIRST_ROW)
    sheet.filtered = f"A{EXAMPLE_ROW}:{column_letters(len(columns))}{last}"
    areas = {column.code: ColumnArea(n, last + SPARE_ROWS) for n, column in enumerate(columns, 1)}
    sheet.validations = _validations(columns, areas, lang)
    sheet.conditions = _conditions(columns, areas, stale)
    return sheet


def write_heads(sheet: Sheet, title: Bilingual, columns: Sequence[SheetColumn], lang: Language, selected: int = 2) -> None:
    """Write the hidden codes, the title, the headings and the example, and freeze them."""
    sheet.hidden_rows.add(CODES_ROW)
    sheet.write(TITLE_ROW, 1, title.text(lang), palette.TITLE)
    for n in range(2, len(columns) + 1):
        sheet.write(TITLE_ROW, n, "", palette.NOTE)
    sheet.merged.append(f"A{TITLE_ROW}:E{TITLE_ROW}")
    sheet.merged.append(f"F{TITLE_ROW}:H{TITLE_ROW}")
    for n, column in enumerate(columns, 1):
        sheet.write(CODES_ROW, n, column.code, palette.NOTE)
        look = palette.GIVEN_HEADING if column.is_given else palette.HEADING
        sheet.write(HEADING_ROW, n, both_lines(column.heading, lang), look)
        sheet.write(EXAMPLE_ROW, n, column.example, palette.EXAMPLE)
        sheet.text_columns[n] = palette.GIVEN if column.is_given else palette.FILLED
    sheet.heights[TITLE_ROW] = 32
    sheet.fit_height(HEADING_ROW)
    sheet.fit_height(EXAMPLE_ROW)
    sheet.frozen_at, sheet.headings_at = (FIRST_ROW, 3), (HEADING_ROW, 1)
    pages = min(ceil(sum(column.width for column in columns) / PAGE_WIDTH), 3)
    sheet.repeated_rows, sheet.repeated_columns, sheet.pages = (HEADING_ROW, HEADING_ROW), "A:B" * (pages > 1), (pages, 0)
    sheet.selected = (FIRST_ROW, selected)


def write_row(sheet: Sheet, row: FilledRow, columns: Sequence[SheetColumn]) -> None:
    """Write a row with its texts."""
    for n, column in enumerate(columns, 1):
        look = palette.CODE if column.code == "code" else palette.GIVEN if column.is_given else palette.FILLED
        sheet.write(row.number, n, row.texts.get(column.code, ""), look)
    sheet.fit_height(row.number, least=42)
    if row.is_hidden:
        sheet.hidden_rows.add(row.number)


@dataclass(frozen=True, slots=True)
class ColumnArea:
    """The cells of a column, from the first row of data to the last row that is checked."""

    column: int
    last: int

    @property
    def whole(self) -> str:
        """The range with relative references, such as C5:C80."""
        letters = column_letters(self.column)
        return f"{letters}{FIRST_ROW}:{letters}{self.last}"

    @property
    def fixed(self) -> str:
        """The range with absolute references, for formulas in any cell."""
        letters = column_letters(self.column)
        return f"${letters}${FIRST_ROW}:${letters}${self.last}"

    @property
    def cell(self) -> str:
        """The first cell, with an absolute column and a relative row, for the formula of a condition."""
        return f"${column_letters(self.column)}{FIRST_ROW}"


def _validations(columns: Sequence[SheetColumn], areas: Mapping[str, ColumnArea], lang: Language) -> list[Validation]:
    def rule(code: str, kind: str, formula: str, message: Bilingual) -> Validation:
        column = next(c for c in columns if c.code == code)
        title = column.heading.text(lang)
        return Validation(areas[code].whole, kind, formula, title, both_lines(message, lang))  # type: ignore[arg-type]

    def message(rule_: str, **values: object) -> Bilingual:
        return bilingual(sentence(rule_, **values))

    link = areas["evidence_url"].cell
    rules = [
        rule("code", "list", "cogwg_codes", message("code-unknown")),
        rule("status", "list", "cogwg_status", message("status-unknown")),
        rule("nothing_to_report", "list", "cogwg_yes", message("mark-unknown")),
        rule("evidence_url", "custom", f'AND(ISNUMBER(FIND(".",{link})),ISERROR(FIND(" ",TRIM({link}))))', message("address")),
    ]
    rules += [
        rule(c.code, "textLength", str(c.limit), message("limit", limit=grouped_number(c.limit)))
        for c in columns
        if c.limit and c.lang is not None
    ]
    rules += [rule(c.code, "custom", "FALSE", _ONLY_GIVEN) for c in columns if c.is_given]
    return rules


def _conditions(columns: Sequence[SheetColumn], areas: Mapping[str, ColumnArea], stale: Collection[str]) -> list[Condition]:
    """Return the colour rules of the sheet. The first rule that applies to a cell is used, so "wrong" takes precedence over
    "missing".

    ``stale`` are the columns with stale texts; a stale text is coloured until it is changed.
    """
    at = {code: area.cell for code, area in areas.items()}
    has_report = f'{at["code"]}<>""'
    words = f"SUMPRODUCT(--(cogwg_words={at['status']}))"

    def is_status(*statuses: Status) -> str:
        return "OR(" + ",".join(f'LEFT({at["status"]},{len(s.label.en)})="{s.label.en}"' for s in statuses) + ")"

    def both(name: str) -> str:
        return f"{at[name + '_en']}&{at[name + '_fr']}"

    is_marked = f'{at["nothing_to_report"]}<>""'
    low = is_status(Status.NOT_STARTED, Status.LIMITED)
    due = f"SUMPRODUCT(--(cogwg_due={at['code']}))>0"
    link = at["evidence_url"]
    proof = f"{link}&{at['more_links']}&{both('evidence_note')}"
    wrong = [
        ("code", f"AND({has_report},SUMPRODUCT(--(cogwg_codes={at['code']}))=0)"),
        ("code", f"AND({has_report},SUMPRODUCT(--({areas['code'].fixed}={at['code']}))>1)"),
        ("status", f'AND({at["status"]}<>"",{words}=0)'),
        ("evidence_url", f'AND({link}<>"",OR(ISERROR(FIND(".",{link})),ISNUMBER(FIND(" ",TRIM({link})))))'),
        ("evidence_label_en", f'AND({at["evidence_label_en"]}<>"",{link}="")'),
        ("evidence_label_fr", f'AND({at["evidence_label_fr"]}<>"",{link}="")'),
        *((c.code, f"LEN({at[c.code]})>{c.limit}") for c in columns if c.limit and c.lang),
        *((code, f'AND({is_marked},{both("progress")}<>"")') for code in ("nothing_to_report", "progress_en", "progress_fr")),
    ]
    missing = [
        ("status", f'AND({has_report},{at["status"]}="")'),
        *((code, f'AND({has_report},NOT({is_marked}),{both("progress")}="")') for code in ("progress_en", "progress_fr")),
        *((code, f'AND({due},{low},{both("challenge")}="")') for code in ("challenge_en", "challenge_fr")),
        ("evidence_url", f'AND({is_status(Status.COMPLETE)},{proof}="")'),
    ]
    pairs = ("progress", "challenge", "evidence_note", "next_step")
    untranslated = [
        (f"{name}_{lang.value}", f'AND({at[f"{name}_{lang.value}"]}="",{at[f"{name}_{lang.other.value}"]}<>"")')
        for name in pairs
        for lang in Language
    ]
    untranslated += [
        (
            code,
            f'AND({at[code]}<>"",SUMPRODUCT((cogwg_codes={at["code"]})*ISNUMBER(SEARCH("{code}",cogwg_stale))'
            f"*(cogwg_was_{code}={at[code]}))>0)",
        )
        for code in sorted(stale)
    ]
    return [
        *(Condition(areas[code].whole, formula, palette.WRONG, palette.WRONG_TEXT) for code, formula in wrong),
        *(Condition(areas[code].whole, formula, palette.MISSING) for code, formula in missing),
        *(Condition(areas[code].whole, formula, palette.UNTRANSLATED) for code, formula in untranslated),
    ]


def hidden_sheet(
    facts: BookFacts, columns: Iterable[SheetColumn], baseline: Sequence[BaselineRow]
) -> tuple[Sheet, list[tuple[str, str]]]:
    """Return the hidden sheet, which has the facts about the workbook and the original texts, and the defined names of its
    ranges.
    """
    sheet, look = Sheet(HIDDEN_SHEET, is_hidden=True), Look()
    values = (
        MARK,
        str(LAYOUT),
        facts.kind,
        facts.period_key,
        str(facts.plan_year),
        " ".join(facts.jurisdictions),
        facts.written_at.isoformat(),
        facts.lang.value,
    )
    for row, (key, value) in enumerate(zip(META_KEYS, values, strict=True), 1):
        sheet.write(row, 1, key, look)
        sheet.write(row, 2, value, look)
    head = len(META_KEYS) + 1
    own = [column.code for column in columns if column.code != "code"]
    for n, code in enumerate((*BASELINE_KEYS, *own), 1):
        sheet.write(head, n, code, look)
    for row, base in enumerate(baseline, head + 1):
        keys = (base.code, base.activity_id, str(base.version), base.code if base.due else "", " ".join(base.stale))
        for n, text in enumerate((*keys, *(base.texts.get(code, "") for code in own)), 1):
            if text:
                sheet.write(row, n, text, look)
    known_words = [word for status in Status for word in (choice(status.label), status.label.en, status.label.fr, status.value)]
    last, words = max(head + len(baseline), head + 1), len(BASELINE_KEYS) + len(own) + 1
    for row, word in enumerate(known_words, 1):
        sheet.write(row, words, word, look)
    names = [
        ("cogwg_codes", fixed_area(HIDDEN_SHEET, 1, head + 1, last)),
        ("cogwg_due", fixed_area(HIDDEN_SHEET, 4, head + 1, last)),
        ("cogwg_words", fixed_area(HIDDEN_SHEET, words, 1, len(known_words))),
    ]
    return sheet, names
