"""The name of a browser and its system, by which a person recognizes a session."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""A part of the ``User-Agent`` of each browser, and the browser's name. A browser comes after those that imitate its
``User-Agent``."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Return the name of the browser and system in a ``User-Agent`` header, such as "Firefox, Windows"; "" if it has neither.

    Versions are left out, because the name need not identify a device.
    """
    named = (next((name for part, name in names if part in user_agent), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, named))
