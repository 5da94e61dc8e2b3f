"""What every email created by a view needs: the time on both clocks, and the base URL of its links."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import current_app

from cogwg.core.settings import Settings
from cogwg.web.http import clocks


class MailContext(TypedDict):
    """The time on the product's calendar (``at``) and on the system clock (``now``), and the product's base URL (``site``)."""

    at: datetime
    now: datetime
    site: str


def mail_context() -> MailContext:
    settings: Settings = current_app.extensions["cogwg.settings"]
    return {"at": clocks.now(), "now": clocks.real_now(), "site": settings.public_url}
