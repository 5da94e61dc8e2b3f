"""Databases for tests: a temporary PostgreSQL cluster, and a migrated or seeded template of each kind to copy.

Migrating and seeding happen once in a run; each test gets a file copy or ``CREATE DATABASE … TEMPLATE``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from cogwg.accounts.passwords import Passwords
from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.migration import upgrade
from cogwg.seeding import seed, seed_demo_people, seed_demo_reports
from cogwg.seeding.demo import seed_demo_publications

ENGINES = ("sqlite", "postgresql")
DECK_DAY = date(2020, 2, 27)
DECK_NOON = datetime(2020, 2, 27, 17, 0, tzinfo=UTC)
DEMO_DAY = date(2020, 9, 24)
REAL_NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
PASSWORD = "a sample pass phrase"
MIN_FREE_MEMORY = 2**30
CLUSTER = "postgresql"


REPORTED_UP_TO = {"seeded": DEMO_DAY, "summer": date(2020, 6, 30), "published": DEMO_DAY}
"""Templates with the demo's people, and the day up to which they have sample reports. In ``published``, two quarters are."""


def demo_calendar() -> Calendar:
    """Return a calendar fixed at September 24, 2020, 14:00 in Toronto, with real time fixed at March 2, 2026."""
    return Calendar.from_day(DEMO_DAY, lambda: REAL_NOW)


def memory_folder() -> Path | None:
    """Return the in-memory folder of this machine if it has enough free space, because databases come and go quickly."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= MIN_FREE_MEMORY else None


class PostgresCluster:
    """A PostgreSQL server on a socket in a folder, shared by all processes of a run, without a network port."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._admin = create_engine(self.url("postgres", driver="postgresql+psycopg"), isolation_level="AUTOCOMMIT")

    def start(self) -> None:
        """Start the server unless another process of this run has."""
        if self._folder.exists():
            return
        self._folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", "data", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "postgres", "--no-sync")
        fast = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c jit=off"
        options = f"-k {self._folder} -c listen_addresses='' -c max_connections=300 {fast}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

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

    @cached_property
    def copy_strategy(self) -> str:
        """The fastest way of this PostgreSQL version to copy a small database."""
        with self._admin.connect() as connection:
            version: str = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
        return "STRATEGY FILE_COPY" if int(version) >= 150000 else ""

    def url(self, name: str, driver: str = "postgresql") -> str:
        return f"{driver}://postgres@/{name}?host={self._folder}"

    def execute(self, sql: str) -> None:
        """Run a statement outside any transaction in the ``postgres`` database."""
        with self._admin.connect() as connection:
            connection.execute(text(sql))

    def leave(self) -> None:
        self._admin.dispose()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")


def find_postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, which Debian keeps out of the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return versions[-1].parent if versions else Path(on_path).parent if on_path else None


