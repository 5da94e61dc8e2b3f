"""The application at a real address: a threaded server on a copy of the demo data."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from tests.web.conftest import PopulatedApp
from tests.web_client import App

RESPONSE_DELAY = float(os.environ.get("COGWG_SLOW", "0"))
"""Seconds of delay before a response, after its headers and within it, so that a test that does not wait fails."""


def delay_responses(app: Callable[..., Iterable[bytes]], pause: float) -> Callable[..., Iterator[bytes]]:
    """Return an application that sends the same responses slowly."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        time.sleep(pause)
        response = app(environ, start_response)
        body = b"".join(response)
        for part in (b"", body[:200], body[200:]):
            yield part
            time.sleep(pause if part != body[200:] else 0)
        if hasattr(response, "close"):
            response.close()

    return answer


class SilentRequestHandler(WSGIRequestHandler):
    """A request handler that does not log requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


SERVED: dict[str, Any] = {"trusted_hosts": ("127.0.0.1", "localhost"), "demo": True}
"""The settings of an application for browsers."""


class Open:
    """A WSGI application that counts the requests it has not finished."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self._requests = 0
        self._changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        self._count(1)
        try:
            with closing(ClosingIterator(self.app(environ, start_response))) as answer:
                yield from answer
        finally:
            self._count(-1)

    def wait(self) -> None:
        """Wait until every request is finished: the next test uses the same application with another database."""
        with self._changed:
            self._changed.wait_for(lambda: not self._requests, timeout=30)

    def _count(self, more: int) -> None:
        with self._changed:
            self._requests += more
            self._changed.notify_all()


class Site:
    """The application on a free local port, under ``host``: browsers use security keys under a name only."""

    def __init__(self, app: App, host: str = "127.0.0.1") -> None:
        self.app = app
        self._open = app = Open(delay_responses(self.app.flask, RESPONSE_DELAY) if RESPONSE_DELAY else self.app.flask)
        self._application = app
        self._bind(0)
        self.port = self._server.server_port
        self.address = f"http://{host}:{self.port}"

    def populate(self) -> Site:
        """Add what every route needs, such as a briefing and a password link."""
        self._populated = PopulatedApp(self.app)
        return self

    def path(self, pattern: str) -> str:
        """Return a path with placeholders such as ``{briefing}`` or ``{token}`` filled in."""
        return self._populated.path(pattern)

    def session_cookie(self, name: str) -> str:
        """Return the session cookie of a signed-in persona."""
        client = self.app.client_as(name).flask_client
        cookie = client.get_cookie("session")
        assert cookie is not None
        return cookie.value

    def _bind(self, port: int) -> None:
        self._server = make_server("127.0.0.1", port, self._application, threaded=True, request_handler=SilentRequestHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server for the duration of the block; then it runs again on its port."""
        self._stop()
        yield
        self._bind(self.port)
        self._thread.start()

    @contextmanager
    def slow_at(self, path_end: str, pause: float) -> Iterator[None]:
        """Begin requests to addresses with this end only after a pause in seconds."""

        def later(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"].endswith(path_end):
                time.sleep(pause)
            return usual(environ, start_response)

        usual, self._application.app = self._application.app, later
        yield
        self._application.app = usual

    def _stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._stop()
        self._open.wait()
        self.app.close()
