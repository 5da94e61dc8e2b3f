"""The access log: one line for each request, if ``COGWG_ACCESS_LOG`` is 1. It holds no personal data and no secret.

A line has no IP address, person, query or header. In the path, secret tokens are masked, as is every part that is not a word
of the site's URLs, a number or a short code.
"""

from __future__ import annotations

import logging
import re
import time

from flask import Flask, Response, current_app, g, request

from cogwg.core import logs
from cogwg.web.http import security_log

log = logging.getLogger("cogwg.access")
MASK = "*"
MASKED_PART = "<token>"
"""The part of a URL rule that stands for a secret: in single-use links, and in the URLs of feeds and shared decks.

Every URL rule with a secret uses this name for it.
"""
CODE = re.compile(r"[\w.-]{1,30}", re.ASCII)
"""A part of a path that identifies something, such as "3.3" or "2020-09". A token does not match: it has 43 characters."""
YEAR_OR_ID = re.compile(r"[0-9]{1,8}")
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


def init(app: Flask) -> None:
    """Put the id of each request in the lines that are logged during the request, and log requests if the settings say so.

    Call this first, so that lines logged by other functions have the id, and so that a response is complete when it is logged.
    """
    log.setLevel(logging.INFO)
    app.before_request(_begin)
    if app.extensions["cogwg.settings"].access_log:
        app.after_request(_log_response)
    app.teardown_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    logs.request_id.set(security_log.request_id())


def _log_response(response: Response) -> Response:
    fields = {
        "method": request.method if request.method in METHODS else MASK,
        "path": masked_path(),
        "status": response.status_code,
        "bytes": response.content_length,
        "ms": round((time.perf_counter() - g.began) * 1000),
    }
    log.info("request", extra={"fields": fields})
    return response


def _end(_error: BaseException | None) -> None:
    logs.request_id.set("")


def masked_path() -> str:
    """Return the path of this request, with secrets and personal data masked.

    In the path of an unknown page, only languages, short numbers and words of known paths are not masked.
    """
    parts = request.path.split("/")
    if request.url_rule is None:
        words = {word for rule in current_app.url_map.iter_rules() for word in rule.rule.split("/") if "<" not in word}
        languages = {"en", "fr"}
        return "/".join(part if part in words | languages or YEAR_OR_ID.fullmatch(part) else MASK for part in parts)
    rules = request.url_rule.rule.split("/")
    rules += rules[-1:] * (len(parts) - len(rules))  # <path:…> stands for several parts
    return "/".join(_masked(part, rule) for part, rule in zip(parts, rules, strict=True))


def _masked(part: str, rule: str) -> str:
    if "<" not in rule:
        return part
    return part if CODE.fullmatch(part) and MASKED_PART not in rule else MASK
