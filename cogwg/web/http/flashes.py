"""Confirmations on the next page that offer an action, such as undoing what was done."""

from __future__ import annotations

from typing import TypedDict

from flask import flash


class FlashedAction(TypedDict):
    """A confirmation with the button of a form, as the layout shows it and the session stores it."""

    sentence: str
    label: str
    url: str


def flash_with_action(sentence: str, label: str, url: str) -> None:
    """Show a confirmation on the next page with a button that posts to ``url``."""
    # Flask types messages as text, but stores any value that the session can hold as JSON.
    flash(FlashedAction(sentence=sentence, label=label, url=url), "action")  # type: ignore[arg-type]
