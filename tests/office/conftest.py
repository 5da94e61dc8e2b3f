"""The decks that are printed."""

from __future__ import annotations

from tests.briefing.conftest import decks, february, prepared, september

__all__ = ["decks", "february", "prepared", "september"]