class Databases:
    """Creates databases of both kinds from the templates.

    ``bare`` is migrated, ``record`` seeded on the day of the deck, ``seeded`` the demo at its own day. The folder holds the
    templates and the PostgreSQL cluster, which all processes of a run share; ``process`` prefixes this process's databases.
    """

    def __init__(self, folder: Path, process: str = "main") -> None:
        self._shared = folder
        self._process = process
        self._folder = folder / process
        self._folder.mkdir()
        self._templates: set[tuple[str, str]] = set()
        self._numbers = count(1)
        self._lasting: dict[str, Engine] = {}

    @cached_property
    def cluster(self) -> PostgresCluster:
        """The PostgreSQL cluster, started when it is first needed; without PostgreSQL the test is skipped."""
        programs = find_postgres_programs()
        if programs is None:
            reason = "PostgreSQL is not installed: apt-get install postgresql"
            if os.environ.get("COGWG_REQUIRE_POSTGRES") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        cluster = PostgresCluster(self._shared / CLUSTER, programs)
        with self._alone():
            cluster.start()
        return cluster

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lock out the other processes of this run."""
        with (self._shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def create(self, kind: str, template: str = "bare") -> str:
        """Create an empty database ("empty") or a copy of a template, and return its URL."""
        name = f"{self._process}_{template}_{next(self._numbers)}"
        self._copy(kind, template, name)
        return self._url(kind, name)

    def lasting(self, template: str) -> Engine:
        """Return an engine on a PostgreSQL database of this process, for tests that roll back."""
        if template not in self._lasting:
            self._lasting[template] = build_engine(self.create("postgresql", template))
        return self._lasting[template]

    def recreate(self, url: str, template: str) -> None:
        """Replace a database that is no longer in use by a fresh copy of the template."""
        self.drop(url)
        kind = "postgresql" if url.startswith("postgresql") else "sqlite"
        self._copy(kind, template, url.split("/")[3].split("?")[0] if kind == "postgresql" else Path(url).stem)

    def _copy(self, kind: str, template: str, name: str) -> None:
        if template != "empty":
            self._create_template(kind, template)
        if kind == "postgresql":
            source = "template0" if template == "empty" else template
            self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {source} {self.cluster.copy_strategy}")
        elif template != "empty":
            shutil.copyfile(self._shared / f"{template}.db", self._folder / f"{name}.db")

    def drop(self, url: str) -> None:
        if url.startswith("postgresql"):
            name = url.split("/")[3].split("?")[0]
            self.cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            return
        for file in self._folder.glob(Path(url).name + "*"):
            file.unlink()

    def back_up(self, url: str) -> Path:
        """Copy an SQLite database that is not open, and return the copy."""
        file = self._folder / Path(url).name
        assert not list(self._folder.glob(f"{file.name}-*")), "the database is open"
        return Path(shutil.copyfile(file, file.with_suffix(".kept")))

    def restore(self, url: str, backup: Path) -> None:
        """Restore an SQLite database that is not open from its copy."""
        file = self._folder / Path(url).name
        assert not list(self._folder.glob(f"{file.name}-*")), "the database is open"
        shutil.copyfile(backup, file)

    def leave(self) -> None:
        """Disconnect from the cluster; the run stops it when all its processes have ended."""
        for engine in self._lasting.values():
            engine.dispose()
        if "cluster" in self.__dict__:
            self.cluster.leave()

    def _url(self, kind: str, name: str) -> str:
        return self.cluster.url(name) if kind == "postgresql" else f"sqlite:///{self._folder / name}.db"

    def _create_template(self, kind: str, template: str) -> None:
        if (kind, template) in self._templates:
            return
        if template != "bare":
            self._create_template(kind, "bare")
        url = self.cluster.url(template) if kind == "postgresql" else f"sqlite:///{self._shared / template}.db"
        ready = self._shared / f"{kind}-{template}"
        with self._alone():
            if not ready.exists():
                source = "template0" if template == "bare" else "bare"
                if kind == "postgresql":
                    self.cluster.execute(f"CREATE DATABASE {template} TEMPLATE {source}")
                elif template != "bare":
                    shutil.copyfile(self._shared / "bare.db", self._shared / f"{template}.db")
                _fill(url, template)
                ready.touch()
        self._templates.add((kind, template))


def _fill(url: str, template: str) -> None:
    """Migrate an empty database, or seed a migrated one for the template."""
    engine = build_engine(url)
    if template == "bare":
        upgrade(engine)
    elif template == "record":
        with Session(engine) as session, write_transaction(session):
            seed(session, at=DECK_NOON)
    elif template in REPORTED_UP_TO:
        hashed = Passwords(cheap=True).hash(PASSWORD)
        at = demo_calendar().now()
        with Session(engine) as session, write_transaction(session):
            seed(session, at=DECK_NOON)
            seed_demo_people(session, hashed, at=at)
            seed_demo_reports(session, up_to=REPORTED_UP_TO[template])
            if template == "published":
                seed_demo_publications(session, up_to=DEMO_DAY)
    engine.dispose()


def end_run(folder: Path) -> None:
    """Stop the cluster of a run whose processes have ended, and remove the folder of its databases."""
    programs = find_postgres_programs()
    if programs is not None and (folder / CLUSTER / "data" / "postmaster.pid").exists():
        PostgresCluster(folder / CLUSTER, programs).stop()
    shutil.rmtree(folder, ignore_errors=True)
