"""What is refused: large files, several at once, files of which the reader fails; and that a preview writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.imports.models import Upload
from cogwg.imports.rules import SIZE_LIMIT, UploadVerdict
from cogwg.imports.services import begin_reading
from cogwg.workbook import previewing
from tests.web.test_statements import Statements
from tests.web.workbook.filled import download, fill, upload
from tests.web_client import App, Client

RECORD = ("status_report", "submission", "evidence", "activity", "priority", "assignment", "outbox_message", "contribution")
WRITING = ("INSERT", "UPDATE", "DELETE")


def test_preview_writes_only_the_upload_and_its_event(app: App, ontario: Client, statements: Statements) -> None:
    data = fill(download(ontario), {("3.3", "progress_en"): "Tested."})
    form = ontario.get("/en/workbook").form("/en/workbook")
    with statements(app.request_engine) as sent:
        from io import BytesIO

        page = form.submit(extra={"file": (BytesIO(data), "a.xlsx")}).follow()
    assert page.status == 200
    written = {s.split()[2 if s.startswith(("INSERT", "DELETE")) else 1].strip('"') for s in sent if s.startswith(WRITING)}
    assert written <= {"upload", "event", "audit_link", "chain_head", "throttle", "sign_in"}
    assert not written & set(RECORD)


@pytest.mark.parametrize("size", [SIZE_LIMIT + 1, SIZE_LIMIT + 100_000])
def test_file_that_is_too_large_is_refused_with_the_limit(ontario: Client, size: int) -> None:
    page = upload(ontario, b"PK" + bytes(size), "large.xlsx")
    assert page.status == 413
    assert "The limit is 5 MB." in page.alert_text


def test_other_forms_keep_their_smaller_limit(ontario: Client) -> None:
    form = ontario.report_form("3.3").fill(progress_en="x" * 1_100_000)
    assert form.submit(button_value="save").status == 413


def test_third_upload_at_once_waits(app: App, ontario: Client) -> None:
    with Session(app.engine) as session, write_transaction(session):
        for person in (1001, 1002):
            assert begin_reading(session, person, now=app.clock()) is not None
    page = upload(ontario, download(ontario))
    assert page.status == 429
    assert page.headers["Retry-After"] == "10"
    assert "Wait 10 seconds" in page.alert_text
    app.clock.advance(minutes=2)
    assert upload(ontario, download(ontario)).status == 303


def test_file_that_stops_the_reader_is_kept_under_a_number_and_not_served(
    app: App, ontario: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_data: bytes) -> None:
        raise RecursionError

    monkeypatch.setenv("COGWG_DATA", str(tmp_path))
    data = download(ontario)
    monkeypatch.setattr(previewing, "read_book", fail)
    page = upload(ontario, data).follow()
    (stored,) = app.rows(Upload)
    assert stored.verdict is UploadVerdict.FAILED
    assert stored.failure_id in page.main_text
    assert ontario.get(f"/en/workbook/uploads/{stored.id}/marked.xlsx").status == 404
    monkeypatch.undo()
    assert upload(ontario, data).status == 303, "the next upload does not wait"
