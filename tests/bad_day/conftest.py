"""The report of a bad day: a row for each test that passed; written at the end of a run in which all did."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bad_day.faults import Tally
from tests.bad_day.report import Row, write_report
from tests.databases import find_postgres_programs

ENGINE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ROWS: list[Row] = []
BEGAN = time.monotonic()


NEEDS_APSW = ("test_power_cuts.py", "test_writes.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what needs APSW where nobody asked for a bad day, so that other runs don't report it as skipped."""
    return True if collection_path.name in NEEDS_APSW and config.option.markexpr != "badday" else None


@pytest.fixture
def tally() -> Tally:
    """What this test counts, for its row in the report."""
    return Tally()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep the row of a test that passed. Fail one that lost an acknowledged write and is no control."""
    outcome: Any = yield
    fault = getattr(getattr(item, "function", None), "fault", None)
    if fault is None or call.when != "call" or outcome.get_result().outcome != "passed":
        return
    tally: Tally = item.funcargs["tally"]  # type: ignore[attr-defined]
    part = (item.module.__doc__ or "").partition(".")[0]  # type: ignore[attr-defined]
    engine = ENGINE_NAMES.get(item.funcargs.get("engine_name", ""), "")  # type: ignore[attr-defined]
    ROWS.append(Row(part, fault, engine, tally.acknowledged, tally.lost, tally.detail))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the report if it was asked for and every test passed."""
    file = os.environ.get("COGWG_BAD_DAY_REPORT")
    if not file or exitstatus != 0 or not ROWS:
        return
    programs = find_postgres_programs()
    version = programs.parent.name if programs else "–"
    write_report(Path(file), ROWS, postgresql=f"PostgreSQL {version}", seconds=time.monotonic() - BEGAN)
