"""Every ``HX-`` word of the product: one address answers a browser with a page and htmx with a fragment."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

ALERT_TARGET = "#alerts"


def is_htmx_request() -> bool:
    """Whether htmx asked, and so wants a fragment."""
    return request.headers.get("HX-Request") == "true"


def respond(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """The fragment if htmx asked, else the page; caches are told that they differ."""
    response = make_response(render_template(fragment if is_htmx_request() else page, **context), status)
    response.vary.add("HX-Request")
    return response


def alert(body: str, status: int) -> Response:
    """A small alert for the layout's alert region; what the person was doing stays in place."""
    response = make_response(body, status)
    response.headers["HX-Retarget"] = ALERT_TARGET
    response.headers["HX-Reswap"] = "innerHTML"
    response.vary.add("HX-Request")
    return response
