"""The import contracts between layers and areas hold, and a planted import breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.sessions import FURTHER

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("lint-imports"))
PLANTED_IMPORTS = {
    "web/news/views.py": "cogwg.web.plan",
    "web/briefings/presentation/player.py": "cogwg.web.briefings.draft",
    "plan/queries.py": "cogwg.reporting.queries",
    "core/dates.py": "flask",
    "web/public/tracker.py": "cogwg.plan.queries",
    "web/site/about.py": "cogwg.engagement.models",
    "web/engagement/sending.py": "cogwg.plan.queries",
    "tracker/published.py": "cogwg.reporting.queries",
    "briefing/render/xlsx/data.py": "cogwg.briefing.outline",
    "briefing/render/wording.py": "cogwg.briefing.render.html",
}
"""An import for each contract, in a module where the contract forbids it."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the ``pyproject.toml`` in this folder.

    The linter runs in a process of its own, because its logging set-up disables all existing loggers.
    """
    return subprocess.run([PROGRAM, "--no-cache"], cwd=folder, check=False, capture_output=True, text=True)


@FURTHER
def test_import_contracts_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


@FURTHER
def test_planted_imports_break_every_contract(tmp_path: Path) -> None:
    for file in [ROOT / "pyproject.toml", *(ROOT / "cogwg").rglob("*.py")]:
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    for module, imported in PLANTED_IMPORTS.items():
        with (tmp_path / "cogwg" / module).open("a", encoding="utf-8") as source:
            source.write(f"\nimport {imported}\n")
    run = lint_imports(tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Contracts: 0 kept, 10 broken." in run.stdout, run.stdout
    assert "cogwg.web.news.views -> cogwg.web.plan" in run.stdout, run.stdout
