"""The product for conventions that are checked on every page."""

from __future__ import annotations

from tests.web.conftest import furnished, left_houses, make_house, shared

__all__ = ["furnished", "left_houses", "make_house", "shared"]
