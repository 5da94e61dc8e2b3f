"""Web addresses that people enter: which may be stored and linked, and which IP addresses the server may connect to."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import urlsplit

from cogwg.core.errors import N_, Message
from cogwg.core.text_limits import grouped_number

ADDRESS_LIMIT = 2000
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_GLOBAL_UNICAST = ip_network("2000::/3")
"""The IPv6 range that IANA allots from. Outside it are NAT64 (RFC 6052, 8215), site-local (RFC 3879), IPv4-compatible
(RFC 4291) and SRv6 addresses."""
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocols (RFC 6890); 192.0.0.192 serves credentials in Oracle's cloud
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # serves credentials in Azure, though it looks like a public address
        "2001::/23",  # IETF protocols, Teredo (RFC 2928, 4380)
        "2002::/16",  # 6to4 (RFC 3056) embeds any IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def address_problem(url: str) -> Message | None:
    """Return why a URL is refused, or None if it is accepted.

    Only absolute http and https URLs without user names or control characters are accepted.
    """
    wrong = Message(N_("Enter a full web address, such as https://open.canada.ca"))
    if len(url) > ADDRESS_LIMIT:
        sentence = N_("Enter a shorter web address. The limit is %(limit)s characters.")
        return Message(sentence, {"limit": grouped_number(ADDRESS_LIMIT)})
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
    """Whether an IP address is public: not private, special or multicast, and not able to embed a private address."""
    ip = ip_address(address)
    is_listed = any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not is_listed and (isinstance(ip, IPv4Address) or ip in _GLOBAL_UNICAST)
