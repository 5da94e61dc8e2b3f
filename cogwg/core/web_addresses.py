"""Web addresses that people enter: which may be stored and linked, and which IP addresses the server may connect to."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from cogwg.core.errors import N_, Message

ADDRESS_LIMIT = 2000
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ip_network("64:ff9b::/96")


def address_problem(url: str) -> Message | None:
    """Return why a URL is refused, or None if it is accepted.

    Only absolute http and https URLs without user names or control characters are accepted.
    """
    wrong = Message(N_("Enter a full web address, such as https://open.canada.ca"))
    if len(url) > ADDRESS_LIMIT:
        return Message(N_("Enter a shorter web address. The limit is %(limit)s characters."), {"limit": ADDRESS_LIMIT})
    if _FORBIDDEN_CHARACTERS.search(url):
        return wrong
    try:
        parts = urlsplit(url)
        is_unacceptable = parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc
        _ = parts.port
    except ValueError:
        return wrong
    return wrong if is_unacceptable else None


def is_public(address: str) -> bool:
    """Whether an IP address is public: not on a private network, not multicast, and without an embedded IPv4 address."""
    ip = ip_address(address)
    has_embedded_address = isinstance(ip, IPv6Address) and (ip.sixtofour is not None or ip in _NAT64)
    return ip.is_global and not ip.is_multicast and not has_embedded_address
