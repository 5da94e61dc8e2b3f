"""The pages on which a co-chair prepares a briefing, put together: each step is a module of its own."""

from __future__ import annotations

from cogwg.web.briefings.editor import changes as composer_changes
from cogwg.web.briefings.editor import meeting as composer_list
from cogwg.web.briefings.editor import news as composer_news
from cogwg.web.briefings.editor import next_steps as composer_steps
from cogwg.web.briefings.editor import priorities as composer_priorities
from cogwg.web.briefings.editor import slides as composer_slides
from cogwg.web.briefings.editor import undo as composer_undo
from cogwg.web.briefings.editor.step import blueprint

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
