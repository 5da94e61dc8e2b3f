"""What every email created by a view needs: the time on both clocks, and the base URL of its links."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import current_app

from cogwg.core.settings import Settings
from cogwg.web.http import clocks


class MailContext(TypedDict):
    """The product's calendar time (``at``), the real time (``now``), and the base URL of the product (``site``)."""

    at: datetime
    now: datetime
    site: str


def mail_context() -> MailContext:
    settings: Settings = current_app.extensions["cogwg.settings"]
    return {"at": clocks.now(), "now": clocks.real_now(), "site": settings.public_url}
