"""Check which links of a deck can be reached, before the deck is frozen.

A server that requests any URL a user enters could be made to reach machines on its own network (server-side request forgery).
To prevent this, the host of each URL and of each redirect must have only public IP addresses, unless the caller allows others.
For each request, the host name is resolved once, and the request goes to the resolved IP address, so that a name that resolves
differently a moment later cannot send the request elsewhere. The body of a response is never read.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from cogwg.core.calendar import monotonic
from cogwg.core.web_addresses import is_public_ip

CHECK_SECONDS = 10.0
"""The time limit for a whole check. A server has few threads, so slow requests need a limit (ASVS 5.0, 15.2.2)."""
TIMEOUT_SECONDS = 6.0
"""The time limit for the check of one link, including redirects."""
MAX_WORKERS = 8
MAX_REDIRECTS = 10
_HEADERS = {"User-Agent": "cogwg link check", "Accept-Encoding": "identity"}
_RETRY_WITH_GET = (403, 405, 501)
"""The statuses with which some servers respond to HEAD but not to GET. If one is returned, the URL is requested again with
GET."""
_REASONS: dict[type[BaseException], str] = {
    httpx.TimeoutException: "timeout",
    ConnectionRefusedError: "refused",
    socket.gaierror: "unknown",
    ssl.SSLCertVerificationError: "insecure",
}


class _NotPublic(Exception):
    pass


def check_links(urls: Iterable[str], *, is_allowed: Callable[[str], bool] | None = None) -> dict[str, tuple[bool, str]]:
    """Map each URL to whether it is reachable and its result code: an HTTP status such as "404", or a word.

    The check takes at most ``CHECK_SECONDS``. URLs are checked in order; those whose check could not start in that time are
    left out. ``is_allowed`` decides which IP addresses may be contacted; by default, only public ones.
    """
    check = _Check(dict.fromkeys(urls), is_allowed or is_public_ip)
    # Daemon threads, because a name lookup cannot be interrupted: neither the check nor the end of the process waits for it.
    workers = [
        threading.Thread(target=check.work, name=f"link check {number}", daemon=True)
        for number in range(min(MAX_WORKERS, check.pending.qsize()))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(0.0, check.deadline - monotonic()))
    return check.end()


@dataclass(slots=True)
class _Attempt:
    """The requests for one link, including redirects. At the deadline, their connections are shut down."""

    deadline: float
    is_over: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seconds_left(self) -> float:
        """Return the number of seconds left. Raises ``httpx.ReadTimeout`` if there are none."""
        left = self.deadline - monotonic()
        if self.is_over or left <= 0:
            raise httpx.ReadTimeout("out of time")
        return left

    def watch(self, event: str, values: dict[str, Any]) -> None:
        """Record each socket that httpx opens or wraps in TLS, so that ``cut`` can shut it down.

        httpx calls this for each event of a request (its ``trace`` extension).
        """
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._sockets.append(values["return_value"].get_extra_info("socket"))
            if self.is_over:
                self.cut()

    def cut(self) -> None:
        """End the attempt: shut down its sockets, so that a thread that reads from one of them stops waiting at once."""
        self.is_over = True
        with self._lock:
            for opened in self._sockets:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)


class _Check:
    """A check of several links at once, in several threads."""

    def __init__(self, urls: Iterable[str], is_allowed: Callable[[str], bool]) -> None:
        self.deadline = monotonic() + CHECK_SECONDS
        self.pending: queue.SimpleQueue[str] = queue.SimpleQueue()
        for url in urls:
            self.pending.put(url)
        self._is_allowed = is_allowed
        self._context = ssl.create_default_context()
        self._results: dict[str, tuple[bool, str]] = {}
        self._attempts: dict[str, _Attempt] = {}
        self._lock = threading.Lock()

    def work(self) -> None:
        """Check links one after another until none is left or the time is up. Each thread runs this."""
        while monotonic() < self.deadline:
            try:
                url = self.pending.get_nowait()
            except queue.Empty:
                return
            attempt = _Attempt(min(self.deadline, monotonic() + TIMEOUT_SECONDS))
            with self._lock:
                self._attempts[url] = attempt
            timer = threading.Timer(attempt.deadline - monotonic(), attempt.cut)
            timer.name, timer.daemon = "link check timer", True
            timer.start()
            result = self._check_link(url, attempt)
            timer.cancel()
            with self._lock:
                self._results[url] = result

    def end(self) -> dict[str, tuple[bool, str]]:
        """End the check and return the results. The result of a check that was started but not finished is "timeout"."""
        with self._lock:
            for attempt in self._attempts.values():
                attempt.cut()
            return {url: self._results.get(url, (False, "timeout")) for url in self._attempts}

    def _check_link(self, url: str, attempt: _Attempt) -> tuple[bool, str]:
        transport = _PinnedTransport(self._is_allowed, self._context, attempt)
        try:
            with httpx.Client(transport=transport, headers=_HEADERS, trust_env=False) as client:
                status = _request_status(client, url, "HEAD")
                if status in _RETRY_WITH_GET:
                    status = _request_status(client, url, "GET")
        except _NotPublic:
            return False, "private"
        except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
            return False, "timeout" if attempt.is_over else _failure_reason(error)
        return status < 300, str(status)


def _failure_reason(error: BaseException) -> str:
    """Return the result code for an error or, if it has none, for the error that caused it; "silent" if none of
    them has a code.
    """
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
    """A transport that sends each request to a resolved and checked IP address; the Host header and TLS still use the host
    name.

    Connections are not reused, because the next request to the same IP address may be for another host.
    """

    def __init__(self, is_allowed: Callable[[str], bool], context: ssl.SSLContext, attempt: _Attempt) -> None:
        super().__init__(verify=context, limits=httpx.Limits(max_keepalive_connections=0))
        self._is_allowed, self._attempt = is_allowed, attempt

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the first of the host's IP addresses that accepts a connection.

        Raises ``_NotPublic`` if the URL is not an http or https URL, or if any of the host's IP addresses is not allowed.
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
        timeout = httpx.Timeout(self._attempt.seconds_left()).as_dict()
        limits = {"timeout": timeout, "trace": self._attempt.watch}
        url, extensions = request.url.copy_with(host=address), {**request.extensions, **limits, "sni_hostname": host}
        pinned = httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        return super().handle_request(pinned)
