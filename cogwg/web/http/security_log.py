"""The check for requests from other sites, and the security log of sign-ins and refusals: one line for each event.

The log contains no password, token, email address or path (a path may contain a secret). The endpoint says where the event
happened. For requests for public pages, it has no IP address.
"""

from __future__ import annotations

import logging
import secrets

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError

from cogwg.core import logs
from cogwg.web.http import record_paths

log = logging.getLogger("cogwg.security")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAME_SITE_VALUES = ("same-origin", "none")
"""The accepted values of ``Sec-Fetch-Site``: for our own forms, and for a typed URL.

For browsers that do not send the header, only the CSRF token is checked.
"""


def init(app: Flask) -> None:
    """Set up the log and the check for requests from other sites. Call this before CSRF protection is set up."""
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        logs.configure()
    app.before_request(refuse_cross_site_requests)
    app.add_template_global(request_id)


def request_id() -> str:
    """Return the unique id of this request, which the logs, a response header and the error page show."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    known: str = g.request_id
    return known


def refuse_cross_site_requests() -> None:
    """Raise ``CSRFError`` if the browser says that a request comes from another site, unless the request only reads."""
    if request.method not in SAFE_METHODS and _is_cross_site_fetch():
        raise CSRFError("The request came from another site.")


def is_from_another_site() -> bool:
    """Return whether a refused form came from another site; if so, its text was not typed on ours.

    ``Origin`` is checked as well as ``Sec-Fetch-Site``, which some browsers do not send.
    """
    origin = request.headers.get("Origin")
    return _is_cross_site_fetch() or (origin is not None and origin.partition("://")[2] != request.host)


def _is_cross_site_fetch() -> bool:
    return request.headers.get("Sec-Fetch-Site", SAME_SITE_VALUES[0]) not in SAME_SITE_VALUES


def log_event(event: str, *, person_id: int | None = None, account: str = "") -> None:
    """Write one line to the security log, by default about the signed-in person.

    ``account`` is the key under which failed sign-ins to an account are counted: a hash of the email address.
    """
    person = g.get("person")
    values = {
        "event": event,
        "request": request_id(),
        "person": person_id if person_id is not None else person.person_id if person is not None else None,
        "account": account or None,
        "address": None if record_paths.is_record_request() else request.remote_addr,
        "endpoint": request.endpoint,
        "method": request.method,
    }
    log.info(event, extra={"fields": values})
