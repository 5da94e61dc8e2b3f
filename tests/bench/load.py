"""How long requests take while many people use the server at once, of the product and of the baseline, on both engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from itertools import count
from pathlib import Path

from cogwg.cli.serving import POSTGRESQL_SLOTS, SQLITE_SLOTS
from tests.bench import baseline, sample_databases
from tests.bench.actions import form_prefix, get_page, open_and_save, sign_in_to_baseline, update_form_path
from tests.bench.client import HttpClient
from tests.bench.measure import Action, sign_in_lead, start_baseline, start_product
from tests.databases import CLUSTER, PostgresCluster, find_postgres_programs
from tests.server.process import ServerProcess

READERS, WRITERS, SAVES, SECONDS = 50, 16, 40, 60
WARM_UP_SAVES = 3
"""The first saves after a start prepare the statements, in each worker. They are not counted."""
Form = tuple[HttpClient, str, str]
"""A person, with the path and the prefix of the form that they save."""


@dataclass(frozen=True, slots=True)
class LoadTimes:
    """How many requests failed, and in milliseconds how long the others took: 99% of the saves while all only save; then 95% of
    the pages and of the saves while readers open pages beside them.
    """

    saves_failed: int
    saves_alone: float
    failed: int
    pages: float
    saves: float


def load_times(readers: Sequence[Action], forms: Sequence[Form]) -> LoadTimes:
    """Let each person save their form again and again, then for a minute with people who open a page."""
    saves: list[float] = []
    pages: list[float] = []
    writers = [open_and_save(*form, saves=saves) for form in forms]
    saves_failed = repeat_at_once([(writers, [])], times=WARM_UP_SAVES)
    saves.clear()
    saves_failed += repeat_at_once([(writers, [])], times=SAVES)
    saves_alone = percentile(saves, 99)
    saves.clear()
    failed = repeat_at_once([(readers, pages), (writers, [])], seconds=SECONDS)
    return LoadTimes(saves_failed, saves_alone, failed, percentile(pages, 95), percentile(saves, 95))


def load_times_of_product(served: ServerProcess) -> LoadTimes:
    leads = [sign_in_lead(served) for _ in range(WRITERS)]
    paths = [update_form_path(leads[0], f"{n // 5 + 1}.{n % 5 + 1}") for n in range(WRITERS)]
    forms = [(lead, path, form_prefix(leads[0], path)) for lead, path in zip(leads, paths, strict=True)]
    return load_times([get_page(sign_in_lead(served), f"/en/plans/{sample_databases.YEAR}") for _ in range(READERS)], forms)


def load_times_of_baseline(served: ServerProcess) -> LoadTimes:
    forms = [(sign_in_to_baseline(served.port), f"/activities/{number}/report", "") for number in range(1, WRITERS + 1)]
    return load_times([get_page(sign_in_to_baseline(served.port), "/plan") for _ in range(READERS)], forms)


def percentile(seconds: Sequence[float], percent: int) -> float:
    """Return the milliseconds within which this percentage of the requests ended."""
    return sorted(seconds)[len(seconds) * percent // 100] * 1000


@contextmanager
def serve_each_engine(folder: Path) -> Iterator[Iterator[tuple[str, ServerProcess, ServerProcess]]]:
    """Serve the product and the baseline from SQLite, then from PostgreSQL if installed; that does not wait for the disk."""
    programs = find_postgres_programs()
    folder.chmod(0o755)  # PostgreSQL runs as another user
    cluster = PostgresCluster(folder / CLUSTER, programs) if programs is not None else None

    def serve_both(engine: str, url: str, plain_url: str, slots: int) -> Iterator[tuple[str, ServerProcess, ServerProcess]]:
        baseline.create_tables(plain_url)
        with start_product(url, folder, slots) as product, start_baseline(plain_url, folder, slots) as plain:
            yield engine, product, plain

    def serve() -> Iterator[tuple[str, ServerProcess, ServerProcess]]:
        url = sample_databases.create_five_by_five(folder)
        yield from serve_both("SQLite", url, f"sqlite:///{folder / 'baseline.db'}", SQLITE_SLOTS)
        if cluster is None:
            print("PostgreSQL is not installed.")
            return
        cluster.start()
        for name in ("bench", "baseline"):
            cluster.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        sample_databases.fill_five_by_five(cluster.url("bench"))
        yield from serve_both("PostgreSQL", cluster.url("bench"), cluster.url("baseline"), POSTGRESQL_SLOTS)

    try:
        yield serve()
    finally:
        if cluster is not None and (folder / CLUSTER).exists():
            cluster.leave()
            cluster.stop()


def repeat_at_once(
    groups: Sequence[tuple[Sequence[Action], list[float]]], *, times: int | None = None, seconds: float = 600
) -> int:
    """Let each person act in a thread of their own, so many times or for so many seconds; return how often that failed.

    The seconds of each time are added to the list of the person's group.
    """
    errors: list[Exception] = []
    end = time.perf_counter() + seconds

    def repeat(act: Action, durations: list[float]) -> None:
        for _ in count() if times is None else range(times):
            began = time.perf_counter()
            if began > end:
                return
            try:
                act()
            except (AssertionError, OSError, HTTPException) as error:
                errors.append(error)
            durations.append(time.perf_counter() - began)

    threads = [threading.Thread(target=repeat, args=(act, durations)) for people, durations in groups for act in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(errors)
