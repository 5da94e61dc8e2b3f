"""Validation of redirect targets: a form or link may lead only to a path within this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from cogwg.web.http import i18n


def safe_path(target: str | None) -> str:
    """Return the target if it is a path within this site, else "".

    Such a path has one leading slash and no host, backslash or control character.
    """
    text = target or ""
    if not text.startswith("/") or text[1:2] in ("/", "\\"):
        return ""
    if "\\" in text or any(ord(c) < 0x20 or ord(c) == 0x7F for c in text):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text


def referring_path() -> str:
    """Return the path and query of the page that sent this request.

    Return "" if the page is unknown, of another site, or not in the language of this request.
    """
    opened = urlsplit(request.referrer or "")
    path = opened.path + (f"?{opened.query}" if opened.query else "")
    is_own = opened.netloc == request.host and path.startswith(f"/{i18n.current_language()}/")
    return safe_path(path) if is_own else ""
