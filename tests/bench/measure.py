"""Processor time a request costs the server's workers, counted by the operating system."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cogwg.cli.serving import THREADS, WORKERS
from tests.bench import records
from tests.bench.client import Client, token
from tests.server.process import Served

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
GRANIAN = str(Path(sys.executable).with_name("granian"))
Act = Callable[[], None]


def product(url: str, folder: Path, threads: int = THREADS) -> Served:
    """The product on this record, on the day of the bench, under the server it is served by."""
    return _served(
        "cogwg.app:create_app",
        folder,
        threads,
        COGWG_DATABASE_URL=url,
        COGWG_SECRET_KEY=KEY,
        COGWG_CALENDAR_OFFSET=str(_offset()),
    )


def floor(url: str, folder: Path) -> Served:
    """The floor under the same server with the same settings."""
    return _served("tests.bench.floor:create_app", folder, THREADS, FLOOR_DATABASE_URL=url)


def _served(target: str, folder: Path, threads: int, **env: str) -> Served:
    settings = ("--interface", "wsgi", "--factory", "--workers", str(WORKERS), "--blocking-threads", str(threads))
    return Served(*settings, "--log-level", "error", target, cwd=folder, program=GRANIAN, PYTHONPATH=str(ROOT), **env)


def _offset() -> float:
    from cogwg.core.calendar import Calendar
    from cogwg.core.settings import parse_day

    return Calendar.from_day(parse_day(records.DAY, "the day of the bench")).offset.total_seconds()


def signed_in(served: Served) -> Client:
    """The bench's lead, signed in to the product by its form."""
    client = Client(served.port)
    page = client.get("/en/sign-in").text
    answer = client.post("/en/sign-in", {**token(page), "email": records.EMAIL, "password": records.PASSWORD, "next": ""})
    assert answer.status == 303, answer.status
    return client


def cost(served: Served, act: Act, times: int) -> float:
    """Milliseconds of processor time of the server's workers for one act."""
    before = served.cpu()
    for _ in range(times):
        act()
    return (served.cpu() - before) * 1000 / times


@dataclass(frozen=True, slots=True)
class Pair:
    """What two acts cost in processor time."""

    ours: float
    other: float

    @property
    def ratio(self) -> float:
        return self.ours / self.other


def compare(ours: tuple[Served, Act], other: tuple[Served, Act], *, times: int, rounds: int = 9) -> Pair:
    """Both acts by turns, first to warm up and then to count."""
    for _, act in (ours, other):
        for _ in range(20):
            act()
    return least([(cost(*ours, times), cost(*other, times)) for _ in range(rounds)])


def least(measured: list[tuple[float, float]]) -> Pair:
    """The least of several rounds each: what else a machine does only ever adds to them."""
    return Pair(min(a for a, _ in measured), min(b for _, b in measured))
