"""The security log: who came in and who was refused, each a line of JSON with the id of its request; and the door that a
form of another site does not get through.

The log holds no password, token, e-mail address or path (a path may hold a secret): the endpoint says where it was. JSON
keeps what people send from making lines of its own.
"""

from __future__ import annotations

import json
import logging
import secrets

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError

from cogwg.web.http import clocks

log = logging.getLogger("cogwg.security")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAME_SITE_VALUES = ("same-origin", "none")
"""What ``Sec-Fetch-Site`` says of our own forms, and of what a person typed; browsers that do not say it are let through
to the form token."""


def init(app: Flask) -> None:
    """To be called before the form token is asked for."""
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        log.addHandler(logging.StreamHandler())
    app.before_request(refuse_cross_site_requests)
    app.add_template_global(request_id)


def request_id() -> str:
    """What tells this request from any other, for the log, the answer's header and the error page."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    known: str = g.request_id
    return known


def refuse_cross_site_requests() -> None:
    """Whatever changes something comes from a page of ours; a browser says when it does not."""
    if (
        request.method not in SAFE_METHODS
        and request.headers.get("Sec-Fetch-Site", SAME_SITE_VALUES[0]) not in SAME_SITE_VALUES
    ):
        raise CSRFError("The request came from another site.")


def log_event(event: str, *, person_id: int | None = None, account: str = "") -> None:
    """Write one line; by default of the person who is signed in. ``account`` is the hash that failures are counted under."""
    who = g.get("person")
    told = {
        "at": clocks.real_now().isoformat(timespec="seconds"),
        "event": event,
        "request": request_id(),
        "person": person_id if person_id is not None else who.person_id if who is not None else None,
        "account": account or None,
        "address": request.remote_addr,
        "endpoint": request.endpoint,
        "method": request.method,
    }
    log.info(json.dumps({name: value for name, value in told.items() if value is not None}))
