"""The plan page is drawn once for a revision of the plan, and anew after every change to what it shows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import build_engine, write_transaction
from cogwg.plan.lookups import plan_revision
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from cogwg.web.plan.drawn_matrices import MAX_MATRICES, DrawnMatrices, DrawnMatrix, Readers
from tests.databases import DEMO_DAY
from tests.web_client import App

Statements = Callable[[Engine], AbstractContextManager[list[str]]]
TABLE_NAME = re.compile(r"\b(?:FROM|JOIN) \(?([a-z_]+)")
NOW = datetime(2020, 9, 24, 18, tzinfo=UTC)
CHANGES = {
    "work_plan": "UPDATE work_plan SET title_en = 'Another title' WHERE year = 2020",
    "priority": "UPDATE priority SET title_en = 'Another title' WHERE number = 1",
    "activity": "UPDATE activity SET title_en = 'Another title' WHERE code = '1.1'",
    "assignment": "UPDATE assignment SET assignee_en = 'Another title' WHERE jurisdiction_id IS NOT NULL",
    "due_change": (
        "INSERT INTO due_change (activity_id, from_year, from_month, to_year, to_month, reason_en, reason_fr, changed_at)"
        " SELECT id, 2019, 2, due_year, due_month, 'Later', '', '2020-01-01' FROM activity WHERE code = '1.1'"
    ),
    "jurisdiction": "UPDATE jurisdiction SET name_en = 'Another title' WHERE code = 'on'",
    "earlier_name": (
        "INSERT INTO earlier_name (jurisdiction_id, name_en, name_fr, short_en, short_fr, held_until)"
        " SELECT jurisdiction_id, 'Upper Canada', 'Haut-Canada', assignee_en, assignee_fr, '2020-01-01'"
        " FROM assignment WHERE assignee_en = 'Northwest Territories'"
    ),
    "reporting_period": "UPDATE reporting_period SET closed_at = '2020-09-01' WHERE key = '2020-09'",
    "period_exception": (
        "INSERT INTO period_exception (period_id, jurisdiction_id, until, reason, made_at)"
        " SELECT min(p.id), min(j.id), '2021-01-01', 'Later', '2020-01-01' FROM reporting_period p, jurisdiction j"
    ),
    "submission": None,
}
"""A change by table. A lead changes submissions."""
UNSEEN = ("jurisdiction", "period_exception")
"""Tables that the page's statements read although the matrix does not show what the change changes."""


def revision(engine: Engine) -> str:
    with Session(engine) as session:
        return plan_revision(session)[0]


def test_every_table_that_the_matrix_reads_renews_the_revision(
    app_per_engine: App, statements: Statements, engine_name: str
) -> None:
    """A page that reads a further table, or a migration that rebuilds one of them, fails here."""
    client = app_per_engine.client_as("ontario")
    app_per_engine.flask.extensions["cogwg.matrices"] = DrawnMatrices()
    with statements(app_per_engine.request_engine) as drawn:
        assert client.get("/en/plans/2020").status == 200
    read = {name for statement in drawn for name in TABLE_NAME.findall(statement)}
    of_person = {"sign_in", "person", "membership", "second_factor", "security_key", "unsaved_text", "site_settings"}
    shown = read - of_person - {"plan_revision"}
    assert shown == set(CHANGES), shown
    query = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_renews_plan_revision'",
        "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE '%_renews_plan_revision'",
    }[engine_name]
    with app_per_engine.engine.connect() as connection:
        names = connection.execute(text(query)).all()
    changes = ("insert_", "update_", "delete_") if engine_name == "sqlite" else ("", "truncate_")
    assert {tuple(row) for row in names} == {(t, f"{t}_{change}renews_plan_revision") for t in shown for change in changes}


@pytest.mark.parametrize("table", [table for table, statement in CHANGES.items() if statement])
def test_change_by_another_client_of_the_database_is_on_the_next_page(app_per_engine: App, table: str) -> None:
    visitor, signed_in = app_per_engine.anonymous_client(), app_per_engine.client_as("reader")
    before = [client.get("/en/plans/2020").text for client in (visitor, signed_in)]
    first = revision(app_per_engine.engine)
    with app_per_engine.engine.begin() as connection:
        connection.execute(text(str(CHANGES[table])))
    assert revision(app_per_engine.engine) != first
    after = [client.get("/en/plans/2020").text for client in (visitor, signed_in)]
    for old, new in zip(before, after, strict=True):
        assert table in UNSEEN or main_of(old) != main_of(new)


