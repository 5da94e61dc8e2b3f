"""What the adapter makes of requests: their body, their time, their slot and their WSGI environment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cogwg.server.adapter import MAX_PAUSED, AsgiAdapter
from cogwg.server.balance import WorkerLoads
from cogwg.web.http.slots import ENVIRON_KEY

MAX_BODY = 1000
Headers = list[tuple[bytes, bytes]]


@dataclass
class RecordedResponse:
    """What the adapter sent; status 0 if it sent nothing."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


class Echo:
    """A WSGI application that remembers its environments and answers with the body."""

    def __init__(self) -> None:
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        self.environs.append(environ)
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]


async def send_request(
    adapter: AsgiAdapter, *parts: bytes | float, headers: Headers | None = None, path: bytes = b"/", complete: bool = True
) -> RecordedResponse:
    """Send a request whose body arrives in parts; a number is a pause in seconds. Without ``complete``, it breaks off."""
    response = RecordedResponse()
    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        while waiting and isinstance(waiting[0], float):
            await asyncio.sleep(waiting.pop(0))  # type: ignore[arg-type]
        if waiting or complete:
            return {
                "type": "http.request",
                "body": waiting.pop(0) if waiting else b"",
                "more_body": bool(waiting) or not complete,
            }
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            response.status = message["status"]
            response.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            response.content += message["body"]

    size = sum(len(part) for part in parts if isinstance(part, bytes))
    length = [] if headers is not None else [(b"content-length", str(size).encode())] if parts else []
    scope = {
        "type": "http",
        "method": "POST" if parts else "GET",
        "raw_path": path,
        "query_string": b"q=%C3%A9",
        "headers": [(b"host", b"localhost"), *(headers or []), *length],
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.1", 50000),
        "scheme": "http",
    }
    await adapter(scope, receive, send)
    return response


def run(
    scenario: Callable[[AsgiAdapter], Awaitable[None]], app: Callable[..., Any], *, slots: int = 1, seconds: float = 60
) -> None:
    async def main() -> None:
        load = WorkerLoads(1).start(0)
        await scenario(AsgiAdapter(app, slots=slots, max_body=MAX_BODY, load=load, body_seconds=seconds))

    asyncio.run(main())


def test_stalled_bodies_hold_no_slot() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        stalled = [asyncio.create_task(send_request(adapter, b"a", 30.0, b"b")) for _ in range(40)]
        await asyncio.sleep(0)
        assert (await asyncio.wait_for(send_request(adapter, b"saved"), 5)).content == b"saved"
        for task in stalled:
            task.cancel()

    run(scenario, echo)
    assert len(echo.environs) == 1


def test_body_that_stalls_is_refused_in_both_languages() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        response = await asyncio.wait_for(send_request(adapter, b"a", 30.0, b"b"), 5)
        assert (response.status, response.headers["connection"]) == (408, "close")
        assert response.headers["cogwg-response"] == "1"
        assert "Nothing was saved" in response.content.decode()
        assert "Rien n’a été enregistré" in response.content.decode()

    run(scenario, echo, seconds=0.1)
    assert echo.environs == []


def test_body_that_trickles_is_refused() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        trickle = [part for _ in range(100) for part in (b"a", 0.02)]
        assert (await asyncio.wait_for(send_request(adapter, *trickle, b"b"), 1.5)).status == 408

    run(scenario, echo, seconds=0.1)
    assert echo.environs == []


def test_request_that_breaks_off_is_not_run() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        assert (await send_request(adapter, b"half a form", complete=False)).status == 0

    run(scenario, echo)
    assert echo.environs == []


def test_oversize_body_is_left_to_the_application() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        await send_request(adapter, b"x" * (MAX_BODY + 1))
        await send_request(adapter, *([b"x" * 400] * 10), headers=[(b"transfer-encoding", b"chunked")])

    run(scenario, echo)
    assert [int(environ["CONTENT_LENGTH"]) for environ in echo.environs] == [MAX_BODY + 1, 1200]


def test_chunked_body_has_its_length() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        assert (await send_request(adapter, b"a", b"bc", headers=[(b"transfer-encoding", b"chunked")])).content == b"abc"

    run(scenario, echo)
    assert echo.environs[0]["CONTENT_LENGTH"] == "3"


