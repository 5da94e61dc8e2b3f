"""How many files somebody may take along in a while, and how many drafts that were shared by a link they are shown: making
one costs far more than reading a page.

Who is signed in is counted as a person, everybody else by the address they come from. All of it is counted in this process
alone, so that reading writes nothing: with two workers somebody may get twice as many.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from cogwg.web.http import security_log

MAX_DOWNLOADS, WINDOW_SECONDS = 40, 60.0
"""So many files in so many seconds."""
MAX_SHARED_VIEWS = 60
"""So many shared drafts in the same time: a meeting room that is not signed in comes from one address."""
MAX_TRACKED_CLIENTS = 10_000
"""So many people and addresses are remembered; then those who have waited are forgotten."""

View = TypeVar("View", bound=Callable[..., Any])


class RateLimiter:
    """A sliding window for each person or address; ``clock`` counts seconds."""

    def __init__(
        self,
        max_requests: int = MAX_DOWNLOADS,
        window_seconds: float = WINDOW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_requests, self.window_seconds, self.clock = max_requests, window_seconds, clock
        self._request_times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def seconds_to_wait(self, client: str) -> int:
        """Count one more; 0, or the seconds until there is room, when it is not counted."""
        with self._lock:
            now = self.clock()
            if len(self._request_times) > MAX_TRACKED_CLIENTS:
                self._request_times = {
                    name: at for name, at in self._request_times.items() if at and at[-1] > now - self.window_seconds
                }
            taken = self._request_times.setdefault(client, deque())
            while taken and taken[0] <= now - self.window_seconds:
                taken.popleft()
            if len(taken) >= self.max_requests:
                return ceil(taken[0] + self.window_seconds - now)
            taken.append(now)
            return 0


def init(app: Flask) -> None:
    """Begin to count."""
    app.extensions["cogwg.files"], app.extensions["cogwg.shared"] = RateLimiter(), RateLimiter(MAX_SHARED_VIEWS)


class RateLimitExceeded(TooManyRequests):
    """So much was asked for that the next one has to wait; the sentence says how long."""

    def __init__(self, seconds: int, sentence: str) -> None:
        super().__init__(retry_after=seconds)
        self.sentence = sentence


def limit_downloads(view: View) -> View:
    """Before a file is made: refuse who takes too many, 429 with a sentence and when to come back."""
    return _rate_limited(view, "cogwg.files", "export.throttled", _downloads_sentence)


def limit_shared_views(view: View) -> View:
    """The same before a draft is shown to whoever has its link."""
    return _rate_limited(view, "cogwg.shared", "preview.throttled", _shared_views_sentence)


def _rate_limited(view: View, name: str, event: str, sentence: Callable[[int], str]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        who = g.get("person")
        limit: RateLimiter = current_app.extensions[name]
        seconds = limit.seconds_to_wait(f"person:{who.person_id}" if who is not None else f"address:{request.remote_addr}")
        if seconds:
            security_log.log_event(event)
            raise RateLimitExceeded(seconds, sentence(seconds))
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def _downloads_sentence(seconds: int) -> str:
    return str(
        ngettext(
            "You took many files in a short time. The next one is ready for you in %(num)s second.",
            "You took many files in a short time. The next one is ready for you in %(num)s seconds.",
            seconds,
        )
    )


def _shared_views_sentence(seconds: int) -> str:
    return str(
        ngettext(
            "Shared drafts were opened very often from here in a short time. Reload this page in %(num)s second.",
            "Shared drafts were opened very often from here in a short time. Reload this page in %(num)s seconds.",
            seconds,
        )
    )
