"""Compare the workbook of a plan with the draft, and build the draft to store. Pure functions; nothing is written.

An item of the draft is found by its key, which the hidden sheet has for each code, so that other people can add, move and
remove items in the meantime. Items that are not in the file stay in the draft. A new item is added at the end of its priority.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cogwg.core.bilingual import EMPTY_TEXT, clean_text
from cogwg.core.errors import Invalid, Message
from cogwg.core.web_addresses import address_problem, complete_address
from cogwg.imports.previews import Change, FieldConflict, Preview, Problem, Severity
from cogwg.plan.draft_edits import retitle, texts_of_activity, texts_of_priority
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority
from cogwg.plan.plan_texts import check_activity_texts, check_priority_texts
from cogwg.reporting.merge import merge_texts
from cogwg.workbook.cell_texts import as_line
from cogwg.workbook.grouping import group_problems
from cogwg.workbook.layout import SheetColumn, mark_of
from cogwg.workbook.plan_layout import (
    ACTIVITY,
    DUE,
    JURISDICTION,
    ONGOING,
    PLAN,
    PLAN_SHEETS,
    PRIORITY,
    ROLE,
    ROLE_KIND,
    PlanSheet,
    role_of,
)
from cogwg.workbook.plan_reader import ReadPlan
from cogwg.workbook.plan_values import (
    Jurisdictions,
    PlanItem,
    due_of,
    jurisdiction_of,
    new_item,
    plan_items,
    plan_texts,
    role_code,
    with_texts,
)
from cogwg.workbook.rules import rule_id, sentence
from cogwg.workbook.table import ReadRow, ReadTable, cell_problem, text_of_cell
from cogwg.workbook.writer import BaselineRow

ItemKey = tuple[str, int]
"""A kind of item and its key in the draft; the plan itself has the key 0."""
Answers = Mapping[tuple[str, str], str]
_EXAMPLES = {PLAN: "2020", PRIORITY: "3", ACTIVITY: "3.2", ROLE: "3a"}
_COLUMNS_OF_FIELDS = {"words_en": "due_words_en", "words_fr": "due_words_fr"}


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What a workbook would change in a plan. ``plan`` is the draft to store, None if the file has an error.

    ``plan`` keeps the stored value of each field that has a conflict or a question.
    """

    preview: Preview
    plan: DraftPlan | None = None


