"""The network of an IP address, for limits that count requests by the network they come from."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>\d+\.\d+\.\d+\.\d+):\d+")
"""An address with a port, as some proxies report it in ``X-Forwarded-For``; the port changes with each connection."""
_SUBNET_BITS = 64
"""The bits of an IPv6 address that identify its subnet. One client has at least a whole subnet (RFC 4291, 2.5.1; RFC 6177),
and changes its address within it for privacy (RFC 8981)."""


def network_of(address: str) -> str:
    """Return an IPv4 address itself (even if it is mapped to IPv6), or the /64 network of an IPv6 address.

    A port is left out. For other text, such as the path of a socket, return its first 32 characters.
    """
    if match := _WITH_PORT.fullmatch(address):
        address = match["v6"] or match["v4"]
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:32]
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), _SUBNET_BITS), strict=False))
