"""The Jinja environment, which determines how templates get their globals."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class TemplateEnvironment(Environment):
    """A Jinja environment whose templates share one plain dictionary of globals.

    Jinja itself chains a dictionary of each template's own globals with the shared one, and copies that chain key by key, in
    Python, for every page, include and import. No template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals
