"""Signed stamps of forms that anyone can send: the time at which the form was rendered, its path, and a random number.

A stamp replaces a CSRF token, which would need a cookie. It does not prove that the form is on our page, so the headers
``Origin`` and ``Sec-Fetch-Site`` are checked. Nobody is signed in here, so a forged form could use no one's rights.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import wraps
from typing import Any

from flask import current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.web.auth.access import public
from cogwg.web.engagement import blueprint
from cogwg.web.engagement.network_counts import NetworkCounts
from cogwg.web.http import clocks, errors, security_log, site_settings

FIELD = "stamp"
LEAST_AGE = timedelta(seconds=4)
"""A person needs more time than this to read the form and write a comment; a program does not."""
MOST_AGE = timedelta(hours=24)
COUNTS = "cogwg.comment-counts"


class StampProblem(Enum):
    """Why a form is shown again: its stamp is not valid for it, is too old, or was sent sooner than a person can write."""

    UNKNOWN = auto()
    EXPIRED = auto()
    TOO_SOON = auto()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp as it was sent. ``hash`` is the part that is stored; ``problem`` is None if it is valid."""

    text: str
    problem: StampProblem | None

    @property
    def hash(self) -> str:
        return hash_token(self.text)


def new_stamp(path: str | None = None) -> str:
    """Return a stamp for the form at the path of this request, or at another path."""
    head = f"{int(clocks.real_now().timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{head}.{_signature(site_settings.environment().secret_key, head, path or request.path)}"


def sent_stamp(least_age: timedelta = timedelta(0)) -> Stamp:
    """Return the stamp that this request sent, with its problem, if any. It must be at least ``least_age`` old."""
    text = request.form.get(FIELD, "")
    head, _, signature = text.rpartition(".")
    environment = site_settings.environment()
    expected = [_signature(key, head, request.path) for key in (environment.secret_key, *environment.fallback_keys)]
    seconds = head.partition(".")[0]
    if not any(hmac.compare_digest(each.encode(), signature.encode("utf-8", "replace")) for each in expected):
        return Stamp(text, StampProblem.UNKNOWN)
    age = clocks.real_now().timestamp() - int(seconds)
    if age > MOST_AGE.total_seconds():
        return Stamp(text, StampProblem.EXPIRED)
    return Stamp(text, StampProblem.TOO_SOON if age < least_age.total_seconds() else None)


def _signature(key: str, head: str, path: str) -> str:
    derived = hmac.digest(key.encode(), b"cogwg.form-stamp", hashlib.sha256)
    return hmac.digest(derived, f"{path} {head}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


def stamped(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view for everyone whose form has a stamp, and refuse forms from other sites.

    Only these views have neither a CSRF token nor a token of their own; a test compares the list.
    """

    @wraps(view)
    def guarded(**values: Any) -> Response:
        if request.method == "POST" and _is_from_another_site():
            security_log.log_event("csrf.failed")
            return errors.error_page(400)
        return make_response(view(**values))

    _STAMPED_VIEWS.append(guarded)
    guarded.is_stamped = True  # type: ignore[attr-defined]
    return public(guarded)


def _is_from_another_site() -> bool:
    """Return whether the browser says that another site sent this form. If the browser does not say, only the stamp counts.

    A page that hides its URL sends "null" as its origin; then ``Sec-Fetch-Site`` must say that it is this site.
    """
    origin, fetch_site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in security_log.SAME_SITE_VALUES:
        return True
    if origin == "null":
        return fetch_site != "same-origin"
    return origin is not None and origin.partition("://")[2] != request.host


_STAMPED_VIEWS: list[Callable[..., Any]] = []


@blueprint.record_once
def _init(state: BlueprintSetupState) -> None:
    state.app.extensions[COUNTS] = NetworkCounts()
    for view in _STAMPED_VIEWS:
        state.app.extensions["csrf"].exempt(view)


def network_counts() -> NetworkCounts:
    counts: NetworkCounts = current_app.extensions[COUNTS]
    return counts
