"""Sessions at a restart of the server, after a crash, and after a database was restored, on both engines."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, make_url, select, text, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, SignIn
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.accounts.services import create_access_link, end_session, start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.cli.kept_sessions import sessions_file
from cogwg.cli.running_servers import among_servers, count_connections
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.cli.test_commands import CommandResult, FakeSupervisor, RunCommand, run
from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.sessions import FURTHER, first_of
from tests.web_client import SECRET_KEY

__all__ = ["run"]
Serve = Callable[..., CommandResult]


class Accounts:
    """The sessions and links of a database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def change(self, action: Callable[[Session, Person], object]) -> object:
        engine = build_engine(self.url)
        with Session(engine) as session, write_transaction(session):
            result = action(session, session.scalars(select(Person).where(Person.email == f"ontario@{DEMO_DOMAIN}")).one())
        engine.dispose()
        return result

    def sign_in(self) -> str:
        return str(self.change(lambda session, person: start_session(session, person.id, now=real_now())))

    def sign_out(self, token: str) -> None:
        self.change(lambda session, _: end_session(session, token))

    def hashes(self) -> set[str]:
        engine = build_engine(self.url)
        with Session(engine) as session:
            hashes = set(session.scalars(select(SignIn.token_hash)))
        engine.dispose()
        return hashes

    def rows(self) -> list[dict[str, object]]:
        engine = build_engine(self.url)
        with Session(engine) as session:
            rows = [dict(row._mapping) for row in session.execute(select(*SignIn.__table__.columns))]
        engine.dispose()
        return rows

    def restore(self, rows: list[dict[str, object]]) -> None:
        """Put back the sessions of an earlier moment, as restoring a backup does."""
        self.change(lambda session, _: [session.execute(delete(SignIn)), *(session.add(SignIn(**row)) for row in rows)])


@pytest.fixture
def accounts(engine_name: str, make_database: MakeDatabase) -> Accounts:
    return Accounts(make_database(engine_name, "seeded"))


