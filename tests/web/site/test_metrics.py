"""The metrics: only with the token, without a session, in the text format, and at a constant cost."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.accounts.services import start_session
from cogwg.audit.services import SYSTEM, record_event
from cogwg.audit.verification import record_verdict, verify_chain
from cogwg.backup.services import BACKED_UP
from cogwg.core.db import write_transaction
from cogwg.core.schema import head
from cogwg.doctor.metrics import Metric, text_format
from cogwg.mail.models import OutboxMessage
from tests.databases import REAL_NOW, Databases
from tests.web_client import App

TOKEN = "only-for-tests-Ks3Mp7Yt5Ge1Ra8Wb2"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
SAMPLE = re.compile(r'(\w+)(?:\{(\w+)="([^"]*)"\})? (\S+)')
MAX_STATEMENTS = 14
Statements = Callable[[Engine], AbstractContextManager[list[str]]]


@pytest.fixture
def app(engine_name: str, databases: Databases) -> Iterator[App]:
    app = App(databases.create(engine_name, "seeded"), extra_settings={"metrics_token": TOKEN})
    yield app
    app.close()
    databases.drop(app.url)


def read(app: App, **headers: str) -> tuple[int, str]:
    answer = app.anonymous_client().flask_client.get("/metrics", headers=headers)
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.text


def values(app: App) -> dict[str, float]:
    status, text = read(app, Authorization=f"Bearer {TOKEN}")
    assert status == 200, text
    samples = [SAMPLE.fullmatch(line) for line in text.splitlines() if not line.startswith("#")]
    return {sample[1]: float(sample[4]) for sample in samples if sample is not None}


def test_metrics_need_the_token_and_look_absent_without_the_setting(app: App, read_only_app: App) -> None:
    app.flask.extensions["cogwg.worker_restarts"] = lambda: 3
    status, text = read(app, Authorization=f"bearer {TOKEN}", Host="10.0.0.7:8000")
    assert status == 200
    assert "# TYPE cogwg_sessions gauge\ncogwg_sessions 0\n" in text
    assert f'cogwg_schema_info{{revision="{head()}"}} 1\n' in text
    assert "# TYPE cogwg_worker_restarts_total counter\ncogwg_worker_restarts_total 3\n" in text
    for wrong in ("", f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", "Bearer é"):
        assert read(app, Authorization=wrong)[0] == 401, wrong
    signed_in = app.client_as("secretariat").flask_client
    assert signed_in.get("/metrics").status_code == 401, "no role replaces the token"
    assert read_only_app.client_as("secretariat").get("/metrics").status == 404
    assert read(read_only_app, Authorization="Bearer ")[0] == 404


def test_refused_monitor_is_in_the_security_log_without_its_token(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "cogwg.security"):
        read(app, Authorization="Bearer a-secret-of-another-site")
    (record,) = caplog.records
    assert record.fields["event"] == "metrics.refused"  # type: ignore[attr-defined]
    assert "secret" not in json.dumps(record.fields)  # type: ignore[attr-defined]


def test_metrics_follow_what_happens(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGWG_DATA", str(tmp_path))
    before = values(app)
    assert "cogwg_backup_age_seconds" not in before
    assert "cogwg_outbox_oldest_seconds" not in before
    at = app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        record_event(session, BACKED_UP, ("database", 0), by=SYSTEM, at=at - timedelta(hours=5))
        for number, (age, next_try_at) in enumerate(((2, REAL_NOW), (1, REAL_NOW), (9, None))):
            session.add(
                OutboxMessage(
                    key=str(number),
                    kind="reminder",
                    address="a@example.ca",
                    lang="en",
                    subject="",
                    text="",
                    html="",
                    made_at=at - timedelta(hours=age),
                    next_try_at=next_try_at,
                )
            )
        start_session(session, app.person_id("ontario"), now=REAL_NOW)
    with Session(app.engine) as session:
        verdict = verify_chain(session)
        with write_transaction(session):
            record_verdict(session, verdict, by=SYSTEM, at=at - timedelta(days=1))
    after = values(app)
    assert after["cogwg_audit_events"] > before["cogwg_audit_events"]
    assert after["cogwg_backup_age_seconds"] == 5 * 3600
    assert (after["cogwg_chain_check_age_seconds"], after["cogwg_chain_faults"]) == (24 * 3600, 0)
    assert (after["cogwg_outbox_waiting"], after["cogwg_outbox_failed"]) == (2, 1)
    assert after["cogwg_outbox_oldest_seconds"] == 2 * 3600
    assert after["cogwg_sessions"] == before["cogwg_sessions"] + 1
    assert after["cogwg_database_bytes"] > 100_000
    assert after["cogwg_disk_free_bytes"] > 0
    assert after["cogwg_reports_expected"] >= after["cogwg_reports_received"] + after["cogwg_reports_missing"] > 0


def test_age_of_a_backup_that_is_gone_is_left_out(app: App, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    for name in ("there", "gone"):
        with Session(app.engine) as session, write_transaction(session):
            after = {"file": str(tmp_path / name)}
            record_event(session, BACKED_UP, ("database", 0), by=SYSTEM, at=app.calendar.now(), after=after)
        assert ("cogwg_backup_age_seconds" in values(app)) == (name == "there")


def test_metrics_take_a_constant_number_of_statements(app: App, statements: Statements) -> None:
    values(app)
    with statements(app.request_engine) as few:
        values(app)
    with Session(app.engine) as session, write_transaction(session):
        for _ in range(20):
            record_event(session, BACKED_UP, ("database", 0), by=SYSTEM, at=app.calendar.now())
            start_session(session, app.person_id("ontario"), now=REAL_NOW)
    with statements(app.request_engine) as many:
        values(app)
    assert len(few) == len(many) <= MAX_STATEMENTS, "\n".join(many)


def test_reference_lists_every_metric(app: App) -> None:
    app.flask.extensions["cogwg.worker_restarts"] = lambda: 0
    listed = re.findall(r"^\| `(cogwg_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(values(app)) <= set(listed)
    later = {"backup_age_seconds", "chain_check_age_seconds", "chain_faults", "outbox_oldest_seconds"}
    assert set(listed) - set(values(app)) <= {f"cogwg_{name}" for name in later} | {"cogwg_disk_free_bytes"}
    assert f"at most {MAX_STATEMENTS} statements" in PAGE.read_text(encoding="utf-8")


def test_label_is_escaped() -> None:
    text = text_format([Metric("a", "A number.", 12345678901, {"b": 'c"\\\n'})])
    assert text == '# HELP a A number.\n# TYPE a gauge\na{b="c\\"\\\\\\n"} 12345678901\n'
