"""Files of decks, drawn once: most tests of a version need its files, but not another drawing of the same deck."""

from __future__ import annotations

from functools import lru_cache

from cogwg.briefing.render import render

render_once = lru_cache(maxsize=64)(render)
"""``render`` with its results kept; the same deck gives the same bytes, which has its own tests."""
