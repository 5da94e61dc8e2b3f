"""The product for conventions that are checked on every page."""

from __future__ import annotations

from tests.web.conftest import left_houses, make_app, populated, read_only_app

__all__ = ["left_houses", "make_app", "populated", "read_only_app"]
