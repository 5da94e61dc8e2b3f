"""Progress of a command that takes more than a moment, on standard error, for a person at a terminal.

It is not shown to cron or scripts, or with ``--quiet``.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any

import click

from cogwg.core.calendar import monotonic
from cogwg.core.progress import Step, progress_watched_by

Command = Callable[..., Any]
FIRST_SECONDS = 2.0
"""How long a command runs before it prints what it is doing."""
NEXT_SECONDS = 5.0
"""How long it then waits before each further line."""


def shows_progress(command: Command) -> Command:
    """Show what the command is doing while it runs, unless it was given ``--quiet``."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with shown_progress(quiet=bool(kwargs.get("quiet"))):
            return command(*args, **kwargs)

    return run


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[None]:
    """Show what is done in the block, if standard error is a terminal."""
    with nullcontext() if quiet or not sys.stderr.isatty() else _written_progress():
        yield


@contextmanager
def _written_progress() -> Iterator[None]:
    """Print the current step and the elapsed time after ``FIRST_SECONDS``, then every ``NEXT_SECONDS``, while the block runs.

    A thread prints them, so that lines also appear during a single long SQL statement.
    """
    began, is_over = monotonic(), threading.Event()
    latest = Step("Working")

    def remember(step: Step) -> None:
        nonlocal latest
        latest = step

    def write_lines() -> None:
        pause = FIRST_SECONDS
        while not is_over.wait(pause):
            click.echo(f"{latest} ({monotonic() - began:.0f} s)", err=True)
            pause = NEXT_SECONDS

    thread = threading.Thread(target=write_lines, name="progress", daemon=True)
    thread.start()
    try:
        with progress_watched_by(remember):
            yield
    finally:
        is_over.set()
        thread.join()
