"""My updates and the forms of reports use the plan as it was read last, until anything of it changes, whoever changes it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.plan import facts_cache
from cogwg.plan.facts_cache import MAX_PLANS, PlanFactsCache
from cogwg.plan.queries import plan_facts
from tests.web.plan.test_drawn_matrices import CHANGES, TABLE_NAME, revision
from tests.web_client import App, Page

Statements = Callable[[Engine], AbstractContextManager[list[str]]]
PLAN_CHANGES = {
    "work_plan": "UPDATE work_plan SET title_en = 'Written elsewhere' WHERE year = 2020",
    "priority": "UPDATE priority SET title_en = 'Written elsewhere'",
    "activity": "UPDATE activity SET title_en = 'Written elsewhere'",
    "assignment": "UPDATE assignment SET assignee_en = 'Written elsewhere'",
    "due_change": str(CHANGES["due_change"]).replace("1.1", "3.3"),
    "jurisdiction": "UPDATE jurisdiction SET name_en = name_en || ' (written elsewhere)'",
    "earlier_name": str(CHANGES["earlier_name"]),
}
"""A change of each table that ``plan_facts`` reads, by table."""
OTHER_CHANGES = {
    "reporting_period": CHANGES["reporting_period"],
    "period_exception": CHANGES["period_exception"],
    "submission": (
        "INSERT INTO submission (activity_id, period_id, report_version, submitted_at, late, sample, status, nothing_to_report,"
        " progress_en, progress_fr, challenge_en, challenge_fr, evidence_note_en, evidence_note_fr, evidence)"
        " SELECT min(a.id), min(p.id), 1, '2020-09-20', false, true, 'SP', false, '', '', '', '', '', '', '[]'"
        " FROM activity a, reporting_period p"
    ),
}
"""Changes that the matrix shows, but that are not of the plan."""
REPORT = "/en/plans/2020/activities/3.3/report?period=2020-09"


def facts_value(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT facts_value FROM plan_revision")).scalar_one())


def change(engine: Engine, *statements: str | None) -> None:
    """Change the database as another client, in one transaction."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(str(statement)))


def test_plan_facts_read_only_tables_that_renew_their_revision(app_per_engine: App, statements: Statements) -> None:
    with statements(app_per_engine.engine) as executed, Session(app_per_engine.engine) as session:
        plan_facts(session, 2020, in_effect=True, code="3.3")
    assert {name for statement in executed for name in TABLE_NAME.findall(statement)} == set(PLAN_CHANGES)


@pytest.mark.parametrize("table", PLAN_CHANGES)
def test_plan_changed_by_another_client_is_read_at_once(app_per_engine: App, table: str) -> None:
    engine, plans = app_per_engine.engine, PlanFactsCache()
    with Session(engine) as session:
        before = plans.plan_facts(session, 2020)
    first, first_of_matrix = facts_value(engine), revision(engine)
    change(engine, PLAN_CHANGES[table])
    assert facts_value(engine) != first
    assert revision(engine) != first_of_matrix
    with Session(engine) as session:
        after = plans.plan_facts(session, 2020)
        assert after == plan_facts(session, 2020)
    assert after != before


@pytest.mark.parametrize("table", OTHER_CHANGES)
def test_change_of_a_quarter_or_a_submission_leaves_the_plan_as_it_was_read(app_per_engine: App, table: str) -> None:
    engine = app_per_engine.engine
    first, first_of_matrix = facts_value(engine), revision(engine)
    change(engine, OTHER_CHANGES[table])
    assert facts_value(engine) == first
    assert revision(engine) != first_of_matrix


@pytest.mark.parametrize("order", [1, -1], ids=["plan-first", "submission-first"])
def test_transaction_that_changes_the_plan_and_a_submission_renews_both_revisions(app_per_engine: App, order: int) -> None:
    engine = app_per_engine.engine
    first, first_of_matrix = facts_value(engine), revision(engine)
    change(engine, *(PLAN_CHANGES["activity"], OTHER_CHANGES["submission"])[::order])
    assert facts_value(engine) != first
    assert revision(engine) != first_of_matrix


