"""The supervisor overrides methods of granian that are not public; another granian is refused with a sentence."""

from __future__ import annotations

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
