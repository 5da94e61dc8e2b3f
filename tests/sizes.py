"""Warn of files that have grown long: ``python -m tests.sizes`` prints them and never fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE = 400
TEMPLATE, PARTIAL, COMPONENT = 80, 60, 85


def limit(path: Path) -> int:
    """Return the usual maximum number of lines of a file of this kind."""
    if path.suffix == ".py":
        return MODULE
    if path.name.startswith("_"):
        return PARTIAL
    return COMPONENT if "components" in path.parts else TEMPLATE


def long_files() -> Iterator[str]:
    """Yield a warning for each module and template over the usual maximum."""
    for path in sorted([*(ROOT / "cogwg").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > limit(path):
            yield f"warning: {path.relative_to(ROOT)} has {lines} lines, more than {limit(path)}: is it about one thing?"


if __name__ == "__main__":
    for warning in long_files():
        print(warning)
