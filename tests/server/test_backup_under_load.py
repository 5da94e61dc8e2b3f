"""Backups and restores while people write, when the disk is full, and when the process is killed, on both engines."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.audit.verification import verify_chain
from cogwg.backup.contents import TRANSIENT
from cogwg.backup.services import verify
from cogwg.core.bilingual import Language
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.discussion.models import Comment
from cogwg.discussion.services import write_comment
from cogwg.plan.models import Activity
from tests.bench.client import HttpClient, last_csrf_token
from tests.conftest import MakeDatabase
from tests.databases import PASSWORD as DATABASE_PASSWORD
from tests.server.process import PROGRAM, TIMEOUT_SECONDS, ServerProcess, environment, run_command
from tests.web_client import SECRET_KEY

WRITERS, PAUSE = 8, 0.01
LONGEST = 4.0
"""Seconds within which a backup or restore of the demo begins and ends on a slow machine; kills come at any moment of them."""
AUDIT_LOG = {"event", "audit_link", "chain_head"}
PAGE = "/en/plans/2020/activities/3.3"
SMALL_FILE = 200_000
"""Bytes that a process may write to a file, less than the demo's database has."""


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


class Writers:
    """Eight people who comment with hardly a pause; each comment is acknowledged when its transaction is committed."""

    def __init__(self, url: str) -> None:
        self.acknowledged: set[str] = set()
        self._engine = build_engine(url)
        self._ended = threading.Event()
        self._errors: list[BaseException] = []
        with Session(self._engine) as session:
            self._activity_id = session.scalars(select(Activity.id).order_by(Activity.id)).first() or 0
            self._person_id = session.scalars(select(Person.id).order_by(Person.id)).first() or 0
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._engine.dispose()
        assert self._errors == []

    def _write(self, number: int) -> None:
        try:
            for step in count():
                if self._ended.is_set():
                    return
                comment = f"writer {number}, comment {step}, {id(self)}"
                by = Actor("person", self._person_id)
                try:
                    with Session(self._engine) as session, write_transaction(session):
                        write_comment(session, self._activity_id, comment, lang=Language.EN, mentions=(), by=by, at=real_now())
                except OperationalError:  # SQLite is busy for more than five seconds; nobody is told that this was saved
                    continue
                self.acknowledged.add(comment)
                time.sleep(PAUSE)
        except BaseException as error:
            self._errors.append(error)

    def wait_for(self, number: int) -> None:
        """Wait until this many more comments are acknowledged."""
        target, deadline = len(self.acknowledged) + number, time.monotonic() + TIMEOUT_SECONDS
        while len(self.acknowledged) < target and not self._errors:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = build_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def comments(url: str) -> set[str]:
    """Return the comments, after checking that each has its event."""
    with opened(url) as session:
        assert verify_chain(session).fault is None
        stored = set(session.scalars(select(Comment.text)))
        written = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "comment.written")
        assert session.scalar(written) == len(stored)
    return stored


