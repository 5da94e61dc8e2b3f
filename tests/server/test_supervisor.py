"""The supervisor overrides methods of granian that are not public; another granian is refused with a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest
from granian.server import MPServer

from cogwg.core.errors import ConfigurationError
from cogwg.server import supervisor


def test_installed_granian_has_the_methods_that_the_supervisor_overrides() -> None:
    supervisor.check_granian()
    overridden = {name for name in vars(supervisor.Supervisor) if name in dir(MPServer) and not name.startswith("__")}
    assert overridden == set(supervisor.OVERRIDDEN), "OVERRIDDEN lists every method of granian that the supervisor overrides"


def test_granian_with_a_changed_method_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MPServer, "_serve_loop", lambda self, spawn_target, target_loader, quota: None)
    with pytest.raises(ConfigurationError, match=r"_serve_loop.*granian>=2\.8,<2\.9"):
        supervisor.check_granian()


def test_granian_without_a_method_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(MPServer, "_spawn_worker")
    monkeypatch.delattr(MPServer.__mro__[1], "_spawn_worker")
    with pytest.raises(ConfigurationError, match="_spawn_worker"):
        supervisor.check_granian()


SIGNALS_WHILE_WAITING = """
import signal
from cogwg.server.listener import Listener
from cogwg.server.supervisor import Supervisor

supervisor = Supervisor(Listener("127.0.0.1", 0, workers=1), lambda: None, workers=1, slots=1, max_body=1)
received = []
def interrupt(*arguments):
    received.append(1)
    supervisor.signal_handler_interrupt()
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while len(received) < 2000:
    supervisor.main_loop_interrupt.clear()
    supervisor.main_loop_interrupt.wait(0.0001)
signal.setitimer(signal.ITIMER_REAL, 0)
print("ended", supervisor.interrupt_signal)
"""


def test_signal_that_comes_while_the_supervisor_waits_or_clears_does_not_block_it() -> None:
    """A signal in the middle of ``threading.Event.clear`` or ``wait`` waits forever for the lock of its own thread."""
    script = [sys.executable, "-c", SIGNALS_WHILE_WAITING]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=30, check=True)
    assert ended.stdout.strip() == "ended True"


def test_signal_before_the_supervisor_waits_ends_its_wait() -> None:
    event = supervisor.SignalSafeEvent()
    event.set()
    event.wait()
    event.set()
    event.clear()
    event.wait(0.001)
