"""Every line of the log is one JSON object, whichever module, library or error writes it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

START = "from cogwg.core import logs; logs.configure(); import logging, warnings, threading, gc\n"


def logged(code: str) -> list[dict[str, Any]]:
    """Run code that logs, in a process of its own; return the lines on standard error."""
    done = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_line_has_time_level_logger_and_message() -> None:
    (line,) = logged("logging.getLogger('cogwg.server').info('Listening on %s, “%s”.', 'a\\nb', '\\x1b[31m\\u2028é')")
    assert {name: line[name] for name in ("level", "logger", "message")} == {
        "level": "info",
        "logger": "cogwg.server",
        "message": "Listening on a\nb, “\x1b[31m\u2028é”.",
    }
    assert abs((datetime.now(UTC) - datetime.fromisoformat(line["at"])).total_seconds()) < 600
    assert line["at"].endswith("+00:00")
    assert set(line) == {"at", "level", "logger", "message"}


def test_line_has_the_id_of_its_request() -> None:
    (line,) = logged("logs.request_id.set('abc'); logging.getLogger('other.library').warning('x')")
    assert (line["request"], line["logger"]) == ("abc", "other.library")


@pytest.mark.parametrize(
    "code",
    [
        "raise RuntimeError('first\\nsecond')",
        "threading.Thread(target=lambda: 1 / 0).start()",
        "class A:\n def __del__(self): 1 / 0\nA(); gc.collect()",
        "try: 1 / 0\nexcept ZeroDivisionError: logging.getLogger('sqlalchemy.pool').exception('Lost')",
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.call_soon(lambda: 1 / 0)\nloop.call_soon(loop.stop)\n"
        "loop.run_forever(); loop.close()",
    ],
)
def test_traceback_is_one_line(code: str) -> None:
    (line,) = logged(code)
    assert line["level"] in ("error", "critical")
    assert "Traceback (most recent call last)" in line["traceback"]


def test_warnings_are_lines_of_the_log() -> None:
    (line,) = logged("warnings.warn('Old')")
    assert line["logger"] == "py.warnings"
    assert "Old" in line["message"]


def test_libraries_log_only_warnings_and_errors() -> None:
    assert logged("logging.getLogger('alembic.runtime').info('x'); logging.getLogger('cogwg.web').debug('x')") == []