def test_environment_holds_the_bytes_that_were_sent() -> None:
    echo = Echo()
    headers = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-name", b"\xc3\xa9"),
        (b"x-name", b"z"),
        (b"content-type", b"text/x"),
    ]

    async def scenario(adapter: AsgiAdapter) -> None:
        await send_request(adapter, headers=headers, path=b"/a%20b/%C3%A9")

    run(scenario, echo)
    (environ,) = echo.environs
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/é"
    assert environ["QUERY_STRING"] == "q=%C3%A9"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_NAME"].encode("latin-1").decode() == "é,z"
    assert environ["CONTENT_TYPE"] == "text/x"
    assert (environ["REMOTE_ADDR"], environ["SERVER_PROTOCOL"]) == ("192.0.2.1", "HTTP/1.1")


def test_header_with_underscore_is_left_out() -> None:
    echo = Echo()

    async def scenario(adapter: AsgiAdapter) -> None:
        await send_request(adapter, headers=[(b"x_forwarded_for", b"10.0.0.1")])

    run(scenario, echo)
    assert "HTTP_X_FORWARDED_FOR" not in echo.environs[0]


class CountingApp:
    """Counts the requests that run at once; ``/slow`` waits for ``go``, with its slot released on ``/slow/released``."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.started = threading.Event()
        self.running = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        path = environ["PATH_INFO"]
        self.started.set()
        if path == "/slow/released":
            with environ[ENVIRON_KEY].released():
                assert self.go.wait(30)
        elif path == "/slow":
            assert self.go.wait(30)
        with self._lock:
            self.running -= 1
        start_response("200 OK", [])
        return [path.encode()]


def test_requests_run_one_at_a_time_in_a_slot() -> None:
    app = CountingApp()

    async def scenario(adapter: AsgiAdapter) -> None:
        slow = asyncio.create_task(send_request(adapter, path=b"/slow"))
        await asyncio.to_thread(app.started.wait, 30)
        others = [asyncio.create_task(send_request(adapter)) for _ in range(5)]
        await asyncio.sleep(0.1)
        assert not any(task.done() for task in others)
        app.go.set()
        assert (await slow).content == b"/slow"
        assert [response.status for response in await asyncio.gather(*others)] == [200] * 5

    run(scenario, app)
    assert app.most == 1


def test_released_slot_serves_others_meanwhile() -> None:
    app = CountingApp()

    async def scenario(adapter: AsgiAdapter) -> None:
        slow = [asyncio.create_task(send_request(adapter, path=b"/slow/released")) for _ in range(3)]
        await asyncio.to_thread(app.started.wait, 30)
        for _ in range(5):
            assert (await asyncio.wait_for(send_request(adapter), 30)).status == 200
        app.go.set()
        assert [response.status for response in await asyncio.gather(*slow)] == [200] * 3

    run(scenario, app)


def test_application_error_gives_the_slot_back() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
        start_response("200 OK", [])
        return [b"ok"]

    async def scenario(adapter: AsgiAdapter) -> None:
        for _ in range(3):
            await asyncio.gather(send_request(adapter, path=b"/broken"), return_exceptions=True)
        assert (await asyncio.wait_for(send_request(adapter), 30)).content == b"ok"

    run(scenario, app)


def test_more_paused_requests_than_threads_all_end() -> None:
    """Requests beyond the limit of paused ones keep their slot, so that a thread is left for the slot's next holder."""
    release = threading.Event()

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        with environ[ENVIRON_KEY].released():
            release.wait(5)
        start_response("200 OK", [])
        return [b"drawn"]

    async def scenario(adapter: AsgiAdapter) -> None:
        requests = [asyncio.create_task(send_request(adapter)) for _ in range(MAX_PAUSED + 4)]
        await asyncio.sleep(0.2)
        release.set()
        responses = await asyncio.wait_for(asyncio.gather(*requests), 4)
        assert [response.content for response in responses] == [b"drawn"] * (MAX_PAUSED + 4)

    run(scenario, app)


def test_request_that_still_runs_when_the_worker_ends_is_answered() -> None:
    finished = threading.Event()

    def wait(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        finished.wait(10)
        start_response("200 OK", [])
        return [b""]

    async def run() -> tuple[RecordedResponse, RecordedResponse]:
        adapter = AsgiAdapter(wait, slots=1, max_body=MAX_BODY, load=WorkerLoads(1).start(0))
        running, waiting = (asyncio.create_task(send_request(adapter)) for _ in range(2))
        await asyncio.sleep(0.1)
        threading.Thread(target=adapter.answer_rest_after, args=(0.1,)).start()
        answers = await running, await waiting
        finished.set()
        return answers

    for response in asyncio.run(run()):
        assert (response.status, response.headers["retry-after"]) == (503, "10")
        assert "Go back and try again" in response.content.decode()
        assert "Revenez en arrière et réessayez" in response.content.decode()
