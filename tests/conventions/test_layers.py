"""The floors of the house hold: a room knows only what lies beneath it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("lint-imports"))


def test_import_contracts_hold() -> None:
    """The sentences of the contracts in ``pyproject.toml`` are true.

    The linter runs as a process of its own: its logging set-up disables every logger that there is already.
    """
    run = subprocess.run([PROGRAM, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
