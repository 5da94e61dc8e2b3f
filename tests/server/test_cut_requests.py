"""Drawing a deck's files takes longer than the server waits at its end: nothing half is stored, and the answer says so."""

from __future__ import annotations

import re
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

from lxml.html import document_fromstring

from tests.bench.client import HttpClient, Response, last_csrf_token
from tests.server.process import ServerProcess
from tests.server.test_processes import check_end

PASSWORD = "a long demo password"
DRAWING_SECONDS = 20
PROGRAM = f"""#!{sys.executable}
import time
from pathlib import Path
from cogwg.briefing import files

draw_files = files.draw_files

def draw_slowly(*arguments, **options):
    if Path("slow").exists():
        Path("drawing").touch()
        time.sleep({DRAWING_SECONDS})
    return draw_files(*arguments, **options)

files.draw_files = draw_slowly
from cogwg.cli import main
main()
"""
COUNTED = ("frozen_version", "frozen_file", "form_token", "event")


def signed_in_chair(served: ServerProcess) -> HttpClient:
    client = HttpClient(served.port)
    token = last_csrf_token(client.get("/en/sign-in").text)
    fields = {**token, "email": "chair@demo.cogwg.example", "password": PASSWORD, "next": ""}
    assert client.post("/en/sign-in", fields).status == 303
    return client


def create_draft(chair: HttpClient) -> str:
    """Create a briefing and return its path."""
    page = document_fromstring(chair.get("/en/briefings/new").text)
    fields = {name: value or "" for name, value in page.forms[-1].form_values()}
    answer = chair.post("/en/briefings/new", {**fields, "meeting_on": "2020-11-05"})
    assert answer.status == 303, answer.text
    return re.sub(r"/[a-z]+$", "", answer.location)


def freeze_fields(chair: HttpClient, path: str) -> dict[str, str]:
    (form,) = [f for f in document_fromstring(chair.get(path).text).forms if f.get("id") == "freeze"]
    own = {name: value or "" for name, value in form.form_values()}
    return own | {"note": "The reports that are missing are excused.", "answer": "finalize"}


def count_rows(folder: Path) -> dict[str, int]:
    (file,) = (folder / "instance").glob("*.db")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}


def test_drawing_that_is_cut_off_stores_nothing_and_can_be_tried_again(tmp_path: Path) -> None:
    program = tmp_path / "cogwg"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    answers: list[Response] = []
    with ServerProcess("demo", cwd=tmp_path, program=str(program), COGWG_DEMO_PASSWORD=PASSWORD) as served:
        chair = signed_in_chair(served)
        path = create_draft(chair)
        fields = freeze_fields(chair, path)
        (tmp_path / "slow").touch()
        before = count_rows(tmp_path)
        asking = threading.Thread(target=lambda: answers.append(chair.post(f"{path}/freeze", fields)))
        asking.start()
        while not (tmp_path / "drawing").exists():
            time.sleep(0.05)
        workers = served.worker_ids()
        served.send_signal(signal.SIGTERM)
        check_end(served, workers)
        asking.join()
    (answer,) = answers
    assert answer.status == 503
    assert "Go back and try again" in answer.text
    assert "Revenez en arrière et réessayez" in answer.text
    assert count_rows(tmp_path) == before
    (tmp_path / "slow").unlink()
    with ServerProcess("demo", cwd=tmp_path, program=str(program), COGWG_DEMO_PASSWORD=PASSWORD) as served:
        again = signed_in_chair(served)
        fields.update(last_csrf_token(again.get(path).text))
        assert again.post(f"{path}/freeze", fields).location.endswith("/versions/1")
    assert count_rows(tmp_path)["frozen_version"] == before["frozen_version"] + 1
