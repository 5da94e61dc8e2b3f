"""Processor time a request costs the server's workers, counted by the operating system."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cogwg.cli.serving import THREADS, WORKERS
from tests.bench import sample_databases
from tests.bench.client import HttpClient, last_csrf_token
from tests.server.process import ServerProcess

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
GRANIAN = str(Path(sys.executable).with_name("granian"))
Action = Callable[[], None]


def start_product(url: str, folder: Path, threads: int = THREADS) -> ServerProcess:
    """The product on this record, on the day of the bench, under the server it is served by."""
    return _start_server(
        "cogwg.app:create_app",
        folder,
        threads,
        COGWG_DATABASE_URL=url,
        COGWG_SECRET_KEY=SECRET_KEY,
        COGWG_CALENDAR_OFFSET=str(_calendar_offset()),
    )


def start_baseline(url: str, folder: Path) -> ServerProcess:
    """The floor under the same server with the same settings."""
    return _start_server("tests.bench.floor:create_app", folder, THREADS, FLOOR_DATABASE_URL=url)


def _start_server(target: str, folder: Path, threads: int, **env: str) -> ServerProcess:
    settings = ("--interface", "wsgi", "--factory", "--workers", str(WORKERS), "--blocking-threads", str(threads))
    return ServerProcess(*settings, "--log-level", "error", target, cwd=folder, program=GRANIAN, PYTHONPATH=str(ROOT), **env)


def _calendar_offset() -> float:
    from cogwg.core.calendar import Calendar
    from cogwg.core.settings import parse_day

    return Calendar.from_day(parse_day(sample_databases.TODAY, "the day of the bench")).offset.total_seconds()


def sign_in_lead(served: ServerProcess) -> HttpClient:
    """The bench's lead, signed in to the product by its form."""
    client = HttpClient(served.port)
    page = client.get("/en/sign-in").text
    answer = client.post(
        "/en/sign-in",
        {**last_csrf_token(page), "email": sample_databases.EMAIL, "password": sample_databases.PASSWORD, "next": ""},
    )
    assert answer.status == 303, answer.status
    return client


def cpu_per_action(served: ServerProcess, action: Action, times: int) -> float:
    """Milliseconds of processor time of the server's workers for one act."""
    before = served.cpu_seconds()
    for _ in range(times):
        action()
    return (served.cpu_seconds() - before) * 1000 / times


@dataclass(frozen=True, slots=True)
class CostPair:
    """What two acts cost in processor time."""

    own: float
    baseline: float

    @property
    def ratio(self) -> float:
        return self.own / self.baseline


def compare(
    ours: tuple[ServerProcess, Action], other: tuple[ServerProcess, Action], *, times: int, rounds: int = 9
) -> CostPair:
    """Both acts by turns, first to warm up and then to count."""
    for _, act in (ours, other):
        for _ in range(20):
            act()
    return least_of_rounds([(cpu_per_action(*ours, times), cpu_per_action(*other, times)) for _ in range(rounds)])


def least_of_rounds(measured: list[tuple[float, float]]) -> CostPair:
    """The least of several rounds each: what else a machine does only ever adds to them."""
    return CostPair(min(a for a, _ in measured), min(b for _, b in measured))
