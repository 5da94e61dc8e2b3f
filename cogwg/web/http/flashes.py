"""Confirmations that the next page shows with a button, for example to undo what was done."""

from __future__ import annotations

from typing import TypedDict

from flask import flash


class FlashedAction(TypedDict):
    """A confirmation with a button, as the session stores it and the page layout shows it."""

    sentence: str
    label: str
    url: str


def flash_with_action(sentence: str, label: str, url: str) -> None:
    """On the next page, show a confirmation with a button that posts to ``url``."""
    # Flask types messages as text, but stores any value that the session can hold as JSON.
    flash(FlashedAction(sentence=sentence, label=label, url=url), "action")  # type: ignore[arg-type]
