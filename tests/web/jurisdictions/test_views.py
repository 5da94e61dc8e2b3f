"""A jurisdiction's page: its required and received reports and its news; and all its reports as a file."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, StatusReport
from tests.web.conftest import MakeApp
from tests.web_client import App, text_of


def requests_text(app: App, person: str, code: str) -> str:
    page = app.client_as(person).get(f"/en/jurisdictions/{code}")
    return text_of(page.find("aside"))


def test_requested_reports_decrease_as_reports_are_submitted(app: App) -> None:
    ontario = app.client_as("ontario")
    assert "5 reports for Quarter 3 have not been submitted." in requests_text(app, "reader", "on")
    assert "Due September\u00a030 at 5\u00a0pm (Eastern time)." in requests_text(app, "ontario", "on")
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Our words.")
    assert form.submit().status == 303
    page = app.client_as("reader").get("/en/jurisdictions/on")
    assert "4 reports for Quarter 3 have not been submitted." in page.main_text
    assert "Quarter 3 report submitted September\u00a024" in page.main_text
    assert "Our words." not in page.main_text
    assert "1 of 5 received" in text_of(app.client_as("reader").get("/en/jurisdictions").find("main"))


def test_returned_report_is_requested_again_and_visible_to_leads_and_steering(app: App) -> None:
    app.execute(update(StatusReport).where(StatusReport.period_id == 3).values(state="returned", returned_note="Say more."))
    for name, sees in (("saskatchewan", True), ("chair", True), ("secretariat", True), ("ontario", False), ("reader", False)):
        page = app.client_as(name).get("/en/jurisdictions/sk")
        assert ("4 reports for Quarter 3 have not been submitted." in page.main_text) is sees
        assert ("returned, to be submitted again" in page.main_text) is sees
        assert "Say more." not in page.text


def test_report_link_is_shown_only_to_its_own_lead(read_only_app: App) -> None:
    def offers(name: str) -> bool:
        return "Write an update" in requests_text(read_only_app, name, "on")

    assert [offers(name) for name in ("ontario", "quebec", "saskatchewan", "chair", "reader")] == [True, *[False] * 4]


def test_roles_to_confirm_and_partner_roles_are_explained(read_only_app: App) -> None:
    assert "Confirm the role in Priority 4." in requests_text(read_only_app, "reader", "ns")
    assert "No reports are required." in requests_text(read_only_app, "reader", "ns")
    assert "Partner on Priority 5: the leads report, and the partner can add" in requests_text(read_only_app, "reader", "nt")
    assert "All reports for Quarter 3 have been received." in requests_text(read_only_app, "reader", "sk")
    quebec = read_only_app.client_as("reader").get("/en/jurisdictions/qc")
    assert "This jurisdiction has no role in the plan." in quebec.main_text


def test_challenges_are_attributed_and_withdrawn_challenges_hidden(make_app: MakeApp) -> None:
    app = make_app()
    with Session(app.engine) as session, write_transaction(session):
        ids = {code: jurisdiction(session, code).id for code in ("on", "qc")}
        states = (ChallengeState.RESOLVED, ChallengeState.OPEN, ChallengeState.OPEN)
        for n, (state, withdrawn_at) in enumerate(zip(states, (None, None, app.calendar.now()), strict=True)):
            text = Bilingual(f"Challenge number {n}", "")
            made = Challenge(key=f"c{n}", position=n, theme=Bilingual("People", "Gens"), text=text, state=state)
            made.reported_on, made.withdrawn_at = date(2020, 9, 1), withdrawn_at
            made.raised_by = [ChallengeJurisdiction(jurisdiction_id=id_) for id_ in ids.values()]
            session.add(made)
    page = app.client_as("reader").get("/fr/jurisdictions/qc")
    assert "Challenge number 2" not in page.main_text
    assert page.main_text.index("Challenge number 1") < page.main_text.index("Challenge number 0")
    assert "1\u00a0autre administration y fait face aussi" in page.main_text
    assert [e.get("lang") for e in page.find("main").iter("span") if e.get("lang")] == ["en", "en"]
    assert "Challenge number" not in app.client_as("reader").get("/en/jurisdictions/sk").main_text


def test_report_download_has_both_languages_and_no_names(read_only_app: App) -> None:
    answer = read_only_app.client_as("reader").get("/en/jurisdictions/on/reports.csv")
    rows = list(csv.DictReader(StringIO(answer.response.get_data().decode("utf-8-sig"), newline="")))
    codes = {f"'{code}" for code in ("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "4.4")}
    assert {row["Activity"] for row in rows} <= codes
    assert {"Progress (English)", "Progress (French)"} <= rows[0].keys()
    assert any(row["Progress (English)"] for row in rows)
    assert "Osei" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    quebec = read_only_app.client_as("reader").get("/fr/jurisdictions/qc/reports.csv")
    assert len(quebec.text.strip().splitlines()) == 1
