"""Write a whole plan as a workbook: to edit a draft, to start a new one, or to keep a plan as a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.text_limits import grouped_number
from cogwg.workbook import guide, palette
from cogwg.workbook.books import PlanBook
from cogwg.workbook.layout import EXAMPLE_ROW, FIRST_ROW, PLAN_KIND, REFERENCE_SHEET, SheetColumn, in_book_order
from cogwg.workbook.package import fixed_area, write_package
from cogwg.workbook.plan_layout import (
    ALL_COLUMNS,
    DUE,
    JURISDICTION,
    ONGOING,
    PLAN_SHEETS,
    ROLE,
    ROLE_CHOICES,
    ROLE_KIND,
    PlanSheet,
    jurisdiction_choice,
)
from cogwg.workbook.plan_values import Jurisdictions, plan_items, plan_texts, stale_columns
from cogwg.workbook.rules import sentence
from cogwg.workbook.sentences import bilingual, both_lines
from cogwg.workbook.sheets import Condition, Sheet, Validation, column_letters
from cogwg.workbook.writer import (
    SPARE_ROWS,
    BaselineRow,
    BookFacts,
    ColumnArea,
    FilledRow,
    hidden_sheet,
    names_of_stale_columns,
    prepared_line,
    properties_of,
    write_heads,
    write_row,
)

PLAN_TITLE = Bilingual("Plan of {year}", "Plan de {year}")
_LISTS = {ONGOING: ("cogwg_yes", "mark-unknown"), ROLE_KIND: ("cogwg_role", "role-unknown")}
_LISTS[JURISDICTION] = ("cogwg_jurisdictions", "jurisdiction-unknown")


def write_plan(book: PlanBook) -> bytes:
    """Return the workbook of a plan. The same plan gives the same bytes."""
    plan, lang = book.plan, book.lang
    written_at = book.written_at or datetime(plan.year, 1, 1, tzinfo=UTC)
    facts = BookFacts(PLAN_KIND, "", plan.year, (), written_at, lang)
    texts = plan_texts(plan, book.jurisdictions)
    keys = {(kind, code): getattr(item, "key", 0) for kind, code, item in plan_items(plan)}
    stale = {(kind, code): stale_columns(item) for kind, code, item in plan_items(plan)}
    baseline = [
        BaselineRow(f"{kind} {code}", str(keys[kind, code]), 1, "", own, stale[kind, code])
        for (kind, code), own in texts.items()
    ]
    rows = {
        sheet.kind: [
            FilledRow(number, own)
            for number, own in enumerate((t for (k, _), t in texts.items() if k == sheet.kind), FIRST_ROW)
        ]
        for sheet in PLAN_SHEETS
    }
    sheets, names = plan_sheets(facts, rows, baseline, book.jurisdictions)
    return write_package(sheets, properties_of(facts, plan_title(facts)), names)


def plan_title(facts: BookFacts) -> Bilingual:
    """Return the title of a plan's workbook."""
    return Bilingual(PLAN_TITLE.en.format(year=facts.plan_year), PLAN_TITLE.fr.format(year=facts.plan_year))


def plan_sheets(
    facts: BookFacts,
    rows: Mapping[str, Sequence[FilledRow]],
    baseline: Sequence[BaselineRow],
    jurisdictions: Jurisdictions,
) -> tuple[list[Sheet], list[tuple[str, str]]]:
    """Return the sheets of the workbook and its defined names.

    The sheets are the guide, one for each kind of item, the reference and the hidden sheet.
    """
    lang = facts.lang
    guide_page = guide.guide_sheet(
        plan_title(facts), [prepared_line(facts.written_at)], guide.PLAN_STEPS, guide.PLAN_NOTES, lang, guide.PLAN_LEGEND
    )
    stale = {sheet.kind: {c for row in baseline if row.code.startswith(sheet.kind) for c in row.stale} for sheet in PLAN_SHEETS}
    own = [_item_sheet(sheet, rows.get(sheet.kind, ()), lang, stale[sheet.kind]) for sheet in PLAN_SHEETS]
    choices: dict[str, guide.Choices] = {
        "cogwg_yes": guide.YES_CHOICES,
        "cogwg_role": tuple((text, EMPTY_TEXT) for text in ROLE_CHOICES),
        "cogwg_jurisdictions": tuple((jurisdiction_choice(*each), EMPTY_TEXT) for each in jurisdictions.values())
        or (("–", EMPTY_TEXT),),
    }
    sections = [(sheet.title, in_book_order(sheet.columns, lang)) for sheet in PLAN_SHEETS]
    reference, lists = guide.reference_sheet(sections, choices, lang)
    hidden, names = hidden_sheet(facts, ALL_COLUMNS, baseline)
    names += names_of_stale_columns(ALL_COLUMNS, baseline, set().union(*stale.values()))
    names += [(name, fixed_area(REFERENCE_SHEET, 1, *span)) for name, span in lists.items()]
    return [guide_page, *own, reference, hidden], sorted(names)