@dataclass(slots=True)
class _Comparison:
    stored: DraftPlan
    jurisdictions: Jurisdictions
    answers: Answers
    baseline: Mapping[str, BaselineRow]
    items: dict[ItemKey, PlanItem]
    texts: dict[ItemKey, dict[str, str]]
    codes: dict[tuple[str, str], int]
    """The key of each item, by its kind and its code in the file."""
    parents: dict[ItemKey, int] = field(default_factory=dict)
    new: list[ItemKey] = field(default_factory=list)
    last_key: int = 0
    changes: list[Change] = field(default_factory=list)
    conflicts: list[FieldConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0


def diff_plan(
    read: ReadPlan, stored: DraftPlan | None, jurisdictions: Jurisdictions, answers: Answers | None = None
) -> PlanDiff:
    """Return what the file would change in the draft ``stored``; if that is None, the file creates a draft.

    ``answers`` maps the subject and name of a field that has a conflict or a question to the text to store.
    """
    plan = stored or DraftPlan(read.plan_year, EMPTY_TEXT)
    items = {(kind, getattr(item, "key", 0)): item for kind, _, item in plan_items(plan)}
    by_code = plan_texts(plan, jurisdictions)
    keys = {(kind, code): getattr(item, "key", 0) for kind, code, item in plan_items(plan)}
    codes = keys if stored is None else _codes_of_file(read) or keys
    texts = {(kind, keys[kind, code]): own for (kind, code), own in by_code.items()}
    baseline = read.baseline if stored else {}
    comparison = _Comparison(plan, jurisdictions, answers or {}, baseline, items, texts, dict(codes), last_key=plan.last_key)
    comparison.problems += read.problems
    if not plan.year or (stored and read.plan_year not in (0, stored.year)):
        message = sentence("plan-year", year=plan.year) if plan.year else sentence("plan-code", example="2020")
        return PlanDiff(Preview(problems=(Problem("plan-year", message),), left_out=read.left_out))
    for sheet in PLAN_SHEETS:
        if sheet.kind in read.tables:
            _compare_sheet(comparison, sheet, read.tables[sheet.kind])
    problems = group_problems(comparison.problems)
    preview = Preview(tuple(comparison.changes), problems, tuple(comparison.conflicts), comparison.unchanged, read.left_out)
    has_error = any(problem.severity is Severity.ERROR for problem in problems)
    return PlanDiff(preview, None if has_error else _assembled(comparison))


def _codes_of_file(read: ReadPlan) -> dict[tuple[str, str], int]:
    codes: dict[tuple[str, str], int] = {}
    for row in read.baseline.values():
        kind, _, code = row.code.partition(" ")
        if row.activity_id.isascii() and row.activity_id.isdigit() and len(row.activity_id) < 10:
            codes[kind, code] = int(row.activity_id)
    return codes


def _compare_sheet(comparison: _Comparison, sheet: PlanSheet, table: ReadTable) -> None:
    by_code: dict[str, list[ReadRow]] = {}
    for row in table.rows:
        code = row.text(sheet.kind).replace(",", ".").strip().lower()
        place = (table.cell(row.number, sheet.kind),)
        if sheet.code.fullmatch(code):
            by_code.setdefault(code, []).append(row)
        elif any(row.text(column.code) for column in sheet.columns[1:]):
            message = sentence("plan-code", example=_EXAMPLES[sheet.kind])
            comparison.problems.append(Problem("plan-code", message, place, row.text(sheet.kind)))
    for code in sorted(by_code, key=_order):
        rows = by_code[code]
        cells = tuple(table.cell(row.number, sheet.kind) for row in rows)
        if len(rows) > 1:
            message = sentence("code-repeated", code=code)
            comparison.problems.append(Problem("code-repeated", message, cells, code, (code,)))
            continue
        key = _key_of(comparison, sheet, table, rows[0], code)
        if key is not None:
            _compare_row(comparison, sheet, table, rows[0], code, key)


def _order(code: str) -> tuple[int, ...]:
    """Return the sort key that puts codes in the order of the plan: 3.10 after 3.9, 3b after 3a."""
    number = re.match(r"\d+", code)
    rest = code[number.end() :] if number else code
    last = int(rest[1:]) if rest.startswith(".") else ord(rest) if rest else 0
    return int(number[0]) if number else 0, last


def _key_of(comparison: _Comparison, sheet: PlanSheet, table: ReadTable, row: ReadRow, code: str) -> int | None:
    """Return the key of a row's item, or a new key for a new item.

    If there can be no such item, add the problem and return None.
    """

    def problem(rule: str, **values: object) -> None:
        cells = (table.cell(row.number, sheet.kind),)
        comparison.problems.append(Problem(rule, sentence(rule, **values), cells, code, (code,)))

    known = comparison.codes.get((sheet.kind, code))
    if known is not None:
        if (sheet.kind, known) in comparison.items:
            return known
        if _is_edited(comparison, sheet, table, row, code):
            problem("plan-removed")
        return None
    if sheet.kind == PLAN:
        problem("plan-year", year=comparison.stored.year)
        return None
    parent = 0
    if sheet.kind != PRIORITY:
        number = str(_order(code)[0])
        parent = comparison.codes.get((PRIORITY, number), 0)
        if (PRIORITY, parent) not in comparison.items:
            problem("plan-priority", number=number)
            return None
    free = _next_code(comparison, sheet.kind, code)
    if code != free:
        problem("plan-next", code=free)
        return None
    comparison.last_key += 1
    key = comparison.last_key
    comparison.codes[sheet.kind, code] = key
    comparison.items[sheet.kind, key] = new_item(sheet.kind, key, comparison.stored.year)
    comparison.texts[sheet.kind, key] = {}
    comparison.parents[sheet.kind, key] = parent
    comparison.new.append((sheet.kind, key))
    return key


def _next_code(comparison: _Comparison, kind: str, code: str) -> str:
    used = {own for own_kind, own in comparison.codes if own_kind == kind}
    number = _order(code)[0]
    if kind == PRIORITY:
        return next(str(n) for n in range(1, 1000) if str(n) not in used)
    if kind == ACTIVITY:
        return next(f"{number}.{n}" for n in range(1, 1000) if f"{number}.{n}" not in used)
    return next((role_code(number, n) for n in range(26) if role_code(number, n) not in used), role_code(number, 25))


def _is_edited(comparison: _Comparison, sheet: PlanSheet, table: ReadTable, row: ReadRow, code: str) -> bool:
    base = _base_texts(comparison, sheet, code) or {}
    return any(
        text_of_cell(row, column, base.get(column.code, "")) != base.get(column.code, "")
        for column in sheet.columns[1:]
        if column.code in table.numbers
    )


def _base_texts(comparison: _Comparison, sheet: PlanSheet, code: str) -> dict[str, str] | None:
    own = comparison.baseline.get(f"{sheet.kind} {code}")
    return _as_read(sheet, own.texts) if own else None


def _as_read(sheet: PlanSheet, texts: Mapping[str, str]) -> dict[str, str]:
    return {column.code: _plain(column, texts.get(column.code, "")) for column in sheet.columns[1:]}


def _plain(column: SheetColumn, text: str) -> str:
    plain = clean_text(text)
    return as_line(plain) if column.is_line else plain


def _compare_row(comparison: _Comparison, sheet: PlanSheet, table: ReadTable, row: ReadRow, code: str, key: int) -> None:
    item_key = (sheet.kind, key)
    theirs = _as_read(sheet, comparison.texts[item_key])
    base = _base_texts(comparison, sheet, code) or theirs
    is_new = item_key in comparison.new
    changed: dict[str, str] = {}
    problems: list[Problem] = []
    moved = {name for name in theirs if theirs[name] != base[name]}
    for column in sheet.columns[1:]:
        name = column.code
        if name not in table.numbers:
            continue
        cell = table.cell(row.number, name)
        if problem := cell_problem(table, row, name, base[name], code):
            problems.append(problem)
            continue
        yours = text_of_cell(row, column, base[name])
        answer = comparison.answers.get((code, name))
        if yours in (base[name], theirs[name]):
            comparison.unchanged += bool(yours)
        elif message := _value_problem(name, yours, comparison):
            rule = rule_id(message)
            problems.append(Problem(rule, message, (cell,), row.text(name), (code,)))
        elif answer is not None:
            changed[name] = answer
        elif name in moved:
            both = merge_texts(theirs[name], yours) if column.lang and not column.is_line else ""
            comparison.conflicts.append(FieldConflict(code, name, cell, base[name], theirs[name], yours, both))
        elif not yours and name != ONGOING:
            message = sentence("emptied")
            problems.append(Problem("emptied", message, (cell,), theirs[name], (code,), Severity.QUESTION, name))
        else:
            changed[name] = yours
            comparison.changes.append(Change(code, name, cell, theirs[name], yours, bool(moved)))
    item = with_texts(comparison.items[item_key], changed, comparison.stored.year, comparison.jurisdictions)
    if (changed or is_new) and not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _item_problems(comparison, table, row, code, item, is_new=is_new)
    comparison.items[item_key] = item
    comparison.problems += problems


def _value_problem(name: str, text: str, comparison: _Comparison) -> Message | None:
    """Return the message about a value that is not valid in its column; None if it is valid or empty."""
    if not text:
        return None
    if name == "link":
        return address_problem(complete_address(text))
    if name == DUE and due_of(text, comparison.stored.year) is None:
        return sentence("due-unknown")
    if name == ONGOING and mark_of(text) is None:
        return sentence("mark-unknown")
    if name == ROLE_KIND and role_of(text) is None:
        return sentence("role-unknown")
    if name == JURISDICTION and jurisdiction_of(text, comparison.jurisdictions) is None:
        return sentence("jurisdiction-unknown")
    return None


def _item_problems(
    comparison: _Comparison, table: ReadTable, row: ReadRow, code: str, item: PlanItem, *, is_new: bool
) -> list[Problem]:
    """Return the violations of the rules for plans in an item, and the missing required values of a new item."""
    broken: list[tuple[str, Message]] = []
    try:
        if isinstance(item, DraftPlan):
            retitle(item, item.title, item.link)
        elif isinstance(item, DraftPriority):
            check_priority_texts(texts_of_priority(item), is_draft=True)
        elif isinstance(item, DraftActivity):
            check_activity_texts(texts_of_activity(item), is_draft=True)
    except Invalid as refusal:
        broken += refusal.problems
    if is_new and isinstance(item, DraftActivity) and not row.text(DUE):
        broken.append((DUE, sentence("due-missing")))
    if is_new and isinstance(item, DraftAssignment) and not row.text(ROLE_KIND):
        broken.append((ROLE_KIND, sentence("role-unknown")))
    if isinstance(item, DraftAssignment) and item.jurisdiction_id and _has_role_already(comparison, code, item):
        broken.append((JURISDICTION, sentence("jurisdiction-repeated")))
    problems = []
    for name, message in broken:
        column = _COLUMNS_OF_FIELDS.get(name, name)
        cells = (table.cell(row.number, column),)
        problems.append(Problem(rule_id(message), message, cells, row.text(column), (code,)))
    return problems


def _has_role_already(comparison: _Comparison, code: str, item: DraftAssignment) -> bool:
    number = _order(code)[0]
    others = (
        comparison.items.get((ROLE, key))
        for (kind, own), key in comparison.codes.items()
        if kind == ROLE and own != code and _order(own)[0] == number
    )
    return any(isinstance(o, DraftAssignment) and o.jurisdiction_id == item.jurisdiction_id for o in others)


def _assembled(comparison: _Comparison) -> DraftPlan:
    """Return the draft with the compared items, and with new items at the end of the plan or of their priority."""
    items = comparison.items
    priorities = [*comparison.stored.priorities, *(items[k] for k in comparison.new if k[0] == PRIORITY)]
    built = []
    for priority in priorities:
        own = items[PRIORITY, priority.key] if isinstance(priority, DraftPriority) else None
        if isinstance(own, DraftPriority):
            activities = _with_new(comparison, ACTIVITY, own.key, (a.key for a in own.activities))
            roles = _with_new(comparison, ROLE, own.key, (a.key for a in own.assignments))
            built.append(
                replace(
                    own,
                    activities=tuple(a for a in activities if isinstance(a, DraftActivity)),
                    assignments=tuple(a for a in roles if isinstance(a, DraftAssignment)),
                )
            )
    plan = items[PLAN, 0]
    title, link = (plan.title, plan.link) if isinstance(plan, DraftPlan) else (EMPTY_TEXT, "")
    return replace(comparison.stored, title=title, link=link, priorities=tuple(built), last_key=comparison.last_key)


def _with_new(comparison: _Comparison, kind: str, parent: int, keys: Iterable[int]) -> list[PlanItem]:
    new = [own for own in comparison.new if own[0] == kind and comparison.parents[own] == parent]
    return [comparison.items[own] for own in [*((kind, key) for key in keys), *new]]
