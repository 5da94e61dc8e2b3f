"""The Jinja environment: how templates get their globals."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class TemplateEnvironment(Environment):
    """Templates that share one plain dictionary of globals.

    Jinja would chain a dictionary for each template in front of it, and walk that chain key by key, in Python, at every page,
    include and import. No template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals
