"""The site behind nginx, with the configuration and the settings in ``deploy/``."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.databases import PASSWORD, Databases
from tests.server.certificates import ServerCertificate, make_certificate
from tests.server.nginx import CLIENT, SITE, Nginx, deployed_settings
from tests.server.process import ServerProcess
from tests.sessions import ESSENTIAL
from tests.web_client import SECRET_KEY

BROWSER = {"Origin": f"https://{SITE}", "Referer": f"https://{SITE}/en/sign-in", "Sec_Fetch_Site": "same-origin"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def certificate(folder: Path) -> ServerCertificate:
    return make_certificate(folder, SITE)


@pytest.fixture
def served(databases: Databases, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with the settings in ``deploy/``, which has logged no fault yet."""
    url = databases.create("sqlite", "seeded")
    settings = {**deployed_settings(), "COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY}
    with ServerProcess("serve", "--today", "2020-09-24", cwd=tmp_path, **settings) as process:
        yield process


def lines(served: ServerProcess, logger: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, served.output.splitlines()) if line["logger"] == logger]


def sign_in(nginx: Nginx, **more: str) -> tuple[int, str]:
    """Sign in as Ontario's lead by the form; return the status and the cookies."""
    page, text = nginx.ask("GET", "/en/sign-in", **more)
    assert page.status == 200, text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert token is not None
    fields = {"csrf_token": token[1], "email": "ontario@demo.cogwg.example", "password": PASSWORD, "next": ""}
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    answer, _ = nginx.ask("POST", "/en/sign-in", urlencode(fields), Cookie=cookie, **{**BROWSER, **FORM, **more})
    return answer.status, "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))


@ESSENTIAL
def test_deployed_nginx_serves_the_site(served: ServerProcess, certificate: ServerCertificate, tmp_path: Path) -> None:
    with Nginx(tmp_path, served.port, certificate).running() as nginx:
        moved, _ = nginx.ask("GET", "/en/plans/2020?q=1", secure=False)
        assert (moved.status, moved.getheader("Location")) == (301, f"https://{SITE}/en/plans/2020?q=1")
        status, cookie = sign_in(nginx, X_Forwarded_For="198.51.100.9", X_Forwarded_Host="evil.example")
        assert status == 303
        assert {"__Host-session", "__Host-device"} == {name.partition("=")[0][:14].rstrip("-") for name in cookie.split("; ")}
        mine, text = nginx.ask("GET", "/en/my-updates", Cookie=cookie)
        assert (mine.status, "Sign out" in text) == (200, True)
        refused, _ = nginx.ask("POST", "/en/sign-in", "a" * (5 * 1024 * 1024 // 2), **BROWSER, **FORM)
        assert refused.status == 413
        assert refused.getheader("X-Request-ID"), "the page is the site's own"
    assert [line["address"] for line in lines(served, "cogwg.security") if line["event"] == "sign-in.ok"] == [CLIENT]
    assert lines(served, "cogwg.proxy") == []


@pytest.mark.parametrize(
    ("without", "status", "parts"),
    [
        (("Host", "X-Forwarded-Host"), 400, ("COGWG_TRUSTED_HOSTS", "proxy_set_header Host $http_host;")),
        (("X-Forwarded-For",), 200, ("no X-Forwarded-For", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;")),
        (("X-Forwarded-Proto",), 200, ("sent by http", "proxy_set_header X-Forwarded-Proto $scheme;")),
    ],
)
def test_line_missing_from_nginx_is_named_in_the_log(
    served: ServerProcess,
    certificate: ServerCertificate,
    tmp_path: Path,
    without: tuple[str, ...],
    status: int,
    parts: tuple[str, ...],
) -> None:
    with Nginx(tmp_path, served.port, certificate, without=without).running() as nginx:
        for _ in range(5):
            assert nginx.ask("GET", "/en/sign-in")[0].status == status
        if status == 200:
            sign_in(nginx)
    sentences = {line["message"] for line in lines(served, "cogwg.proxy")}
    (sentence,) = sentences
    assert [part for part in parts if part not in sentence] == []
    assert len(lines(served, "cogwg.proxy")) <= 2, "one for each worker"


def test_stopped_server_is_announced_in_both_languages(certificate: ServerCertificate, tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nothing listens there, and no server of another test can
        with Nginx(tmp_path, held.getsockname()[1], certificate).running() as nginx:
            page, text = nginx.ask("GET", "/en/sign-in")
    assert page.status == 503
    assert page.getheader("Content-Type") == "text/html; charset=utf-8"
    assert "Try again in a few minutes." in text
    assert "Réessayez dans quelques minutes." in text


def requests_to(served: ServerProcess, path: str) -> int:
    """Return how many requests for a path reached the server."""
    return [line["path"] for line in lines(served, "cogwg.access")].count(path)


def test_nginx_keeps_what_is_public_and_nothing_of_a_signed_in_person(
    databases: Databases, certificate: ServerCertificate, tmp_path: Path
) -> None:
    url = databases.create("sqlite", "published")
    settings = {**deployed_settings(), "COGWG_DATABASE_URL": url, "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_ACCESS_LOG": "1"}
    with (
        ServerProcess("serve", "--today", "2020-09-24", cwd=tmp_path, **settings) as served,
        Nginx(tmp_path, served.port, certificate).running() as nginx,
    ):
        status, cookie = sign_in(nginx)
        assert status == 303
        for path in ("/en/", "/en/plans/2020", "/en/tracker", "/data/reports.csv"):
            pages = [nginx.ask("GET", path, **headers) for headers in ({"Cookie": cookie}, {}, {}, {"Cookie": cookie}, {})]
            is_own = path in ("/en/", "/en/plans/2020")
            assert ["Sign out" in text for _, text in pages] == [is_own, False, False, is_own, False], path
            assert requests_to(served, path) == (3 if is_own else 1), path
        tracker, _ = nginx.ask("GET", "/en/tracker", Accept_Encoding="gzip")
        assert tracker.getheader("Content-Encoding") == "gzip"
        again, text = nginx.ask("GET", "/en/tracker", If_None_Match=tracker.getheader("ETag") or "")
        assert (again.status, text) == (304, "")
        for _ in range(2):
            assert nginx.ask("GET", "/en/sign-in")[0].status == 200
        assert requests_to(served, "/en/sign-in") == 4, "two to sign in, and each of these"
