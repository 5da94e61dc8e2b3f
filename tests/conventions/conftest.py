"""The product for conventions that are checked on every page."""

from __future__ import annotations

from tests.web.conftest import empty_houses, furnished, make_house, shared

__all__ = ["empty_houses", "furnished", "make_house", "shared"]
