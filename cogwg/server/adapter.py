"""Run the WSGI application under granian, which uses ASGI: read a request, wait for a slot, and run the request in a thread.

A worker has one slot for each request that it may run at once. The body has to arrive in time, and is read before a slot is
taken, so that a stalled upload does not hold up other requests. The response is sent after the slot is released, so that a
client that reads slowly does not hold up other requests either.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from cogwg.server.balance import WorkerLoad
from cogwg.web.http.headers import OWN_RESPONSE
from cogwg.web.http.slots import ENVIRON_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BODY_SECONDS = 10.0
BODY_BYTES_PER_SECOND = 16 * 1024
"""A body must arrive within 10 seconds, plus one second for each 16 KiB received, so a connection of 128 kbit/s is fast
enough. Apache limits bodies in this way too (``RequestReadTimeout body=20,MinRate=500``)."""
MAX_PAUSED = 16
"""How many requests of a worker may have released their slots at once. Each needs a thread in addition to those of the
slots."""
TOO_SLOW = (
    "The request did not arrive in time. Nothing was saved. Reload this page to send it again.\n"
    "La demande n’est pas arrivée à temps. Rien n’a été enregistré. Rechargez cette page pour l’envoyer de nouveau.\n"
)
CUT_OFF = (
    "The site is restarting, and this request took too long. Go back and try again: nothing is saved twice.\n"
    "Le site redémarre, et cette demande a pris trop de temps. Revenez en arrière et réessayez\N{NO-BREAK SPACE}: rien n’est "
    "enregistré en double.\n"
)
RETRY_SECONDS = 10
"""The longest time that a restart takes, in seconds, for the Retry-After header."""

Headers = list[tuple[str, str]]
_CLOSE = ("Connection", "close")
_NOTICE_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    _CLOSE,
    (OWN_RESPONSE, "1"),
]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ClientDisconnected(Exception):
    """The client ended the connection before its whole request had arrived."""


class RequestSlot:
    """The slot of a running request, which ``cogwg.web.http.slots`` can release for a while."""

    def __init__(self, slots: asyncio.Semaphore, pauses: threading.Semaphore, loop: asyncio.AbstractEventLoop) -> None:
        self._slots, self._pauses, self._loop = slots, pauses, loop

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release the slot during the block.

        If ``MAX_PAUSED`` requests have already released theirs, the slot is not released. A request keeps its thread while it
        waits for a slot again. If such requests held all threads, a request that has a slot would wait for a thread forever.
        """
        if not self._pauses.acquire(blocking=False):
            yield
            return
        self._loop.call_soon_threadsafe(self._slots.release)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._slots.acquire(), self._loop).result()
            self._pauses.release()


class AsgiAdapter:
    """An ASGI application that runs a WSGI application, with at most ``slots`` requests at once.

    Requests run in the order in which they finished arriving. A body longer than ``max_body`` bytes is not read to its end; the
    application refuses it because of its length.
    """

    def __init__(
        self, app: WSGIApplication, *, slots: int, max_body: int, load: WorkerLoad, body_seconds: float = BODY_SECONDS
    ) -> None:
        self._app, self._max_body, self._load, self._body_seconds = app, max_body, load, body_seconds
        self._slots, self._pauses = asyncio.Semaphore(slots), threading.Semaphore(MAX_PAUSED)
        self._threads = ThreadPoolExecutor(slots + MAX_PAUSED, thread_name_prefix="request")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cut_off = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            environ = await self._environ(scope, receive)
        except TimeoutError:
            await _send_response(send, HTTPStatus.REQUEST_TIMEOUT, _NOTICE_HEADERS, TOO_SLOW.encode())
            return
        except ClientDisconnected:
            return
        with self._load.counted():
            status, headers, content = await self._response(environ)
            if self._load.is_uneven and _CLOSE not in headers:
                headers = [*headers, _CLOSE]
        await _send_response(send, status, headers, content)

    async def _response(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes]:
        self._loop = loop = asyncio.get_running_loop()
        environ[ENVIRON_KEY] = RequestSlot(self._slots, self._pauses, loop)
        answer, cut_off = loop.create_task(self._answer(environ)), loop.create_task(self._cut_off.wait())
        await asyncio.wait((answer, cut_off), return_when=asyncio.FIRST_COMPLETED)
        cut_off.cancel()
        if answer.done():
            content, status, headers = answer.result()
            return int(status[:3]), headers, content
        answer.cancel()  # a request that is still waiting for a slot is not started
        headers = [*_NOTICE_HEADERS, ("Retry-After", str(RETRY_SECONDS))]
        return HTTPStatus.SERVICE_UNAVAILABLE, headers, CUT_OFF.encode()

    def answer_rest_after(self, seconds: float) -> None:
        """After this many seconds, answer the requests that are still running with a notice that the site is restarting.

        This can be called from other threads. The requests continue until the worker is killed and may still save something, so
        the notice does not say that nothing was saved.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, self._cut_off.set)

    async def _answer(self, environ: dict[str, Any]) -> tuple[bytes, str, Headers]:
        async with self._slots:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, environ)

    def _run(self, environ: dict[str, Any]) -> tuple[bytes, str, Headers]:
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        return b"".join(chunks), status, list(headers)

    async def _environ(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """Read a request and return its WSGI environment.

        Raises ``TimeoutError`` if the request arrives too slowly, and ``ClientDisconnected`` if the client disconnects before
        all of it has arrived.
        """
        headers = _wsgi_headers(scope["headers"])
        declared = headers.get("CONTENT_LENGTH", "")
        is_chunked = headers.pop("HTTP_TRANSFER_ENCODING", None) is not None
        body = b""
        if is_chunked or (declared.isdecimal() and int(declared) <= self._max_body):
            body = await self._read_body(receive)
            headers["CONTENT_LENGTH"] = str(len(body))
        return {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": scope["server"][0],
            "SERVER_PORT": str(scope["server"][1]),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "REMOTE_ADDR": scope["client"][0],
            **headers,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope["scheme"],
            "wsgi.input": BytesIO(body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    async def _read_body(self, receive: Receive) -> bytes:
        """Read and return the body of a request; stop as soon as more than ``max_body`` bytes have arrived."""
        body = bytearray()
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(self._body_seconds) as limit:
            while len(body) <= self._max_body:
                message = await receive()
                if message["type"] != "http.request":
                    raise ClientDisconnected
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
                limit.reschedule(began + self._body_seconds + len(body) / BODY_BYTES_PER_SECOND)
        return bytes(body)


def _wsgi_headers(received: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers under their WSGI names. The values of a repeated header are joined.

    Headers with an underscore in the name are left out: ``X_Forwarded_For`` would have the same WSGI name as
    ``X-Forwarded-For``, which only a proxy may set.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in received:
        name, value = raw_name.decode("latin-1").upper(), raw_value.decode("latin-1")
        if "_" in name:
            continue
        key = name.replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        headers[key] = f"{headers[key]}{'; ' if name == 'COOKIE' else ','}{value}" if key in headers else value
    return headers


async def _send_response(send: Send, status: int, headers: Headers, content: bytes) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
