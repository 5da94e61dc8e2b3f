"""The kind of response that a request's headers ask for: a page for a browser, a fragment for htmx, or data for a script.

No other module uses ``HX-`` headers.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from cogwg.web.http import record_paths

ALERT_TARGET = "#alerts"


def is_htmx_request() -> bool:
    """Return whether htmx made this request, and therefore expects a fragment. The public record has no fragments."""
    return not record_paths.is_record_request() and request.headers.get("HX-Request") == "true"


def shown_path() -> str:
    """Return the path of the page in the person's browser. For htmx, that is the page that the fragment is part of."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path if is_htmx_request() else request.path


def wants_json() -> bool:
    """Return whether one of our scripts asks for JSON, as ``static/autosave.js`` does."""
    return bool(request.accept_mimetypes.best == "application/json")


def respond(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """Render the fragment for htmx, else the page. The ``Vary`` header keeps caches from mixing them up."""
    response = make_response(render_template(fragment if is_htmx_request() else page, **context), status)
    response.vary.add("HX-Request")
    return response


def alert(body: str, status: int) -> Response:
    """Return an alert that htmx shows in the layout's alert region. What the person was editing stays in place."""
    response = make_response(body, status)
    response.headers["HX-Retarget"] = ALERT_TARGET
    response.headers["HX-Reswap"] = "innerHTML"
    response.vary.add("HX-Request")
    return response
