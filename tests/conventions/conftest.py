"""Fixtures for conventions that are checked on every page."""

from __future__ import annotations

from tests.web.conftest import idle_apps, make_app, populated, read_only_app

__all__ = ["idle_apps", "make_app", "populated", "read_only_app"]
