"""Kills. SIGKILL ends a worker, the first process, or all of them, while people save."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.bad_day.cluster import running_cluster
from tests.bad_day.faults import Tally, fault, scaled
from tests.bad_day.people import Crowd, check_stored, serve, settings
from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.server.process import ServerProcess, free_port, run_command
from tests.server.test_processes import check_end, is_running, wait_until

ACKNOWLEDGED = scaled(10_000)
"""Writes to be acknowledged on each engine, over all kills."""
BETWEEN = scaled(500)
"""The most comments that are acknowledged from one kill to the next."""
STOPS = scaled(10)
WRITERS = 8


@fault(
    "Processes are killed",
    done="Eight people comment without a pause. After a random number of comments, SIGKILL ends a worker, both workers, the "
    "first process, or all processes at once, and sometimes those of PostgreSQL.",
    saw="After the death of a worker people go on at once. After that of the first process, the service manager starts the "
    "site again, and people sign in again.",
)
def test_kills_lose_none_of_ten_thousand_acknowledged_writes(
    engine_name: str, make_database: MakeDatabase, databases: Databases, tmp_path: Path, tally: Tally
) -> None:
    if engine_name == "sqlite":
        url = make_database("sqlite", "seeded")
        kill_again_and_again(url, tmp_path, tally, ())
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return
    with running_cluster(databases) as cluster:

        def kill_postgresql() -> None:
            cluster.kill()
            cluster.start()

        kill_again_and_again(cluster.url, tmp_path, tally, (kill_postgresql,))


def kill_first_process(served: ServerProcess) -> None:
    """Kill the process that starts the workers, and wait until they have ended by themselves."""
    workers = served.worker_ids()
    served.send_signal(signal.SIGKILL)
    served.wait()
    wait_until(lambda: not any(map(is_running, workers)), "a worker goes on serving")


def kill_again_and_again(url: str, folder: Path, tally: Tally, more_ways: tuple[Callable[[], None], ...]) -> None:
    """Kill in a random way after a random number of acknowledged comments, until there are enough of them."""
    chance, kills = random.Random(21), Counter[str]()
    served = serve(url, folder)
    served.wait_until_ready()
    try:
        with Crowd(served.port, "killed", writers=WRITERS) as crowd:
            while len(crowd.acknowledged) < ACKNOWLEDGED:
                crowd.wait_for_acknowledged(chance.randint(10, 10 + BETWEEN))
                way = chance.randrange(4 + len(more_ways))
                if way < 2:
                    for worker in served.worker_ids()[: way + 1]:
                        os.kill(worker, signal.SIGKILL)
                    kills["workers"] += 1
                elif way < 4:
                    kill_first_process(served) if way == 2 else served.kill()
                    served = serve(url, folder, port=served.port)
                    served.wait_until_ready()
                    kills["first process"] += 1
                else:
                    more_ways[way - 4]()
                    kills["PostgreSQL"] += 1
    finally:
        served.kill()
    check_stored(url, crowd, tally)
    tally.detail = ", ".join(f"{number} × {what}" for what, number in sorted(kills.items()))


@fault(
    "SIGTERM in the middle of saves",
    done="The site is stopped and started again and again, as by an upgrade, while eight people comment.",
    saw="Each request is finished, or the browser gets no answer and can send the text again. It ends within 10 seconds.",
)
def test_sigterm_in_saves_loses_nothing(engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally) -> None:
    url, port = make_database(engine_name, "seeded"), free_port()
    with Crowd(port, "stopped", writers=WRITERS) as crowd:
        for _ in range(STOPS):
            with serve(url, tmp_path, port=port) as served:
                crowd.wait_for_acknowledged(20)
                workers = served.worker_ids()
                served.send_signal(signal.SIGTERM)
                check_end(served, workers)
    check_stored(url, crowd, tally)
    tally.detail = f"{STOPS} times"


@fault(
    "A second instance on the same database",
    done="A second server is started on the same port, which is refused, and one on another port, which works beside it.",
    saw="The refusal names the port. Both servers save, and neither overwrites what the other saved.",
)
def test_second_instance_is_refused_on_the_port_and_saves_beside_the_first(
    engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally
) -> None:
    url = make_database(engine_name, "seeded")
    with serve(url, tmp_path) as first:
        again = run_command("serve", "--port", str(first.port), cwd=tmp_path, **settings(url, tmp_path))
        assert (again.returncode, "Another program uses port" in again.stderr, again.stderr.count("\n")) == (2, True, 1)
        with (
            serve(url, tmp_path) as second,
            Crowd(first.port, "first", writers=3) as at_first,
            Crowd(second.port, "second", writers=3) as at_second,
        ):
            at_first.wait_for_acknowledged(50)
            at_second.wait_for_acknowledged(50)
    check_stored(url, at_first, tally)
    check_stored(url, at_second, tally)
