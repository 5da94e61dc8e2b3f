"""The row that a save returns is put together from what was written, and is the row that the next page reads."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Role
from cogwg.core.db import write_transaction
from cogwg.web.reporting import updates
from cogwg.web.reporting.worklist_loader import load_row, saved_row
from cogwg.web.reporting.worklist_row import UpdateRow
from tests.web.news.test_translated_reports import report_form
from tests.web_client import App, Client

ADDRESS = "/en/plans/2020/activities/3.3/report?period=2020-09"
LINK = {"evidence_url": "https://data.example.ca/measures", "evidence_label_en": "The measures"}


@pytest.fixture
def compared_rows(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UpdateRow, UpdateRow]]:
    """Collect each row that a save builds, with the row that the database has after the commit."""
    rows: list[tuple[UpdateRow, UpdateRow]] = []

    def build_and_read(session: Any, context: Any, item: Any, saved: Any) -> UpdateRow:
        built = saved_row(session, context, item, saved)
        rows.append((built, load_row(session, context, item)))
        return built

    monkeypatch.setattr(updates, "saved_row", build_and_read)
    return rows


def save(browser: Client, button: str, *, behalf: str = "", **fields: str | None) -> None:
    form = browser.get(f"{ADDRESS}{behalf}", htmx=True).form("3.3/report").fill(**fields)
    answer = form.submit(button_value=button, htmx=True)
    assert answer.status == 200, answer.alert_text


def return_report(app: App) -> None:
    page = app.client_as("chair").get("/en/plans/2020/activities/3.3/return?period=2020-09")
    assert page.form("/return").fill(note="Which five?").submit().status == 303


def test_row_of_each_save_equals_the_stored_row(app_per_engine: App, compared_rows: list[tuple[UpdateRow, UpdateRow]]) -> None:
    app = app_per_engine
    ontario, chair = app.client_as("ontario"), app.client_as("chair")
    save(ontario, "save", status=None, challenge_en="No quorum.")
    save(ontario, "save", status="LP", progress_en="Two measures.", progress_fr="Deux mesures.", **LINK)
    save(ontario, "save", progress_en="Three measures.")
    save(ontario, "submit", status="SP", evidence_url="", evidence_label_en="")
    save(ontario, "submit", status="C", **LINK)
    return_report(app)
    save(ontario, "save", progress_en="Five measures.", progress_fr="")
    save(ontario, "submit")
    form = report_form(chair.get("/en/translations"), "Five measures.").fill(text="Cinq mesures.")
    assert form.submit().status == 303
    save(ontario, "submit", challenge_en="No quorum yet.")
    save(chair, "submit", behalf="&for=on", status="LP", progress_en="Six measures.")
    for number, (built, stored) in enumerate(compared_rows, 1):
        assert built == stored, f"save {number}"
    last = [built.report for built, _stored in compared_rows]
    assert len(last) == 9
    assert last[2] is not None
    assert last[2].stale, "the French text is older"
    assert last[5] is not None
    assert last[5].returned_note == "Which five?"
    assert compared_rows[7][0].translators, "the translator is named"


def test_row_saved_by_a_lead_of_two_jurisdictions_equals_the_stored_row(
    app: App, ontario: Client, compared_rows: list[tuple[UpdateRow, UpdateRow]]
) -> None:
    with Session(app.engine) as session, write_transaction(session):
        session.execute(delete(Membership).where(Membership.person_id == app.person_id("ontario")))
        ids = session.scalars(
            select(Jurisdiction.id).where(Jurisdiction.code.in_(("on", "qc"))).order_by(Jurisdiction.id.desc())
        )
        for id_ in ids:
            session.add(Membership(person_id=app.person_id("ontario"), role=Role.LEAD, jurisdiction_id=id_))
            session.flush()
    save(ontario, "save", status="SP")
    ((built, stored),) = compared_rows
    assert built == stored
    assert built.report is not None
    assert built.report.changed_by_lead_of
