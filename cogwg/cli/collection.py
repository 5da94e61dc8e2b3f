"""The garbage collector in commands that end after a second or two."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Pause the garbage collector while a command imports what it uses or makes a file.

    It would scan everything imported again and again and find nothing to free; in an export, that took a sixth of the time.
    Objects that exist at the end are left out of later collections too, such as the one when Python exits, another fifth.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