def rows(url: str, *, without: frozenset[str] = TRANSIENT) -> dict[str, dict[Any, str]]:
    """Return the rows of each table by their first column."""
    with opened(url) as session:
        names = sorted(set(inspect(session.connection()).get_table_names()) - without)
        return {name: {row[0]: str(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{name}"'))} for name in names}


def empty(url: str) -> None:
    """Destroy the database."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        for ending in ("", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return
    with opened(url) as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
        session.commit()


@pytest.mark.parametrize("rounds", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_backup_destroy_restore_under_load_brings_back_every_acknowledged_write(url: str, tmp_path: Path, rounds: int) -> None:
    for number in range(rounds):
        file = tmp_path / f"backup-{number}"
        with Writers(url) as writers:
            writers.wait_for(20)
            before = set(writers.acknowledged)
            done = run_command("backup", str(file), cwd=tmp_path, COGWG_DATABASE_URL=url)
            assert (done.returncode, done.stderr) == (0, "")
            writers.wait_for(5)
        source = rows(url)
        assert writers.acknowledged <= comments(url)
        empty(url)
        done = run_command("restore", str(file), cwd=tmp_path, COGWG_DATABASE_URL=url)
        assert (done.returncode, done.stderr) == (0, "")
        assert before <= comments(url)
        restored = rows(url)
        del restored["event"][max(key for key, row in restored["event"].items() if "database.restored" in row)]
        del restored["audit_link"][max(restored["audit_link"])], restored["chain_head"], source["chain_head"]
        for name in ("comment", "event", "audit_link"):  # people went on to write after the backup had begun
            source[name] = {key: row for key, row in source[name].items() if key in restored[name]}
        assert restored == source


def run_with_full_disk(*arguments: str, cwd: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run a command that can write small files only."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(COGWG_DATABASE_URL=url),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, SMALL_FILE)),
    )


def test_backup_on_a_full_disk_leaves_no_file(url: str, tmp_path: Path) -> None:
    done = run_with_full_disk("backup", "file", cwd=tmp_path, url=url)
    assert done.returncode == 2
    assert done.stderr.startswith("cogwg: Could not write the backup: ")
    assert (done.stdout, done.stderr.count("\n"), list(tmp_path.iterdir())) == ("", 1, [])


def test_restore_on_a_full_disk_changes_nothing(tmp_path: Path, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "seeded")
    assert run_command("backup", "file", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    before, folder = rows(url), Path(url.removeprefix("sqlite:///")).parent
    files = {path.name for path in folder.iterdir()}
    done = run_with_full_disk("restore", "file", "--replace", cwd=tmp_path, url=url)
    assert done.returncode == 2
    assert "The database was not changed." in done.stderr
    assert done.stderr.count("\n") == 1
    assert rows(url) == before
    assert {path.name for path in folder.iterdir()} == files


def run_and_kill(seconds: float, *arguments: str, cwd: Path, url: str) -> int:
    """Run a command, and kill it after this time if it has not ended; return its exit code."""
    with subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(COGWG_DATABASE_URL=url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(seconds)
        process.kill()
        return process.wait()


def wait_until_unused(url: str) -> None:
    """Wait until PostgreSQL has noticed that a client is gone."""
    if url.startswith("sqlite"):
        return
    deadline = time.monotonic() + TIMEOUT_SECONDS
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while time.monotonic() < deadline:
        with opened(url) as session:
            if not session.execute(text(query)).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("a killed process is still connected")


KILLS = pytest.mark.parametrize("kills", [5, pytest.param(30, marks=pytest.mark.slow)])


@KILLS
def test_killed_backup_leaves_no_file_that_is_not_whole(url: str, tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    written = 0
    for number in range(kills):
        code = run_and_kill(chance.uniform(0.3, LONGEST), "backup", f"file-{number}", cwd=tmp_path, url=url)
        if (tmp_path / f"file-{number}").exists():
            assert verify(tmp_path / f"file-{number}").events > 0
            written += 1
        else:
            assert code == -signal.SIGKILL
        assert comments(url) == comments(url)
    wait_until_unused(url)
    for number in range(kills):
        (tmp_path / f"file-{number}").unlink(missing_ok=True)
        assert run_command("backup", f"file-{number}", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    names = [*(f"file-{number}" for number in range(kills)), "cogwg.removals"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@KILLS
def test_killed_restore_leaves_the_old_database_or_the_new_one(
    url: str, engine_name: str, make_database: MakeDatabase, tmp_path: Path, kills: int
) -> None:
    assert run_command("backup", "new", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    target = make_database(engine_name, "record")
    assert run_command("backup", "old", cwd=tmp_path, COGWG_DATABASE_URL=target).returncode == 0
    contents = {name: rows(place, without=TRANSIENT | AUDIT_LOG) for name, place in (("new", url), ("old", target))}
    chance, current = random.Random(kills), "old"
    for _ in range(kills):
        wanted = "new" if current == "old" else "old"
        run_and_kill(chance.uniform(0.3, LONGEST), "restore", wanted, "--replace", "--discard-newer", cwd=tmp_path, url=target)
        wait_until_unused(target)
        stored = rows(target, without=TRANSIENT | AUDIT_LOG)
        current = next(name for name, content in contents.items() if content == stored)
        with opened(target) as session:
            assert session.execute(select(func.count()).select_from(AuditEvent)).scalar_one() > 0
    done = run_command("restore", "new", "--replace", "--discard-newer", cwd=tmp_path, COGWG_DATABASE_URL=target)
    assert done.returncode == 0, done.stderr
    assert rows(target, without=TRANSIENT | AUDIT_LOG) == contents["new"]
    if engine_name == "sqlite":
        path = Path(target.removeprefix("sqlite:///"))
        assert [each.name for each in path.parent.glob(f"{path.name}.unfinished-*")] == []


def test_restore_while_the_server_runs_is_refused(url: str, tmp_path: Path) -> None:
    assert run_command("backup", "file", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    settings = {"COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATA": str(tmp_path)}
    with ServerProcess("serve", cwd=tmp_path, **settings) as served:
        assert served.get("/readyz")[0] == 200
        done = run_command("restore", "file", "--replace", cwd=tmp_path, COGWG_DATABASE_URL=url)
        assert done.returncode == 2
        assert "Stop the server and pause cron" in done.stderr
        assert served.get("/readyz")[0] == 200
        assert served.terminate() == 0
    wait_until_unused(url)
    assert run_command("restore", "file", "--replace", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0


def sign_in(port: int) -> HttpClient:
    client = HttpClient(port)
    fields = {**last_csrf_token(client.get("/en/sign-in").text), "email": "ontario@demo.cogwg.example", "next": ""}
    assert client.post("/en/sign-in", {**fields, "password": DATABASE_PASSWORD}).status == 303
    return client


def comment(client: HttpClient, words: str) -> bool:
    """Write a comment through the form of the page; return whether the server acknowledged it."""
    form = re.search(r'<form[^>]*action="([^"]*/comments)"[^>]*>(.*?)</form>', client.get(PAGE).text, re.DOTALL)
    assert form is not None
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2])
    (name,) = re.findall(r'<textarea[^>]*name="([^"]+)"', form[2])
    (speaks,) = set(re.findall(r'<input[^>]*name="([^"]*speaks)"', form[2]))
    return client.post(form[1], {**dict(hidden), name: words, speaks: "en"}).status == 303


@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_server_keeps_every_acknowledged_write_and_nothing_half(url: str, tmp_path: Path, kills: int) -> None:
    chance, acknowledged = random.Random(kills), set[str]()

    def write(served: ServerProcess, prefix: str) -> None:
        with suppress(OSError, HTTPException, AssertionError):
            client = sign_in(served.port)
            for step in count():
                words = f"{prefix}, comment {step}"
                if comment(client, words):
                    acknowledged.add(words)

    settings = {"COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATA": str(tmp_path)}
    before = comments(url)
    for number in range(kills):
        with ServerProcess("serve", "--today", "2020-09-24", cwd=tmp_path, **settings) as served:
            known = len(acknowledged)
            threads = [
                threading.Thread(target=write, args=(served, f"round {number}, writer {writer}")) for writer in range(WRITERS)
            ]
            for thread in threads:
                thread.start()
            deadline = time.monotonic() + TIMEOUT_SECONDS
            while len(acknowledged) < known + WRITERS:
                assert time.monotonic() < deadline, served.output
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.5))
            os.killpg(served.id, signal.SIGKILL)
            for thread in threads:
                thread.join()
        wait_until_unused(url)
        stored = comments(url)
        assert acknowledged <= stored
        assert len(stored) <= len(before) + len(acknowledged) + WRITERS * (number + 1)
        if url.startswith("sqlite"):
            with opened(url) as session:
                assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
