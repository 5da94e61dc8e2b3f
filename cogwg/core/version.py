"""The version of the product, for operators and bug reports."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from cogwg.core.schema import head


def version_in_words() -> str:
    """Return the version, the revision of its schema and, if ``deploy/install`` installed it, the commit."""
    try:
        commit = (Path(sys.prefix) / "cogwg-commit").read_text(encoding="ascii").strip()
    except OSError:
        commit = ""
    return f"{version('cogwg')}, schema {head()}{commit and f', commit {commit}'}"
