"""Databases for tests: a PostgreSQL cluster of their own, and a migrated or seeded template of each kind to copy.

Migrating and seeding happen once a session and kind; a test gets a file copy or ``CREATE DATABASE … TEMPLATE``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from cogwg.accounts.passwords import Passwords
from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.migration import upgrade
from cogwg.seeding import seed, seed_demo_people, seed_demo_reports

ENGINES = ("sqlite", "postgresql")
DECK_DAY = date(2020, 2, 27)
DECK_NOON = datetime(2020, 2, 27, 17, 0, tzinfo=UTC)
DEMO_DAY = date(2020, 9, 24)
REAL_NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
PASSWORD = "a sample pass phrase"
MIN_FREE_MEMORY = 2**30


REPORTED_UP_TO = {"seeded": DEMO_DAY, "summer": date(2020, 6, 30)}
"""Templates with the demo's people, and the day up to which its samples are reported."""


def demo_calendar() -> Calendar:
    """24 September 2020, 14:00 in Toronto, while it really is 2 March 2026; neither moves."""
    return Calendar.from_day(DEMO_DAY, lambda: REAL_NOW)


def memory_folder() -> Path | None:
    """A folder that is kept in memory, where this machine has one with room: each test makes a database and drops it."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= MIN_FREE_MEMORY else None


class PostgresCluster:
    """A PostgreSQL server on a socket in a temporary folder; it listens on no port of the network."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="cogwg-pg-", dir=memory_folder()))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", "data", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "postgres", "--no-sync")
        careless = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c jit=off"
        options = f"-k {self._folder} -c listen_addresses='' {careless}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")
        address = self.url("postgres").replace("postgresql:", "postgresql+psycopg:")
        self._admin_engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with self._admin_engine.connect() as connection:
            version: int = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
        self.copy_strategy = "STRATEGY FILE_COPY" if int(version) >= 150000 else ""

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        subprocess.run(
            [*as_postgres, str(self._programs / program), *arguments],
            cwd=self._folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def execute(self, sql: str) -> None:
        """Run one statement outside any transaction, in the database that is always there."""
        with self._admin_engine.connect() as connection:
            connection.execute(text(sql))

    def stop(self) -> None:
        self._admin_engine.dispose()
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


def find_postgres_programs() -> Path | None:
    """Where PostgreSQL's server programs are: Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Databases:
    """Makes databases of both kinds from the templates.

    ``bare`` is migrated, ``record`` seeded on the day of the deck, ``seeded`` the demo at its own day.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cluster: PostgresCluster | None = None
        self._templates: set[tuple[str, str]] = set()
        self._numbers = count(1)

    @property
    def cluster(self) -> PostgresCluster:
        """The PostgreSQL cluster, started when it is first needed; without PostgreSQL the test is skipped."""
        if self._cluster is None:
            programs = find_postgres_programs()
            if programs is None:
                why = "PostgreSQL is not installed: apt-get install postgresql"
                if os.environ.get("COGWG_REQUIRE_POSTGRES") == "1":
                    pytest.fail(why)
                pytest.skip(why)
            self._cluster = PostgresCluster(programs)
        return self._cluster

    def create(self, kind: str, template: str = "bare") -> str:
        """The address of a new database: an empty one ("empty"), or a copy of a template."""
        name = f"{template}_{next(self._numbers)}"
        self._copy(kind, template, name)
        return self._url(kind, name)

    def recreate(self, url: str, template: str) -> None:
        """Make a database that nobody uses any more again what the template is."""
        self.drop(url)
        kind = url.partition(":")[0]
        self._copy(kind, template, url.split("/")[3].split("?")[0] if kind == "postgresql" else Path(url).stem)

    def _copy(self, kind: str, template: str, name: str) -> None:
        if template != "empty":
            self._create_template(kind, template)
        if kind == "postgresql":
            source = "template0" if template == "empty" else template
            self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {source} {self.cluster.copy_strategy}")
        elif template != "empty":
            shutil.copyfile(self._folder / f"{template}.db", self._folder / f"{name}.db")

    def drop(self, url: str) -> None:
        if url.startswith("postgresql"):
            name = url.split("/")[3].split("?")[0]
            self.cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            return
        for file in self._folder.glob(Path(url).name + "*"):
            file.unlink()

    def back_up(self, url: str) -> Path:
        """A copy of an SQLite database that nobody has open."""
        file = self._folder / Path(url).name
        assert not list(self._folder.glob(f"{file.name}-*")), "somebody has it open"
        return Path(shutil.copyfile(file, file.with_suffix(".kept")))

    def restore(self, url: str, backup: Path) -> None:
        """Bring the database back to what was kept; nobody has it open."""
        file = self._folder / Path(url).name
        assert not list(self._folder.glob(f"{file.name}-*")), "somebody has it open"
        shutil.copyfile(backup, file)

    def stop(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()

    def _url(self, kind: str, name: str) -> str:
        return self.cluster.url(name) if kind == "postgresql" else f"sqlite:///{self._folder / name}.db"

    def _create_template(self, kind: str, template: str) -> None:
        if (kind, template) in self._templates:
            return
        if kind == "postgresql":
            self.cluster.execute(f"CREATE DATABASE {template} TEMPLATE template0")
        engine = build_engine(self._url(kind, template))
        upgrade(engine)
        if template == "record":
            with Session(engine) as session, write_transaction(session):
                seed(session, at=DECK_NOON)
        elif template in REPORTED_UP_TO:
            hashed = Passwords(cheap=True).hash(PASSWORD)
            at = demo_calendar().now()
            with Session(engine) as session, write_transaction(session):
                seed(session, at=at)
                seed_demo_people(session, hashed, at=at)
                seed_demo_reports(session, up_to=REPORTED_UP_TO[template])
        engine.dispose()
        self._templates.add((kind, template))
