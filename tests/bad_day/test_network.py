"""Network. Clients are slow or gone, uploads break off, nginx dies, a mail server hangs, and a browser is offline."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.bad_day.faults import Tally, fault
from tests.bad_day.people import DAY, PAGE, Crowd, Writer, check_stored, is_acknowledged, quiet_log, serve, settings
from tests.conftest import MakeDatabase
from tests.databases import PASSWORD
from tests.e2e.chromium import launch
from tests.server.certificates import make_certificate
from tests.server.nginx import SITE, Nginx, deployed_settings
from tests.server.process import run_command
from tests.server.test_backup_under_load import comments
from tests.server.test_killed_upload import send, uploaded
from tests.server.test_nginx import BROWSER, FORM, sign_in
from tests.server.test_slow_clients import POST, connect

MAIL_SECONDS = 20
"""How long the product waits for a mail server."""


@pytest.fixture
def url(make_database: MakeDatabase) -> str:
    return make_database("sqlite", "seeded")


@fault(
    "Slow clients",
    done="60 clients begin a save and then send nothing more, and 60 others begin to ask for a page.",
    saw="Everyone else goes on. The slow ones are told after 10 seconds that the request did not arrive in time, and that "
    "nothing was saved.",
)
def test_slow_clients_hinder_nobody(url: str, tmp_path: Path, tally: Tally) -> None:
    with (
        serve(url, tmp_path) as served,
        quiet_log(served),
        ExitStack() as stack,
        Crowd(served.port, "slow", writers=2) as crowd,
    ):
        crowd.wait_for_acknowledged(2)
        slow = [stack.enter_context(connect(served, POST)) for _ in range(60)]
        for _ in range(60):
            stack.enter_context(connect(served, b"GET /en/plans/2020 HT"))
        crowd.wait_for_acknowledged(10)
        answer = slow[0].recv(65536).decode()
        assert answer.startswith("HTTP/1.1 408 ")
        assert "The request did not arrive in time. Nothing was saved." in answer
    assert crowd.refused == {}
    check_stored(url, crowd, tally)


@fault(
    "Clients that are gone",
    done="100 clients send a comment and close the connection at a random moment before the answer; each sends it again later.",
    saw="Each comment is there once, whether the first one had arrived or not.",
)
def test_clients_that_are_gone_save_once(url: str, tmp_path: Path, tally: Tally) -> None:
    with serve(url, tmp_path) as served, quiet_log(served):
        writer, crowd = Writer(served.port), Crowd(served.port, "gone")
        for number in range(100):
            words = f"gone, comment {number}"
            path, fields = writer.form_of(words)
            body = urlencode(fields).encode()
            cookies = "; ".join(f"{name}={value}" for name, value in writer.client.cookies.items())
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nContent-Length: {len(body)}\r\n"
            sent = f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body
            with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
                connection.sendall(sent[: len(sent) - number % 5])
            assert is_acknowledged(writer.comment(words))
            crowd.acknowledged.add(words)
    check_stored(url, crowd, tally)


@fault(
    "An upload breaks off",
    done="The upload of a workbook of reports ends in the middle, 20 times; then it is sent whole.",
    saw="Nothing is kept of the broken ones. The whole one shows its preview.",
)
def test_broken_upload_stores_nothing(url: str, tmp_path: Path, tally: Tally) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    with serve(url, tmp_path) as served, quiet_log(served):
        lead = Writer(served.port)
        status, _location, workbook = send(served.port, lead.client, "GET", "/en/workbook/reports.xlsx?period=2020-09")
        assert status == 200
        cookies = "; ".join(f"{name}={value}" for name, value in lead.client.cookies.items())
        head = (
            f"POST /en/workbook HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\nContent-Length: {len(workbook) + 500}\r\n"
        )
        for number in range(20):
            with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
                connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=edge\r\n\r\n".encode())
                connection.sendall(workbook[: len(workbook) * number // 20])
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("SELECT count(*) FROM upload").fetchone() == (0,)
        assert lead.client.get(uploaded(served.port, lead.client, "whole")).status == 200
        words = "after the uploads"
        assert is_acknowledged(lead.comment(words))
    tally.count({words}, comments(url))


@fault(
    "nginx dies",
    done="nginx, as in deploy/, is killed while people comment through it, and started again, five times.",
    saw="The browser gets no answer and can send the text again; who had an answer finds the comment.",
)
def test_killed_proxy_loses_nothing(url: str, tmp_path: Path, tally: Tally) -> None:
    certificate = make_certificate(tmp_path, SITE)
    with serve(url, tmp_path, **deployed_settings()) as served, quiet_log(served):
        crowd = Crowd(served.port, "proxy")
        for round_number in range(5):
            folder = tmp_path / f"nginx-{round_number}"
            folder.mkdir()
            with Nginx(folder, served.port, certificate).running() as nginx:
                comment_through(nginx, crowd, round_number)
        again = {words for words in crowd.unanswered if words in comments(url)}
    tally.detail = f"{len(again)} of {len(crowd.unanswered)} comments without an answer are stored"
    check_stored(url, crowd, tally)


def comment_through(nginx: Nginx, crowd: Crowd, number: int) -> None:
    """Comment through nginx until it is killed in the middle."""
    status, cookie = sign_in(nginx)
    assert status == 303
    _page, text = nginx.ask("GET", PAGE, Cookie=cookie)
    form = re.search(r'<form[^>]*action="([^"]*/comments)"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert form is not None
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[2]))
    (name,) = re.findall(r'<textarea[^>]*name="([^"]+)"', form[2])
    killing = threading.Timer(2.0, kill_nginx, (nginx,))
    killing.start()
    with suppress(OSError, http.client.HTTPException):
        for step in range(10_000):
            words = f"proxy, round {number}, comment {step}"
            crowd.unanswered.add(words)
            answer, _ = nginx.ask("POST", form[1], urlencode({**hidden, name: words}), Cookie=cookie, **BROWSER, **FORM)
            assert answer.status == 303
            crowd.unanswered.remove(words)
            crowd.acknowledged.add(words)
    killing.join()


def kill_nginx(nginx: Nginx) -> None:
    """Kill its processes; the first one alone would leave its workers."""
    first = int((nginx.folder / "nginx.pid").read_text())
    workers = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    for process in (first, *map(int, workers)):
        os.kill(process, signal.SIGKILL)


@contextmanager
def hanging_mail_server() -> Iterator[int]:
    """A mail server that accepts connections and never says a word; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@fault(
    "The mail server hangs",
    done="A mail server takes connections and never answers. A comment mentions a jurisdiction, which gets an email about it, "
    "and “cogwg mail deliver” runs.",
    saw="The page answers at once: emails wait in the outbox. The command gives up after 20 seconds and says that the mail "
    "server timed out. The emails stay in the outbox for the next time.",
)
def test_hanging_mail_server_delays_no_page_and_loses_no_email(url: str, tmp_path: Path, tally: Tally) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    with hanging_mail_server() as port:
        mail = {"COGWG_SMTP_HOST": "127.0.0.1", "COGWG_SMTP_PORT": str(port), "COGWG_MAIL_FROM": "plan@cogwg.example"}
        mail |= {"COGWG_PUBLIC_URL": "http://127.0.0.1"}
        with serve(url, tmp_path, **mail) as served, quiet_log(served):
            words, writer = "Ask @Alberta about the mail.", Writer(served.port)
            began = time.monotonic()
            assert is_acknowledged(writer.comment(words))
            assert time.monotonic() - began < MAIL_SECONDS, "no page waits for the mail server"
        before = outbox(file)
        assert before != []
        done = run_command("mail", "deliver", "--today", DAY, cwd=tmp_path, **settings(url, tmp_path, **mail))
        assert "timed out" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        assert outbox(file) == before
    tally.count({words}, comments(url))


