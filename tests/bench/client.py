"""A minimal HTTP client that keeps its connection and cookies, and accepts gzip like a browser."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

CSRF_TOKEN_INPUT = re.compile(r'name="(?P<name>[\w-]*csrf_token)"[^>]*value="(?P<value>[^"]+)"')


@dataclass(frozen=True, slots=True)
class Response:
    """Status, text, and the transferred bytes of the body."""

    status: int
    text: str
    size: int
    location: str


class HttpClient:
    """A connection with the cookies of one person."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}

    @property
    def cookies(self) -> Mapping[str, str]:
        return self._cookies

    def get(self, path: str, *, htmx: bool = False) -> Response:
        return self._send("GET", path, None, htmx)

    def post(self, path: str, fields: dict[str, str], *, htmx: bool = False) -> Response:
        return self._send("POST", path, urlencode(fields), htmx)

    def _send(self, method: str, path: str, body: str | None, htmx: bool) -> Response:
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Accept-Language": "en"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if htmx:
            headers["HX-Request"] = "true"
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        raw = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        plain = gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw
        return Response(answer.status, plain.decode(errors="replace"), len(raw), answer.headers.get("Location", ""))


def last_csrf_token(page: str) -> dict[str, str]:
    """Return the last form token of a page by its field name."""
    matches = list(CSRF_TOKEN_INPUT.finditer(page))
    assert matches, "this page has no form token"
    return {matches[-1]["name"]: matches[-1]["value"]}
