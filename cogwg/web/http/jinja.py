"""The Jinja environment, which determines how templates get their globals, and templates rendered for use in others."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import render_template
from flask.templating import Environment
from markupsafe import Markup


def render_part(template: str, **context: Any) -> Markup:
    """Return the output of a template, in which everything is escaped, to be used in another template as it is."""
    return Markup(render_template(template, **context))  # noqa: S704


class TemplateEnvironment(Environment):
    """A Jinja environment whose templates share one plain dictionary of globals.

    Jinja itself chains a dictionary of each template's own globals with the shared one, and copies that chain key by key, in
    Python, for every page, include and import. No template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals
