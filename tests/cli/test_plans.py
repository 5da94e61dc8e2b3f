"""``cogwg plan``: the plans by year, and what a carry-over would make. Neither command writes."""

from __future__ import annotations

import pytest

from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.sessions import FURTHER
from tests.web_client import App

__all__ = ["run"]


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


def test_plan_list_prints_each_year_with_its_state_and_size(run: RunCommand, url: str) -> None:
    result = run("plan", "list", COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert result.out == "2020  adopted on 2020-02-27; 5 priorities, 21 activities\n"


@FURTHER
def test_plan_list_of_a_new_database_says_that_there_is_none(run: RunCommand, make_database: MakeDatabase) -> None:
    result = run("plan", "list", COGWG_DATABASE_URL=make_database("sqlite", "bare"))
    assert (result.code, result.out) == (0, "There is no plan.\n")


def test_dry_run_of_a_carry_over_counts_and_writes_nothing(run: RunCommand, url: str) -> None:
    app = App(url)
    before = app.fingerprint(without=())
    result = run("plan", "carry-over", "2020", "--dry-run", "--today", "2020-12-10", COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert app.fingerprint(without=()) == before
    app.close()
    counts = "2021: 5 priorities, 13 activities carried over, 0 dropped, 8 complete"
    assert result.out == f"{counts}; 3 priorities need a lead; 9 roles to confirm. Nothing was written.\n"


def test_carry_over_without_dry_run_names_the_page_where_it_is_done(run: RunCommand, url: str) -> None:
    settings = {"COGWG_DATABASE_URL": url, "COGWG_PUBLIC_URL": "https://plan.example.ca/"}
    result = run("plan", "carry-over", "2020", **settings)
    check_refusal(result, " https://plan.example.ca/en/admin/plans/2020/carry-over.", "add --dry-run")


@FURTHER
def test_dry_run_of_a_year_without_a_plan_says_so(run: RunCommand, url: str) -> None:
    check_refusal(run("plan", "carry-over", "2031", "--dry-run", COGWG_DATABASE_URL=url), "There is no plan 2031.")
