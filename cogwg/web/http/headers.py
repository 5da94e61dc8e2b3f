"""Headers of every response: one strict content security policy, no caching of signed-in pages, and gzip compression."""

from __future__ import annotations

import gzip

from flask import Flask, Response, current_app, g, request, session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.web.http import record_paths, security_log

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OWN_RESPONSE = "Cogwg-Response"
"""A header of every response of this product. ``static/resend.js`` shows no response without it, such as a proxy's error."""
HSTS = "max-age=31536000; includeSubDomains"
SHARED_ENDPOINTS = (
    "site.root",
    "site.home",
    "plan.current",
    "plan.page",
    "plan.priority_page",
    "plan.activity_download",
)
"""Pages that show visitors what is published. Shared caches may keep the responses to requests without a session."""
COMPRESSIBLE_TYPES = ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/javascript")
YEAR_IN_SECONDS = 31_536_000


def init(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add security and caching headers, and gzip text responses."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers[OWN_RESPONSE] = "1"
    response.headers["X-Request-ID"] = security_log.request_id()
    if current_app.extensions["cogwg.settings"].secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint == "static":
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_IN_SECONDS if "v" in request.args else 3600
    elif request.endpoint in SHARED_ENDPOINTS:
        response.vary.add("Cookie")
        response.headers["Cache-Control"] = _shared_cache_control(response)
    elif g.get("person") is not None or request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    elif record_paths.is_record_request():
        keep = f"public, max-age={record_paths.KEPT_SECONDS}, must-revalidate"
        response.headers["Cache-Control"] = keep if record_paths.may_keep(response) else "no-store"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return _gzip(response)


def _shared_cache_control(response: Response) -> str:
    """Return the Cache-Control header of a page of ``SHARED_ENDPOINTS``.

    Shared caches may keep the page only if it does not depend on a session.
    """
    if g.get("person") is not None or request.method == "POST":
        return "private, no-store"
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies or session.modified
    if has_session or response.status_code not in (200, 303, 304):
        return "private, no-cache"
    return f"public, max-age=0, s-maxage={record_paths.KEPT_SECONDS}"


def without_caching(response: BaseResponse) -> BaseResponse:
    """Add headers that prevent caching, indexing, and sending the URL as the referrer, because the URL alone gives access."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _gzip(response: Response) -> Response:
    if response.mimetype not in COMPRESSIBLE_TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in (204, 206, 304) or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) > 800 and not response.headers.get("Content-Encoding"):
        response.set_data(gzip.compress(body, compresslevel=4, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)
    return response
