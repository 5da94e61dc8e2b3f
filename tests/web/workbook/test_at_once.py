"""Several people save overlapping workbooks at once, each button pressed twice, on both engines.

Nothing is saved in part, nothing twice, and every conflict is told.
"""

from __future__ import annotations

import random
import threading

import pytest
from sqlalchemy import delete

from cogwg.accounts.models import Throttle
from cogwg.audit.models import AuditEvent
from cogwg.imports.models import Upload
from cogwg.plan.models import Activity
from cogwg.reporting.models import StatusReport
from cogwg.web.http.rate_limits import RateLimiter
from tests.sessions import ESSENTIAL
from tests.web.workbook.filled import download, fill, upload
from tests.web_client import App, Client, Page

CODES = ("3.2", "3.3", "3.4", "4.3", "4.4")
PEOPLE = ("ontario", "chair", "secretariat", "ontario", "secretariat", "chair", "ontario", "secretariat")
"""Eight browsers: persons have several, as at home and in the office."""


def work(app: App, client: Client, number: int, uploads: int, responses: list[str], lock: threading.Lock) -> None:
    chance = random.Random(number)
    query = "" if PEOPLE[number] == "ontario" else "&for=on"
    for turn in range(uploads):
        codes = chance.sample(CODES, chance.randint(1, 4))
        mark = f"upload {number}.{turn}"
        cells = {(code, "progress_en"): f"{code} by {mark}." for code in codes}
        page = patiently_uploaded(client, fill(download(client, query=query), cells))
        asked = {radio.get("name", "") for radio in page.find_all("input", type="radio")}  # not all have a choice already
        answers = dict.fromkeys((name for name in asked if name.startswith("choose-")), "yours")
        outcomes = press_twice(page, answers)
        with lock:
            responses += [f"{mark}: {status}" for status in outcomes]


def patiently_uploaded(client: Client, data: bytes) -> Page:
    """Upload a file, again and again while others are being read."""
    for _attempt in range(400):
        answer = upload(client, data)
        if answer.status == 303:
            return answer.follow()
        assert answer.status == 429
        threading.Event().wait(0.02)
    raise AssertionError("the upload never began")


def press_twice(page: Page, answers: dict[str, str]) -> list[int]:
    """Press the button twice at the same time, and return both statuses."""
    statuses: list[int] = []

    def press() -> None:
        browser = Client(page.client.app)
        cookie = page.client.flask_client.get_cookie("session")
        assert cookie is not None
        browser.flask_client.set_cookie("session", cookie.value)
        form = page.form("/save")
        answer = browser.post(form.action, {**form.values, **answers})
        statuses.append(answer.status)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@ESSENTIAL
@pytest.mark.parametrize(("people", "uploads"), [(3, 2), pytest.param(8, 40, marks=pytest.mark.slow)])
def test_overlapping_workbooks_are_saved_whole_and_once(app_per_engine: App, people: int, uploads: int) -> None:
    app, responses, lock = app_per_engine, [], threading.Lock()
    app.flask.extensions["cogwg.files"] = RateLimiter(10_000)
    clients = [app.client_as(name) for name in PEOPLE[:people]]
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(app, clients[number], number, uploads, responses, lock)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    applied = [row for row in app.rows(Upload) if row.applied_at is not None]
    events = app.rows(AuditEvent, AuditEvent.action == "upload.applied")
    assert sorted(event.subject_id for event in events) == sorted(row.id for row in applied)
    assert len({event.subject_id for event in events}) == len(events), "none is saved twice"
    statuses = {line.rpartition(" ")[2] for line in responses}
    assert statuses <= {"303", "409"}, "saved, or the conflict is told"
    codes = {activity.id: activity.code for activity in app.rows(Activity)}
    saved = app.rows(AuditEvent, AuditEvent.action == "report.saved")
    lines = [line for row in applied for line in row.outcome["rows"]]
    assert len(saved) == len(lines), "each event of a report belongs to one upload"
    for report in app.rows(StatusReport, StatusReport.period_id == 3):
        if codes[report.activity_id] not in CODES:
            continue
        own = sorted(line["version"] for line in lines if line["code"] == codes[report.activity_id])
        assert own == list(range(1, report.version + 1)), "no version is lost or written twice"
    for row in applied:
        own_rows = [line["code"] for line in row.outcome["rows"]]
        assert len(own_rows) == len(set(own_rows))
    app.execute(delete(Throttle))
