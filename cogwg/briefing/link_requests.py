"""Requests to the links of a deck before it is frozen, to learn which of them still answer.

A server that requests any address that a person typed could be led to machines of its own network. So every address must
be public, also each that a redirect leads to, unless the caller decides otherwise. A host is looked up once and the
address checked is the one requested, so that a later DNS answer cannot lead elsewhere. No content of a response is kept.
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
"""Some servers answer so to HEAD alone; they are asked again with GET."""
_REASONS: dict[type[BaseException], str] = {
    httpx.TimeoutException: "timeout",
    ConnectionRefusedError: "refused",
    socket.gaierror: "unknown",
    ssl.SSLCertVerificationError: "insecure",
}


class _NotPublic(Exception):
    pass


def check_links(urls: Iterable[str], *, is_allowed: Callable[[str], bool] | None = None) -> dict[str, tuple[bool, str]]:
    """Return for each URL whether it is reachable, and its result: a status such as "404", or a word such as "timeout".

    ``deck_links.result_in_words`` has the sentences for them. ``is_allowed`` decides whether an IP address may be asked;
    by default public ones may. Takes a few seconds.
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
    """Why nobody answered, as far as that can be told from an error or from what led to it."""
    code = next((code for kind, code in _REASONS.items() if isinstance(error, kind)), None)
    return code or (_failure_reason(error.__context__) if error.__context__ else "silent")


def _request_status(client: httpx.Client, url: str, method: str) -> int:
    """The status in the end, or that of the last redirect where there are too many. No body is read."""
    request: httpx.Request | None = client.build_request(method, unicodedata.normalize("NFC", url))
    for _ in range(MAX_REDIRECTS + 1):
        if request is not None:
            answer = client.send(request, stream=True)
            answer.close()
            request = answer.next_request
    return answer.status_code


class _PinnedTransport(httpx.HTTPTransport):
    """Asks the address that was looked up and checked; the request and TLS keep the name of the host.

    No connection is used twice: the next request to the same address may be for another host.
    """

    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        super().__init__(verify=ssl.create_default_context(), limits=httpx.Limits(max_keepalive_connections=0))
        self._is_allowed = is_allowed

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the first address of the host that takes a connection; none of them is asked unless all may be."""
        host = request.url.raw_host.decode()
        if request.url.scheme not in ("http", "https") or not host:
            raise _NotPublic(str(request.url))
        addresses = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))
        if not all(self._is_allowed(address.partition("%")[0]) for address in addresses):
            raise _NotPublic(host)
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._ask(request, host, address)
        return self._ask(request, host, addresses[-1])

    def _ask(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        url, extensions = request.url.copy_with(host=address), {**request.extensions, "sni_hostname": host}
        pinned = httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        return super().handle_request(pinned)
