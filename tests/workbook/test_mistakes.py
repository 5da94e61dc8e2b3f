"""Mistakes that people make, planted at random places: each is reported at its cell, and none is false."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.imports.previews import Problem, Severity
from cogwg.reporting.rules import ReportDraft, draft_problems
from cogwg.workbook.books import ReportRow
from cogwg.workbook.diff import ReportsDiff, diff_reports
from cogwg.workbook.grouping import GROUP_LIMIT
from cogwg.workbook.layout import HIDDEN_SHEET, YES_CHOICE
from cogwg.workbook.reader import ReadReports, read_reports
from cogwg.workbook.rules import OTHER_RULE, RULES, rule_id
from cogwg.workbook.sentences import bilingual
from cogwg.workbook.table import ReadTable
from cogwg.workbook.writer import write_reports
from tests.sessions import first_of
from tests.workbook.samples import book_of, edited, place, plain_rows, stored


@dataclass(frozen=True)
class Mistake:
    """A mistake in a cell of a row: what is typed there, and the rule that reports it, at these columns."""

    name: str
    column: str
    value: object
    rule: str
    columns: tuple[str, ...] = ()


def _typed(column: str, rule: str, **values: object) -> list[Mistake]:
    return [Mistake(name.replace("_", " "), column, value, rule) for name, value in values.items()]


LONG_LINKS = "\n".join(f"https://example.ca/{n}" for n in range(10))
MISTAKES = [
    *_typed("status", "status-unknown", words="nearly there", percent=0.75, day=date(2020, 9, 30), other_scale="On track"),
    *_typed("status", "status-near", misspelt="Limted progress", french_misspelt="Progres importent", short="substantial"),
    *_typed("status", "error-value", status_error="#N/A"),
    *_typed("nothing_to_report", "mark-unknown", mark_words="perhaps", mark_number=7),
    Mistake(
        "mark and text", "nothing_to_report", YES_CHOICE, "text-or-mark", ("nothing_to_report", "progress_en", "progress_fr")
    ),
    *_typed("progress_en", "too-long", too_long="x" * 4001),
    *_typed("challenge_fr", "too-long", challenge_too_long="y" * 5000),
    *_typed("next_step_fr", "too-long", step_too_long="z" * 201),
    *_typed("evidence_label_en", "too-long", label_too_long="l" * 201),
    *_typed("evidence_url", "address", words_for_a_link="see shared drive", one_word="intranet"),
    *_typed("evidence_url", "address-file", path="S:\\shared\\results.xlsx"),
    *_typed("evidence_url", "address-email", email="someone@example.ca"),
    *_typed("evidence_url", "address-several", two_links="https://a.example https://b.example"),
    *_typed("evidence_url", "address-scheme", file_server="ftp://example.ca/x"),
    *_typed("evidence_url", "address-user", user="https://me@example.ca"),
    *_typed("evidence_url", "address-words", words_before="See https://example.ca"),
    *_typed("evidence_url", "address-backslash", backslash="https://example.ca\\x"),
    *_typed("evidence_url", "address-port", port="https://example.ca:99999"),
    *_typed("evidence_url", "address-length", long_link=f"https://example.ca/{'x' * 2000}"),
    *_typed("more_links", "address", second_link="https://example.ca\nno link"),
    *_typed("more_links", "too-many-links", eleven_links=LONG_LINKS),
    *_typed("evidence_url", "emptied", link_removed=None),
    *_typed("evidence_label_fr", "label-alone", name_without_a_link="Autre nom"),
    *_typed("progress_fr", "formula", formula="=A1&B1"),
    *_typed("progress_en", "error-value", error="#REF!"),
    *_typed("code", "code-missing", no_code=None),
    *_typed("code", "code-unknown", code_of_words="see below"),
    *_typed("code", "code-near", code_misspelt="{code}5"),
    *_typed("code", "code-near", code_as_a_day="day of {code}"),
    *_typed("code", "code-repeated", code_again="again"),
    *_typed("progress_en", "emptied", emptied=None),
    *_typed("challenge_en", "hidden-row", hidden_row="Changed while hidden."),
    *_typed("progress_en", "merged", merged="merge"),
    *_typed("challenge_en", "not-yours", other_row="Not mine."),
    *_typed("challenge_en", "too-new", newer_row="x"),
]
WARNED_AT = {
    "hidden-row": ("code",),
    "merged": ("progress_en", "progress_fr"),
}
WARNED_AT |= {"not-yours": ("code",), "too-new": ("code",)}
QUESTIONS = {"emptied", "hidden-row"}


def plant(sheet: Any, book: Any, table: ReadTable, mistake: Mistake, row: ReportRow, target: str) -> list[str]:
    """Make the mistake in the row; return the addresses that must be reported."""
    cell = sheet[place(table, row.code, mistake.column)]
    columns = mistake.columns or WARNED_AT.get(mistake.rule, (mistake.column,))
    addresses = [place(table, row.code, column) for column in columns]
    value = mistake.value
    if mistake.rule == "merged":
        sheet.merge_cells(f"{addresses[0]}:{addresses[1]}")
    elif mistake.name == "code as a day":
        activity, day = row.code.split(".")
        cell.value, cell.number_format = date(2020, int(day), int(activity)), "yyyy-mm-dd"
    elif mistake.rule == "code-repeated":
        cell.value = target
        addresses.append(place(table, target, "code"))
    else:
        cell.value = value.format(code=row.code) if isinstance(value, str) and "{code}" in value else value
        if value == 0.75:
            cell.number_format = "0%"
    if mistake.rule == "label-alone":
        sheet[place(table, row.code, "evidence_url")] = sheet[place(table, row.code, "evidence_label_en")] = None
    if mistake.rule == "hidden-row":
        sheet.row_dimensions[cell.row].hidden = True
    return addresses


def record(rows: tuple[ReportRow, ...], planted: dict[str, Mistake]) -> dict[str, ReportRow]:
    """Return the reports as stored: some of them are not this person's, or older than the file."""
    unaffected = {code: row for code, row in stored(rows).items() if planted.get(code, MISTAKES[0]).rule != "not-yours"}
    older = [code for code, mistake in planted.items() if mistake.rule == "too-new"]
    return unaffected | {code: replace(unaffected[code], version=1) for code in older}