@pytest.mark.parametrize("table", ["priority", "activity", "assignment"])
def test_my_updates_and_the_form_show_what_another_client_changed(app_per_engine: App, table: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    pages: list[Page] = [ontario.get("/en/my-updates"), ontario.get(REPORT, htmx=True)]
    assert not any("Written elsewhere" in page.text for page in pages)
    change(app_per_engine.engine, PLAN_CHANGES[table])
    assert "Written elsewhere" in ontario.get("/en/my-updates").text
    assert table == "assignment" or "Written elsewhere" in ontario.get(REPORT, htmx=True).text


def test_role_withdrawn_by_another_process_refuses_the_form_and_the_save(app_per_engine: App) -> None:
    ontario = app_per_engine.client_as("ontario")
    form = ontario.get(REPORT, htmx=True).form("3.3/report").fill(status="SP", progress_en="Agreed.")
    statement = "UPDATE assignment SET confirmation = 'to-confirm' WHERE jurisdiction_id IS NOT NULL"
    code = (
        "import sys; from sqlalchemy import text; from cogwg.core.db import build_engine\n"
        "with build_engine(sys.argv[1]).begin() as c: c.execute(text(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, app_per_engine.url, statement], check=True)
    assert ontario.get(REPORT, htmx=True).status == 403
    assert form.submit(htmx=True).status == 403


def test_report_of_a_plan_moved_to_another_year_is_not_found(app_per_engine: App) -> None:
    ontario = app_per_engine.client_as("ontario")
    assert ontario.get(REPORT, htmx=True).status == 200
    change(app_per_engine.engine, "UPDATE work_plan SET year = 2031 WHERE year = 2020")
    assert ontario.get(REPORT, htmx=True).status == 404


def test_plan_changed_in_a_write_transaction_is_neither_missed_there_nor_stored(app_per_engine: App) -> None:
    """On PostgreSQL a transaction renews the revision when it commits."""
    plans = PlanFactsCache()
    with Session(app_per_engine.engine) as session:
        before = plans.plan_facts(session, 2020)
        with suppress(RuntimeError), write_transaction(session):
            session.execute(text(PLAN_CHANGES["activity"]))
            inside = plans.plan_facts(session, 2020)
            assert {a.title.en for a in inside.activities} == {"Written elsewhere"}
            raise RuntimeError("to roll back")
        assert plans.plan_facts(session, 2020) is before


def test_form_opened_again_reads_the_person_the_revision_and_the_report_only(
    app_per_engine: App, statements: Statements
) -> None:
    ontario = app_per_engine.client_as("ontario")
    with statements(app_per_engine.request_engine) as first:
        ontario.get(REPORT, htmx=True)
    with statements(app_per_engine.request_engine) as again:
        ontario.get(REPORT, htmx=True)
    assert len(again) == len(first) - 3, "\n".join(again)
    tables = {name for statement in again for name in TABLE_NAME.findall(statement)}
    assert "priority" not in tables
    assert not [statement for statement in again if "work_plan.title" in statement], "only whether the plan is closed"


def test_plans_of_an_older_revision_and_the_least_recently_used_are_dropped(
    app_per_engine: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = PlanFactsCache()
    with Session(app_per_engine.engine) as session:
        for number in range(MAX_PLANS + 2):
            plans.plan_facts(session, 2020, carried_by=(number,))
    assert len(plans) == MAX_PLANS
    change(app_per_engine.engine, PLAN_CHANGES["activity"])
    with Session(app_per_engine.engine) as session:
        plans.plan_facts(session, 2020, code="3.3")
        assert len(plans) == 1
        monkeypatch.setattr(facts_cache, "plan_facts", None)
        assert plans.plan_facts(session, 2020, code="3.3").year == 2020