def _item_sheet(item: PlanSheet, rows: Sequence[FilledRow], lang: Language, stale: Collection[str]) -> Sheet:
    columns = in_book_order(item.columns, lang)
    sheet = Sheet(item.name, {n: column.width for n, column in enumerate(columns, 1)}, tab_colour="1F4E8C")
    write_heads(sheet, item.title, columns, lang)
    for row in rows:
        write_row(sheet, row, columns)
    last = max((row.number for row in rows), default=FIRST_ROW)
    sheet.filtered = f"A{EXAMPLE_ROW}:{column_letters(len(columns))}{last}"
    areas = {column.code: ColumnArea(n, last + 4 * SPARE_ROWS) for n, column in enumerate(columns, 1)}
    sheet.validations = [rule for column in columns if (rule := _validation(column, areas[column.code], lang))]
    sheet.conditions = _conditions(item, areas, stale)
    return sheet


def _validation(column: SheetColumn, area: ColumnArea, lang: Language) -> Validation | None:
    title = column.heading.text(lang)
    if column.code in _LISTS:
        name, rule = _LISTS[column.code]
        return Validation(area.whole, "list", name, title, both_lines(bilingual(sentence(rule)), lang))
    if column.limit and column.lang:
        message = bilingual(sentence("limit", limit=grouped_number(column.limit)))
        return Validation(area.whole, "textLength", str(column.limit), title, both_lines(message, lang))
    return None


def _conditions(item: PlanSheet, areas: Mapping[str, ColumnArea], stale: Collection[str]) -> list[Condition]:
    """Return the colour rules of the sheet. ``stale`` are the columns with stale texts; a stale text is coloured until it is
    changed.
    """
    at = {code: area.cell for code, area in areas.items()}
    key = at[item.kind]
    repeated = f"SUMPRODUCT(--({areas[item.kind].fixed}={key}))>1"
    wrong = [(item.kind, f'AND({key}<>"",{repeated})')]
    wrong += [(c.code, f"LEN({at[c.code]})>{c.limit}") for c in item.columns if c.limit and c.lang]
    missing = [
        (f"{name}_{lang.value}", f'AND({key}<>"",{at[f"{name}_en"]}&{at[f"{name}_fr"]}="")')
        for name in ("title", "short")
        for lang in Language
        if f"{name}_en" in at
    ]
    missing += [(code, f'AND({key}<>"",{at[code]}="")') for code in (DUE, ROLE_KIND) if code in at]
    names = sorted({c.code.removesuffix("_en") for c in item.columns if c.lang is Language.EN})
    untranslated = [
        (f"{name}_{lang.value}", f'AND({at[f"{name}_{lang.value}"]}="",{at[f"{name}_{lang.other.value}"]}<>"")')
        for name in names
        for lang in Language
        if item.kind != ROLE
    ]
    untranslated += [
        (
            code,
            f'AND({at[code]}<>"",SUMPRODUCT((cogwg_codes="{item.kind} "&{key})*ISNUMBER(SEARCH("{code}",cogwg_stale))'
            f"*(cogwg_was_{code}={at[code]}))>0)",
        )
        for code in sorted(stale)
    ]
    return [
        *(Condition(areas[code].whole, formula, palette.WRONG, palette.WRONG_TEXT) for code, formula in wrong),
        *(Condition(areas[code].whole, formula, palette.MISSING) for code, formula in missing),
        *(Condition(areas[code].whole, formula, palette.UNTRANSLATED) for code, formula in untranslated),
    ]
