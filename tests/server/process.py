"""A server started from the command line, and the state of its processes."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

PROGRAM = str(Path(sys.executable).with_name("cogwg"))
EACH = (sys.executable, "-c", "import os; os.geteuid = lambda: 1000; from cogwg.cli import main; main()", "each")
"""``cogwg each`` as the owner of all files, also if that is root, who may otherwise not own them."""
TIMEOUT_SECONDS = 180.0
"""Timeout of any step, in seconds, long enough for a slow machine."""
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with only these settings of the product."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("COGWG_")}, **more}


def run_command(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the product to its end."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


class ServerProcess:
    """A server on a free port; ``command`` comes before ``--port``."""

    def __init__(self, *command: str, cwd: Path, program: str = PROGRAM, port: int | None = None, **env: str) -> None:
        self.port = port or free_port()
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

    def __enter__(self) -> ServerProcess:
        self.wait_until_ready()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(TIMEOUT_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill all processes that are left."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def output(self) -> str:
        """The output so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self, path: str = "/healthz") -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"the server ended by itself:\n{self.output}"
            try:
                if self.get(path, timeout=10)[0] == 200 and self.ready_worker_ids() == self.worker_ids():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server did not answer:\n{self.output}")

    def get(self, path: str, *, timeout: float = TIMEOUT_SECONDS, **headers: str) -> tuple[int, str]:
        """Send a request on a new connection; return the status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Accept-Language": "en", **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def worker_ids(self) -> list[int]:
        """Return the ids of the worker processes."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def ready_worker_ids(self) -> list[int]:
        """Return the workers that have started: besides the first thread and the one that watches the first process, a
        worker starts its threads when it begins to listen.
        """
        return [worker for worker in self.worker_ids() if len(list(Path(f"/proc/{worker}/task").glob("*"))) > 2]

    @property
    def id(self) -> int:
        """The process id of the first process."""
        return self._process.pid

    def send_signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float = TIMEOUT_SECONDS) -> int:
        """Wait for the end and return the exit code."""
        return self._process.wait(seconds)

    def memory_mib(self) -> float:
        """Return the memory of all processes in MiB, with each shared page divided among those that share it."""
        total = 0
        for process in (self.id, *self.worker_ids()):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(rollup.partition("\nPss:")[2].split()[0])
        return total / 1024

    def cpu_seconds(self) -> float:
        """Return the processor time of the worker processes in seconds."""
        return sum(self.worker_seconds())

    def worker_seconds(self) -> list[float]:
        """Return the processor time of each worker process in seconds."""
        stats = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split() for worker in self.worker_ids()]
        return [(int(fields[11]) + int(fields[12])) / CLOCK_TICKS for fields in stats]

    def terminate(self) -> int:
        """Send SIGTERM, as a service manager does, and return the exit code."""
        self.send_signal(signal.SIGTERM)
        return self.wait()
