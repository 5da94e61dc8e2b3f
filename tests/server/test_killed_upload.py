"""The server is killed while it saves a workbook: all its reports are saved, or none, and the upload says which."""

from __future__ import annotations

import http.client
import random
import sqlite3
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from tests.bench.client import HttpClient, last_csrf_token
from tests.server.process import ServerProcess
from tests.web.workbook.filled import fill

PASSWORD = "a long demo password"
CODES = ("3.2", "3.3", "3.4", "4.3", "4.4")
ROW_SECONDS = 0.1
"""How long each row takes to be saved, so that a kill comes between two of them."""
PROGRAM = f"""#!{sys.executable}
import time
from cogwg.workbook import services

save_draft = services.save_draft

def save_slowly(*arguments, **options):
    saved = save_draft(*arguments, **options)
    time.sleep({ROW_SECONDS})
    return saved

services.save_draft = save_slowly
from cogwg.cli import main
main()
"""
KILLS = pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.slow)])


def send(port: int, client: HttpClient, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes]:
    """Send a request with the cookies of this client; return the status, the location and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    try:
        connection.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read()
    finally:
        connection.close()


def signed_in(port: int) -> HttpClient:
    client = HttpClient(port)
    token = last_csrf_token(client.get("/en/sign-in").text)
    fields = {**token, "email": "ontario@demo.cogwg.example", "password": PASSWORD, "next": ""}
    assert client.post("/en/sign-in", fields).status == 303
    return client


def uploaded(port: int, client: HttpClient, mark: str) -> str:
    """Upload a workbook whose reports all have this mark, and return the path of its page."""
    status, _location, data = send(port, client, "GET", "/en/workbook/reports.xlsx?period=2020-09")
    assert status == 200
    file = fill(data, {(code, "progress_en"): f"{code} {mark}" for code in CODES})
    token = last_csrf_token(client.get("/en/workbook").text)
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in token.items()
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    body = b"".join(parts) + head + file + b"\r\n--edge--\r\n"
    status, location, answer = send(port, client, "POST", "/en/workbook", body, "multipart/form-data; boundary=edge")
    assert status == 303, answer[:500]
    return location


def stored(folder: Path) -> tuple[list[str], list[str | None]]:
    """Return the progress of the reports, and when each upload was applied; the database is whole."""
    (file,) = (folder / "instance").glob("*.db")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        texts = database.execute(
            "SELECT progress_en FROM status_report JOIN activity ON activity.id = activity_id JOIN reporting_period ON "
            f"reporting_period.id = period_id WHERE key = '2020-09' AND code IN {CODES}"
        )
        uploads = database.execute("SELECT applied_at FROM upload ORDER BY id")
        return [text for (text,) in texts], [at for (at,) in uploads]


@KILLS
def test_killed_server_saved_a_workbook_whole_or_not_at_all(tmp_path: Path, kills: int) -> None:
    program = tmp_path / "cogwg"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    chance = random.Random(kills)
    for number in range(kills):
        mark = f"mark {number}"
        with ServerProcess("demo", cwd=tmp_path, program=str(program), COGWG_DEMO_PASSWORD=PASSWORD) as served:
            client = signed_in(served.port)
            path = uploaded(served.port, client, mark)
            (form,) = [f for f in document_fromstring(client.get(path).text).forms if (f.action or "").endswith("/save")]
            fields = {name: value or "" for name, value in form.form_values()}

            def save(client: HttpClient = client, action: str = str(form.action), fields: dict[str, str] = fields) -> None:
                with suppress(OSError, http.client.HTTPException):
                    client.post(action, fields)

            saving = threading.Thread(target=save)
            saving.start()
            saving.join(chance.uniform(0.0, 1.6 * ROW_SECONDS * len(CODES)))
            served.kill()
            saving.join()
        texts, uploads = stored(tmp_path)
        marked = [text for text in texts if text.endswith(mark)]
        assert len(marked) in (0, len(CODES)), "in part"
        assert (uploads[-1] is not None) == bool(marked)
