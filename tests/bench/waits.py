"""How long two processes that save again and again wait for each other on SQLite: the product's, and SQLite's own waiting."""

from __future__ import annotations

import multiprocessing
import random
import time
from multiprocessing.queues import Queue
from pathlib import Path

from sqlalchemy import Connection, Engine

from cogwg.core.db import WRITE_OPTIONS, build_engine
from tests.bench.measure import CostPair

TIMES, ROUNDS = 150, 3
PAUSE, SAVE = (0.003, 0.013), (0.004, 0.010)
"""Between how many seconds a process does something else, and has the lock.

A process sleeps in the meantime, so that its processor time does not count.
"""


def compare_waits(folder: Path) -> CostPair:
    """Return the mean wait in milliseconds of the product and of SQLite itself, alternating."""
    url = f"sqlite:///{folder / 'waits.db'}"
    engine = build_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE number (value INTEGER)")
        connection.exec_driver_sql("INSERT INTO number VALUES (0)")
    engine.dispose()
    measured = [(_mean_wait(url, is_own=True), _mean_wait(url, is_own=False)) for _ in range(ROUNDS)]
    own, plain = (sum(each) / ROUNDS for each in zip(*measured, strict=True))
    return CostPair(own, plain)


def _mean_wait(url: str, *, is_own: bool) -> float:
    waits: Queue[float] = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_save_again_and_again, args=(url, is_own, waits)) for _ in range(2)]
    for process in processes:
        process.start()
    seconds = [waits.get() for _ in range(2 * TIMES)]
    for process in processes:
        process.join()
    return sum(seconds) * 1000 / len(seconds)


def _save_again_and_again(url: str, is_own: bool, waits: Queue[float]) -> None:
    engine = build_engine(url)
    for _ in range(TIMES):
        time.sleep(random.uniform(*PAUSE))
        began = time.perf_counter()
        with _begun(engine, is_own) as connection:
            waits.put(time.perf_counter() - began)
            connection.exec_driver_sql("UPDATE number SET value = value + 1")
            time.sleep(random.uniform(*SAVE))
            connection.commit()


def _begun(engine: Engine, is_own: bool) -> Connection:
    """Return a connection in a transaction that writes."""
    connection = engine.connect().execution_options(**(WRITE_OPTIONS if is_own else {}))
    connection.begin()
    if not is_own:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return connection
