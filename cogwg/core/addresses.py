"""Checks of email addresses and mail hosts, without network requests.

Addresses with accents are refused, because they need SMTPUTF8 (RFC 6531), which every mail server on the way must support. Few
do.
"""

from __future__ import annotations

import re
from email.errors import MessageError, ObsoleteHeaderDefect
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from email.utils import parseaddr
from ipaddress import ip_address

ADDRESS_LIMIT = 254
"""The most characters of an email address: a longer one does not fit in a path of RFC 5321, 4.5.3.1.3 (RFC 3696, erratum
1690)."""
LOCAL_PART_LIMIT = 64
"""The most characters before the @ of an email address (RFC 5321, 4.5.3.1.1)."""
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)", re.ASCII | re.IGNORECASE)
"""A dot-atom (RFC 5322, 3.2.3), "@" and a host name (RFC 1123, 2.1)."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?", re.ASCII | re.IGNORECASE)
"""A host name; names in container networks can contain underscores."""
_UNREACHABLE_DOMAINS = ("invalid", "localhost")
"""Domains that mail can never reach (RFC 6761, 6.3 and 6.4). The domains ``test`` and ``example`` of this RFC are accepted,
for trials."""


def is_mail_address(text: str) -> bool:
    """Return whether a text is a valid email address without accents, at an internet domain or on a host of the local
    network.
    """
    match = _ADDRESS.fullmatch(text)
    return match is not None and len(match[1]) <= LOCAL_PART_LIMIT and len(text) <= ADDRESS_LIMIT


def is_reachable_address(text: str) -> bool:
    """Return whether a text is an email address with a domain that can exist on the internet."""
    labels = text.rpartition("@")[2].lower().split(".")
    return is_mail_address(text) and len(labels) > 1 and not labels[-1].isdecimal() and labels[-1] not in _UNREACHABLE_DOMAINS


def parse_sender(text: str) -> Address | None:
    """Return a sender such as "Plan <plan@example.ca>" for use in headers; None if it is not exactly one usable address."""
    name, address = parseaddr(text)
    try:
        header = HeaderRegistry()("From", text)
        defects = [defect for defect in header.defects if not isinstance(defect, ObsoleteHeaderDefect)]
        is_single = isinstance(header, AddressHeader) and len(header.addresses) == 1
        if defects or not is_single or not text.isprintable() or not is_mail_address(address):
            return None
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, AttributeError, MessageError):  # the parser raises all of them for malformed text
        return None


def is_host(text: str) -> bool:
    """Return whether a text is a valid host name or IP address; the host need not exist."""
    try:
        return bool(ip_address(text))
    except ValueError:
        pass
    try:
        return _HOST.fullmatch(text.encode("idna").decode("ascii")) is not None
    except UnicodeError:
        return False
