"""The log of the server as a process: every line is JSON, of requests, of its own and of granian."""

from __future__ import annotations

import json
import logging
import os
import signal
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from cogwg.server import supervisor
from tests.conftest import MakeDatabase
from tests.server.process import ServerProcess
from tests.server.test_processes import wait_until
from tests.web_client import SECRET_KEY


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def messages(output: str) -> list[str]:
    return [line["message"] for line in lines(output) if "message" in line]


def test_every_line_of_the_server_is_json(make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("sqlite", "bare")
    file = Path(url.removeprefix("sqlite:///"))
    with ServerProcess(
        "serve", cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_SECRET_KEY=SECRET_KEY, COGWG_ACCESS_LOG="1", COGWG_WORKERS="1"
    ) as served:
        assert len(served.worker_ids()) == 1
        served.get("/en/password/not-a-real-token")
        moved = file.rename(file.with_suffix(".away"))
        os.kill(served.worker_ids()[0], signal.SIGKILL)
        wait_until(lambda: any("database" in text for text in messages(served.output)), "the refusal is not in the log")
        moved.rename(file)
        served.wait_until_ready()
        assert served.terminate() == 0
    logged = lines(served.output)
    assert all(line["at"] and line["level"] and line["logger"] for line in logged)
    (asked,) = (line for line in logged if line.get("path") == "/en/password/*")
    assert len(asked["request"]) == 16
    assert "not-a-real-token" not in served.output
    assert "Listening on 127.0.0.1, port" in messages(served.output)[0]
    assert {"cogwg.server", "cogwg.access", "_granian"} <= {line["logger"] for line in logged}


def test_error_that_ends_a_worker_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SystemExit) as end, caplog.at_level(logging.INFO, "cogwg"):
        supervisor._logged(lambda: 1 / 0)
    assert end.value.code == 1
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_ordered_stop_is_no_error_in_the_log(make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("sqlite", "bare")
    with ServerProcess("serve", cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_SECRET_KEY=SECRET_KEY) as served:
        assert served.terminate() == 0
    assert [line["message"] for line in lines(served.output) if line["level"] in ("error", "critical")] == []


def test_workers_are_known_to_stop_before_they_can_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing the pipe ends them, and granian logs the end of a worker that it does not know to stop as an error."""
    worker = Mock(interrupt_by_parent=False, idx=0)
    worker.is_alive.return_value = False
    running = object.__new__(supervisor.Supervisor)
    running.wrks, running.workers_kill_timeout = [worker], 1
    running._lifeline = os.pipe()
    known: list[bool] = []
    close = os.close

    def watch(descriptor: int) -> None:
        known.append(worker.interrupt_by_parent)
        close(descriptor)

    monkeypatch.setattr(supervisor.os, "close", watch)
    running._stop_workers()
    monkeypatch.undo()
    close(running._lifeline[0])
    assert known == [True]
    worker.terminate.assert_called_once_with()
