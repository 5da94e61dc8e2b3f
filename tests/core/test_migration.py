"""The schema: upgrades and downgrades with data, equality with the models, and append-only tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Enum, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.briefing.decisions import DecisionDraft, record_decision
from cogwg.briefing.files import DrawnFile
from cogwg.briefing.services import store_files
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import Base, build_engine, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.migration import alembic_config, downgrade, upgrade
from cogwg.core.schema import current_revision, head, is_at_head, require_current_schema
from cogwg.engagement.models import EngagementCycle, HeardVersion
from cogwg.seeding import seed
from cogwg.tracker.services import publish_briefing
from cogwg.tracker.values import PublishedBriefing, PublishedFile
from tests.databases import DECK_DAY, demo_calendar
from tests.february_briefing import create_february_briefing
from tests.sessions import ESSENTIAL, FURTHER

REVISION_BEFORE_TEXT_OR_MARK = ScriptDirectory.from_config(alembic_config()).get_revision("0007").down_revision


def count_rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def schema_names(engine: Engine) -> dict[str, set[str]]:
    """Return the names of all constraints, indexes and columns by table.

    A foreign key is named by its columns: SQLite does not tell the name of one that was added with its column.
    """
    inspector = inspect(engine)
    names: dict[str, set[str]] = {}
    for table in set(inspector.get_table_names()) - {"alembic_version"}:
        constraints = [
            *inspector.get_unique_constraints(table),
            *inspector.get_check_constraints(table),
        ]
        constraints += [inspector.get_pk_constraint(table), *inspector.get_indexes(table)]
        columns = {f"{c['name']} {c['type']} {'null' if c['nullable'] else ''}" for c in inspector.get_columns(table)}
        keys = {f"{f['constrained_columns']} of {f['referred_table']}" for f in inspector.get_foreign_keys(table)}
        names[table] = {str(constraint["name"]) for constraint in constraints} | columns | keys
    return names


@ESSENTIAL
def test_migrated_schema_equals_the_models(empty_engine: Engine, engine_name: str, make_database: Callable[..., str]) -> None:
    upgrade(empty_engine)
    other = build_engine(make_database(engine_name, "empty"))
    Base.metadata.create_all(other)
    assert schema_names(empty_engine) == schema_names(other)
    other.dispose()


def test_checks_of_the_database_list_the_members_of_each_enum(engine: Engine) -> None:
    """Autogenerate compares no check constraints, so a new role or status without a migration fails here."""
    for table in Base.metadata.sorted_tables:
        checks = {str(check["name"]): check["sqltext"] for check in inspect(engine).get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.create_constraint:
                listed = set(re.findall(r"'([^']+)'", checks[f"ck_{table.name}_{column.type.name}"]))
                assert listed == set(column.type.enums), f"{table.name}.{column.name}"


def test_autogenerate_after_upgrade_is_empty(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


@ESSENTIAL
def test_schema_goes_up_down_and_up_again_with_data(seeded_engine: Engine) -> None:
    assert count_rows(seeded_engine, "submission") > 20
    downgrade(seeded_engine, "base")
    assert set(inspect(seeded_engine).get_table_names()) <= {"alembic_version"}
    upgrade(seeded_engine)
    assert is_at_head(seeded_engine)
    with Session(seeded_engine) as session, write_transaction(session):
        assert seed(session, at=demo_calendar().now()).plans == 1
    assert count_rows(seeded_engine, "activity") == 21


@FURTHER
def test_downgrade_drops_stored_files_and_keeps_frozen_versions(seeded_engine: Engine) -> None:
    drawn = DrawnFile("xlsx", Language.EN, "a.xlsx", "a/b", b"drawn", 1)

    def store() -> None:
        with Session(seeded_engine) as session, write_transaction(session):
            assert store_files(session, 1, 1, [drawn], by=SYSTEM, at=demo_calendar().now()) == 1

    with Session(seeded_engine) as session, write_transaction(session):
        assert create_february_briefing(session) == 1
    store()
    downgrade(seeded_engine, "0003")
    assert "frozen_file" not in inspect(seeded_engine).get_table_names()
    assert count_rows(seeded_engine, "frozen_version") == 1
    upgrade(seeded_engine)
    assert (count_rows(seeded_engine, "frozen_version"), count_rows(seeded_engine, "frozen_file")) == (1, 0)
    store()
    with seeded_engine.connect() as connection, pytest.raises(DBAPIError, match="frozen_file is append-only"):
        connection.execute(text("DELETE FROM frozen_file"))


def test_repeated_upgrade_keeps_every_row(seeded_engine: Engine) -> None:
    before = {table: count_rows(seeded_engine, table) for table in Base.metadata.tables}
    upgrade(seeded_engine)
    assert {table: count_rows(seeded_engine, table) for table in Base.metadata.tables} == before


def test_upgrade_prints_nothing(empty_engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    upgrade(empty_engine)
    assert capfd.readouterr() == ("", "")


@FURTHER
def test_upgrade_clears_nothing_to_report_beside_a_text_and_records_it(seeded_engine: Engine) -> None:
    downgrade(seeded_engine, REVISION_BEFORE_TEXT_OR_MARK)
    columns = [c["name"] for c in inspect(seeded_engine).get_columns("submission") if c["name"] != "id"]
    values = ", ".join("true" if c == "nothing_to_report" else c for c in columns)
    with seeded_engine.begin() as connection:
        connection.execute(text("UPDATE status_report SET nothing_to_report = true WHERE id = 1"))
        source = "FROM submission WHERE progress_en <> '' LIMIT 1"
        connection.execute(text(f"INSERT INTO submission ({', '.join(columns)}) SELECT {values} {source}"))
        parts = (f"SELECT id, progress_en, progress_fr FROM {table}" for table in ("status_report", "submission"))
        before = text(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2")
        texts = connection.execute(before).all()
        last = connection.scalar(text("SELECT max(id) FROM submission"))
    upgrade(seeded_engine)
    both = "nothing_to_report AND (progress_en <> '' OR progress_fr <> '')"
    with seeded_engine.connect() as connection:
        for table in ("status_report", "submission"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {both}")) == 0
            assert connection.scalar(text(f"SELECT count(*) FROM {table} WHERE nothing_to_report")) > 0, "alone, it stays"
        assert connection.execute(before).all() == texts
    with Session(seeded_engine) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action.like("%.mark-cleared")).order_by(AuditEvent.id))
        assert [(e.action, e.actor_kind, e.subject_id, e.before, e.after) for e in events] == [
            (f"{kind}.mark-cleared", "system", id_, {"nothing_to_report": True}, {"nothing_to_report": False})
            for kind, id_ in (("report", 1), ("submission", last))
        ]
    with seeded_engine.connect() as connection, pytest.raises(DBAPIError, match="submission is append-only"):
        connection.execute(text("UPDATE submission SET late = true"))


@FURTHER
@pytest.mark.parametrize("before_columns", ["0010", "0014"], ids=["stale texts", "next steps"])
def test_migration_of_report_columns_keeps_triggers_and_checks(seeded_engine: Engine, before_columns: str) -> None:
    """Adding and dropping its columns does not rebuild a table, which would lose both on SQLite."""
    for step in (lambda: downgrade(seeded_engine, before_columns), lambda: upgrade(seeded_engine)):
        before = schema_names(seeded_engine)
        step()
        after = schema_names(seeded_engine)
        for table in ("status_report", "submission"):
            checks = {name for name in before[table] if name.startswith("ck_")} - {"ck_submission_source"}  # of a later column
            assert f"ck_{table}_text_or_nothing_to_report" in checks
            assert checks <= after[table]
        with seeded_engine.connect() as connection, pytest.raises(DBAPIError, match="submission is append-only"):
            connection.execute(text("UPDATE submission SET late = true"))
        with seeded_engine.connect() as connection, pytest.raises(IntegrityError, match="text_or_nothing_to_report"):
            connection.execute(text("UPDATE status_report SET nothing_to_report = true, progress_en = 'Words.'"))


@pytest.mark.parametrize("table", ["event", "submission"])
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id + 1000", "DELETE FROM {table}"])
def test_append_only_tables_refuse_update_and_delete(seeded_engine: Engine, table: str, statement: str) -> None:
    before = count_rows(seeded_engine, table)
    with seeded_engine.connect() as connection, pytest.raises(DBAPIError, match=f"{table} is append-only"):
        connection.execute(text(statement.format(table=table)))
    assert count_rows(seeded_engine, table) == before > 0


APPEND_ONLY = (
    "event",
    "audit_link",
    "submission",
    "frozen_version",
    "frozen_file",
    "decision",
    "earlier_name",
    "plan_item",
    "plan_item_version",
    "publication",
    "publication_file",
    "heard_version",
)


def freeze_february(engine: Engine) -> None:
    """Add a row to every append-only table: a frozen and published deck, its file, a decision, and a renamed jurisdiction."""
    drawn = DrawnFile("xlsx", Language.EN, "a.xlsx", "a/b", b"drawn", 1)
    with Session(engine) as session, write_transaction(session):
        assert create_february_briefing(session) == 1
        at = demo_calendar().now()
        assert store_files(session, 1, 1, [drawn], by=SYSTEM, at=at) == 1
        assert record_decision(session, 1, 1, "cover", DecisionDraft(Bilingual("Yes.", "Oui.")), by=SYSTEM, at=at) == 1
        yukon = jurisdiction_to_change(session, "yt")
        draft = JurisdictionDraft(yukon.kind, Bilingual("The Yukon", "Le Yukon"), yukon.short)
        assert rename_jurisdiction(session, yukon, draft, version=1, by=SYSTEM, at=at)
        published = PublishedBriefing(2020, DECK_DAY, 1, DECK_DAY, yukon.name, yukon.name, yukon.name)
        file = PublishedFile("a.xlsx", "xlsx", "en", "a/b", drawn.sha256, len(drawn.content))
        assert publish_briefing(session, published, [(file, drawn.content)], by=SYSTEM, at=at)
        cycle = EngagementCycle(key="plan", title=yukon.name, changed_at=at)
        session.add(cycle)
        session.flush()
        session.add(HeardVersion(cycle_id=cycle.id, number=1, content="{}", sha256="0" * 64, finalized_at=at))


def test_append_only_tables_refuse_replacement_of_a_row_by_any_unique_key(seeded_engine: Engine, engine_name: str) -> None:
    """SQLite deletes the row that a REPLACE displaces without firing its DELETE trigger; PostgreSQL has only upserts."""
    freeze_february(seeded_engine)
    inspector = inspect(seeded_engine)
    tables = [t for t in inspector.get_table_names() if t in APPEND_ONLY]
    assert sorted(tables) == sorted(APPEND_ONLY)
    for table in tables:
        columns = [str(c["name"]) for c in inspector.get_columns(table)]
        unique = [["id"], *(list(map(str, c["column_names"])) for c in inspector.get_unique_constraints(table))]
        before = count_rows(seeded_engine, table)
        for key in unique:
            values = ", ".join(f'"{c}"' if c in key or c != "id" else "id + 100000" for c in columns)
            names = ", ".join(f'"{c}"' for c in columns)
            source = f"INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = (SELECT min(id) FROM {table})"
            statements = [f"INSERT {source} ON CONFLICT ({', '.join(key)}) DO UPDATE SET id = {table}.id + 1000"]
            if engine_name == "sqlite":
                statements += [f"REPLACE {source}", f"INSERT OR REPLACE {source}"]
            for statement in statements:
                with seeded_engine.connect() as connection, pytest.raises(DBAPIError, match=f"{table} is append-only"):
                    connection.execute(text(statement))
        assert count_rows(seeded_engine, table) == before > 0


def test_append_only_tables_accept_new_rows_after_the_last_id(seeded_engine: Engine) -> None:
    before = count_rows(seeded_engine, "event")
    with seeded_engine.begin() as connection:
        for _ in range(2):
            connection.execute(
                text(
                    "INSERT INTO event (at, action, actor_kind, subject_kind, subject_id)"
                    " VALUES ('2020-01-01', 'tried', 'system', 'plan', 1)"
                )
            )
    assert count_rows(seeded_engine, "event") == before + 2


def test_every_table_with_an_append_only_trigger_is_tested_for_replacement(make_database: Callable[..., str]) -> None:
    engine = build_engine(make_database("sqlite", "bare"))
    with engine.connect() as connection:
        refusing = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_refuses_%'"
        triggers = connection.execute(text(refusing)).all()
    engine.dispose()
    assert {table for table, _name in triggers} == set(APPEND_ONLY)
    for change in ("update", "delete", "replace"):
        assert {table for table, name in triggers if name == f"{table}_refuses_{change}"} == set(APPEND_ONLY)


@pytest.mark.parametrize("table", ["event", "frozen_file"])
def test_append_only_tables_refuse_truncate(postgresql: str, make_database: Callable[..., str], table: str) -> None:
    engine = build_engine(make_database(postgresql, "seeded"))
    with engine.connect() as connection, pytest.raises(DBAPIError, match=f"{table} is append-only"):
        connection.execute(text(f"TRUNCATE {table}"))
    engine.dispose()


def test_database_without_tables_is_refused_with_the_init_command(empty_engine: Engine) -> None:
    with pytest.raises(ConfigurationError, match=r"no tables yet\. Run “cogwg init”.* to create them"):
        require_current_schema(empty_engine)
    assert not is_at_head(empty_engine)
    assert current_revision(empty_engine) is None


def test_newer_database_is_refused(engine: Engine) -> None:
    require_current_schema(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="revision 9999, which is newer than this version of cogwg"):
        require_current_schema(engine)


def test_failing_migration_changes_nothing(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE evidence (id INTEGER)"))
    with pytest.raises(DBAPIError):
        upgrade(empty_engine)
    assert set(inspect(empty_engine).get_table_names()) == {"evidence"}
    assert current_revision(empty_engine) is None


def test_foreign_keys_are_enforced_after_a_migration(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    with empty_engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO sign_in VALUES (1, 'x', 99, '2020-01-01', '2020-01-01', '', false)"))


@FURTHER
def test_upgrade_makes_a_single_theme_of_spellings_of_the_same_name(empty_engine: Engine) -> None:
    """Spellings that differ in apostrophes and blanks are merged, with an event; a different name and its accents stay."""
    upgrade(empty_engine, "0006")
    themes = [("Staff’s time", ""), ("staff's  time", "Temps du personnel"), ("Qualité", ""), ("Qualite", "")]
    insert = text(
        "INSERT INTO challenge (key, text_en, text_fr, state, position, reported_on, theme_en, theme_fr) "
        "VALUES (:key, 'Text', '', 'open', 1, '2020-09-01', :en, :fr)"
    )
    with empty_engine.begin() as connection:
        for number, (en, fr) in enumerate(themes):
            connection.execute(insert, {"key": str(number), "en": en, "fr": fr})
    upgrade(empty_engine)
    with empty_engine.connect() as connection:
        after = connection.execute(text("SELECT theme_en, theme_fr FROM challenge ORDER BY id")).all()
        events = connection.execute(text("SELECT action, actor_kind, subject_id FROM event")).all()
    assert [tuple(row) for row in after] == [themes[1], themes[1], themes[2], themes[3]]
    assert [tuple(event) for event in events] == [("theme.merged", "system", 1)]


def test_head_is_the_revision_that_alembic_upgrades_to() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert head() == scripts.get_current_head()
    assert all(Path(script.path).name.startswith(f"{script.revision}_") for script in scripts.walk_revisions())
