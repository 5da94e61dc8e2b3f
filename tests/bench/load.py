"""How long requests take while many people use the server at once, on both engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from itertools import count
from pathlib import Path

from cogwg.cli.serving import POSTGRESQL_SLOTS, SQLITE_SLOTS
from tests.bench import sample_databases
from tests.bench.measure import Action, start_product
from tests.databases import CLUSTER, PostgresCluster, find_postgres_programs
from tests.server.process import ServerProcess


def percentile(seconds: Sequence[float], percent: int) -> float:
    """Return the milliseconds within which this percentage of the requests ended."""
    return sorted(seconds)[len(seconds) * percent // 100] * 1000


@contextmanager
def serve_each_engine(folder: Path) -> Iterator[Iterator[tuple[str, ServerProcess]]]:
    """Serve the plan of 25 activities from SQLite, then from PostgreSQL if installed; that does not wait for the disk."""
    programs = find_postgres_programs()
    folder.chmod(0o755)  # PostgreSQL runs as another user
    cluster = PostgresCluster(folder / CLUSTER, programs) if programs is not None else None

    def serve() -> Iterator[tuple[str, ServerProcess]]:
        with start_product(sample_databases.create_five_by_five(folder), folder, SQLITE_SLOTS) as served:
            yield "SQLite", served
        if cluster is None:
            print("PostgreSQL is not installed.")
            return
        cluster.start()
        cluster.execute("CREATE DATABASE bench TEMPLATE template0")
        sample_databases.fill_five_by_five(cluster.url("bench"))
        with start_product(cluster.url("bench"), folder, POSTGRESQL_SLOTS) as served:
            yield "PostgreSQL", served

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