@pytest.fixture
def serve(run: RunCommand, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Serve:
    """``serve(action)``: start the server, act while it runs, and stop it."""

    def call(action: Callable[[], object] = lambda: None) -> CommandResult:
        (tmp_path / "instance").mkdir(exist_ok=True)
        monkeypatch.setattr(FakeSupervisor, "run", lambda _: action())
        result = run("serve", COGWG_DATABASE_URL=accounts.url, COGWG_SECRET_KEY=SECRET_KEY)
        assert result.code == 0
        return result

    return call


def kept_file(accounts: Accounts, tmp_path: Path) -> Path:
    return sessions_file(accounts.url, tmp_path / "instance")


def test_sessions_outlive_a_restart(serve: Serve, accounts: Accounts, tmp_path: Path) -> None:
    serve(accounts.sign_in)
    before = accounts.hashes()
    assert len(before) == 1
    assert stat.S_IMODE(kept_file(accounts, tmp_path).stat().st_mode) == 0o600
    during: list[bool] = []
    assert "Sessions ended" not in serve(lambda: during.append(kept_file(accounts, tmp_path).exists())).err
    assert accounts.hashes() == before
    assert during == [False], "after a crash, there is no file"
    assert "Sessions ended" not in serve().err


@FURTHER
def test_restored_session_that_was_signed_out_ends(serve: Serve, accounts: Accounts) -> None:
    backup: list[dict[str, object]] = []

    def work() -> None:
        token = accounts.sign_in()
        accounts.sign_in()
        backup.extend(accounts.rows())
        accounts.sign_out(token)

    serve(work)
    assert len(accounts.hashes()) == 1
    accounts.restore(backup)
    assert len(accounts.hashes()) == 2
    assert "Sessions ended: 2." in serve().err
    assert accounts.hashes() == set()


@FURTHER
def test_restored_session_that_was_used_since_ends(serve: Serve, accounts: Accounts) -> None:
    """Otherwise its time without activity would start again."""
    backup: list[dict[str, object]] = []

    def work() -> None:
        accounts.sign_in()
        backup.extend(accounts.rows())
        accounts.change(lambda session, _: session.execute(update(SignIn).values(seen_at=real_now() + timedelta(minutes=6))))

    serve(work)
    accounts.restore(backup)
    serve()
    assert accounts.hashes() == set()


def test_sessions_end_after_a_crash(serve: Serve, accounts: Accounts, tmp_path: Path) -> None:
    serve(accounts.sign_in)
    kept_file(accounts, tmp_path).unlink()
    assert "Sessions ended: 1." in serve().err
    assert accounts.hashes() == set()


@pytest.mark.parametrize("content", first_of(1, ["x", "", "1e400 1 a", "0 1 a", "\xff"]))
def test_unreadable_file_counts_for_nothing(serve: Serve, accounts: Accounts, tmp_path: Path, content: str) -> None:
    serve(accounts.sign_in)
    kept_file(accounts, tmp_path).write_text(content, encoding="latin-1")
    serve()
    assert accounts.hashes() == set()


@FURTHER
def test_file_that_was_restored_with_the_database_counts_for_nothing(
    serve: Serve, accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = real_now() - timedelta(minutes=30)
    with monkeypatch.context() as patch:
        patch.setattr("cogwg.cli.serving.real_now", lambda: stop)
        serve(accounts.sign_in)
    os.utime(kept_file(accounts, tmp_path), (stop.timestamp(),) * 2)  # as programs for backups do
    serve()
    assert accounts.hashes() == set()


@FURTHER
def test_copy_of_the_file_made_at_once_counts_for_nothing(serve: Serve, accounts: Accounts, tmp_path: Path) -> None:
    """A folder that is copied and put back within the minute has another file."""
    serve(accounts.sign_in)
    file = kept_file(accounts, tmp_path)
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    copy.replace(file)
    serve()
    assert accounts.hashes() == set()


@FURTHER
def test_data_folder_that_cannot_be_written_ends_sessions_at_the_next_start(
    serve: Serve, accounts: Accounts, tmp_path: Path
) -> None:
    kept_file(accounts, tmp_path).mkdir(parents=True)
    serve(accounts.sign_in)
    serve()
    assert accounts.hashes() == set()
    kept_file(accounts, tmp_path).rmdir()


def test_sessions_end_command_ends_sessions_and_unused_links(run: RunCommand, accounts: Accounts) -> None:
    for _ in range(2):
        accounts.sign_in()
    accounts.change(
        lambda session, person: create_access_link(
            session, person, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=real_now(), now=real_now()
        )
    )
    result = run("sessions", "end", COGWG_DATABASE_URL=accounts.url)
    assert (result.code, result.out) == (
        0,
        "Sessions ended: 2. Links to set a password revoked: 1. Private links revoked: 0.\n",
    )
    engine = build_engine(accounts.url)
    with Session(engine) as session:
        assert session.scalars(select(SignIn)).all() == session.scalars(select(AccessLink)).all() == []
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(2)).all()
        assert [(e.action, e.after) for e in reversed(events)] == [
            ("sessions.ended", {"sessions": 2}),
            ("links.revoked", {"links": 1}),
        ]
    engine.dispose()
    assert run("sessions", "end", COGWG_DATABASE_URL=accounts.url).out.startswith("Sessions ended: 0.")


def test_server_that_starts_while_another_runs_ends_no_session(postgresql: str, make_database: MakeDatabase) -> None:
    """On another machine, say, where there is no file of the sessions: the database cannot be a backup."""
    url, started_alone = make_database(postgresql), []
    with (
        among_servers(url, lambda: started_alone.append("first")),
        among_servers(url, lambda: started_alone.append("second")),
    ):
        assert started_alone == ["first"]
    with among_servers(url, lambda: started_alone.append("third")):
        assert started_alone == ["first", "third"], "none runs any more"


def test_server_counts_again_when_its_workers_connect_after_a_restart_of_postgresql(
    postgresql: str, make_database: MakeDatabase, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    url, started_alone = make_database(postgresql), []
    engine = build_engine(url)
    count_connections(engine)
    with among_servers(url, lambda: None):
        databases.cluster.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{make_url(url).database}'"
        )
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        with among_servers(url, lambda: started_alone.append("another")):
            assert started_alone == []
    engine.dispose()
    with among_servers(url, lambda: started_alone.append("another")):
        assert started_alone == ["another"]
    assert caplog.records == []
