"""Requests to the organization's OpenID Connect provider, with a limit on their time, size and number.

httpx is imported when it is first needed, because it takes 4 MiB in each worker, and a site without a provider seldom needs it.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from cogwg.core.calendar import monotonic
from cogwg.core.openid_settings import is_trusted_address

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 6.0
"""The longest time that a person waits for the provider, for all requests together."""
MAX_AT_ONCE = 4
"""How many sign-ins of a worker may wait for the provider at once, so that a slow provider does not slow down the site."""
MAX_BYTES = 512 * 1024
"""The size limit of an answer, in bytes. The keys of the largest public providers take less than 20 KiB."""

Result = TypeVar("Result")


class ProviderUnavailable(Exception):
    """The provider cannot be reached, is slow, or does not answer as OpenID Connect requires. The text is for the log."""


class AnswerRefused(Exception):
    """The provider's answer does not prove who the person is. The text is for the log."""


class TimeLimiter:
    """Runs requests in threads of their own, because neither a name lookup nor a stalled connection can be interrupted."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(MAX_AT_ONCE)

    def run(self, work: Callable[[float], Result]) -> Result:
        """Call ``work`` with its deadline and return its result.

        Raises ``ProviderUnavailable`` after ``TIMEOUT_SECONDS``, or at once if ``MAX_AT_ONCE`` calls are running. An exception
        of ``work`` is passed on.
        """
        if not self._free.acquire(blocking=False):
            raise ProviderUnavailable("other sign-ins are waiting for the provider")
        outcome: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()
        deadline = monotonic() + TIMEOUT_SECONDS

        def run_to_the_end() -> None:
            try:
                outcome.put((work(deadline), None))
            except BaseException as error:
                outcome.put((None, error))
            finally:
                self._free.release()

        threading.Thread(target=run_to_the_end, name="OpenID Connect", daemon=True).start()
        try:
            result, error = outcome.get(timeout=TIMEOUT_SECONDS)
        except queue.Empty:
            raise ProviderUnavailable(f"no complete answer within {TIMEOUT_SECONDS:.0f} seconds") from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response from the provider, with the attributes that authlib uses."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        """Return the JSON value of the body. Raises ``ProviderUnavailable`` if the body is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise ProviderUnavailable(f"an answer with status {self.status_code} is not JSON") from None

    def raise_for_status(self) -> None:
        if self.status_code != 200:
            raise ProviderUnavailable(f"the provider answered with status {self.status_code}")


class ProviderSession:
    """Requests of one sign-in, until a deadline. Redirects are not followed, so that secrets are sent only to the provider."""

    def __init__(self, issuer: str, deadline: float) -> None:
        self._issuer, self._deadline = issuer, deadline

    def get_object(self, url: object, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at a URL. Raises ``ProviderUnavailable`` if the request fails or the answer is anything
        else.
        """
        answer = self._request("GET", url, dict(headers or {}), b"")
        answer.raise_for_status()
        value = answer.json()
        if not isinstance(value, dict):
            raise ProviderUnavailable("an answer is not a JSON object")
        return value

    def post(self, url: object, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:
        """Post a form with the authentication of this site, as authlib's client calls it. Raises ``ProviderUnavailable`` if
        the request fails.
        """
        address, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._request("POST", address, sent, body.encode())

    def _request(self, method: str, url: object, headers: dict[str, str], body: bytes) -> Answer:
        import httpx

        if not isinstance(url, str) or not is_trusted_address(url, issuer=self._issuer):
            raise ProviderUnavailable(f"the provider names an address without https: {url!r}")
        try:
            with (
                httpx.Client(timeout=self._seconds_left(), trust_env=False) as client,
                client.stream(method, url, headers={"Accept": "application/json", **headers}, content=body) as response,
            ):
                return Answer(response.status_code, self._read(response))
        except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailable(f"{type(error).__name__}: {error}") from error

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ProviderUnavailable(f"an answer has more than {MAX_BYTES // 1024} KiB")
            self._seconds_left()
        return bytes(body)

    def _seconds_left(self) -> float:
        left = self._deadline - monotonic()
        if left <= 0:
            raise ProviderUnavailable(f"no complete answer within {TIMEOUT_SECONDS:.0f} seconds")
        return left
