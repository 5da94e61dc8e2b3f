"""What every letter written at a door needs: the two clocks, and the address that its links begin with."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import current_app

from cogwg.core.settings import Settings
from cogwg.web.http import clocks


class MailContext(TypedDict):
    """The calendar's instant, the real one, and where people reach the product."""

    at: datetime
    now: datetime
    site: str


def mail_context() -> MailContext:
    settings: Settings = current_app.extensions["cogwg.settings"]
    return {"at": clocks.now(), "now": clocks.real_now(), "site": settings.public_url}
