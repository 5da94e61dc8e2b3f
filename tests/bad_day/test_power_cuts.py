"""Power cuts. SQLite's file system layer forgets what was not synchronized, in one cut after another."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.audit.verification import verify_chain
from cogwg.core import db
from cogwg.core.bilingual import Language
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.discussion.models import Comment
from cogwg.discussion.services import write_comment
from cogwg.plan.models import Activity
from tests.bad_day.faults import Tally, fault, scaled
from tests.conftest import MakeDatabase

apsw_driver: Any = pytest.importorskip("tests.bad_day.apsw_driver", reason="nox -s badday installs APSW", exc_type=ImportError)
power: Any = pytest.importorskip("tests.bad_day.power", exc_type=ImportError)

CUTS, COPIES = max(20, scaled(200)), max(10, scaled(100))
WRITERS = 3
OPERATIONS = 500
"""The most operations of a file before a cut: those of about 60 comments."""
SOON = 20
"""Pages of the WAL after which every second cut merges it into the database, instead of 1,000: more cuts come in the
meantime.
"""
NAME = "cogwg.db"


@pytest.fixture(scope="module")
def layer() -> Iterator[Any]:
    """The layer that loses power, registered with APSW's SQLite."""
    registered = power.PowerLayer()
    yield registered
    registered.unregister()


@pytest.fixture
def database(make_database: MakeDatabase, tmp_path: Path) -> Path:
    """A folder with a database, which is its only file."""
    folder = tmp_path / "before"
    folder.mkdir()
    shutil.copy(make_database("sqlite", "seeded").removeprefix("sqlite:///"), folder / NAME)
    return folder


def write_until_the_cut(engine: Engine, prefix: str, is_cut: threading.Event) -> set[str]:
    """Let people comment at once until the power is cut; return the comments whose transactions were committed."""
    acknowledged = set[str]()
    errors: list[BaseException] = []
    with Session(engine) as session:
        activity = session.scalars(select(Activity.id).order_by(Activity.id)).first() or 0
        person = session.scalars(select(Person.id).order_by(Person.id)).first() or 0

    def write(writer: int) -> None:
        try:
            for step in count():
                words = f"{prefix}, writer {writer}, comment {step}"
                with Session(engine) as session, write_transaction(session):
                    write_comment(
                        session, activity, words, lang=Language.EN, mentions=(), by=Actor("person", person), at=real_now()
                    )
                acknowledged.add(words)
        except DBAPIError as error:
            if not is_cut.is_set():
                errors.append(error)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert is_cut.is_set()
    return acknowledged


class Machine:
    """A machine whose power is cut again and again; ``folder`` holds its files when the power is back."""

    def __init__(self, layer: Any, folder: Path, chance: random.Random, *pragmas: str) -> None:
        self.folder, self.in_checkpoint = folder, 0
        self._layer, self._chance, self._pragmas = layer, chance, pragmas

    def run_and_cut(self, number: int, *pragmas: str) -> set[str]:
        """Let people write until the power is cut, and return what they were told is saved."""
        self._layer.disk = disk = power.Disk(self.folder, self._chance.randint(1, OPERATIONS))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(db, "sqlite_module", lambda: apsw_driver)
            engine = build_engine(f"sqlite:///{self.folder / NAME}")

        def configure(connection: Any, _record: object) -> None:
            for pragma in (*self._pragmas, *pragmas):
                connection.execute(f"PRAGMA {pragma}").close()

        event.listen(engine, "connect", configure)
        acknowledged = write_until_the_cut(engine, f"cut {number}", disk.is_cut)
        engine.dispose()
        self.in_checkpoint += disk.changes_of_database > 0
        after = self.folder.with_name(f"after-{number}")
        after.mkdir()
        disk.write_what_is_left(after, self._chance)
        shutil.rmtree(self.folder)
        self.folder = after
        return acknowledged

    def stored(self) -> set[str]:
        """Return the comments after a start of the product on these files; the database is whole, and so is its audit log."""
        engine = build_engine(f"sqlite:///{self.folder / NAME}")
        try:
            with Session(engine) as session:
                assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
                assert verify_chain(session).fault is None
                comments = set(session.scalars(select(Comment.text)))
                events = select(func.count()).where(AuditEvent.action == "comment.written")
                assert session.scalar(events) == len(comments), "in part"
                return comments
        finally:
            engine.dispose()


@fault(
    "The power is cut",
    done="Three people comment with the product's own services and pragmas (WAL, synchronous FULL). At a random operation of a "
    "file the power goes, and of every sector that was not synchronized any state is left. Each cut is on what the one "
    "before left; every second one with checkpoints after 20 pages, so that cuts come in the middle of them.",
    saw="After each cut the database opens by itself; it is whole, and each comment has its event in the audit log.",
)
def test_power_cuts_lose_no_acknowledged_write(layer: Any, database: Path, tally: Tally) -> None:
    machine, acknowledged = Machine(layer, database, random.Random(21)), set[str]()
    for number in range(CUTS):
        acknowledged |= machine.run_and_cut(number, *([f"wal_autocheckpoint = {SOON}"] if number % 2 else []))
        assert acknowledged <= machine.stored(), f"cut {number}"
    tally.count(acknowledged, machine.stored())
    tally.detail = f"{CUTS} cuts, {machine.in_checkpoint} of them in a checkpoint"
    assert machine.in_checkpoint > 0


@fault(
    "The same with synchronous NORMAL",
    done="Each cut is of a new copy of the database.",
    saw="The database is whole, and lacks the last comments: the layer forgets, and the check notices it.",
    is_control=True,
)
def test_power_cuts_with_synchronous_normal_do_lose_writes(layer: Any, database: Path, tally: Tally) -> None:
    damaged = cut_copies(layer, database, tally, "synchronous = NORMAL")
    tally.detail = f"{COPIES} cuts"
    assert (damaged, tally.lost > 0) == (0, True)


@fault(
    "The same with synchronous OFF",
    done="Each cut is of a new copy of the database.",
    saw="Comments are lost, and databases are damaged.",
    is_control=True,
)
def test_power_cuts_with_synchronous_off_do_damage_the_database(layer: Any, database: Path, tally: Tally) -> None:
    damaged = cut_copies(layer, database, tally, "synchronous = OFF")
    tally.detail = f"{COPIES} cuts, {damaged} databases damaged"
    assert damaged > 0
    assert tally.lost > 0


def cut_copies(layer: Any, database: Path, tally: Tally, pragma: str) -> int:
    """Cut the power of as many copies, count what is lost, and return how many of the databases are damaged."""
    chance, damaged = random.Random(21), 0
    for number in range(COPIES):
        copy = database.with_name(f"copy-{number}")
        shutil.copytree(database, copy)
        machine = Machine(layer, copy, chance, pragma, f"wal_autocheckpoint = {SOON}")
        acknowledged = machine.run_and_cut(number)
        try:
            stored = machine.stored()
        except (DBAPIError, AssertionError):
            damaged, stored = damaged + 1, set()
        tally.count(acknowledged, stored)
    return damaged