@pytest.mark.parametrize("seed", first_of(2, range(40)))
def test_planted_mistakes_are_reported_at_their_cells_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    rows = tuple(row for row in plain_rows(60) if row.code not in ("1.10", "2.10", "3.10", "4.10", "5.10", "6.10"))
    own = chance.sample([row for row in rows if row.code[0] < "6"], len(MISTAKES))
    planted = {row.code: mistake for row, mistake in zip(own, MISTAKES, strict=True)}
    assert len(planted) >= 30
    good = write_reports(book_of(rows))
    table = read_reports(good).table
    expected: dict[str, set[str]] = {}

    def change(sheet: Any, book: Any) -> None:
        spare = next(row.code for row in rows if row.code not in planted)
        for row in own:
            mistake = planted[row.code]
            for at in plant(sheet, book, table, mistake, row, spare):
                expected.setdefault(mistake.rule, set()).add(at)

    diff = diff_reports(read_reports(edited(good, change)), record(rows, planted))
    reported: dict[str, set[str]] = {}
    for problem in diff.preview.problems:
        reported.setdefault(problem.rule, set()).update(cell.address for cell in problem.cells)
        assert (problem.severity is Severity.QUESTION) == (problem.rule in QUESTIONS)
    assert reported == expected
    assert not diff.preview.changes or {c.subject for c in diff.preview.changes} == {
        code for code, mistake in planted.items() if mistake.rule == "hidden-row"
    }
    corrected = diff_reports(read_reports(good), stored(rows))
    assert corrected.preview.problems == ()


