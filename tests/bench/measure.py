"""Processor time of the server's workers for each request, as counted by the operating system."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cogwg.cli.serving import SQLITE_SLOTS
from tests.bench import sample_databases
from tests.bench.client import HttpClient, last_csrf_token
from tests.server.process import ServerProcess

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
Action = Callable[[], None]


def start_product(url: str, folder: Path, slots: int = SQLITE_SLOTS) -> ServerProcess:
    """Start the product on this database, on the day of the bench, with its own server."""
    return _start_server(
        "cogwg.app:create_app",
        folder,
        slots,
        COGWG_DATABASE_URL=url,
        COGWG_SECRET_KEY=SECRET_KEY,
        COGWG_CALENDAR_OFFSET=str(_calendar_offset()),
    )


def start_baseline(url: str, folder: Path, slots: int = SQLITE_SLOTS) -> ServerProcess:
    """Start the baseline with the same server and settings."""
    return _start_server("tests.bench.baseline:create_app", folder, slots, BASELINE_DATABASE_URL=url)


def start_django_admin(database: Path, folder: Path) -> ServerProcess:
    """Create Django's database, and start its admin with the same server and settings."""
    command = (sys.executable, "-m", "tests.bench.django_admin")
    environment = {"DJANGO_DATABASE": str(database), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=os.environ | environment, check=True)
    return _start_server("tests.bench.django_admin:create_app", folder, SQLITE_SLOTS, DJANGO_DATABASE=str(database))


def _start_server(target: str, folder: Path, slots: int, **env: str) -> ServerProcess:
    command = ("-m", "tests.bench.serve", target, "--slots", str(slots))
    return ServerProcess(*command, cwd=folder, program=sys.executable, PYTHONPATH=str(ROOT), **env)


def _calendar_offset() -> float:
    from cogwg.core.calendar import Calendar
    from cogwg.core.settings import parse_day

    return Calendar.from_day(parse_day(sample_databases.TODAY, "the day of the bench")).offset.total_seconds()


def sign_in_lead(served: ServerProcess, email: str = sample_databases.EMAIL) -> HttpClient:
    """Sign the bench's lead, or another of its people, in to the product with its form."""
    client = HttpClient(served.port)
    page = client.get("/en/sign-in").text
    answer = client.post(
        "/en/sign-in",
        {**last_csrf_token(page), "email": email, "password": sample_databases.PASSWORD, "next": ""},
    )
    assert answer.status == 303, answer.status
    return client


def cpu_per_action(served: ServerProcess, action: Action, times: int) -> float:
    """Return the processor time of the server's workers for one action, in milliseconds."""
    before = served.cpu_seconds()
    for _ in range(times):
        action()
    return (served.cpu_seconds() - before) * 1000 / times


def least_cpu(served: ServerProcess, action: Action, rounds: int) -> float:
    """Return the least processor time of several rounds for one action, in milliseconds, after a warm-up.

    The operating system counts hundredths of a second, so a short action is repeated for a quarter of a second each round.
    """
    action()
    times = max(1, min(50, round(250 / (cpu_per_action(served, action, 2) or 1))))
    return min(cpu_per_action(served, action, times) for _ in range(rounds))


def cpu_of_people(served: ServerProcess, actions: Sequence[Action], times: int) -> float:
    """Return the processor time for one action, in milliseconds, when as many people as there are actions act at once."""
    before = served.cpu_seconds()
    with ThreadPoolExecutor(len(actions)) as people:
        for done in [people.submit(_repeat, action, times) for action in actions]:
            done.result()
    return (served.cpu_seconds() - before) * 1000 / (times * len(actions))


def _repeat(action: Action, times: int) -> None:
    for _ in range(times):
        action()


@dataclass(frozen=True, slots=True)
class CostPair:
    """The processor time of an action of the product and of the baseline."""

    own: float
    baseline: float

    @property
    def ratio(self) -> float:
        return self.own / self.baseline


def compare(
    ours: tuple[ServerProcess, Action], other: tuple[ServerProcess, Action], *, times: int, rounds: int = 9
) -> CostPair:
    """Measure both actions alternately, after a warm-up."""
    for _, act in (ours, other):
        for _ in range(min(times, 20)):
            act()
    return least_of_rounds([(cpu_per_action(*ours, times), cpu_per_action(*other, times)) for _ in range(rounds)])


def least_of_rounds(measured: list[tuple[float, float]]) -> CostPair:
    """Return the minimum of several rounds: other load on the machine can only add time."""
    return CostPair(min(a for a, _ in measured), min(b for _, b in measured))
