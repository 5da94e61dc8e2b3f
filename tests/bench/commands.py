"""The processor time of commands as a person starts them: from the start of the process to its end."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from tests.server.process import PROGRAM, TIMEOUT_SECONDS, environment

HELP = (PROGRAM, "--help")
EXPORT = (PROGRAM, "briefing", "export", "--out", "deck.xlsx")
LIBRARIES = (sys.executable, "-c", "import sqlalchemy.orm, openpyxl")
"""What to compare an export with on any machine: importing the two largest libraries that it needs."""


def command_seconds(*commands: tuple[str, ...], cwd: Path, times: int = 7, **env: str) -> list[float]:
    """Return the least processor time of each command in seconds, of several runs in turn.

    A run that is not counted stores the compiled modules first, as pip does when it installs the product.
    """
    env |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cwd / "compiled")}
    for command in commands:
        _seconds_of_run(command, cwd, env)
    rounds = [[_seconds_of_run(command, cwd, env) for command in commands] for _ in range(times)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


def _seconds_of_run(command: tuple[str, ...], cwd: Path, env: dict[str, str]) -> float:
    before = _children_seconds()
    ended = subprocess.run(
        command, cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return _children_seconds() - before


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
