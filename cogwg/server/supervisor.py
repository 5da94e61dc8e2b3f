"""The supervisor: the server's main process, which starts the workers, replaces those that die, and ends them when the server
stops.

It differs from granian's own supervisor (2.8) in five ways: the port has one owner; a worker that dies within seconds of its
start is replaced after a pause instead of ending the server; a worker never loses a signal while it starts, and ends when the
supervisor is gone; closing the terminal ends the server; and a signal ends the supervisor at any moment.
"""

from __future__ import annotations

import inspect
import logging
import mmap
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.metadata import version
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer
from granian.server.mp import WorkerProcess

from cogwg.core.calendar import monotonic
from cogwg.core.errors import ConfigurationError
from cogwg.server.adapter import AsgiAdapter
from cogwg.server.balance import WorkerLoads
from cogwg.server.listener import BACKLOG, Listener

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

END_SECONDS = 7
"""How many seconds a worker may continue its requests after SIGTERM. A container gets 10 seconds to stop; the remaining
seconds are for merging the files of an SQLite database."""
ANSWER_SECONDS = 5.0
"""How many seconds after SIGTERM a request that is still running is answered with a notice that the server is restarting, so
that the notice arrives before the worker is killed. Rendering the files of a long deck can take longer and is then
interrupted. That is safe, because nothing is stored before all files are rendered."""
SETTLED_SECONDS = 5.0
"""A worker that dies after running for this many seconds is replaced at once."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""The first and the longest pause before a worker that died sooner is replaced, in seconds. The pause doubles each time. New
connections to the worker wait."""
HEADER_SECONDS = 10
"""How many seconds a client may take to send the headers of the next request on a connection."""
PROXY_IDLE_SECONDS = 75
"""The same behind a proxy. It is longer than the proxy keeps an idle connection (60 seconds in nginx), so that the proxy never
uses a connection that the server has closed."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

OVERRIDDEN = {
    "signal_handler_reload": ("self", "args", "kwargs"),
    "_init_shared_socket": ("self",),
    "_drop_shared_socket": ("self",),
    "_spawn_worker": ("self", "idx", "target", "callback_loader"),
    "_spawn_workers": ("self", "spawn_target", "target_loader"),
    "_respawn_workers": ("self", "workers", "spawn_target", "target_loader", "delay"),
    "_stop_workers": ("self",),
    "_serve_loop": ("self", "spawn_target", "target_loader"),
}
"""The methods of granian that ``Supervisor`` overrides, with their parameters in granian 2.8. Most are not public, so a later
minor release may change them."""
log = logging.getLogger("cogwg.server")
LoadApp = Callable[[], "WSGIApplication"]


def check_granian() -> None:
    """Check that the installed granian has the internal methods that ``Supervisor`` overrides.

    Raises ``ConfigurationError`` if one is missing or has other parameters.
    """
    for name, parameters in OVERRIDDEN.items():
        method = getattr(MPServer, name, None)
        if method is None or tuple(inspect.signature(method).parameters) != parameters:
            raise ConfigurationError(
                f"granian {version('granian')} cannot be used, because its method {name} is not that of granian 2.8. "
                'Install a version that works: pip install "granian>=2.8,<2.9"'
            )


class SignalSafeEvent:
    """An event that a signal handler can set at any moment, even while its thread clears the event or waits for it.

    ``threading.Event`` has a lock that a thread cannot take twice. If the signal comes while the thread holds the lock, the
    handler waits for it forever. ``SimpleQueue.put`` is safe in a signal handler.
    """

    def __init__(self) -> None:
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        self._wakes.put(None)

    def clear(self) -> None:
        with suppress(Empty):
            while True:
                self._wakes.get_nowait()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the event is set, and clear it."""
        with suppress(Empty):
            self._wakes.get(timeout=timeout)


