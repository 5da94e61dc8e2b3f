"""The two PostgreSQL roles: the SQL in ``deploy/``, run by psql on a cluster, and what the server's role cannot do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, record_event
from cogwg.backup import postgresql as postgresql_backup
from cogwg.backup.contents import Contents
from cogwg.backup.postgresql import NOT_RESTORED
from cogwg.backup.services import back_up, restore, verify
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.migration import upgrade
from cogwg.core.schema import require_current_schema
from cogwg.core.scrubbing import IN_USE, NOT_OWNER, scrub
from cogwg.privacy.comment_purge import TABLES
from cogwg.seeding import seed
from tests.databases import Databases, demo_calendar, find_postgres_programs
from tests.server.process import run_command

SCRIPT = Path(__file__).parents[2] / "deploy" / "postgresql" / "roles.sql"
ROLES = ("cogwg_owner", "cogwg_app")


def run_script(script: str, databases: Databases, user: str = "postgres", **passwords: str) -> subprocess.CompletedProcess[str]:
    psql = shutil.which("psql", path=str(find_postgres_programs())) or "psql"
    return subprocess.run(
        [
            psql,
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            databases.cluster.url("postgres").replace("postgres@", f"{user}@"),
        ],
        input=script,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, **passwords},
    )


@pytest.fixture
def server_engine(postgresql: str, databases: Databases) -> Iterator[Engine]:
    """An engine of the role that runs the server, on a database migrated by its owner, both made by the script."""
    url = databases.create(postgresql, "empty")
    name = url.split("/")[3].split("?")[0]
    databases.drop(url)
    roles = {role: f"{role}_{name}" for role in ROLES}
    script = re.sub(r"(DATABASE |\\connect |datname = ')cogwg\b", rf"\1{name}", SCRIPT.read_text("utf-8"))
    for role, unique in roles.items():
        script = script.replace(role, unique)
    for _again in range(2):
        done = run_script(script, databases, OWNER_PASSWORD='it\'s "one"', APP_PASSWORD="another")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    owner, server = (
        build_engine(make_url(url).set(username=roles[role]).render_as_string(hide_password=False)) for role in ROLES
    )
    upgrade(owner)
    owner.dispose()
    yield server
    server.dispose()
    databases.drop(url)
    for role in roles.values():
        databases.cluster.execute(f"DROP ROLE {role}")


def test_script_without_a_password_names_it_and_makes_nothing(postgresql: str, databases: Databases) -> None:
    databases.drop(databases.create(postgresql, "empty"))
    done = run_script(SCRIPT.read_text("utf-8"), databases, OWNER_PASSWORD="one")
    assert done.returncode == 3
    assert "APP_PASSWORD is not set" in done.stderr
    assert "cogwg_app does not exist" in run_script("DROP ROLE cogwg_app;", databases).stderr.replace('"', "")


def test_administrator_who_is_no_superuser_can_run_the_script(postgresql: str, databases: Databases) -> None:
    url = databases.create(postgresql, "empty")
    databases.drop(url)
    name = url.split("/")[3].split("?")[0]
    databases.cluster.execute(f"CREATE ROLE admin_{name} LOGIN CREATEROLE CREATEDB")
    for _again in range(2):
        script = SCRIPT.read_text("utf-8").replace("cogwg", name)
        done = run_script(script, databases, f"admin_{name}", OWNER_PASSWORD="one", APP_PASSWORD="another")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    owner = build_engine(make_url(url).set(username=f"{name}_owner").render_as_string(hide_password=False))
    upgrade(owner)
    owner.dispose()
    databases.drop(url)
    for role in ("owner", "app"):
        databases.cluster.execute(f"DROP ROLE {name}_{role}")
    databases.cluster.execute(f"DROP ROLE admin_{name}")


def owner_engine(server_engine: Engine) -> Engine:
    url = server_engine.url
    return build_engine(url.set(username=str(url.username).replace(*reversed(ROLES))).render_as_string(hide_password=False))


def test_owner_cannot_restore_while_the_server_role_is_connected(server_engine: Engine, tmp_path: Path) -> None:
    at = demo_calendar().now()
    with Session(server_engine) as session, write_transaction(session):
        seed(session, at=at)
    file, removals = tmp_path / "file", tmp_path / "removals"
    back_up(server_engine, file, removals, at=at)
    owner = owner_engine(server_engine)

    def try_restore() -> None:
        restore(owner, file, verify(file), removals, may_replace=True, may_discard=False, at=at, now=real_now())

    with server_engine.connect():
        pass
    with pytest.raises(ConfigurationError, match="Stop the server and pause cron"):
        try_restore()
    server_engine.dispose()
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM event WHERE action = 'database.restored'")) == 0
    try_restore()
    owner.dispose()


def test_server_that_connects_during_the_restore_stops_it(
    server_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = demo_calendar().now()
    with Session(server_engine) as session, write_transaction(session):
        seed(session, at=at)
    file, removals = tmp_path / "file", tmp_path / "removals"
    back_up(server_engine, file, removals, at=at)
    server_engine.dispose()
    owner = owner_engine(server_engine)
    read_old_database = postgresql_backup.read_old_database

    def read_and_connect(engine: Engine, backup: Contents) -> object:
        server_engine.connect().close()
        return read_old_database(engine, backup)

    monkeypatch.setattr(postgresql_backup, "read_old_database", read_and_connect)
    with pytest.raises(ConfigurationError, match="Stop the server and pause cron"):
        restore(owner, file, verify(file), removals, may_replace=True, may_discard=False, at=at, now=real_now())
    with Session(server_engine) as session:
        assert session.query(AuditEvent).filter_by(action="database.restored").count() == 0
        assert session.query(AuditEvent).count() > 0
    owner.dispose()


def test_command_that_needs_the_owner_names_it(server_engine: Engine, tmp_path: Path) -> None:
    url = server_engine.url.render_as_string(hide_password=False)
    with owner_engine(server_engine).begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    seeded = run_command("seed", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert "“cogwg-run --owner init”" in seeded.stderr
    refused = run_command("init", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert refused.returncode == 2
    assert refused.stderr == (
        "cogwg: Could not create or upgrade the tables. Nothing was changed. permission denied for schema public. "
        "Use the role that owns the tables, such as with “cogwg-run --owner”.\n"
    )


def test_server_role_can_back_up_and_the_owner_can_restore(server_engine: Engine, tmp_path: Path) -> None:
    with Session(server_engine) as session, write_transaction(session):
        seed(session, at=demo_calendar().now())
    file, removals, at = tmp_path / "file", tmp_path / "removals", demo_calendar().now()
    assert back_up(server_engine, file, removals, at=at).unchecked == NOT_RESTORED
    server_engine.dispose()
    owner = owner_engine(server_engine)
    restore(owner, file, verify(file), removals, may_replace=True, may_discard=False, at=at, now=real_now())
    owner.dispose()
    with Session(server_engine) as session, write_transaction(session):
        assert session.query(AuditEvent).order_by(AuditEvent.id.desc()).limit(1).one().action == "database.restored"
        record_event(session, "test", ("test", 1), by=SYSTEM, at=at)
    with pytest.raises(ConfigurationError, match=r"Nothing was changed\. must be owner of .*cogwg-run --owner"):
        restore(server_engine, file, verify(file), removals, may_replace=True, may_discard=True, at=at, now=real_now())


def test_backup_by_the_server_role_says_that_the_audit_log_has_a_fault(server_engine: Engine, tmp_path: Path) -> None:
    url = server_engine.url.render_as_string(hide_password=False)
    with Session(server_engine) as session, write_transaction(session):
        seed(session, at=demo_calendar().now())
    whole = run_command("backup", "--quiet", "whole", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert (whole.returncode, whole.stdout, whole.stderr) == (0, "", "")
    with owner_engine(server_engine).begin() as connection:
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
        changed = connection.execute(text("UPDATE event SET action = 'forged' WHERE id = 1"))
        assert changed.rowcount == 1
    forged = run_command("backup", "--quiet", "forged", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert (forged.returncode, forged.stdout) == (0, "")
    assert forged.stderr.startswith(
        "The audit log in the backup has a fault. The event at position 1, or its link, was changed"
    )


def test_server_role_reads_and_writes_but_cannot_undo_what_is_append_only(server_engine: Engine) -> None:
    require_current_schema(server_engine)
    with Session(server_engine) as session:
        with write_transaction(session):
            seed(session, at=demo_calendar().now())
        assert session.query(AuditEvent).count() > 0
    for statement, reason in {
        "UPDATE event SET action = 'x'": "event is append-only",
        "ALTER TABLE event DISABLE TRIGGER ALL": "must be owner of table event",
        "DROP TRIGGER event_refuses_change ON event": "must be owner of",
        "DROP TABLE event CASCADE": "must be owner of table event",
        "TRUNCATE event": "permission denied for table event",
        "CREATE TABLE tried (id integer)": "permission denied for schema public",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'": "denied",
        "SET session_replication_role = replica": "permission denied to set parameter",
    }.items():
        with server_engine.connect() as connection, pytest.raises(DBAPIError, match=reason):
            connection.execute(text(statement))


def test_only_the_owner_writes_files_of_tables_anew(server_engine: Engine) -> None:
    assert scrub(server_engine, TABLES) == NOT_OWNER
    owner = owner_engine(server_engine)
    assert scrub(owner, TABLES) == ""
    with owner.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "10s", "the connection goes back as it was"
        with server_engine.connect() as other, other.begin():
            other.execute(text("SELECT * FROM letter"))
            connection.commit()
            assert scrub(owner, TABLES) == IN_USE
    owner.dispose()
