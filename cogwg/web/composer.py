"""The pages on which a co-chair prepares a briefing, put together: each step is a module of its own."""

from __future__ import annotations

from cogwg.web import (
    composer_changes,
    composer_list,
    composer_news,
    composer_priorities,
    composer_slides,
    composer_steps,
    composer_undo,
)
from cogwg.web.composer_desk import blueprint

__all__ = ["PAGES", "blueprint"]
PAGES = (
    composer_list,
    composer_changes,
    composer_news,
    composer_priorities,
    composer_steps,
    composer_slides,
    composer_undo,
)
"""Importing them gives the blueprint its doors."""
