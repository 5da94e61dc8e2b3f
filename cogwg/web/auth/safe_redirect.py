"""A place within this site: what a form or a link may lead to after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_path(target: str | None) -> str:
    """A place within this site to go on to, else nothing: one leading slash, no host, no trick characters."""
    text = target or ""
    if not text.startswith("/") or text[1:2] in ("/", "\\"):
        return ""
    if "\\" in text or any(ord(c) < 0x20 or ord(c) == 0x7F for c in text):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text
