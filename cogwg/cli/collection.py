"""The garbage collector in commands that end after a second or two."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collection() -> Iterator[None]:
    """Pause the garbage collector while a command imports what it uses or makes a file.

    It would scan everything imported again and again without finding anything to free, which took a sixth of the time of an
    export. Later collections, such as the one when Python exits, skip the objects that exist at the end of the block, because
    scanning them took another fifth.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
