"""Another program that locks the database for a while."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import create_engine, text

TABLES = "comment, status_report"


@contextmanager
def locked(url: str, *, seconds: float) -> Iterator[None]:
    """Lock what a save needs during the block, and at least for this time."""
    began = time.monotonic()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            other.execute("ROLLBACK")
        return
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        connection.execute(text(f"LOCK TABLE {TABLES} IN ACCESS EXCLUSIVE MODE"))
        yield
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        connection.rollback()
    engine.dispose()
