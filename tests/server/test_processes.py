"""Signals, deaths of processes, and the one owner of a port."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cogwg.core.settings import DEFAULT_WORKERS
from tests.server.process import TIMEOUT_SECONDS, ServerProcess, run_command

END_SECONDS = 10.0
"""A container engine kills what has not ended 10 seconds after SIGTERM."""
SECRET_KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
METRICS_TOKEN = "only-for-tests-Ks3Mp7Yt5Ge1Ra8Wb2"
EARLY_MOMENTS = (0.0, 0.2, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
ENDED = (0, -signal.SIGTERM)
"""Exit codes of an ordered end; before Python runs our code, the signal itself ends the process."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("processes")


@pytest.fixture
def demo(folder: Path) -> Iterator[ServerProcess]:
    """A demo that the test may damage; all use one database."""
    with ServerProcess("demo", cwd=folder, COGWG_METRICS_TOKEN=METRICS_TOKEN) as served:
        yield served


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def is_running(process: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def check_end(served: ServerProcess, workers: list[int]) -> None:
    """Check that the server ends in time after a signal, with all its workers and without a traceback."""
    began = time.monotonic()
    code = served.wait()
    seconds = time.monotonic() - began
    assert code in ENDED, served.output
    assert seconds < END_SECONDS, f"{seconds:.1f} s\n{served.output}"
    assert not any(is_running(worker) for worker in workers)
    assert "Traceback" not in served.output


def replaced(served: ServerProcess, before: int) -> bool:
    now = served.ready_worker_ids()
    with suppress(ConnectionResetError):  # a request that the killed worker had accepted is lost
        assert served.get("/healthz")[0] == 200
    return before not in now and len(now) == DEFAULT_WORKERS


def test_killed_worker_is_replaced_twice_within_seconds_and_counted(demo: ServerProcess) -> None:
    for _ in range(3):
        victim = demo.ready_worker_ids()[0]
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: replaced(demo, victim), "the worker was not replaced")  # type: ignore[misc]
    assert all(demo.get("/en/plans/2020")[0] == 200 for _ in range(20))
    status, metrics = demo.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
    assert (status, "\ncogwg_worker_restarts_total 3\n" in metrics) == (200, True)


def test_all_workers_killed_at_once_are_replaced(demo: ServerProcess) -> None:
    before = demo.ready_worker_ids()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    wait_until(
        lambda: len(now := demo.ready_worker_ids()) == DEFAULT_WORKERS and not set(before) & set(now),
        "the workers were not replaced",
    )
    assert demo.get("/en/plans/2020")[0] == 200


def test_workers_end_and_port_is_free_when_the_first_process_is_killed(folder: Path) -> None:
    with ServerProcess("demo", cwd=folder) as served:
        workers = served.ready_worker_ids()
        served.send_signal(signal.SIGKILL)
        served.wait()
        began = time.monotonic()
        wait_until(lambda: not any(is_running(worker) for worker in workers), "a worker goes on serving")
        assert time.monotonic() - began < END_SECONDS
        port = served.port
    with ServerProcess("demo", cwd=folder, port=port) as again:
        assert again.get("/healthz")[0] == 200


def test_second_server_on_a_port_is_refused_and_changes_nothing(demo: ServerProcess, tmp_path: Path) -> None:
    for options in (("--data", str(tmp_path / "other")), ("--reset",)):
        refused = run_command("demo", "--port", str(demo.port), *options, cwd=tmp_path)
        assert refused.returncode == 2
        assert refused.stderr == (
            f"cogwg: Another program uses port {demo.port} on 127.0.0.1. Stop it, or choose another port with --port.\n"
        )
        assert refused.stdout == ""
    assert list(tmp_path.iterdir()) == []
    assert demo.get("/en/plans/2020")[0] == 200


def test_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    refused = run_command("serve", "--host", "192.0.2.1", cwd=tmp_path, COGWG_SECURE="1", COGWG_SECRET_KEY=SECRET_KEY)
    assert refused.returncode == 2
    assert "--host 192.0.2.1" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_closing_the_terminal_ends_the_server(demo: ServerProcess) -> None:
    workers = demo.ready_worker_ids()
    os.killpg(demo.id, signal.SIGHUP)
    check_end(demo, workers)


def test_interrupt_key_ends_the_server(demo: ServerProcess) -> None:
    workers = demo.ready_worker_ids()
    os.killpg(demo.id, signal.SIGINT)
    check_end(demo, workers)


def test_sigterm_while_workers_start_ends_the_server(folder: Path) -> None:
    """granian's workers lose a signal that comes before they listen."""
    served = ServerProcess("demo", cwd=folder)
    try:
        wait_until(lambda: len(served.worker_ids()) == DEFAULT_WORKERS, "no worker was started")
        workers = served.worker_ids()
        served.send_signal(signal.SIGTERM)
        check_end(served, workers)
    finally:
        served.kill()


@pytest.mark.slow
@pytest.mark.parametrize("seconds", EARLY_MOMENTS)
def test_sigterm_at_any_moment_of_the_start_ends_the_server(folder: Path, seconds: float) -> None:
    served = ServerProcess("demo", cwd=folder)
    try:
        time.sleep(seconds)
        workers = served.worker_ids()
        served.send_signal(signal.SIGTERM)
        check_end(served, workers)
    finally:
        served.kill()


def test_first_process_opens_no_database_for_its_workers(demo: ServerProcess) -> None:
    """The workers share the application that it makes; a connection shared by several processes would mix up their answers."""
    assert demo.get("/readyz")[0] == 200
    opened = {process: _database_files(process) for process in (demo.id, *demo.ready_worker_ids())}
    assert opened[demo.id] == set()
    assert any(opened.values()), "no process has the database open, so this test cannot fail"


def _database_files(process: int) -> set[str]:
    """Return the names of the SQLite files that a process has open."""
    names = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            names.add(os.readlink(link))
    return {name for name in names if name.endswith((".db", ".db-wal", ".db-shm"))}
