"""The slot that a request holds while it runs. On SQLite, a worker has one slot, so that requests do not wait for locks."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, cast

from flask import request

ENVIRON_KEY = "cogwg.slot"
"""The key under which the server puts the request's slot into the WSGI environment. With the test client, there is no slot."""


class Slot(Protocol):
    def released(self) -> AbstractContextManager[None]:
        """Let another request have the slot during the block, and wait for a slot at the end."""


def released_slot() -> AbstractContextManager[None]:
    """Let other requests run during the block, in which this request waits for the network or renders a file.

    No database transaction may be open.
    """
    slot = cast("Slot | None", request.environ.get(ENVIRON_KEY))
    return nullcontext() if slot is None else slot.released()
