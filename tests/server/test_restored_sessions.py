"""A database restored from a backup does not bring back sessions that ended since, and a restart keeps those that did not."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bench.client import HttpClient, last_csrf_token
from tests.server.process import ServerProcess
from tests.server.test_demo_server import PASSWORD

NAME = "demo-2020-09-24.db"
PAGE = "/en/briefings"


def demo(folder: Path) -> ServerProcess:
    return ServerProcess(
        "demo", cwd=folder, COGWG_DEMO_PASSWORD=PASSWORD, COGWG_SECRET_KEY="only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
    )


def sign_in(port: int) -> HttpClient:
    client = HttpClient(port)
    page = client.get("/en/sign-in").text
    fields = {**last_csrf_token(page), "email": "ontario@demo.cogwg.example", "password": PASSWORD, "next": ""}
    assert client.post("/en/sign-in", fields).status == 303
    assert client.get(PAGE).status == 200
    return client


def copy_of(client: HttpClient, port: int) -> HttpClient:
    """Return another browser with a copy of the cookies."""
    other = HttpClient(port)
    other._cookies.update(client._cookies)
    return other


def test_restored_database_does_not_revive_a_session_that_was_signed_out(tmp_path: Path) -> None:
    file, backup = tmp_path / "instance" / NAME, tmp_path / "backup.db"
    with demo(tmp_path) as served:
        person = sign_in(served.port)
        stolen = copy_of(person, served.port)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(backup),))
        page = person.get("/en/plans/2020").text
        assert person.post("/en/sign-out", last_csrf_token(page)).status == 303
        assert stolen.get(PAGE).status == 303
        assert served.terminate() == 0
    shutil.copyfile(backup, file)
    with demo(tmp_path) as served:
        assert copy_of(stolen, served.port).get(PAGE).status == 303
        assert "Sessions ended: 1." in served.output


def test_session_outlives_a_restart_of_the_server(tmp_path: Path) -> None:
    with demo(tmp_path) as served:
        person = sign_in(served.port)
        assert served.terminate() == 0
    with demo(tmp_path) as served:
        assert copy_of(person, served.port).get(PAGE).status == 200
        assert "Sessions ended" not in served.output