def problems_after(change: Callable[[Any, Any], None], rows: tuple[ReportRow, ...] | None = None) -> tuple[Problem, ...]:
    own = plain_rows() if rows is None else rows
    return diff_reports(read_reports(edited(write_reports(book_of(own)), change)), stored(own)).preview.problems


def test_same_problem_in_many_cells_is_one_with_its_cells() -> None:
    rows = plain_rows(5)
    table = read_reports(write_reports(book_of(rows))).table

    def change(sheet: Any, _: Any) -> None:
        for row in rows:
            sheet[place(table, row.code, "status")] = "On track"
        sheet[place(table, "1.2", "evidence_url")] = "none"

    first, second = problems_after(change, rows)
    assert (first.rule, first.content, first.subjects) == ("status-unknown", "On track", tuple(row.code for row in rows))
    assert [cell.address for cell in first.cells] == [place(table, row.code, "status") for row in rows]
    assert (second.rule, second.content) == ("address", "none")


def test_many_different_problems_are_capped_and_counted() -> None:
    rows = plain_rows(70)
    table = read_reports(write_reports(book_of(rows))).table

    def change(sheet: Any, _: Any) -> None:
        for n, row in enumerate(rows):
            sheet[place(table, row.code, "progress_en")] = "x" * (4001 + n)

    problems = problems_after(change, rows)
    assert len(problems) == GROUP_LIMIT + 1
    assert (problems[-1].rule, problems[-1].message.values) == ("more", {"count": 20})


def test_suggestion_names_the_nearest_status_in_both_languages() -> None:
    table = read_reports(write_reports(book_of(plain_rows()))).table
    (problem,) = problems_after(lambda sheet, _: setattr(sheet[place(table, "1.2", "status")], "value", "substancial"))
    text = bilingual(problem.message)
    assert "“Substantial progress”?" in text.en
    assert "«\u00a0Progrès important\u00a0»?" in text.fr


def test_number_that_may_be_two_codes_names_both() -> None:
    rows = plain_rows(10)
    table = read_reports(write_reports(book_of(rows))).table
    (problem,) = problems_after(lambda sheet, _: setattr(sheet[place(table, "1.10", "code")], "value", 1.1), rows)
    assert (problem.rule, problem.message.values) == ("code-near", {"code": "1.1, 1.10"})


def test_missing_column_and_missing_hidden_sheet_are_questions() -> None:
    def change(sheet: Any, book: Any) -> None:
        number = next(cell.column for cell in sheet[1] if cell.value == "next_step_fr")
        sheet.delete_cols(number)
        book.remove(book[HIDDEN_SHEET])

    rows = plain_rows()
    read = read_reports(edited(write_reports(book_of(rows)), change))
    assert (read.period_key, read.plan_year, read.jurisdictions) == ("", 0, ())
    preview = diff_reports(read, stored(rows)).preview
    assert [(p.rule, p.severity) for p in preview.problems] == [
        ("baseline-missing", Severity.QUESTION),
        ("column-missing", Severity.QUESTION),
    ]
    assert preview.changes == ()


def test_problems_of_the_form_have_a_rule_with_its_sentence() -> None:
    texts = Bilingual("x" * 5000, "y" * 5000)
    draft = ReportDraft(Status.COMPLETE, texts, nothing_to_report=True, next_step=texts)
    rules = {rule_id(message) for _, message in draft_problems(draft)}
    assert rules == {"text-or-mark", "too-long"}
    assert OTHER_RULE not in RULES
    assert len(set(RULES.values())) == len(RULES)


# Conflicts


def as_read(rows: tuple[ReportRow, ...], change: Callable[[Any, ReadTable], None]) -> ReadReports:
    good = write_reports(book_of(rows))
    table = read_reports(good).table
    return read_reports(edited(good, lambda sheet, _: change(sheet, table)))