def main_of(page: str) -> str:
    return page.partition("<main")[2]


def test_deleted_row_is_gone_from_the_next_page(app_per_engine: App) -> None:
    visitor = app_per_engine.anonymous_client()
    before = visitor.get("/en/plans/2020").text
    with app_per_engine.engine.begin() as connection:
        connection.execute(text("DELETE FROM assignment WHERE confirmation = 'vacant'"))
    assert "TBD: vacant" in before
    assert "TBD: vacant" not in visitor.get("/en/plans/2020").text


def test_change_by_another_process_is_on_the_next_page(app_per_engine: App) -> None:
    visitor = app_per_engine.anonymous_client()
    assert "Written elsewhere" not in visitor.get("/en/plans/2020").text
    code = (
        "import sys; from sqlalchemy import text; from cogwg.core.db import build_engine\n"
        "with build_engine(sys.argv[1]).begin() as c: c.execute(text(\"UPDATE activity SET title_en = 'Written elsewhere'\"))"
    )
    subprocess.run([sys.executable, "-c", code, app_per_engine.url], check=True)
    assert "Written elsewhere" in visitor.get("/en/plans/2020").text


def test_submission_is_on_the_next_page_but_a_draft_is_not(app_per_engine: App) -> None:
    ontario, reader = app_per_engine.client_as("ontario"), app_per_engine.client_as("reader")
    first, before = revision(app_per_engine.engine), main_of(reader.get("/en/plans/2020").text)
    page = ontario.get("/en/plans/2020/activities/3.2/report?period=2020-09", htmx=True)
    fields = {"status": "SP", "progress_en": "Began.", "challenge_en": "Late."}
    saved = page.form("3.2/report").fill(**fields).submit(button_value="save", htmx=True)
    assert saved.status == 200, saved.text
    assert revision(app_per_engine.engine) == first, "a draft is nobody else's business"
    assert main_of(reader.get("/en/plans/2020").text) == before
    page = ontario.get("/en/plans/2020/activities/3.2/report?period=2020-09", htmx=True)
    sent = page.form("3.2/report").fill(**fields).submit(button_value="submit", htmx=True)
    assert sent.status == 200, sent.text
    assert revision(app_per_engine.engine) != first
    assert main_of(reader.get("/en/plans/2020").text) != before


def test_service_renews_the_revision_when_its_transaction_commits_and_not_before(app_per_engine: App) -> None:
    first = revision(app_per_engine.engine)
    activity = None
    with Session(app_per_engine.engine) as session, write_transaction(session):
        activity = next(plan_facts(session, 2020, code="5.1").activities)
        words = {"reason": Bilingual("Later.", "Plus tard."), "words": EMPTY_TEXT, "by": SYSTEM, "at": NOW}
        move_due_date(session, activity.id, DueDate(2020, 12), expected_due=activity.due, **words)
        assert revision(app_per_engine.engine) == first
    assert revision(app_per_engine.engine) != first


def test_change_that_is_rolled_back_leaves_the_revision(app_per_engine: App) -> None:
    first = revision(app_per_engine.engine)
    with app_per_engine.engine.connect() as connection:
        connection.execute(text("UPDATE activity SET title_en = 'Never'"))
        connection.rollback()
        connection.execute(text("UPDATE sign_in SET seen_at = seen_at"))
        connection.commit()
    assert revision(app_per_engine.engine) == first


def test_transaction_of_many_changes_renews_the_revision_once_more(app_per_engine: App) -> None:
    """On PostgreSQL once a transaction; the next transaction renews it again."""
    values = [revision(app_per_engine.engine)]
    for words in ("One", "Two"):
        with app_per_engine.engine.begin() as connection:
            for column in ("title_en", "title_fr"):
                connection.execute(text(f"UPDATE activity SET {column} = '{words}'"))
        values.append(revision(app_per_engine.engine))
    assert len(set(values)) == 3