def outbox(file: Path) -> list[tuple[object, ...]]:
    """Return the emails that wait."""
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT id, address, text FROM letter WHERE sent_at IS NULL ORDER BY id").fetchall()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@fault(
    "A browser is offline",
    done="Someone comments in Chromium while the browser is offline, while the server is killed, and again when both are back.",
    saw="“You are offline.” and “The service cannot be reached.”, each with “Your changes may not have been saved. Your "
    "text is still on this page.” and a button that tries again; the comment is there once.",
)
def test_offline_browser_keeps_the_text_and_saves_it_once(url: str, chromium: Browser, tmp_path: Path, tally: Tally) -> None:
    with serve(url, tmp_path) as served:
        port = served.port
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-CA")
        page = context.new_page()
        page.goto(f"/en/sign-in?next={PAGE}")
        page.get_by_label("Email address").fill("quebec@demo.cogwg.example")
        page.locator('input[type="password"]').fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        thread = page.locator("#discussion")
        box = thread.get_by_role("textbox")
        box.fill("Written offline.")
        context.set_offline(True)
        thread.get_by_role("button", name="Add the comment").click()
        notice = page.get_by_role("alert")
        expect(notice).to_contain_text("You are offline.")
        expect(notice).to_contain_text("Your text is still on this page.")
        expect(box).to_have_value("Written offline.")
        context.set_offline(False)
        served.terminate()
        notice.get_by_role("button", name="Try again").click()
        expect(notice).to_contain_text("The service cannot be reached.")
        expect(box).to_have_value("Written offline.")
    with serve(url, tmp_path, port=port) as served, quiet_log(served):
        notice.get_by_role("button", name="Try again").click()
        expect(thread.locator("#comment-1")).to_contain_text("Written offline.")
        context.close()
    assert comments(url) == {"Written offline."}
    tally.count({"Written offline."}, comments(url))
