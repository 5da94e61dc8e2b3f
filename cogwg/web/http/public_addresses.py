"""Whole addresses of public pages, in feeds, citations and data: they start with the site's configured address.

They are the same whichever name of the server a reader used, so that cached, copied and cited addresses agree.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from cogwg.web.http import site_settings


def init(app: Flask) -> None:
    app.jinja_env.globals.update(public_address=public_address)


def public_address(path: str) -> str:
    """Return the whole address of a path of this site."""
    return f"{site_settings.environment().public_url}{path}"


def public_url_for(endpoint: str, **values: Any) -> str:
    """Return the whole address of an endpoint."""
    return public_address(url_for(endpoint, **values))
