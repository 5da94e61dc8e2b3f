"""A server started as a person starts it, and what the operating system says of its processes."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

PROGRAM = str(Path(sys.executable).with_name("cogwg"))
PATIENCE = 180.0
"""Seconds that anything may take: a slow machine fails no product that is right."""
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of the product, and with these."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("COGWG_")}, **more}


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A command of the product, run to its end."""
    return subprocess.run(
        [PROGRAM, *arguments], cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


class Served:
    """A server on a free port; ``command`` comes before ``--port``."""

    def __init__(self, *command: str, cwd: Path, program: str = PROGRAM, **env: str) -> None:
        self.port = free_port()
        self._log = cwd / f"server-{self.port}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, *command, "--port", str(self.port)],
                cwd=cwd,
                env=environment(PYTHONUNBUFFERED="1", **env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Served:
        self.wait_until_it_answers()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    @property
    def said(self) -> str:
        """What it printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_until_it_answers(self, path: str = "/healthz") -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"the server ended by itself:\n{self.said}"
            try:
                if self.get(path, timeout=10)[0] == 200 and self.serving() == self.workers():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server did not answer:\n{self.said}")

    def get(self, path: str, *, timeout: float = PATIENCE) -> tuple[int, str]:
        """One request on a connection of its own: status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Accept-Language": "en"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def serving(self) -> list[int]:
        """Those that have come up: a worker starts its threads when it begins to listen.

        One that is asked to end a moment before never does, for granian loses the signal.
        """
        return [worker for worker in self.workers() if len(list(Path(f"/proc/{worker}/task").glob("*"))) > 1]

    def cpu(self) -> float:
        """Seconds of processor time its worker processes have used."""
        used = 0
        for worker in self.workers():
            fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / TICKS

    def end(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)
