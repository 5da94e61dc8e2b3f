"""The report of a bad day, ``docs/reference/bad-day.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cogwg.core.db import sqlite_module
from tests.bad_day.faults import SCALE, Fault

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "reference" / "bad-day.md"
INTRODUCTION = """\
# A bad day

What the product does when things go wrong, as one run shows it:

```sh
.venv/bin/nox -s badday
```

does each of these things to a real server, database or browser, checks what people see, and counts the writes that people
were told are saved. A write is lost if it was acknowledged and is not stored afterwards. After each fault the database is
whole, each write has its event in the audit log, and the log's chain verifies. If anything of this does not hold, the run
fails; otherwise it writes this page. The tests are in `tests/bad_day/`; a test of the default run compares this page with them.
"""
HEADINGS = ("| Fault | What was done | What people saw | Acknowledged | Lost |", "|---|---|---|--:|--:|")


@dataclass(frozen=True, slots=True)
class Row:
    """A test that passed: its fault, the part of the day, the engine that it ran on, and what it counted."""

    part: str
    fault: Fault
    engine: str
    acknowledged: int | None
    lost: int
    detail: str


def parts_in_words(rows: Iterable[Row]) -> dict[str, dict[Fault, list[Row]]]:
    """Return the rows by part and fault; a fault has a row for each engine."""
    parts: dict[str, dict[Fault, list[Row]]] = {}
    for row in rows:
        parts.setdefault(row.part, {}).setdefault(row.fault, []).append(row)
    return parts


def write_report(file: Path, rows: list[Row], *, postgresql: str, seconds: float) -> None:
    """Write the report of a run in which all tests passed."""
    counted = [row for row in rows if not row.fault.is_control]
    acknowledged = sum(row.acknowledged or 0 for row in counted)
    lost = sum(row.lost for row in counted)
    lines = [
        INTRODUCTION,
        f"The last run was on {datetime.now(UTC):%B %-d, %Y}, took {seconds / 60:.0f} minutes on {os.cpu_count()} processors, "
        f"and used Python {platform.python_version()}, SQLite {sqlite_module().sqlite_version} and {postgresql}.",
        *(["", f"It did {SCALE:.0%} of what the long tests do: cuts, kills and minutes."] if SCALE != 1 else []),
        "",
        f"**{len({row.fault for row in counted})} faults, {acknowledged:,} acknowledged writes, {lost:,} lost.**",
    ]
    for part, faults in parts_in_words(rows).items():
        lines += [
            "",
            f"## {part}",
            "",
            "| Fault | What was done | What people saw | Acknowledged | Lost |",
            "|---|---|---|--:|--:|",
        ]
        lines += [_line(fault, of_fault) for fault, of_fault in faults.items()]
    file.write_text("\n".join((*lines, "")), encoding="utf-8")


def _line(fault: Fault, rows: list[Row]) -> str:
    details = "; ".join(f"{row.engine}: {row.detail}" if row.engine else row.detail for row in rows if row.detail)
    done = f"{fault.done} ({details})" if details else fault.done
    name = f"{fault.name} (a control)" if fault.is_control else fault.name
    return f"| {name} | {done} | {fault.saw} | {_numbers(rows, 'acknowledged')} | {_numbers(rows, 'lost')} |"


def _numbers(rows: list[Row], name: str) -> str:
    """Return a number, or one for each engine, or a dash if no write was acknowledged."""
    numbers: dict[str, int] = {}
    for row in rows:
        if row.acknowledged is not None:
            numbers[row.engine] = numbers.get(row.engine, 0) + getattr(row, name)
    if len(numbers) == 1:
        return f"{next(iter(numbers.values())):,}"
    return "<br>".join(f"{engine} {number:,}" for engine, number in numbers.items()) or "–"
