"""Requests to the links of a deck before it is frozen, to learn which of them can be reached.

A server that requests any URL a user enters could be made to reach machines on its own network (server-side request
forgery). So the host of each URL, and of each redirect, must have only public IP addresses, unless the caller allows others.
A host name is resolved once, and the request goes to the resolved address, so a name that resolves differently a moment
later cannot lead it elsewhere. The body of a response is never read.
"""

from __future__ import annotations

import socket
import ssl
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx

from cogwg.core.web_addresses import is_public

TIMEOUT_SECONDS = 6
MAX_WORKERS = 8
MAX_REDIRECTS = 10
_HEADERS = {"User-Agent": "cogwg link check", "Accept-Encoding": "identity"}
_RETRY_WITH_GET = (403, 405, 501)
"""Some servers respond with these statuses to HEAD but not to GET, so the URL is requested again with GET."""
_REASONS: dict[type[BaseException], str] = {
    httpx.TimeoutException: "timeout",
    ConnectionRefusedError: "refused",
    socket.gaierror: "unknown",
    ssl.SSLCertVerificationError: "insecure",
}


class _NotPublic(Exception):
    pass


def check_links(urls: Iterable[str], *, is_allowed: Callable[[str], bool] | None = None) -> dict[str, tuple[bool, str]]:
    """Return for each URL whether it is reachable, and the result code: an HTTP status such as "404", or a word.

    ``deck_links.result_in_words`` explains the codes. ``is_allowed`` decides which IP addresses may be requested; by
    default, only public ones. Takes a few seconds.
    """
    unique_urls = sorted(set(urls))
    if not unique_urls:
        return {}
    transport = _PinnedTransport(is_allowed or is_public)
    with (
        httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS, headers=_HEADERS, trust_env=False) as client,
        ThreadPoolExecutor(max_workers=min(MAX_WORKERS, len(unique_urls))) as pool,
    ):
        return dict(zip(unique_urls, pool.map(lambda url: _check_link(client, url), unique_urls), strict=True))


def _check_link(client: httpx.Client, url: str) -> tuple[bool, str]:
    try:
        status = _request_status(client, url, "HEAD")
        if status in _RETRY_WITH_GET:
            status = _request_status(client, url, "GET")
    except _NotPublic:
        return False, "private"
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        return False, _failure_reason(error)
    return status < 300, str(status)


def _failure_reason(error: BaseException) -> str:
    """Return the result code for an error, or for the error that led to it; "silent" if neither is known."""
    code = next((code for kind, code in _REASONS.items() if isinstance(error, kind)), None)
    return code or (_failure_reason(error.__context__) if error.__context__ else "silent")


def _request_status(client: httpx.Client, url: str, method: str) -> int:
    """Return the status of the final response, or of the last redirect if there are too many redirects."""
    request: httpx.Request | None = client.build_request(method, unicodedata.normalize("NFC", url))
    for _ in range(MAX_REDIRECTS + 1):
        if request is not None:
            answer = client.send(request, stream=True)
            answer.close()
            request = answer.next_request
    return answer.status_code


class _PinnedTransport(httpx.HTTPTransport):
    """Sends each request to an IP address that was resolved and checked; the Host header and TLS keep the host's name.

    Connections are not reused, because the next request to the same IP address may be for another host.
    """

    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        super().__init__(verify=ssl.create_default_context(), limits=httpx.Limits(max_keepalive_connections=0))
        self._is_allowed = is_allowed

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the first of the host's IP addresses that accepts a connection.

        Raises ``_NotPublic`` if the URL is not a web address, or if any of the IP addresses is not allowed.
        """
        host = request.url.raw_host.decode()
        if request.url.scheme not in ("http", "https") or not host:
            raise _NotPublic(str(request.url))
        addresses = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))
        if not all(self._is_allowed(address.partition("%")[0]) for address in addresses):
            raise _NotPublic(host)
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._send(request, host, address)
        return self._send(request, host, addresses[-1])

    def _send(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        url, extensions = request.url.copy_with(host=address), {**request.extensions, "sni_hostname": host}
        pinned = httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        return super().handle_request(pinned)
