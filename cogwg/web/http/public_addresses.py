"""Full URLs of public pages, in feeds, citations and data: they start with the site's configured base URL.

They are the same whichever host name a reader used, so that cached, copied and cited URLs agree.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from cogwg.web.http import site_settings


def init(app: Flask) -> None:
    app.jinja_env.globals.update(public_address=public_address)


def public_address(path: str) -> str:
    """Return the full URL of a path of this site."""
    return f"{site_settings.environment().public_url}{path}"


def public_url_for(endpoint: str, **values: Any) -> str:
    """Return the full URL of an endpoint."""
    return public_address(url_for(endpoint, **values))
