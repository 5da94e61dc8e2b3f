"""Warnings in the log when requests show that the proxy and the settings do not match. They say what to set.

Without this, an operator sees only that pages answer 400, that forms are refused, or nothing at all while everyone shares one
limit of failed sign-ins.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.sansio.utils import host_is_trusted

from cogwg.core.calendar import monotonic
from cogwg.core.settings import Settings
from cogwg.web.http.security_log import SAFE_METHODS

log = logging.getLogger("cogwg.proxy")
REPEAT_SECONDS = 3600.0
"""Each sentence is logged at most once an hour, so that a day's log shows whether the fault is still there.

After a restart, which a new setting needs, a fault is logged at once.
"""
MAX_PER_HOUR = 5
"""At most this many different sentences are logged in an hour for one cause, because strangers choose the Host header.

A scanner that tries many names must not fill the log. But a first wrong name must not hide the one that people use.
"""
UNKNOWN_HOST, ORIGIN, FORWARDED = "host", "origin", "forwarded-for"
MAX_SHOWN = 100
"""The maximum number of characters of a header in the log. A host name has at most 253, and few have more than 60."""
MONITOR_ENDPOINTS = ("site.healthz", "site.readyz", "site.metrics")
"""Endpoints that monitors may request from the server directly, without the proxy, and without a session."""


class RareLog:
    """A log of problems that repeats the same problem at most once an hour. ``clock`` returns seconds.

    Each worker process has its own instance.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self._logged: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def warn(self, cause: str, sentence: str) -> None:
        """Log the sentence, unless it was logged in the last hour, or ``MAX_PER_HOUR`` sentences about this cause were."""
        with self._lock:
            now = self.clock()
            recent = {text: at for text, at in self._logged.get(cause, {}).items() if at > now - REPEAT_SECONDS}
            self._logged[cause] = recent
            if sentence in recent or len(recent) >= MAX_PER_HOUR:
                return
            recent[sentence] = now
        log.warning("%s", sentence)


def init(app: Flask) -> None:
    """Check each request. Call this before the checks that refuse requests, so that refused requests are checked too."""
    app.extensions["cogwg.proxy"] = RareLog()
    app.before_request(check_request)


def check_request() -> None:
    """Log what is wrong with the configuration, as far as this request shows it."""
    if request.endpoint in MONITOR_ENDPOINTS:
        return
    settings: Settings = current_app.extensions["cogwg.settings"]
    faults: RareLog = current_app.extensions["cogwg.proxy"]
    if not _is_trusted(request.environ.get("HTTP_HOST"), settings):
        faults.warn(UNKNOWN_HOST, _unknown_host(request.environ.get("HTTP_HOST", ""), settings))
        return
    if sentence := _forwarded_for(settings):
        faults.warn(FORWARDED, sentence)
    if request.method not in SAFE_METHODS and (sentence := _origin(settings)):
        faults.warn(ORIGIN, sentence)


def _is_trusted(host: str | None, settings: Settings) -> bool:
    return host_is_trusted(host, settings.trusted_hosts)


def _unknown_host(host: str, settings: Settings) -> str:
    return (
        f"A request for the host {host[:MAX_SHOWN]!r} was refused. If people use this name, add it to COGWG_TRUSTED_HOSTS, "
        f"which is {','.join(settings.trusted_hosts)!r}. If it is the server's own address, let the proxy pass the name that "
        "people use; in nginx: proxy_set_header Host $http_host;"
    )


def _forwarded_for(settings: Settings) -> str:
    """Return what is wrong with the IP addresses of clients; "" if nothing is."""
    # ProxyFix takes the address from the right end, and only if there is one from every proxy.
    addresses = [part for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if settings.proxy_count and not addresses:
        return (
            f"COGWG_PROXIES is {settings.proxy_count}, but a request has no X-Forwarded-For, so everyone has the proxy's "
            "address and shares one limit of failed sign-ins. Let the proxy set it; in nginx: "
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; or, if there is no proxy, set COGWG_PROXIES=0."
        )
    if len(addresses) < settings.proxy_count:
        return (
            f"COGWG_PROXIES is {settings.proxy_count}, but the X-Forwarded-For of a request has fewer addresses "
            f"({len(addresses)}), so the address of the last proxy is taken for the client's. "
            f"Set COGWG_PROXIES={len(addresses)}, or let every proxy add the address it sees."
        )
    if addresses and not settings.proxy_count:
        return (
            "COGWG_PROXIES is 0, but a request has X-Forwarded-For. If it came through a proxy, everyone has the proxy's "
            "address and shares one limit of failed sign-ins: set COGWG_PROXIES to the number of proxies."
        )
    return ""


def _origin(settings: Settings) -> str:
    """Return why a form from this site itself cannot be accepted; "" if it can."""
    origin = request.headers.get("Origin", "")
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    is_own = request.headers.get("Sec-Fetch-Site") == "same-origin" or _is_trusted(parts.netloc, settings)
    if not is_own or parts.scheme not in ("http", "https"):
        return ""
    if parts.scheme == "http" and settings.secure:
        return (
            f"A form came from {origin[:MAX_SHOWN]!r}, but COGWG_SECURE is 1: without https, browsers keep no cookie, and no "
            "one can sign in. Redirect http to https, or set COGWG_SECURE=0 on a machine of your own."
        )
    if parts.netloc != request.host:
        return (
            f"A form came from {origin[:MAX_SHOWN]!r}, but its request says that the site is {request.host[:MAX_SHOWN]!r}, so "
            "it is refused. Let the proxy pass the name and port that people use; in nginx: proxy_set_header Host $http_host;"
        )
    if parts.scheme != request.scheme:
        how = (
            "Let the proxy set X-Forwarded-Proto; in nginx: proxy_set_header X-Forwarded-Proto $scheme;"
            if settings.proxy_count
            else "Set COGWG_PROXIES to the number of proxies."
        )
        return f"A form came from {origin[:MAX_SHOWN]!r}, but its request says that it was sent by {request.scheme}. {how}"
    return ""
