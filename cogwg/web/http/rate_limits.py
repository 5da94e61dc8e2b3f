"""Rate limits for downloads, for decks opened by a secret link, and for sign-ins that ask another server.

These requests cost far more than a page. Signed-in people are counted by person, others by the network of their IP address.
Each worker process keeps the counts in its memory, so that these requests write nothing to the database; with two workers, on
one machine or on two, the limits are up to twice as high.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from cogwg.core.calendar import monotonic
from cogwg.core.networks import network_of
from cogwg.web.http import security_log

MAX_DOWNLOADS, WINDOW_SECONDS = 40, 60.0
"""At most this many downloads in this many seconds, per person or IP address."""
MAX_PREVIEW_VIEWS = 60
"""At most this many views of decks by secret links in ``WINDOW_SECONDS``, per person or IP address.

The limit is higher than for downloads, because people in one room may share an IP address.
"""
MAX_OPENID_REQUESTS = 40
"""At most this many requests for a sign-in with the OpenID Connect provider in ``WINDOW_SECONDS``, per IP address.

A sign-in takes two or three requests, and the people of an office may share an address.
"""
MAX_TRACKED_CLIENTS = 10_000
"""Beyond this many people and IP addresses, those without a recent request are dropped from memory."""

View = TypeVar("View", bound=Callable[..., Any])


class RateLimiter:
    """A rate limiter with a sliding window for each person or IP address. ``clock`` returns seconds."""

    def __init__(
        self,
        max_requests: int = MAX_DOWNLOADS,
        window_seconds: float = WINDOW_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.max_requests, self.window_seconds, self.clock = max_requests, window_seconds, clock
        self._request_times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, client: str) -> int:
        """Count a request and return 0. Over the limit, do not count it, and return the number of seconds to wait."""
        with self._lock:
            now = self.clock()
            if len(self._request_times) > MAX_TRACKED_CLIENTS:
                self._request_times = {
                    name: at for name, at in self._request_times.items() if at and at[-1] > now - self.window_seconds
                }
            times = self._request_times.setdefault(client, deque())
            while times and times[0] <= now - self.window_seconds:
                times.popleft()
            if len(times) >= self.max_requests:
                return ceil(times[0] + self.window_seconds - now)
            times.append(now)
            return 0


def init(app: Flask) -> None:
    """Create the rate limiters of this process."""
    app.extensions["cogwg.files"], app.extensions["cogwg.previews"] = RateLimiter(), RateLimiter(MAX_PREVIEW_VIEWS)
    app.extensions["cogwg.openid-requests"] = RateLimiter(MAX_OPENID_REQUESTS)


class RateLimitExceeded(TooManyRequests):
    """A 429 error with Retry-After. ``sentence`` says how long to wait."""

    def __init__(self, seconds: int, sentence: str) -> None:
        super().__init__(retry_after=seconds)
        self.sentence = sentence


def limit_downloads(view: View) -> View:
    """Limit a download view. Over the limit, it answers 429 with a sentence and Retry-After, before a file is built."""
    return _rate_limited(view, "cogwg.files", "export.throttled", _downloads_sentence)


def limit_preview_views(view: View) -> View:
    """Limit a view that shows a deck by a secret link, in the same way as ``limit_downloads``."""
    return _rate_limited(view, "cogwg.previews", "preview.throttled", _preview_views_sentence)


def limit_openid_sign_ins(view: View) -> View:
    """Limit a view that asks the OpenID Connect provider, in the same way as ``limit_downloads``."""
    return _rate_limited(view, "cogwg.openid-requests", "openid.throttled", _openid_sentence)


def _rate_limited(view: View, name: str, event: str, sentence: Callable[[int], str]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = g.get("person")
        limit: RateLimiter = current_app.extensions[name]
        seconds = limit.seconds_to_wait(
            f"person:{person.person_id}" if person is not None else f"network:{network_of(request.remote_addr or '')}"
        )
        if seconds:
            security_log.log_event(event)
            raise RateLimitExceeded(seconds, sentence(seconds))
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def _downloads_sentence(seconds: int) -> str:
    return str(
        ngettext(
            "You downloaded many files in a short time. You can download another file in %(num)s second.",
            "You downloaded many files in a short time. You can download another file in %(num)s seconds.",
            seconds,
        )
    )


def _preview_views_sentence(seconds: int) -> str:
    return str(
        ngettext(
            "Shared briefings were opened too many times from your network. Reload this page in %(num)s second.",
            "Shared briefings were opened too many times from your network. Reload this page in %(num)s seconds.",
            seconds,
        )
    )


def _openid_sentence(seconds: int) -> str:
    return str(
        ngettext(
            "There were too many sign-ins from your network. Try again in %(num)s second.",
            "There were too many sign-ins from your network. Try again in %(num)s seconds.",
            seconds,
        )
    )
