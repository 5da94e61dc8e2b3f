"""Finalizing a draft as a co-chair does: the reason on the draft's page, then the confirmation."""

from __future__ import annotations

from tests.web_client import Form, Page


def ask_to_finalize(draft: Page, note: str) -> Page:
    """Send the reason from the page of a draft, and return the page that asks for confirmation, or that of the refusal."""
    return draft.form("/freeze").fill(note=note).submit()


def confirm(asked: Page) -> Page:
    """Confirm on the page that asks."""
    return confirmation(asked).submit(button_value="finalize")


def confirmation(asked: Page) -> Form:
    """Return the form that confirms."""
    assert asked.status == 200, asked.alert_text
    return asked.form("/freeze")


def finalize(draft: Page, note: str) -> Page:
    """Send the reason and confirm; return the last answer, which is the refusal if nothing was to confirm."""
    asked = ask_to_finalize(draft, note)
    return confirm(asked) if asked.status == 200 else asked
