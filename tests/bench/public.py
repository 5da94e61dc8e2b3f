"""Public pages and data read by many at once, while signed-in people work beside them.

The readers ask the server itself, and then the nginx of ``deploy/``, which keeps what is public. The signed-in person asks the
server itself in both cases.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import cycle, islice
from pathlib import Path

from tests.bench.actions import get_page
from tests.bench.load import percentile
from tests.bench.measure import sign_in_lead
from tests.bench.sample_databases import DEMO_READER_EMAIL
from tests.server.certificates import make_certificate
from tests.server.nginx import SITE, Nginx
from tests.server.process import ServerProcess

RATE, SECONDS, CONNECTIONS = 200, 30, 8
"""How many requests a second are sent, for how long, and over how many connections."""
SIGNED_IN_PAUSE = 0.1
"""The seconds between two pages of the signed-in person: one of the group's dozens, on a busy evening."""
HOME = ("/en/", "/fr/")
ADDRESSES = (
    *HOME,
    "/en/tracker",
    "/fr/tracker",
    "/en/tracker?status=LP",
    "/fr/tracker?q=inventaire",
    "/en/tracker/priorities/5",
    "/fr/tracker/activities/5.2",
    "/en/tracker/jurisdictions/on",
    "/en/data",
    "/data/reports.csv",
    "/data/activities.json",
    "/v1/activities?plan=2020&status=LP",
    "/en/feeds/published.atom",
)
STATIC_FILE = "/static/icon.svg"
Connect = Callable[[], HTTPConnection]
"""Opens a connection of a reader."""


@dataclass
class PublicLoad:
    """The seconds of each public request and of each page of a signed-in person in the meantime, and what failed."""

    public: list[float] = field(default_factory=list)
    signed_in: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    not_modified: int = 0


def get(connection: HTTPConnection, path: str, etag: str = "") -> tuple[int, str]:
    """Request a path as a browser does that has no cookie; return the status and the ETag."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {}))
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers.get("ETag", "")


def signed_in_alone(served: ServerProcess, path: str) -> PublicLoad:
    """Return how long a signed-in person's pages take when nobody else reads."""
    load = PublicLoad()
    _work(served, path, load, time.perf_counter() + SECONDS)
    return load


def straight(served: ServerProcess) -> Connect:
    """Return how a reader connects to the server itself."""
    return partial(HTTPConnection, "127.0.0.1", served.port, timeout=30)


@contextmanager
def through_nginx(served: ServerProcess, folder: Path) -> Iterator[Connect]:
    """Run nginx with the configuration in ``deploy/`` before the server, and return how a reader connects to it."""
    certificate = make_certificate(folder, SITE, "127.0.0.1")
    context = ssl.create_default_context(cafile=str(certificate.authority))
    with Nginx(folder, served.port, certificate).running() as nginx:
        yield partial(HTTPSConnection, "127.0.0.1", nginx.https, timeout=30, context=context)


def read_at_rate(served: ServerProcess, connect: Connect, path: str) -> PublicLoad:
    """Send ``RATE`` requests a second, every second one with the ETag of an earlier answer, while a person works.

    Each connection sends its requests at fixed times; one that is late counts from when it should have been sent.
    """
    load, lock = PublicLoad(), threading.Lock()
    began = time.perf_counter() + 0.5
    threads = [threading.Thread(target=_read, args=(connect(), number, began, load, lock)) for number in range(CONNECTIONS)]
    threads.append(threading.Thread(target=_work, args=(served, path, load, began + SECONDS)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return load


def _read(connection: HTTPConnection, number: int, began: float, load: PublicLoad, lock: threading.Lock) -> None:
    etags: dict[str, str] = {}
    turns = islice(cycle(ADDRESSES), number, None)
    for turn, path in zip(range(RATE * SECONDS // CONNECTIONS), turns, strict=False):
        due = began + (turn * CONNECTIONS + number) / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            status, etag = get(connection, path, etags.get(path, "") if turn % 2 else "")
        except (OSError, HTTPException) as error:
            connection.close()
            status, etag = 0, repr(error)
        with lock:
            load.public.append(time.perf_counter() - due)
            load.not_modified += status == 304
            if status not in (200, 304):
                load.failed.append(f"{path}: {status or etag}")
        if status == 200:
            etags[path] = etag


def _work(served: ServerProcess, path: str, load: PublicLoad, end: float) -> None:
    act = get_page(sign_in_lead(served, DEMO_READER_EMAIL), path)
    act()
    while time.perf_counter() < end:
        began = time.perf_counter()
        try:
            act()
        except (AssertionError, OSError, HTTPException) as error:
            load.failed.append(f"{path}: {error}")
        load.signed_in.append(time.perf_counter() - began)
        time.sleep(SIGNED_IN_PAUSE)


def p95(seconds: Sequence[float]) -> float:
    """Return the milliseconds within which 95% of the requests ended."""
    return percentile(seconds, 95)
