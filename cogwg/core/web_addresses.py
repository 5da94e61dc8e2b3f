"""Checks of the URLs that people enter, and of whether a host is this machine or an IP address is public."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from cogwg.core.bilingual import clean_text
from cogwg.core.errors import N_, Message
from cogwg.core.text_limits import grouped_number

ADDRESS_LIMIT = 2000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The hosts of a URL that lead to this machine."""
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_GLOBAL_UNICAST = ip_network("2000::/3")
"""The IPv6 range of public addresses. NAT64 (RFC 6052, 8215), site-local (RFC 3879), IPv4-compatible (RFC 4291) and SRv6
addresses are outside it."""
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


def complete_address(typed: str | None) -> str:
    """Return a typed or pasted URL as it is stored: without quotes around it, with https://, and with spaces encoded.

    A URL is completed only if its meaning is clear. ``address_problem`` returns what is wrong with other URLs.
    """
    url = re.sub(r"[\t\n]+", "", clean_text(typed).strip(_AROUND))
    if "://" not in url and _WITHOUT_SCHEME.fullmatch(url) and not _FILE_NAME.fullmatch(url):
        url = f"https://{url.removeprefix('//')}"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return url
    host, *path = re.split("(?=[/?#])", rest, maxsplit=1)
    encoded = [part if _SCHEME.search(part) else re.sub(r"\s", "%20", part) for part in path]
    return f"{scheme.lower()}://{host}{''.join(encoded)}"


def address_problem(url: str) -> Message | None:
    """Return why a URL is refused, or None if it is accepted.

    Only absolute http and https URLs without user names or control characters are accepted.
    """
    if len(url) > ADDRESS_LIMIT:
        sentence = N_("Enter a shorter web address. The limit is %(limit)s characters.")
        return Message(sentence, {"limit": grouped_number(ADDRESS_LIMIT)})
    if len(_SCHEME.findall(url)) > 1 and re.search(r"\s", url):
        return Message(N_("Enter one web address in this field."))
    if _FILE_PATH.match(url):
        return Message(N_("This is the path of a file on a computer or network drive. Enter the web address of the file."))
    try:
        parts = urlsplit(url)
        port_problem = _port_problem(parts)
    except ValueError:
        return _INCOMPLETE
    if parts.scheme not in ("http", "https"):
        return _scheme_problem(url, parts.scheme)
    if _FORBIDDEN_CHARACTERS.search(url):
        return _character_problem(url)
    if "@" in parts.netloc:
        return Message(N_("Remove the user name and the @ sign from this web address."))
    return port_problem or (None if parts.hostname not in (None, "", "http", "https") else _INCOMPLETE)


_INCOMPLETE = Message(N_("Enter a full web address, such as https://open.canada.ca"))
_REMOVE_SPACES = N_("Remove the spaces from this web address.")
_AROUND = " \t\n\xa0<>\"'“”‘’«»"
"""Characters that email programs and texts put around a URL."""
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_FILE_PATH = re.compile(r"[a-z]:[\\/]|\\\\|file:", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^/]+\.(?:csv|docx?|html?|pdf|pptx?|txt|xlsx?)", re.IGNORECASE)
_LABEL = r"[^\W_](?:[^\W_]|-)*"
_WITHOUT_SCHEME = re.compile(rf"(?://)?{_LABEL}(?:\.{_LABEL})*\.[^\W\d_]{{2,}}(?::\d{{1,5}})?(?:[/?#]\S*)?")
"""A host name with its top-level domain and, optionally, a port and a path."""


def _port_problem(parts: SplitResult) -> Message | None:
    """Return why the port is refused, or None. Raises ``ValueError`` for a host that cannot be parsed."""
    _ = parts.hostname
    try:
        is_right = parts.port is None or parts.port > 0
    except ValueError:
        is_right = False
    return None if is_right else Message(N_("Correct or remove the port (the number after the colon) in this web address."))


def _scheme_problem(url: str, scheme: str) -> Message:
    if _WITHOUT_SCHEME.fullmatch(re.split(r"\s", url)[0]) and re.search(r"\s", url):
        return Message(_REMOVE_SPACES)
    if scheme == "mailto" or re.fullmatch(r"[^\s/@]+@[^\s/@]+", url):
        return Message(N_("This is an email address. Enter a web address, such as https://open.canada.ca"))
    if _SCHEME.search(url):
        return Message(N_("Remove the words before the web address."))
    if scheme and "://" in url:
        return Message(
            N_("Enter a web address that starts with https:// or http://, not with %(start)s"), {"start": f"{scheme}://"}
        )
    return _INCOMPLETE


def _character_problem(url: str) -> Message:
    if "\\" in url:
        return Message(N_("Replace each \\ in this web address with /"))
    return Message(_REMOVE_SPACES) if " " in url else _INCOMPLETE


def is_public_ip(address: str) -> bool:
    """Return whether an IP address is public: not private, multicast or reserved, and not in a range of ``_NOT_PUBLIC``.

    Raises ``ValueError`` for a host name: which addresses it has is known only where a request is made.
    """
    ip = ip_address(address)
    is_listed = any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not is_listed and (isinstance(ip, IPv4Address) or ip in _GLOBAL_UNICAST)
