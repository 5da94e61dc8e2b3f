"""The link check against a real local server; private addresses are not requested unless allowed."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cogwg.briefing import link_requests
from cogwg.briefing.link_requests import check_links
from tests.sessions import FURTHER, first_of


class LinkHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    requests: list[tuple[str, str]] = []
    hosts: list[str] = []
    connections: set[int] = set()

    def do_HEAD(self) -> None:
        self.requests.append((self.command, self.path))
        self.hosts.append(self.headers["Host"])
        self.connections.add(self.client_address[1])
        status = {
            "/gone": 404,
            "/moved": 301,
            "/only-get": 405,
            "/elsewhere": 302,
            "/round": 302,
            "/file": 302,
            "/named": 302,
            "/large": 405,
        }.get(self.path, 200)
        if self.command == "GET":
            status = {"/only-get": 200, "/large": 302}.get(self.path, status)
        self.send_response(status)
        if self.path in ("/moved", "/large"):
            self.send_header("Location", "/there")
        if self.path == "/round":
            self.send_header("Location", "/round")
        if self.path == "/file":
            self.send_header("Location", "file:///etc/passwd")
        if self.path == "/named":
            self.send_header("Location", f"http://rebound.example:{self.server.server_address[1]}/there")
        if self.path == "/elsewhere":
            self.send_header("Location", f"http://127.0.0.2:{self.server.server_address[1]}/secret")
        self.send_header("Content-Length", "1000000000" if self.path == "/large" and self.command == "GET" else "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[int]:
    """Serve on this machine and yield the port; over TLS if there is a certificate."""
    LinkHandler.requests, LinkHandler.hosts, LinkHandler.connections = [], [], set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), LinkHandler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server() -> Iterator[str]:
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


def allow_loopback(address: str) -> bool:
    return address == "127.0.0.1"


def test_check_links_returns_the_status_of_each_address(server: str) -> None:
    paths = {"/there": (True, "200"), "/gone": (False, "404"), "/moved": (True, "200"), "/only-get": (True, "200")}
    paths |= {"/round": (False, "302")}
    assert check_links([server + path for path in paths], is_allowed=allow_loopback) == {
        server + p: result for p, result in paths.items()
    }


def test_address_with_accents_is_requested_percent_encoded(server: str) -> None:
    url = f"{server}/données/état?q=où"
    assert check_links([url], is_allowed=allow_loopback) == {url: (True, "200")}
    assert LinkHandler.requests == [("HEAD", "/donn%C3%A9es/%C3%A9tat?q=o%C3%B9")]


def test_server_of_another_protocol_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=lambda: other.accept()[0].sendall(b"SSH-2.0-OpenSSH\r\n"), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        assert check_links([url], is_allowed=allow_loopback) == {url: (False, "silent")}


def test_unreachable_addresses_have_their_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as slow:
        reasons = {
            "http://127.0.0.1:9/x": "refused",
            f"http://127.0.0.1:{slow.getsockname()[1]}/": "timeout",
            "http://nobody.invalid/": "unknown",
        }
        results = check_links(reasons, is_allowed=lambda _: True)
    assert results == {url: (False, reason) for url, reason in reasons.items()}


def test_private_address_is_neither_requested_nor_followed(server: str) -> None:
    assert check_links([f"{server}/there"]) == {f"{server}/there": (False, "private")}
    by_name = server.replace("127.0.0.1", "localhost")
    assert check_links([by_name]) == {by_name: (False, "private")}
    assert LinkHandler.requests == [], "no request was sent"
    assert check_links([f"{server}/elsewhere"], is_allowed=allow_loopback) == {f"{server}/elsewhere": (False, "private")}
    assert check_links([f"{server}/file"], is_allowed=allow_loopback) == {f"{server}/file": (False, "private")}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.ca/", "http:///nobody", "not an address"])
def test_address_that_is_not_http_is_refused(url: str) -> None:
    assert check_links([url], is_allowed=lambda _: True) == {url: (False, "private")}


def fake_dns(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Resolve ``rebound.example`` to these addresses in turn; return the list of hosts looked up."""
    real_getaddrinfo, hosts, remaining = socket.getaddrinfo, [], list(addresses)

    def looked_up(host: str, port: Any, *args: Any, **options: Any) -> list[Any]:
        if host == "rebound.example":
            hosts.append(host)
            return real_getaddrinfo(remaining.pop(0) if len(remaining) > 1 else remaining[0], port, *args, **options)
        return real_getaddrinfo(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return hosts


def test_rebinding_host_is_not_followed_to_a_private_address(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "TIMEOUT_SECONDS", 0.2)
    looked_up = fake_dns(monkeypatch, "192.0.2.1", "127.0.0.1")
    url = f"http://rebound.example:{server.rpartition(':')[2]}/there"
    (result,) = check_links([url], is_allowed=lambda address: address != "127.0.0.1").values()
    assert not result[0]
    assert LinkHandler.requests == []
    assert len(looked_up) == 1
    assert check_links([url], is_allowed=lambda address: address != "127.0.0.1") == {url: (False, "private")}
    assert LinkHandler.requests == []


def test_resolved_address_is_requested_with_its_host_name(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = fake_dns(monkeypatch, "127.0.0.1")
    port = server.rpartition(":")[2]
    assert check_links([f"http://rebound.example:{port}/there"], is_allowed=allow_loopback) == {
        f"http://rebound.example:{port}/there": (True, "200")
    }
    assert (LinkHandler.hosts, looked_up) == ([f"rebound.example:{port}"], ["rebound.example"])
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as other:

        def receive() -> None:
            with other.accept()[0] as accepted:
                received.append(accepted.recv(4096))

        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        (result,) = check_links([f"https://rebound.example:{other.getsockname()[1]}/"], is_allowed=allow_loopback).values()
        thread.join(5)
    assert not result[0]
    assert b"rebound.example" in received[0], "TLS names the host"


def test_redirect_to_another_host_at_the_same_address_opens_a_new_connection(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_dns(monkeypatch, "127.0.0.1")
    assert check_links([f"{server}/named"], is_allowed=allow_loopback) == {f"{server}/named": (True, "200")}
    port = server.rpartition(":")[2]
    assert LinkHandler.hosts == [f"127.0.0.1:{port}", f"rebound.example:{port}"]
    assert len(LinkHandler.connections) == 2, "the certificate is checked for each host"


def test_next_address_of_a_host_is_tried_when_the_first_refuses(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real_getaddrinfo = socket.getaddrinfo
    both = ("127.0.0.3", "127.0.0.1")
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, *a, **k: [i for each in both for i in real_getaddrinfo(each, port, *a, **k)]
    )
    url = f"http://two.example:{server.rpartition(':')[2]}/there"
    assert check_links([url], is_allowed=lambda address: address in both) == {url: (True, "200")}
    assert check_links([url], is_allowed=allow_loopback) == {url: (False, "private")}


def make_certificate(folder: Path, host: str) -> Path:
    """Create a certificate for this host, with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: apt-get install openssl")
    file = folder / "certificate.pem"
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", file, "-out", file], check=True, capture_output=True)
    return file


def test_certificate_is_verified_for_the_host_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_dns(monkeypatch, "127.0.0.1")
    certificate = make_certificate(tmp_path, "rebound.example")
    with serving(certificate) as port:
        by_name, by_address = f"https://rebound.example:{port}/there", f"https://127.0.0.1:{port}/there"
        assert check_links([by_name], is_allowed=allow_loopback) == {by_name: (False, "insecure")}, "an unknown authority"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        results = check_links([by_name, by_address], is_allowed=allow_loopback)
    assert results == {by_name: (True, "200"), by_address: (False, "insecure")}


def test_environment_proxies_are_ignored(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert check_links([f"{server}/there"], is_allowed=allow_loopback) == {f"{server}/there": (True, "200")}


def test_body_of_a_redirect_is_not_read(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "TIMEOUT_SECONDS", 1)
    url = f"{server}/large"
    assert check_links([url], is_allowed=allow_loopback) == {url: (True, "200")}


@contextmanager
def dripping(certificate: Path | None = None) -> Iterator[int]:
    """Answer every connection with an endless status line, a byte at a time, and yield the port."""
    is_over = threading.Event()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    def drip(accepted: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(accepted, server_side=True) if context else accepted as connection:
            connection.sendall(b"HTTP/1.1 200 ")
            while not is_over.wait(0.05):
                connection.sendall(b"O")

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        is_over.set()
        listener.shutdown(socket.SHUT_RDWR)


def link_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("link check")]


def wait_for_link_threads() -> list[threading.Thread]:
    """Wait a moment for the threads of a check to end; return those that did not."""
    for thread in link_threads():
        thread.join(2)
    return link_threads()


@pytest.mark.parametrize("tls", first_of(1, [False, True]))
def test_address_that_drips_is_cut_off_and_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str, tls: bool
) -> None:
    certificate = make_certificate(tmp_path, "rebound.example") if tls else None
    if certificate is not None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        fake_dns(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(link_requests, "TIMEOUT_SECONDS", 0.5)
    with dripping(certificate) as port:
        url = f"https://rebound.example:{port}/" if tls else f"http://127.0.0.1:{port}/"
        began = time.monotonic()
        results = check_links([url, f"{server}/there"], is_allowed=allow_loopback)
        assert time.monotonic() - began < 3
        assert wait_for_link_threads() == []
    assert results == {url: (False, "timeout"), f"{server}/there": (True, "200")}


@FURTHER
def test_whole_check_ends_in_time_and_leaves_out_links_it_did_not_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "TIMEOUT_SECONDS", 0.4)
    monkeypatch.setattr(link_requests, "CHECK_SECONDS", 1)
    with dripping() as port:
        urls = [f"http://127.0.0.1:{port}/{number:02}" for number in range(40)]
        began = time.monotonic()
        results = check_links(urls, is_allowed=allow_loopback)
        assert time.monotonic() - began < 3
        assert wait_for_link_threads() == []
    assert 8 <= len(results) < 40
    assert set(results.values()) == {(False, "timeout")}


@FURTHER
def test_host_name_that_is_looked_up_for_ever_does_not_hold_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "CHECK_SECONDS", 0.5)
    is_over = threading.Event()

    def look_up(*_args: Any, **_options: Any) -> None:
        is_over.wait(20)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    began = time.monotonic()
    assert check_links(["http://slow.example/"]) == {"http://slow.example/": (False, "timeout")}
    assert time.monotonic() - began < 3
    is_over.set()
    assert wait_for_link_threads() == []
