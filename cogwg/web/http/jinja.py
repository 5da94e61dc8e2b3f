"""The Jinja environment, in which all templates share their globals, and the rendering of templates for use in others."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import render_template
from flask.templating import Environment
from markupsafe import Markup


def render_part(template: str, **context: Any) -> Markup:
    """Render a template for use in another one. The output is marked as safe, because the template has escaped its values."""
    return Markup(render_template(template, **context))  # noqa: S704


class TemplateEnvironment(Environment):
    """A Jinja environment whose templates share one plain dictionary of globals.

    Jinja itself chains a dictionary of each template's own globals with the shared one, and copies that chain key by key, in
    Python, for every page, include and import. No template here has globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals
