"""``cogwg workbook``: template, check and apply, with the messages of the site and exit codes 0, 1 and 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import build_engine
from cogwg.mail.models import OutboxMessage
from cogwg.plan.queries import plan_facts
from cogwg.workbook.plan_diff import diff_plan
from cogwg.workbook.plan_queries import draft_from_plan, names
from cogwg.workbook.plan_reader import read_plan
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.web.workbook.filled import fill
from tests.web_client import App, email

__all__ = ["run"]
TODAY = ("--today", "2020-09-24")


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


@pytest.fixture
def file(run: RunCommand, url: str, tmp_path: Path) -> Path:
    """Return the workbook of Ontario's reports."""
    out = tmp_path / "ontario.xlsx"
    result = run(
        *("workbook", "template", "--period", "2020-09", "--jurisdiction", "on", "--out", str(out), *TODAY),
        COGWG_DATABASE_URL=url,
    )
    assert (result.code, result.out) == (0, f"Wrote {out}: 5 reports.\n")
    return out


def test_check_of_an_unedited_workbook_is_clean_and_writes_nothing(run: RunCommand, url: str, file: Path) -> None:
    app = App(url)
    before = app.fingerprint(without=())
    result = run("workbook", "check", str(file), *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert result.out.startswith("0 changes, 0 problems, 0 questions, 0 conflicts, ")
    assert app.fingerprint(without=()) == before
    app.close()


def test_check_prints_a_line_for_each_problem_with_its_cell(run: RunCommand, url: str, file: Path) -> None:
    file.write_bytes(fill(file.read_bytes(), {("3.2", "status"): "Nearly done", ("3.3", "progress_en"): "Tested."}))
    result = run("workbook", "check", str(file), *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 1
    first, later, counts = result.out.splitlines()
    assert first == "Reports – Rapports F5: Choose a status from the list. (3.2)"
    assert later.endswith("Before submitting: Select the status of this activity. (3.3)")
    assert counts.startswith("1 change, 1 problem, ")
    french = run("workbook", "check", str(file), "--lang", "fr", *TODAY, COGWG_DATABASE_URL=url)
    assert "Choisissez un état dans la liste." in french.out


def test_refused_file_has_exit_code_2(run: RunCommand, url: str, tmp_path: Path) -> None:
    other = tmp_path / "a.csv"
    other.write_text("a,b\n")
    check_refusal(run("workbook", "check", str(other), *TODAY, COGWG_DATABASE_URL=url), "not a workbook")
    check_refusal(run("workbook", "check", str(tmp_path / "none.xlsx"), *TODAY, COGWG_DATABASE_URL=url), "Could not read")


def test_apply_saves_for_a_person_who_gets_the_receipt(run: RunCommand, url: str, file: Path) -> None:
    file.write_bytes(fill(file.read_bytes(), {("3.2", "status"): "Nearly done", ("3.3", "progress_en"): "Tested."}))
    result = run("workbook", "apply", str(file), "--by", email("ontario"), *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 1, "3.2 is left out"
    assert "Saved 1 report: 3.3." in result.out
    app = App(url)
    (receipt,) = app.rows(OutboxMessage, OutboxMessage.kind == "receipt", OutboxMessage.person_id == app.person_id("ontario"))
    assert "saved, not submitted" in receipt.subject
    app.close()
    again = run("workbook", "check", str(file), *TODAY, COGWG_DATABASE_URL=url)
    assert again.out.splitlines()[-1].startswith("0 changes, 1 problem, ")


def test_apply_for_a_neighbour_saves_nothing(run: RunCommand, url: str, file: Path) -> None:
    file.write_bytes(fill(file.read_bytes(), {("3.3", "progress_en"): "Tested."}))
    app = App(url)
    before = app.fingerprint(without=())
    result = run("workbook", "apply", str(file), "--by", email("quebec"), *TODAY, COGWG_DATABASE_URL=url)
    assert result.code == 1
    assert "Download your own workbook. This one is for Ontario." in result.out
    assert result.out.endswith("Nothing was saved.\n")
    assert app.fingerprint(without=()) == before
    app.close()


def test_apply_for_nobody_is_refused(run: RunCommand, url: str, file: Path) -> None:
    result = run("workbook", "apply", str(file), "--by", "nobody@example.ca", *TODAY, COGWG_DATABASE_URL=url)
    check_refusal(result, "There is no active person")


def test_template_of_a_plan_holds_the_whole_plan(run: RunCommand, url: str, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    result = run("workbook", "template", "--plan", "2020", "--out", str(out), COGWG_DATABASE_URL=url)
    assert (result.code, result.out) == (0, f"Wrote {out}: 5 priorities, 21 activities.\n")
    read = read_plan(out.read_bytes())
    with Session(build_engine(url)) as session:
        stored = draft_from_plan(plan_facts(session, 2020))
        result_of_diff = diff_plan(read, stored, names(session))
    assert result_of_diff.preview.changes == ()
    assert result_of_diff.plan == stored
    check_refusal(run("workbook", "template", "--out", str(out), COGWG_DATABASE_URL=url), "--period", "--plan")


def test_template_of_an_unknown_quarter_is_refused(run: RunCommand, url: str, tmp_path: Path) -> None:
    options = ("--out", str(tmp_path / "a.xlsx"))
    check_refusal(run("workbook", "template", "--period", "2020-10", *options, COGWG_DATABASE_URL=url), "such as 2020-09")
    check_refusal(run("workbook", "template", "--period", "2031-09", *options, COGWG_DATABASE_URL=url), "There is no")
