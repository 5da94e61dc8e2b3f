"""How many files one person may take along in a while: making one costs far more than reading a page.

Counted in this process alone, so that reading writes nothing: with two workers somebody may get twice as many.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, TypeVar

from flask import current_app, g, request
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from cogwg.web import security

MOST, WINDOW = 40, 60.0
"""So many files in so many seconds."""
PEOPLE = 10_000
"""So many people are remembered; then those who have waited are forgotten."""

View = TypeVar("View", bound=Callable[..., Any])


class Limit:
    """A sliding window for each person; ``clock`` counts seconds."""

    def __init__(self, most: int = MOST, window: float = WINDOW, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.window, self.clock = most, window, clock
        self._taken: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, who: str) -> int:
        """Count one more; 0, or the seconds until there is room, when it is not counted."""
        with self._lock:
            now = self.clock()
            if len(self._taken) > PEOPLE:
                self._taken = {name: at for name, at in self._taken.items() if at and at[-1] > now - self.window}
            taken = self._taken.setdefault(who, deque())
            while taken and taken[0] <= now - self.window:
                taken.popleft()
            if len(taken) >= self.most:
                return ceil(taken[0] + self.window - now)
            taken.append(now)
            return 0


class TooManyFiles(TooManyRequests):
    """So many files were taken along that the next one has to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(retry_after=seconds)
        self.sentence = ngettext(
            "You took many files in a short time. The next one is ready for you in %(num)s second.",
            "You took many files in a short time. The next one is ready for you in %(num)s seconds.",
            seconds,
        )


def limited(view: View) -> View:
    """Before a file is made: refuse who takes too many, 429 with a sentence and when to come back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        who = g.get("person")
        limit: Limit = current_app.extensions["cogwg.files"]
        seconds = limit.wait(f"person:{who.person_id}" if who is not None else f"address:{request.remote_addr}")
        if seconds:
            security.note("export.throttled")
            raise TooManyFiles(seconds)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]
