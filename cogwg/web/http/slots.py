"""The slot that a request holds while it runs. On SQLite a worker has one, so that requests do not wait for its locks."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, cast

from flask import request

ENVIRON_KEY = "cogwg.slot"
"""The server puts the request's slot into the WSGI environment under this key; the test client has none."""


class Slot(Protocol):
    def released(self) -> AbstractContextManager[None]:
        """Give the slot to others within the block, and wait for it again at the end."""


def released_slot() -> AbstractContextManager[None]:
    """Let other requests run while this one waits for the network or draws a file. No transaction may be open then."""
    slot = cast("Slot | None", request.environ.get(ENVIRON_KEY))
    return nullcontext() if slot is None else slot.released()
