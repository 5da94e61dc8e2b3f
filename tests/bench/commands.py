"""The processor time of commands as a person starts them: from the start of the process to its end."""

from __future__ import annotations

import resource
from pathlib import Path

from tests.server.process import run_command


def command_seconds(*arguments: str, cwd: Path, times: int = 5, **env: str) -> float:
    """Return the least processor time of several runs of a command, in seconds.

    A run that is not counted stores the compiled modules first, as pip does when it installs the product.
    """
    env |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cwd / "compiled")}
    _seconds_of_run(arguments, cwd, env)
    return min(_seconds_of_run(arguments, cwd, env) for _ in range(times))


def _seconds_of_run(arguments: tuple[str, ...], cwd: Path, env: dict[str, str]) -> float:
    before = _children_seconds()
    ended = run_command(*arguments, cwd=cwd, **env)
    assert ended.returncode == 0, ended.stderr
    return _children_seconds() - before


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
