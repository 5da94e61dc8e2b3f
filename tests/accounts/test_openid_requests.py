"""Requests to the OpenID Connect provider are limited in time and number, also if the provider never answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from cogwg.accounts import openid_requests
from cogwg.accounts.openid_requests import MAX_AT_ONCE, ProviderUnavailable, TimeLimiter


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What the provider's answer waits for; nobody waits long for it."""
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", 0.05)
    answered = threading.Event()
    yield answered
    answered.set()


def test_call_that_stalls_is_given_up_after_its_time(stalled: threading.Event) -> None:
    with pytest.raises(ProviderUnavailable, match="no complete answer"):
        TimeLimiter().run(lambda _deadline: stalled.wait())


def test_calls_that_stall_leave_no_room_until_they_end(stalled: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, ended = TimeLimiter(), threading.Barrier(MAX_AT_ONCE + 1)

    def stall(_deadline: float) -> None:
        stalled.wait()
        ended.wait(60)

    for _ in range(MAX_AT_ONCE):
        with pytest.raises(ProviderUnavailable, match="no complete answer"):
            limiter.run(stall)
    with pytest.raises(ProviderUnavailable, match="other sign-ins"):
        limiter.run(lambda _deadline: True)
    stalled.set()
    ended.wait(60)
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", 60.0)
    for thread in threading.enumerate():
        if thread.name == "OpenID Connect":
            thread.join(60)
    assert limiter.run(lambda _deadline: True)


def test_error_of_a_call_is_raised_to_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", 60.0)
    with pytest.raises(ZeroDivisionError):
        TimeLimiter().run(lambda _deadline: 1 / 0)
