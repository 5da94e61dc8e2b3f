"""What a group of ten years costs, and many of them beside each other, each with its own database and server.

A page is opened in one group alone, then in all of them in turn while all their servers run. Then ``cogwg each`` backs up all,
and upgrades all from the schema before this one. That is also killed halfway and run again.
"""

from __future__ import annotations

import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, make_url, text

from cogwg.app import create_app
from cogwg.cli.groups import SETTINGS
from cogwg.core.db import build_engine
from cogwg.core.migration import alembic_config, downgrade
from cogwg.core.schema import current_revision, head
from cogwg.core.settings import read_settings
from cogwg.web.http.database import db
from tests.bench import sample_databases
from tests.bench.actions import get_page
from tests.bench.client import last_csrf_token
from tests.bench.measure import SECRET_KEY, Action, sign_in_lead
from tests.databases import CLUSTER, PostgresCluster, find_postgres_programs
from tests.server.process import EACH, ServerProcess, environment

GROUPS = int(os.environ.get("BENCH_GROUPS", "100"))
"""How many groups are beside each other."""
OLD_YEARS = range(2011, 2020)
PAGES = {
    "plan page": f"/en/plans/{sample_databases.YEAR}",
    "public page": "/en/tracker",
    "My updates": "/en/my-updates",
}
TURNS, ROUNDS = 3, 5
"""How often each group is visited in a round; the least of the rounds counts."""
VISIT = 5
"""How many pages a person opens in a visit. The first of them finds nothing of its group in the processor's caches."""
IDLE_SECONDS = 20
"""How long servers are watched while nobody opens a page."""
Copy = Callable[[str], str]
"""Copies the database of ten years under a name, and returns its address."""


