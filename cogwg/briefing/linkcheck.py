"""Check the links of a deck with HTTP requests before it is frozen.

Requests to URLs that users type could reach machines on the server's own network (SSRF): each host, including redirect
targets, must resolve to public IP addresses unless the caller allows others. A host is resolved once and the request goes to
the addresses that were checked, so that DNS rebinding can't redirect it. Only the result is kept, not the response.
"""

from __future__ import annotations

import socket
import ssl
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 6
MAX_WORKERS = 8
_NAT64 = ip_network("64:ff9b::/96")
_USER_AGENT = "cogwg link check"
_RETRY_WITH_GET = (403, 405, 501)
"""Some servers answer HEAD requests with these statuses although GET works; the link is tried again with GET."""


_REASONS: dict[type[Exception], str] = {
    TimeoutError: "timeout",
    ConnectionRefusedError: "refused",
    socket.gaierror: "unknown",
    ssl.SSLCertVerificationError: "insecure",
}


class _NotPublic(Exception):
    pass


def check_links(urls: Iterable[str], *, is_allowed: Callable[[str], bool] | None = None) -> dict[str, tuple[bool, str]]:
    """Return, by URL, whether it is reachable and a result code: a status such as "404", or a code of ``_failure_reason``.

    ``is_allowed`` decides whether an IP address may be contacted; by default only public ones may. Takes a few seconds.
    """
    wanted = sorted(set(urls))
    if not wanted:
        return {}
    with ThreadPoolExecutor(max_workers=min(MAX_WORKERS, len(wanted))) as pool:
        return dict(zip(wanted, pool.map(lambda url: _check_link(url, is_allowed or is_public), wanted), strict=True))


def is_public(address: str) -> bool:
    """Whether an IP address is public: not private, not multicast, and not IPv6 with an embedded IPv4 address (6to4, NAT64)."""
    one = ip_address(address)
    carries = isinstance(one, IPv6Address) and (one.sixtofour is not None or one in _NAT64)
    return one.is_global and not one.is_multicast and not carries


def _check_link(url: str, is_allowed: Callable[[str], bool]) -> tuple[bool, str]:
    try:
        status = _request_status(url, "HEAD", is_allowed)
        if status in _RETRY_WITH_GET:
            status = _request_status(url, "GET", is_allowed)
    except _NotPublic:
        return False, "private"
    except (OSError, ValueError, HTTPException) as error:
        return False, _failure_reason(error)
    return status < 300, str(status)


def _failure_reason(error: Exception) -> str:
    """Return the code of the reason why there was no response, "silent" if it is unknown."""
    reason = error.reason if isinstance(error, URLError) else error
    return next((code for kind, code in _REASONS.items() if isinstance(reason, kind)), "silent")


def _request_status(url: str, method: str, is_allowed: Callable[[str], bool]) -> int:
    asked = _ascii_url(url)
    _check_scheme(asked)
    opener = build_opener(
        ProxyHandler({}), _WebRedirectHandler(), _PinnedHttpHandler(is_allowed), _PinnedHttpsHandler(is_allowed)
    )
    request = Request(asked, method=method, headers={"User-Agent": _USER_AGENT})  # noqa: S310 - the scheme is checked above
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _NotPublic(url)


def _ascii_url(url: str) -> str:
    """Encode a URL in ASCII: percent-encode the path and query, and encode the host in punycode."""
    parts = urlsplit(unicodedata.normalize("NFC", url))
    host = (parts.hostname or "").encode("idna").decode() if not url.isascii() else parts.netloc
    netloc = host if url.isascii() or parts.port is None else f"{host}:{parts.port}"
    safe = "/%:;=@&+$,!~*'()?-._"
    return urlunsplit((parts.scheme, netloc, quote(parts.path, safe), quote(parts.query, safe), ""))


class _WebRedirectHandler(HTTPRedirectHandler):
    """Follow redirects to http and https URLs only."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        _check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _PinnedHttpHandler(HTTPHandler):
    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_allowed = is_allowed

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_pinned_connection, HTTPConnection, self._is_allowed), req)


class _PinnedHttpsHandler(HTTPSHandler):
    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_allowed = is_allowed

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_pinned_connection, HTTPSConnection, self._is_allowed), req)


def _pinned_connection(
    kind: type[HTTPConnection], is_allowed: Callable[[str], bool], host: str, **options: Any
) -> HTTPConnection:
    """Return a connection that keeps the host name for the request and TLS but connects only to the addresses checked."""
    made = kind(host, **options)
    made._create_connection = partial(_connect_to_allowed, is_allowed)  # type: ignore[attr-defined]
    return made


def _connect_to_allowed(
    is_allowed: Callable[[str], bool], address: tuple[str, int], timeout: float, _source: object
) -> socket.socket:
    """Connect to the first address of the host that accepts. Raises ``_NotPublic`` unless all its addresses are allowed."""
    host, port = address
    found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not all(is_allowed(one.partition("%")[0]) for one in found):
        raise _NotPublic(host)
    for one in found[:-1]:
        try:
            return socket.create_connection((one, port), timeout)
        except OSError:
            continue
    return socket.create_connection((found[-1], port), timeout)