def test_transactions_that_change_the_plan_do_not_wait_for_each_other_before_they_commit(
    postgresql: str, make_database: Callable[[str, str], str]
) -> None:
    """On PostgreSQL. Renewing at once would lock the revision, and deadlock with a transaction that waits for another row."""
    engine = build_engine(make_database(postgresql, "seeded"))
    with engine.connect() as first, engine.connect() as second:
        for connection, code in ((first, "1.1"), (second, "1.2")):
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
            connection.execute(text(f"UPDATE activity SET title_en = 'Changed' WHERE code = '{code}'"))
        second.commit()
        first.commit()
    engine.dispose()


def test_revision_has_one_row_only(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("INSERT INTO plan_revision (id, value) VALUES (2, 'x')"))
    assert [c["name"] for c in inspect(engine).get_columns("plan_revision")] == ["id", "value", "facts_value"]


def test_page_that_is_drawn_already_reads_the_person_and_the_revision_only(app_per_engine: App, statements: Statements) -> None:
    for client, count in ((app_per_engine.client_as("ontario"), 2), (app_per_engine.anonymous_client(), 2)):
        first = client.get("/en/plans/2020").text
        with statements(app_per_engine.request_engine) as executed:
            assert main_of(client.get("/en/plans/2020").text) == main_of(first)
        assert len(executed) == count, "\n".join(executed)


def test_visitor_never_sees_the_matrix_of_a_signed_in_person(app_per_engine: App) -> None:
    own = app_per_engine.client_as("reader").get("/en/plans/2020").text
    visitor = app_per_engine.anonymous_client().get("/en/plans/2020").text
    assert "/en/plans/2020/activities/" in main_of(own)
    assert "/en/vacancies" in main_of(own)
    assert "/en/plans/2020/activities/" not in main_of(visitor)
    assert "/en/vacancies" not in main_of(visitor)


def test_matrix_is_drawn_anew_when_the_day_or_the_due_time_has_passed(app_per_engine: App, statements: Statements) -> None:
    """Quarter 3 is due on September 30 at 17:00; until then, the page says that it is open."""
    visitor = app_per_engine.anonymous_client()
    pages = [visitor.get("/fr/plans/2020").text]
    costs = []
    for step in ({"days": 1}, {"days": 5}, {"hours": 2, "minutes": 59}, {"minutes": 1}, {"minutes": 1}):
        app_per_engine.clock.advance(**step)
        with statements(app_per_engine.request_engine) as executed:
            pages.append(visitor.get("/fr/plans/2020").text)
        costs.append(len(executed) > 2)
    assert costs == [True, True, False, True, False]
    assert len(set(map(main_of, pages))) >= 2


def drawn(**values: object) -> DrawnMatrix:
    usual = {"title": "", "content": Markup(), "revision": "a", "day": DEMO_DAY, "drawn_at": NOW, "due_at": None}
    return DrawnMatrix(**{**usual, **values})  # type: ignore[arg-type]


def test_matrix_is_current_for_its_revision_and_day_until_the_next_quarter_is_due() -> None:
    due_at = NOW + timedelta(hours=3)
    matrix = drawn(due_at=due_at)
    assert matrix.is_current("a", DEMO_DAY, NOW)
    assert matrix.is_current("a", DEMO_DAY, due_at - timedelta(seconds=1))
    assert not matrix.is_current("a", DEMO_DAY, due_at)
    assert not matrix.is_current("b", DEMO_DAY, NOW)
    assert not matrix.is_current("a", DEMO_DAY + timedelta(days=1), NOW)
    assert not matrix.is_current("a", DEMO_DAY, NOW - timedelta(seconds=1))
    assert drawn().is_current("a", DEMO_DAY, NOW + timedelta(days=999))


def test_few_matrices_are_kept_and_those_used_last() -> None:
    matrices = DrawnMatrices()
    first = Readers(2000, "en", False)
    matrices.put(first, drawn())
    for year in range(2001, 2001 + MAX_MATRICES):
        assert matrices.get(first, "a", DEMO_DAY, NOW) is not None
        matrices.put(Readers(year, "en", False), drawn())
    assert len(matrices) == MAX_MATRICES
    assert matrices.get(Readers(2001, "en", False), "a", DEMO_DAY, NOW) is None
    assert matrices.get(first, "a", DEMO_DAY, NOW) is not None
    assert matrices.get(first, "b", DEMO_DAY, NOW) is None
    assert matrices.get(Readers(2000, "en", True), "a", DEMO_DAY, NOW) is None