def compared(read: ReadReports, row: ReportRow, **changes: Any) -> ReportsDiff:
    """Compare a file with a record in which others changed this report in the meantime."""
    later = replace(row, version=row.version + 1, draft=replace(row.draft, **changes))
    return diff_reports(read, {**stored(plain_rows()), row.code: later})


def test_fields_that_one_side_changed_merge_and_others_conflict() -> None:
    rows = plain_rows()
    row = rows[1]

    def change(sheet: Any, table: ReadTable) -> None:
        sheet[place(table, "1.2", "progress_en")] = "Mine now."
        sheet[place(table, "1.2", "challenge_en")] = "My challenge."

    read = as_read(rows, change)
    diff = compared(read, row, challenge=Bilingual("Their challenge.", "Peu de personnel."), status=Status.SUBSTANTIAL)
    (own,) = diff.preview.changes
    assert (own.field, own.before, own.after, own.is_merged) == ("progress_en", "Progress 1.2.", "Mine now.", True)
    (conflict,) = diff.preview.conflicts
    assert (conflict.field, conflict.base, conflict.theirs, conflict.yours) == (
        "challenge_en",
        "Few staff.",
        "Their challenge.",
        "My challenge.",
    )
    assert conflict.both == "Their challenge. My challenge."
    draft, version = diff.drafts["1.2"]
    assert version == 4
    assert (draft.status, draft.progress.en, draft.challenge.en) == (Status.SUBSTANTIAL, "Mine now.", "Their challenge.")
    assert diff.yours["1.2"].challenge.en == "My challenge."


@pytest.mark.parametrize("seed", first_of(5, range(50)))
def test_conflicts_of_files_up_to_10_versions_old_have_the_right_ancestor(seed: int) -> None:
    """In each of 10 reports, others saved up to 10 versions since the file was written."""
    chance = random.Random(seed)
    rows = plain_rows(10)
    ages = {row.code: chance.randrange(1, 11) for row in rows}

    def change(sheet: Any, table: ReadTable) -> None:
        for row in rows:
            sheet[place(table, row.code, "progress_en")] = f"Mine {row.code}."

    read = as_read(rows, change)
    later = {
        row.code: replace(
            row,
            version=row.version + ages[row.code],
            draft=replace(row.draft, progress=Bilingual(f"Version {ages[row.code]} of {row.code}.", row.draft.progress.fr)),
        )
        for row in rows
    }
    preview = diff_reports(read, later).preview
    assert [(c.subject, c.base, c.theirs, c.yours) for c in preview.conflicts] == [
        (row.code, f"Progress {row.code}.", f"Version {ages[row.code]} of {row.code}.", f"Mine {row.code}.") for row in rows
    ]
    assert preview.changes == ()


def test_same_change_by_both_is_no_conflict() -> None:
    rows = plain_rows()
    read = as_read(rows, lambda sheet, table: setattr(sheet[place(table, "1.2", "progress_en")], "value", "Same."))
    diff = compared(read, rows[1], progress=Bilingual("Same.", "Progrès 1.2."))
    assert (diff.preview.changes, diff.preview.conflicts, dict(diff.drafts)) == ((), (), {})


def test_their_text_and_your_mark_conflict() -> None:
    rows = tuple(replace(row, draft=ReportDraft(Status.LIMITED)) for row in plain_rows())
    read = as_read(rows, lambda sheet, table: setattr(sheet[place(table, "1.2", "nothing_to_report")], "value", "Oui"))
    later = replace(rows[1], version=4, draft=ReportDraft(Status.LIMITED, Bilingual("They wrote.", "")))
    diff = diff_reports(read, {**stored(rows), "1.2": later})
    assert {c.field for c in diff.preview.conflicts} == {"nothing_to_report", "progress_en"}
    assert diff.preview.problems == ()
    assert diff.drafts["1.2"][0] == later.draft