@dataclass(frozen=True)
class Host:
    """The groups of a host: where their settings and data are, and the addresses of their databases."""

    engine: str
    folder: Path
    one_year: str
    ten_years: str
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> Path:
        return self.folder / "groups"

    def add(self, name: str, url: str) -> None:
        data = self.folder / "data" / name
        data.mkdir(parents=True)
        (self.groups / name).mkdir(parents=True)
        settings = {"COGWG_DATA": data, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_DATABASE_URL": url}
        (self.groups / name / SETTINGS).write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        self.urls[name] = url

    def serve(self, url: str) -> ServerProcess:
        """Start a server with one worker, enough for a group that shares a machine with many."""
        settings = {"COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_WORKERS": "1"}
        command = ("serve", "--today", sample_databases.TODAY)
        return ServerProcess(*command, cwd=self.folder, COGWG_DATA=str(self.folder / "data"), **settings)


@contextmanager
def hosts(folder: Path) -> Iterator[Iterator[Host]]:
    """Make the databases on SQLite, then on PostgreSQL if it is installed."""
    programs = find_postgres_programs()
    folder.chmod(0o755)  # PostgreSQL runs as another user
    cluster = PostgresCluster(folder / CLUSTER, programs) if programs is not None else None

    def copied_file(source: Path) -> Copy:
        def copy(name: str) -> str:
            return f"sqlite:///{shutil.copyfile(source, source.parent / f'{name}.db')}"

        return copy

    def made(engine: str, one_year: str, ten_years: str, copy: Copy) -> Host:
        sample_databases.fill_published_years(one_year)
        sample_databases.fill_published_years(ten_years, OLD_YEARS)
        (folder / engine).mkdir(exist_ok=True)
        host = Host(engine, folder / engine, one_year, ten_years)
        for number in range(1, GROUPS + 1):
            name = f"g{number:03}"
            host.add(name, copy(name))
        return host

    def each_engine() -> Iterator[Host]:
        own = folder / "SQLite"
        own.mkdir()
        yield made("SQLite", f"sqlite:///{own / 'one.db'}", f"sqlite:///{own / 'ten.db'}", copied_file(own / "ten.db"))
        if cluster is None:
            print("PostgreSQL is not installed.")
            return
        cluster.start()

        def copy(name: str) -> str:
            cluster.execute(f"CREATE DATABASE {name} TEMPLATE {'ten' if name[0] == 'g' else 'template0'}")
            return cluster.url(name)

        yield made("PostgreSQL", copy("one"), copy("ten"), copy)

    try:
        yield each_engine()
    finally:
        if cluster is not None and (folder / CLUSTER).exists():
            cluster.leave()
            cluster.stop()


def statements(url: str) -> dict[str, int]:
    """Return how many statements each page takes when it was opened before."""
    settings = {"COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY}
    app, sent, counts = create_app(read_settings(settings)), [""], {}

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    logging.getLogger("cogwg.security").setLevel(logging.ERROR)  # no line for each sign-in
    with app.app_context():
        engine: Engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    browser = app.test_client()
    page = browser.get("/en/sign-in").text
    fields = {**last_csrf_token(page), "email": sample_databases.EMAIL, "password": sample_databases.PASSWORD, "next": ""}
    assert browser.post("/en/sign-in", data=fields).status_code == 303
    for label, path in PAGES.items():
        for _ in range(2):
            sent.clear()
            assert browser.get(path).status_code == 200
        counts[label] = sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in sent)
    engine.dispose()
    return counts


@dataclass(frozen=True, slots=True)
class PageCosts:
    """The processor time of a page in milliseconds: in the group of one year, in that of ten, and in all groups in turn, as one
    of ``VISIT`` pages and as the only page of a visit.
    """

    one_year: float
    ten_years: float
    in_visits: float
    in_turn: float


@dataclass(frozen=True, slots=True)
class ServerCosts:
    """What a server of many costs while nobody opens a page: MiB of memory, and milliseconds of processor time a second."""

    memory: float
    idle: float


def page_costs(host: Host) -> tuple[dict[str, PageCosts], ServerCosts]:
    """Measure the three alternately while all servers run; return also what each of the servers costs."""
    with ExitStack() as running:
        first, second, *others = (
            running.enter_context(host.serve(url)) for url in (host.one_year, host.ten_years, *host.urls.values())
        )
        visits = [[(served, sign_in_lead(served)) for served in servers] for servers in ([first], [second], others)]
        before = sum(served.cpu_seconds() for served in others)
        time.sleep(IDLE_SECONDS)
        idle = (sum(served.cpu_seconds() for served in others) - before) / IDLE_SECONDS / len(others)
        costs = {}
        for label, path in PAGES.items():
            acts = [[(served, get_page(lead, path)) for served, lead in each] for each in visits]
            lengths = [(acts[0], 1), (acts[1], 1), (acts[2], VISIT), (acts[2], 1)]
            rounds = [tuple(_cost(each, length) for each, length in lengths) for _ in range(ROUNDS + 1)]
            costs[label] = PageCosts(*(min(measured) for measured in zip(*rounds[1:], strict=True)))  # the first warms up
        memory = sum(served.memory_mib() for served in others) / len(others)
        return costs, ServerCosts(memory, idle * 1000)


def _cost(acts: Sequence[tuple[ServerProcess, Action]], length: int) -> float:
    """Return the milliseconds of processor time of an act in each server in turn, ``length`` times in each."""
    times = max(TURNS, 100 // len(acts))
    before = sum(served.cpu_seconds() for served, _ in acts)
    for _turn in range(times):
        for _served, act in acts:
            for _page in range(length):
                act()
    return (sum(served.cpu_seconds() for served, _ in acts) - before) * 1000 / (times * len(acts) * length)


@dataclass(frozen=True, slots=True)
class Took:
    """How long a command took, and how much processor time it and its children used, in seconds."""

    elapsed: float
    processor: float

    def __str__(self) -> str:
        return f"{self.elapsed:.0f} s, {self.processor:.1f} s of processor time"


def run_for_each(host: Host, *command: str) -> Took:
    """Run a command for each group."""
    began, before = time.perf_counter(), _children_seconds()
    done = subprocess.run([*EACH, str(host.groups), *command], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Took(time.perf_counter() - began, _children_seconds() - before)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def back_up_all(host: Host) -> tuple[Took, float]:
    """Back up all groups; return also the megabytes of the backups."""
    backups = host.folder / "backups"
    backups.mkdir()
    took = run_for_each(host, "backup", "--quiet", f"{backups}/{{group}}.backup")
    files = list(backups.glob("*.backup"))
    assert len(files) == len(host.urls)
    return took, sum(file.stat().st_size for file in files) / 1e6


def put_back(host: Host) -> None:
    """Put all databases back to the schema before this one."""
    earlier = ScriptDirectory.from_config(alembic_config()).get_revision(head()).down_revision
    for url in host.urls.values():
        engine = build_engine(url)
        downgrade(engine, str(earlier))
        engine.dispose()


def upgraded(host: Host) -> int:
    """Return how many databases have the schema of this version."""
    count = 0
    for url in host.urls.values():
        engine = build_engine(url)
        count += current_revision(engine) == head()
        engine.dispose()
    return count


def upgrade_all(host: Host) -> Took:
    """Upgrade all groups, after the files of their finalized briefing are stored, which happens once."""
    run_for_each(host, "init")
    put_back(host)
    took = run_for_each(host, "init")
    assert upgraded(host) == len(host.urls)
    return took


def upgrade_killed_halfway(host: Host) -> tuple[int, Took]:
    """Kill the upgrade of all when half are done; return how many were, and what a second run took that did the rest."""
    put_back(host)
    command = [*EACH, str(host.groups), "init"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    middle = list(host.urls)[len(host.urls) // 2 - 1]
    for line in process.stdout:
        if re.match(rf"{middle}: The database is ready", line):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    done = upgraded(host)
    took = run_for_each(host, "init")
    assert upgraded(host) == len(host.urls)
    return done, took


def database_megabytes(host: Host) -> float:
    """Return the disk space of all databases."""
    total = 0
    for url in host.urls.values():
        if host.engine == "SQLite":
            total += Path(make_url(url).database or "").stat().st_size
            continue
        engine = build_engine(url)
        with engine.connect() as connection:
            total += connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        engine.dispose()
    return total / 1e6