class SharedCount:
    """A counter that the supervisor increments and its workers read."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)

    def increase(self) -> None:
        self._memory[:] = (self.read() + 1).to_bytes(8, "little")

    def read(self) -> int:
        return int.from_bytes(self._memory[:], "little")


class Supervisor(MPServer):
    """A supervisor of worker processes, which use the sockets of ``listener`` and each run ``slots`` requests at once."""

    def __init__(
        self, listener: Listener, load_app: LoadApp, *, workers: int, slots: int, max_body: int, is_behind_proxy: bool = False
    ) -> None:
        check_granian()
        multiprocessing.set_start_method("fork", force=True)  # workers inherit the sockets
        seconds = PROXY_IDLE_SECONDS if is_behind_proxy else HEADER_SECONDS
        super().__init__(
            "cogwg",
            address=listener.host,
            port=listener.port,
            interface=Interfaces.ASGINL,
            workers=workers,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=seconds * 1000),
            respawn_failed_workers=True,
            workers_kill_timeout=END_SECONDS,
            log_level=LogLevels.warning,
            log_dictconfig={"loggers": {"_granian": {"propagate": True}}},
        )
        self._listener, self._load_app, self._slots, self._max_body = listener, load_app, slots, max_body
        self._loads = WorkerLoads(workers)
        self.main_loop_interrupt = SignalSafeEvent()  # type: ignore[assignment]
        self.restarts = SharedCount()
        self._clock = monotonic
        self._lifeline = os.pipe()
        self._pauses: dict[int, float] = {}
        self._due: dict[int, float] = {}

    def run(self) -> None:
        """Serve until a signal ends the server."""
        self.serve(target_loader=self._load_worker, wrap_loader=False)

    def signal_handler_reload(self, *_arguments: object) -> None:
        """End the server on SIGHUP, which the system sends when the terminal is closed."""
        self.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def _init_shared_socket(self) -> None:
        self._sso = None

    def _drop_shared_socket(self) -> None:
        self._listener.close()

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any, *arguments: Any, **options: Any) -> WorkerProcess:
        sockets = self._listener.sockets
        self._shd = SocketHolder(sockets[idx % len(sockets)].fileno(), False, BACKLOG)  # type: ignore[assignment, call-arg]
        load_worker = partial(callback_loader, idx)
        return super()._spawn_worker(idx, partial(_logged, target), load_worker, *arguments, **options)

    def _spawn_workers(self, *arguments: Any) -> None:
        with _signals_held():
            super()._spawn_workers(*arguments)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, *arguments: Any, **options: Any) -> None:
        with _signals_held():
            super()._respawn_workers(*arguments, **options)

    def _stop_workers(self) -> None:
        for worker in self.wrks:  # first, because a worker that ends by itself would be logged as an error
            worker.interrupt_by_parent = True
        os.close(self._lifeline[1])
        super()._stop_workers()  # type: ignore[no-untyped-call]

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        self._plan_replacements()
        while not self.interrupt_signal:
            now = self._clock()
            ready = sorted(number for number, due in self._due.items() if due <= now)
            for number in ready:
                del self._due[number]
            if ready:
                self._respawn_workers(ready, spawn_target, target_loader)
            self.main_loop_interrupt.wait(max(0.0, min(self._due.values()) - now) if self._due else None)
            self._plan_replacements()
        self.interrupt_children.clear()

    def _plan_replacements(self) -> None:
        """Decide when to replace each worker that died since the last call.

        This clears the event that a signal sets, so the caller must check for signals afterwards.
        """
        self.main_loop_interrupt.clear()
        now = self._clock()
        while self.interrupt_children:
            number = self.interrupt_children.pop()
            self.restarts.increase()
            self._loads.leave_out(number)
            settled = now - self.wrks[number].birth >= SETTLED_SECONDS
            pause = 0.0 if settled else min(max(self._pauses.get(number, 0.0) * 2, FIRST_PAUSE), LONGEST_PAUSE)
            self._pauses[number], self._due[number] = pause, now + pause

    def _load_worker(self, number: int) -> AsgiAdapter:
        """Prepare this worker process, which has just started, and return its application."""
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the supervisor handles it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        reading, writing = self._lifeline
        os.close(writing)
        adapters: list[AsgiAdapter] = []
        threading.Thread(target=_end_with_first_process, args=(reading, adapters), daemon=True).start()
        try:
            app, load = self._load_app(), self._loads.start(number)
            adapters.append(AsgiAdapter(app, slots=self._slots, max_body=self._max_body, load=load))
            return adapters[0]
        except ConfigurationError as refusal:
            log.critical("%s", refusal)
            raise SystemExit(2) from None


@contextmanager
def _signals_held() -> Iterator[None]:
    """Block signals while workers start, because a new worker has the supervisor's signal handlers until it sets its own."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _logged(target: Callable[..., object], *arguments: object, **options: object) -> None:
    """Run a worker. If an unexpected error ends it, log the error, instead of letting ``multiprocessing`` print it."""
    try:
        target(*arguments, **options)
    except Exception:
        log.critical("A worker ended with an unexpected error.", exc_info=True)
        raise SystemExit(1) from None


def _end_with_first_process(lifeline: int, adapters: list[AsgiAdapter]) -> None:
    """End this worker when the supervisor stops its workers or is gone.

    Only the supervisor has the other end of the pipe ``lifeline``, so the pipe is closed in both cases. Requests still running
    after ``ANSWER_SECONDS`` are answered with a notice. The worker is killed if it has not ended ``END_SECONDS`` after
    SIGTERM.
    """
    os.read(lifeline, 1)
    for adapter in adapters:
        adapter.answer_rest_after(ANSWER_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_SECONDS)
    os._exit(1)
