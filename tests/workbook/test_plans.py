"""Whole plans as workbooks: unedited they change nothing, edits become the draft, and a new plan is made from its file."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Invalid
from cogwg.plan.draft_edits import move_activity, remove_activity
from cogwg.plan.drafts import DraftActivity, DraftAssignment, DraftPlan, DraftPriority
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.workbook.books import PlanBook
from cogwg.workbook.guard import open_book
from cogwg.workbook.layout import HIDDEN_SHEET, YES_CHOICE
from cogwg.workbook.plan_diff import PlanDiff, diff_plan
from cogwg.workbook.plan_layout import ACTIVITY, PLAN, PRIORITY, ROLE, SHEETS_BY_KIND
from cogwg.workbook.plan_reader import ReadPlan, kind_of, read_book, read_plan
from cogwg.workbook.plan_values import plan_items, plan_texts
from cogwg.workbook.plan_writer import write_plan
from cogwg.workbook.reader import REPORTS_EXPECTED, ReadReports, read_reports
from cogwg.workbook.table import ReadTable
from cogwg.workbook.writer import write_reports
from tests.sessions import first_of
from tests.workbook.rewriting import rewritten
from tests.workbook.samples import WRITTEN_AT, book_of, edited, plain_rows, some_text

JURISDICTIONS = {
    1: ("ON", Bilingual("Ontario", "Ontario")),
    2: ("QC", Bilingual("Quebec", "Québec")),
    3: ("YT", Bilingual("Yukon", "Yukon")),
}


def some_plan(seed: int) -> DraftPlan:
    """Return a draft with every kind of text."""
    chance = random.Random(seed)
    keys = iter(range(1, 1000))

    def pair(*, is_line: bool = False) -> Bilingual:
        en, fr = (some_text(chance, is_line=is_line)[:200] for _ in Language)
        return Bilingual(en.replace("#N/A", "N/A"), fr.replace("#N/A", "N/A"))

    def title() -> Bilingual:
        return Bilingual(f"Title {chance.random()}", f"Titre {chance.random()}")

    def activity() -> DraftActivity:
        day = chance.choice((None, 15))
        return DraftActivity(next(keys), title(), pair(), 2020, chance.randrange(1, 13), day, title(), chance.random() < 0.3)

    def roles() -> tuple[DraftAssignment, ...]:
        named = [
            DraftAssignment(next(keys), chance.choice(list(AssignmentRole)), Confirmation.CONFIRMED, id_, pair(is_line=True))
            for id_ in chance.sample(list(JURISDICTIONS), 2)
        ]
        return (*named, DraftAssignment(next(keys), AssignmentRole.LEAD, Confirmation.VACANT))

    def priority() -> DraftPriority:
        lines = tuple(title() for _ in range(chance.randrange(3)))
        return DraftPriority(
            next(keys),
            title(),
            Bilingual("Short", "Court"),
            pair(),
            pair(),
            lines,
            lines[:1],
            tuple(activity() for _ in range(chance.randrange(12))),
            roles(),
        )

    priorities = tuple(priority() for _ in range(3))
    return DraftPlan(2020, title(), "https://open.canada.ca", priorities, next(keys) - 1)


def written(plan: DraftPlan, lang: Language = Language.EN) -> bytes:
    return write_plan(PlanBook(plan, JURISDICTIONS, WRITTEN_AT, lang))


def place(read: ReadPlan, code: str, kind: str, column: str) -> str:
    table = read.tables[kind]
    return table.cell(next(row.number for row in table.rows if row.text(kind) == code), column).address


def assert_unchanged(diff: PlanDiff, plan: DraftPlan) -> None:
    preview = diff.preview
    assert (preview.changes, preview.problems, preview.conflicts, preview.left_out) == ((), (), (), ())
    assert diff.plan == plan


def without_keys(plan: DraftPlan) -> Any:
    return plan_texts(plan, JURISDICTIONS)


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("seed", first_of(3, range(40)))
def test_unedited_plan_has_no_changes(seed: int, lang: Language) -> None:
    plan = some_plan(seed)
    data = written(plan, lang)
    assert data == written(plan, lang)
    assert_unchanged(diff_plan(read_plan(data), plan, JURISDICTIONS), plan)
    assert_unchanged(diff_plan(read_plan(rewritten(data)), plan, JURISDICTIONS), plan)


@pytest.mark.parametrize("seed", first_of(3, range(40)))
def test_plan_is_made_anew_from_its_workbook(seed: int) -> None:
    plan = some_plan(seed)
    diff = diff_plan(read_plan(written(plan)), None, JURISDICTIONS)
    assert diff.preview.problems == ()
    assert diff.plan is not None
    assert without_keys(diff.plan) == without_keys(plan)
    keys = [getattr(item, "key", 0) for _, _, item in plan_items(diff.plan)]
    assert len(set(keys)) == len(keys)
    assert max(keys) == diff.plan.last_key


def test_plan_workbook_follows_the_schemas_of_office(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    for plan in (some_plan(4), DraftPlan(2021, EMPTY_TEXT)):
        path.write_bytes(written(plan))
        errors = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=100).validate(path).errors
        assert [error.description for error in errors] == []


def fill_in(
    plan: DraftPlan, values: dict[tuple[str, str, str], object], new: dict[str, list[list[object]]] | None = None
) -> bytes:
    """Return the plan's workbook with other values, by kind, code and column, and with new rows by kind."""
    data = written(plan)
    read = read_plan(data)

    def change(_: Any, book: Any) -> None:
        for (kind, code, column), value in values.items():
            book[SHEETS_BY_KIND[kind].name][place(read, code, kind, column)] = value
        for kind, rows in (new or {}).items():
            for row in rows:
                book[SHEETS_BY_KIND[kind].name].append(row)

    return edited(data, change, SHEETS_BY_KIND[PLAN].name)


def simple_plan() -> DraftPlan:
    def activity(key: int) -> DraftActivity:
        return DraftActivity(key, Bilingual(f"Activity {key}", f"Activité {key}"), EMPTY_TEXT, 2020, 6)

    def priority(key: int) -> DraftPriority:
        role = DraftAssignment(key + 5, AssignmentRole.LEAD, Confirmation.CONFIRMED, 1)
        title = Bilingual(f"Priority {key}", f"Priorité {key}")
        return DraftPriority(key, title, title, activities=(activity(key + 1), activity(key + 2)), assignments=(role,))

    return DraftPlan(2020, Bilingual("Plan", "Plan"), "", (priority(10), priority(20)), 30)


def test_edits_and_new_rows_become_the_draft() -> None:
    plan = simple_plan()
    data = fill_in(
        plan,
        {
            (PLAN, "2020", "title_fr"): "Plan de travail",
            (PRIORITY, "1", "consequences_en"): "One\nTwo",
            (PRIORITY, "1", "consequences_fr"): "Un\nDeux",
            (ACTIVITY, "2.1", "due_on"): "septembre 2020",
            (ACTIVITY, "2.2", "due_on"): date(2020, 10, 15),
            (ACTIVITY, "2.2", "ongoing"): YES_CHOICE,
            (ROLE, "1a", "jurisdiction"): "québec",
        },
        {
            PRIORITY: [["3", "New priority", "Nouvelle priorité", "New", "Neuf"]],
            ACTIVITY: [["3.1", "First", None, None, None, "2020-12"], ["1.3", "Third", None, None, None, "2020-11-02"]],
            ROLE: [["1b", "YT", "partner"], ["3a", None, "Responsable"]],
        },
    )
    diff = diff_plan(read_plan(data), plan, JURISDICTIONS)
    assert diff.preview.problems == ()
    result = diff.plan
    assert result is not None
    first, second, third = result.priorities
    assert result.title == Bilingual("Plan", "Plan de travail")
    assert first.consequences == (Bilingual("One", "Un"), Bilingual("Two", "Deux"))
    assert [a.title.en for a in first.activities] == ["Activity 11", "Activity 12", "Third"]
    assert (first.activities[2].due_month, first.activities[2].due_day) == (11, 2)
    assert [(a.due_month, a.due_day, a.ongoing) for a in second.activities] == [(9, None, False), (10, 15, True)]
    assert [(r.role, r.jurisdiction_id, r.confirmation) for r in first.assignments] == [
        (AssignmentRole.LEAD, 2, Confirmation.TO_CONFIRM),
        (AssignmentRole.PARTNER, 3, Confirmation.TO_CONFIRM),
    ]
    assert third.assignments[0].confirmation is Confirmation.VACANT
    assert third.title == Bilingual("New priority", "Nouvelle priorité")
    assert {(c.subject, c.field, c.before, c.after) for c in diff.preview.changes} >= {
        ("2.1", "due_on", "2020-06", "septembre 2020"),
        ("3", "title_fr", "", "Nouvelle priorité"),
        ("1.3", "title_en", "", "Third"),
    }


def test_items_that_others_moved_are_found_and_conflicts_have_three_texts() -> None:
    plan = simple_plan()
    data = fill_in(plan, {(ACTIVITY, "1.1", "title_en"): "Mine", (ACTIVITY, "1.2", "text_en"): "Added"})
    theirs = move_activity(plan, 11, 1)
    priority = theirs.priorities[0]
    own = tuple(replace(a, title=replace(a.title, en="Theirs")) if a.key == 11 else a for a in priority.activities)
    theirs = replace(theirs, priorities=(replace(priority, activities=own), theirs.priorities[1]))
    diff = diff_plan(read_plan(data), theirs, JURISDICTIONS)
    (conflict,) = diff.preview.conflicts
    assert (conflict.subject, conflict.field, conflict.base, conflict.theirs, conflict.yours) == (
        "1.1",
        "title_en",
        "Activity 11",
        "Theirs",
        "Mine",
    )
    assert diff.plan is not None
    assert [(a.key, a.title.en, a.text.en) for a in diff.plan.priorities[0].activities] == [
        (12, "Activity 12", "Added"),
        (11, "Theirs", ""),
    ]
    answered = diff_plan(read_plan(data), theirs, JURISDICTIONS, {("1.1", "title_en"): "Both"})
    assert answered.plan is not None
    assert answered.plan.priorities[0].activities[1].title.en == "Both"
    assert answered.preview.conflicts == ()


def test_item_that_others_removed_is_reported_only_if_it_was_edited() -> None:
    plan = simple_plan()
    theirs = remove_activity(plan, 11)
    assert_unchanged(diff_plan(read_plan(written(plan)), theirs, JURISDICTIONS), theirs)
    data = fill_in(plan, {(ACTIVITY, "1.1", "title_en"): "Mine"})
    diff = diff_plan(read_plan(data), theirs, JURISDICTIONS)
    assert [(p.rule, p.subjects) for p in diff.preview.problems] == [("plan-removed", ("1.1",))]
    assert diff.plan is None


def test_rows_and_sheets_that_the_file_lacks_stay() -> None:
    plan = simple_plan()

    def change(sheet: Any, book: Any) -> None:
        sheet.delete_rows(5, 10)
        book.remove(book[SHEETS_BY_KIND[ROLE].name])

    data = edited(written(plan), change, SHEETS_BY_KIND[ACTIVITY].name)
    assert_unchanged(diff_plan(read_plan(data), plan, JURISDICTIONS), plan)


