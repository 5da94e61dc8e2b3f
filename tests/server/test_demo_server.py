"""``cogwg demo`` and ``cogwg serve`` as processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.server.process import TIMEOUT_SECONDS, ServerProcess, run_command

PASSWORD = "a pass phrase of the test"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The demo with its defaults, in a folder of its own."""
    with ServerProcess("demo", cwd=tmp_path_factory.mktemp("demo"), COGWG_DEMO_PASSWORD=PASSWORD) as served:
        yield served


def can_sign_in(port: int, password: str) -> bool:
    """Whether Ontario's lead can sign in with this password."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{port}/en/sign-in"
    page = opener.open(address, timeout=TIMEOUT_SECONDS).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "email": "ontario@demo.cogwg.example", "password": password, "next": ""}
    try:
        return "/en/my-updates" in opener.open(address, urlencode(fields).encode(), timeout=TIMEOUT_SECONDS).url
    except HTTPError as refusal:
        if refusal.code != 422:
            raise
        return False


def test_demo_prints_its_address_and_answers(demo: ServerProcess) -> None:
    assert f"http://127.0.0.1:{demo.port}/" in demo.output
    assert "ontario@demo.cogwg.example" in demo.output
    assert re.search(r"COGWG_DATABASE_URL=sqlite:///\S+/instance/demo-2020-09-24\.db", demo.output)
    assert PASSWORD in demo.output
    status, page = demo.get("/en/plans/2020")
    assert status == 200
    assert "Limited progress" in page
    assert demo.get("/readyz")[0] == 200
    assert can_sign_in(demo.port, PASSWORD)
    assert not can_sign_in(demo.port, "something else")


def test_deck_day_shows_nothing_due_and_nothing_reported(tmp_path: Path) -> None:
    with ServerProcess("demo", "--today", "2020-02-27", "--data", "here", cwd=tmp_path) as served:
        _, page = served.get("/en/plans/2020")
        _, french = served.get("/fr/plans/2020")
    matrix = page[page.index("<tbody") : page.index("</tbody")]
    assert matrix.count("Not yet due") == 21
    assert "progress</span>" not in matrix
    assert "No report" not in matrix
    assert french[french.index("<tbody") : french.index("</tbody")].count("Pas encore échu") == 21
    assert (tmp_path / "here" / "demo-2020-02-27.db").exists()


def test_demo_ends_on_sigterm_and_prints_a_new_password_at_next_start(tmp_path: Path) -> None:
    with ServerProcess("demo", cwd=tmp_path, COGWG_DEMO_PASSWORD="the first pass phrase") as served:
        assert can_sign_in(served.port, "the first pass phrase")
        workers = served.worker_ids()
        assert served.terminate() == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert "Traceback" not in served.output
    with ServerProcess("demo", cwd=tmp_path) as served:
        printed = re.search(r"and the password: (\S+)", served.output)
        assert printed is not None
        assert can_sign_in(served.port, printed[1])
        assert not can_sign_in(served.port, "the first pass phrase")


def test_demo_refuses_other_hosts(tmp_path: Path) -> None:
    refused = run_command("demo", "--host", "0.0.0.0", cwd=tmp_path)
    assert refused.returncode == 2
    assert "loopback" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_serve_requires_a_database_and_a_secret_key(tmp_path: Path) -> None:
    refused = run_command("serve", cwd=tmp_path)
    assert refused.returncode == 2
    assert "cogwg init" in refused.stderr
    assert run_command("init", cwd=tmp_path).returncode == 0
    refused = run_command("serve", cwd=tmp_path)
    assert refused.returncode == 2
    assert "COGWG_SECRET_KEY" in refused.stderr
    assert run_command("seed", cwd=tmp_path).returncode == 0
    with ServerProcess(
        "serve", "--today", "2020-02-27", cwd=tmp_path, COGWG_SECRET_KEY="only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"
    ) as served:
        status, page = served.get("/en/plans/2020")
        assert status == 200
        assert "Sample data" not in page
