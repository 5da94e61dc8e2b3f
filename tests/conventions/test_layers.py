"""The import contracts between layers and areas hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("lint-imports"))


def test_import_contracts_hold() -> None:
    """The contracts in ``pyproject.toml`` are kept.

    The linter runs in a process of its own, because its logging set-up disables all existing loggers.
    """
    run = subprocess.run([PROGRAM, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
