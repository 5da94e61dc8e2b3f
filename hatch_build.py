"""Compiles the message catalogues while a wheel, an sdist or an editable install is built.

The repository keeps the readable ``.po`` files only; without this step French pages would speak English.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Writes a ``.mo`` beside each ``.po``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        for source in sorted(Path(self.root, "cogwg", "translations").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as readable, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(readable))
