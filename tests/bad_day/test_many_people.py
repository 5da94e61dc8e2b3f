"""Many people. They read and write at once for ten minutes."""

from __future__ import annotations

import threading
import time
from http.client import HTTPException
from pathlib import Path

from tests.bad_day.faults import Tally, fault, scaled
from tests.bad_day.people import Crowd, check_stored, quiet_log, serve
from tests.bench.client import HttpClient
from tests.conftest import MakeDatabase

SECONDS = scaled(600)
READERS, WRITERS = 50, 16
REST = 1.0
"""Seconds that each rests after an answer."""
PAGES = ("/en/", "/fr/plans/2020", "/en/plans/2020/priorities/3", "/en/plans/2020/activities/3.3", "/en/sign-in", "/fr/tracker")


class Readers:
    """People who read one page after another; ``answers`` counts the statuses."""

    def __init__(self, port: int) -> None:
        self.statuses: dict[int, int] = {}
        self.seconds: list[float] = []
        self._port, self._ended, self._lock = port, threading.Event(), threading.Lock()
        self._errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        assert self._errors == []

    def _read(self, number: int) -> None:
        try:
            client = HttpClient(self._port)
            while not self._ended.wait(REST):
                number += 1
                began = time.monotonic()
                status = client.get(PAGES[number % len(PAGES)]).status
                with self._lock:
                    self.seconds.append(time.monotonic() - began)
                    self.statuses[status] = self.statuses.get(status, 0) + 1
        except (OSError, HTTPException) as error:
            self._errors.append(error)


def percentile(seconds: list[float], share: int) -> str:
    return f"{sorted(seconds)[len(seconds) * share // 100] * 1000:,.0f} ms"


@fault(
    "50 readers and 16 writers at once",
    done="50 people read pages and 16 comment, each with a second of rest after an answer, on two workers.",
    saw="Every page and every save is answered; no answer says that anything is wrong.",
)
def test_many_people_at_once_get_every_answer_and_lose_nothing(
    engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally
) -> None:
    url = make_database(engine_name, "published")
    with (
        serve(url, tmp_path) as served,
        quiet_log(served),
        Readers(served.port) as readers,
        Crowd(served.port, "many", writers=WRITERS, pause=REST) as crowd,
    ):
        threading.Event().wait(SECONDS)
    assert crowd.refused == {}
    assert not crowd.unanswered
    assert set(readers.statuses) <= {200, 303}
    tally.detail = (
        f"{SECONDS / 60:.0f} minutes; {len(readers.seconds):,} pages, half of them within {percentile(readers.seconds, 50)} "
        f"and 99 of 100 within {percentile(readers.seconds, 99)}; saves within {percentile(crowd.seconds, 50)} and "
        f"{percentile(crowd.seconds, 99)}"
    )
    check_stored(url, crowd, tally)
