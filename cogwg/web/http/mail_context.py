"""The values that every email created by a view needs, and the sentences that say when the email is sent."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from flask import Flask, current_app
from flask_babel import gettext as _

from cogwg.core.settings import MailSettings, Settings
from cogwg.web.http import clocks


class MailContext(TypedDict):
    """The time on the product's calendar (``at``) and on the system clock (``now``), and the product's base URL (``site``)."""

    at: datetime
    now: datetime
    site: str


def mail_context() -> MailContext:
    settings: Settings = current_app.extensions["cogwg.settings"]
    return {"at": clocks.now(), "now": clocks.real_now(), "site": settings.public_url}


def mail_settings() -> MailSettings:
    """Return how email is sent; without a method, emails stay in the outbox."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    return settings.mail


def init(app: Flask) -> None:
    app.jinja_env.filters.update(with_mail_note=with_mail_note)
    app.jinja_env.globals.update(mail_settings=mail_settings)


def with_mail_note(sentence: str) -> str:
    """Return a sentence about an email. If no email server is configured, add that emails are not sent yet."""
    if mail_settings().method:
        return sentence
    waits = _("Emails are not sent yet, because this site has no email server.")
    return f"{sentence} {waits}"


def with_delivery(outcome: str) -> str:
    """Return the outcome of an action that creates an email, and when the email is sent, in words for the secretariat."""
    soon = _("The email will be sent within a few minutes.")
    later = _("The email is waiting in the outbox, because no email server is configured.")
    return f"{outcome} {soon if mail_settings().method else later}"