MISTAKES = {
    (PLAN, "2020", "link"): ("see shared drive", "address"),
    (PRIORITY, "1", "title_en"): ("x" * 301, "too-long"),
    (PRIORITY, "2", "short_fr"): ("y" * 61, "too-long"),
    (ACTIVITY, "1.1", "due_on"): ("soon", "due-unknown"),
    (ACTIVITY, "1.2", "ongoing"): ("perhaps", "mark-unknown"),
    (ACTIVITY, "2.1", "due_words_en"): ("z" * 61, "too-long"),
    (ACTIVITY, "2.2", "title_fr"): (None, "emptied"),
    (ROLE, "1a", "jurisdiction"): ("Atlantis", "jurisdiction-unknown"),
    (ROLE, "2a", "role_kind"): ("boss", "role-unknown"),
}
NEW_ROWS: dict[str, list[list[object]]] = {
    PRIORITY: [["4", "Gap", None, "Gap"], ["three", "Words"]],
    ACTIVITY: [["1.3", "No date"], ["7.1", "No priority", None, None, None, "2020-10"], ["1.9", "Gap"], [None, "No code"]],
    ROLE: [["2b", "Ontario", "lead"], ["2c", "Yukon", None]],
}


def test_mistakes_are_reported_at_their_cells() -> None:
    plan = simple_plan()
    read = read_plan(fill_in(plan, {at: value for at, (value, _) in MISTAKES.items()}, NEW_ROWS))
    diff = diff_plan(read, plan, JURISDICTIONS)
    assert diff.plan is None
    reported = {(cell.sheet, cell.address): p.rule for p in diff.preview.problems for cell in p.cells}
    expected = {
        (SHEETS_BY_KIND[kind].name, place(read, code, kind, column)): rule
        for (kind, code, column), (_, rule) in MISTAKES.items()
    }

    def new_cell(kind: str, n: int, column: str) -> tuple[str, str]:
        table: ReadTable = read.tables[kind]
        cell = table.cell(table.rows[n].number, column)
        return cell.sheet, cell.address

    expected |= {
        new_cell(PRIORITY, 2, PRIORITY): "plan-next",
        new_cell(PRIORITY, 3, PRIORITY): "plan-code",
        new_cell(ACTIVITY, 4, "due_on"): "due-missing",
        new_cell(ACTIVITY, 5, ACTIVITY): "plan-priority",
        new_cell(ACTIVITY, 6, ACTIVITY): "plan-next",
        new_cell(ACTIVITY, 7, ACTIVITY): "plan-code",
        new_cell(ROLE, 1 + 1, "jurisdiction"): "jurisdiction-repeated",
        new_cell(ROLE, 3, "role_kind"): "role-unknown",
    }
    assert reported == expected


def test_workbook_of_another_year_or_without_a_year_is_refused() -> None:
    plan = simple_plan()
    other = diff_plan(read_plan(written(plan)), replace(plan, year=2021), JURISDICTIONS)
    assert ([p.rule for p in other.preview.problems], other.plan) == (["plan-year"], None)

    def change(sheet: Any, book: Any) -> None:
        book.remove(book[HIDDEN_SHEET])
        book.remove(sheet)

    bare = diff_plan(read_plan(edited(written(plan), change, SHEETS_BY_KIND[PLAN].name)), None, JURISDICTIONS)
    assert ([p.rule for p in bare.preview.problems], bare.plan) == (["plan-year"], None)


def test_kinds_of_workbooks_are_told_apart() -> None:
    reports, plan = write_reports(book_of(plain_rows())), written(simple_plan())
    assert (kind_of(open_book(reports)), kind_of(open_book(plan))) == ("reports", "plan")
    assert isinstance(read_book(reports), ReadReports)
    assert isinstance(read_book(plan), ReadPlan)
    with pytest.raises(Invalid, match=REPORTS_EXPECTED):
        read_reports(plan)
    with pytest.raises(Invalid, match="contains reports"):
        read_plan(reports)

    def bare(sheet: Any, book: Any) -> None:
        book.remove(book[HIDDEN_SHEET])

    assert kind_of(open_book(edited(plan, bare, SHEETS_BY_KIND[PLAN].name))) == "plan"
    assert kind_of(open_book(edited(reports, bare))) == "reports"
