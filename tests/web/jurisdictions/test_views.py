"""A jurisdiction's page: what is asked of it, what is in, and what it told; and all its reports as a file."""

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
from tests.pages import House, words
from tests.web.conftest import MakeHouse


def asked(house: House, name: str, code: str) -> str:
    page = house.cast(name).get(f"/en/jurisdictions/{code}")
    return words(page.one("aside"))


def test_what_is_asked_goes_away_as_reports_come_in(house: House) -> None:
    ontario = house.cast("ontario")
    assert "5 reports of quarter 3 are to come." in asked(house, "reader", "on")
    assert "Due 30\u00a0September, 17:00 Eastern time." in asked(house, "ontario", "on")
    form = ontario.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="Our words.")
    assert form.submit().status == 303
    page = house.cast("reader").get("/en/jurisdictions/on")
    assert "4 reports of quarter 3 are to come." in page.main
    assert "Report of quarter 3 submitted 24\u00a0September" in page.main
    assert "Our words." not in page.main
    assert "1 of 5 in" in words(house.cast("reader").get("/en/jurisdictions").one("main"))


def test_a_returned_report_is_asked_for_again_and_only_those_it_concerns_see_that(house: House) -> None:
    house.change(update(StatusReport).where(StatusReport.period_id == 3).values(state="returned", returned_note="Say more."))
    for name, sees in (("saskatchewan", True), ("chair", True), ("secretariat", True), ("ontario", False), ("reader", False)):
        page = house.cast(name).get("/en/jurisdictions/sk")
        assert ("4 reports of quarter 3 are to come." in page.main) is sees
        assert ("returned: to be submitted again" in page.main) is sees
        assert "Say more." not in page.text


def test_only_its_own_lead_is_led_to_the_form(shared: House) -> None:
    def offers(name: str) -> bool:
        return "Write the update" in asked(shared, name, "on")

    assert [offers(name) for name in ("ontario", "quebec", "saskatchewan", "chair", "reader")] == [True, *[False] * 4]


def test_roles_that_wait_say_what_is_wanted(shared: House) -> None:
    assert "Confirm the role in priority 4." in asked(shared, "reader", "ns")
    assert "No report is asked for." in asked(shared, "reader", "ns")
    assert "As a partner in priority 5 it may add a note" in asked(shared, "reader", "nt")
    assert "All reports of quarter 3 are in." in asked(shared, "reader", "sk")
    nobody = shared.cast("reader").get("/en/jurisdictions/qc")
    assert "Holds no role in the plan at present." in nobody.main


def test_a_challenge_is_attributed_inside_and_gone_when_withdrawn(make_house: MakeHouse) -> None:
    house = make_house()
    with Session(house.engine) as session, write_transaction(session):
        ids = {code: jurisdiction(session, code).id for code in ("on", "qc")}
        states = (ChallengeState.RESOLVED, ChallengeState.OPEN, ChallengeState.OPEN)
        for n, (state, withdrawn_at) in enumerate(zip(states, (None, None, house.calendar.now()), strict=True)):
            text = Bilingual(f"Challenge number {n}", "")
            made = Challenge(key=f"c{n}", position=n, theme=Bilingual("People", "Gens"), text=text, state=state)
            made.reported_on, made.withdrawn_at = date(2020, 9, 1), withdrawn_at
            made.raised_by = [ChallengeJurisdiction(jurisdiction_id=id_) for id_ in ids.values()]
            session.add(made)
    page = house.cast("reader").get("/fr/jurisdictions/qc")
    assert "Challenge number 2" not in page.main
    assert page.main.index("Challenge number 1") < page.main.index("Challenge number 0")
    assert "1 autre administration le rencontre aussi" in page.main
    assert [e.get("lang") for e in page.one("main").iter("span") if e.get("lang")] == ["en", "en"]
    assert "Challenge number" not in house.cast("reader").get("/en/jurisdictions/sk").main


def test_the_reports_of_a_jurisdiction_as_a_file_hold_both_languages_and_no_person(shared: House) -> None:
    answer = shared.cast("reader").get("/en/jurisdictions/on/reports.csv")
    heading, *found = list(csv.reader(StringIO(answer.response.get_data().decode("utf-8-sig"), newline="")))
    assert heading[9:11] == ["Progress (English)", "Progress (French)"]
    assert {row[0] for row in found} <= {"3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "4.4"}
    assert any(row[9] for row in found)
    assert "Osei" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    nobody = shared.cast("reader").get("/fr/jurisdictions/qc/reports.csv")
    assert len(nobody.text.strip().splitlines()) == 1
