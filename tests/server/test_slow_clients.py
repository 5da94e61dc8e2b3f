"""Clients that send slowly or not at all do not delay other clients."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cogwg.server.adapter import BODY_SECONDS
from cogwg.server.supervisor import HEADER_SECONDS
from cogwg.web.http.preserved_form import MAX_RETURNED_BYTES
from tests.conftest import MakeDatabase
from tests.server.process import ServerProcess

POST = (
    b"POST /en/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 5000\r\n\r\nemail=a"
)
SECRET_KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
SLACK_SECONDS = 5.0
"""What a busy machine may add."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess("demo", cwd=tmp_path_factory.mktemp("demo")) as served:
        yield served


def connect(served: ServerProcess, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=60)
    connection.sendall(sent)
    return connection


def read_to_end(connection: socket.socket) -> bytes:
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def test_stalled_requests_do_not_block_other_requests(demo: ServerProcess) -> None:
    """A blocked request would get no answer in time, because the stalled ones outlast it."""
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(connect(demo, POST))
            stack.enter_context(connect(demo, b"GET /en/plans/2020 HT"))
        began = time.monotonic()
        for _ in range(20):
            assert demo.get("/en/plans/2020")[0] == 200
        assert time.monotonic() - began < BODY_SECONDS


def test_stalled_request_is_ended_in_time(demo: ServerProcess) -> None:
    with connect(demo, POST) as upload, connect(demo, b"GET /en/plans/2020 HT") as headers, connect(demo, b"") as idle:
        began = time.monotonic()
        assert read_to_end(upload).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < BODY_SECONDS + SLACK_SECONDS
        assert read_to_end(headers) == read_to_end(idle) == b""
        assert time.monotonic() - began < HEADER_SECONDS + SLACK_SECONDS


def test_oversize_body_is_refused_without_being_read(demo: ServerProcess) -> None:
    with connect(demo, POST.replace(b"5000", str(MAX_RETURNED_BYTES + 1).encode())) as connection:
        connection.settimeout(BODY_SECONDS / 2)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_oversize_chunked_body_is_refused(demo: ServerProcess) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=60)
    body = (b"x" * 65536 for _ in range(17))
    connection.request("POST", "/en/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"}, encode_chunked=True)
    assert connection.getresponse().status == 413


def test_reader_that_never_reads_does_not_block_other_requests(demo: ServerProcess) -> None:
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect(demo, b"GET /static/cogwg.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200))
        began = time.monotonic()
        assert demo.get("/en/plans/2020")[0] == 200
        assert time.monotonic() - began < BODY_SECONDS


def test_stalled_uploads_on_postgresql_do_not_block_other_requests(make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("postgresql", "record")
    with (
        ServerProcess("serve", cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_SECRET_KEY=SECRET_KEY) as served,
        ExitStack() as stack,
    ):
        for _ in range(40):
            stack.enter_context(connect(served, POST))
        began = time.monotonic()
        assert all(served.get("/en/plans/2020")[0] == 200 for _ in range(10))
        assert time.monotonic() - began < BODY_SECONDS
        assert served.terminate() == 0
    assert "-wal" not in served.output
