"""A new year: the last quarter of a plan is late while the next plan has begun, and both still ask for reports."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.db import write_transaction
from cogwg.plan.models import Assignment
from cogwg.reporting.models import ReportingPeriod, Submission
from tests.large_plan import add_large_plan
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp
from tests.web_client import App, text_of

JANUARY = date(2021, 1, 5)
LANGS = ("en", "fr")


@pytest.fixture
def january_app(make_app: MakeApp) -> App:
    """An app in January 2021 with the demo data, three closed quarters and a 2021 plan that Ontario is a lead in."""
    app = make_app(day=JANUARY)
    with Session(app.engine) as session, write_transaction(session):
        add_large_plan(session, priorities=2, activities=2, quarters=0)
        ontario = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
        seat = session.scalars(select(Assignment).order_by(Assignment.id.desc())).first()
        assert seat is not None
        seat.jurisdiction_id = ontario
        over = update(ReportingPeriod).where(ReportingPeriod.key.in_(["2020-03", "2020-06", "2020-09"]))
        session.execute(over.values(closed_at=app.calendar.now()))
    return app


def without_no_break_spaces(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("lang", LANGS)
@FURTHER
def test_my_updates_starts_with_the_late_quarter_and_links_the_open_quarter(january_app: App, lang: str) -> None:
    ontario = january_app.client_as("ontario")
    page = ontario.get(f"/{lang}/my-updates")
    lede = "to report on for Quarter {} of {}." if lang == "en" else "à mettre à jour pour le trimestre {} de {}."
    assert lede.format(4, 2020) in without_no_break_spaces(page.main_text)
    (link,) = [a for a in page.find_all("a") if (a.get("href") or "").endswith("period=2021-03")]
    assert without_no_break_spaces(text_of(link)) == (
        "Quarter 1 of 2021 is open: 2 activities to report on"
        if lang == "en"
        else "Le trimestre 1 de 2021 est ouvert : 2 activités à mettre à jour"
    )
    answer = page.report_form("3.3").fill(status="SP", **{f"progress_{lang}": "A few days late."}).submit()
    assert answer.redirect_path.split("#")[0] == f"/{lang}/my-updates?period=2020-12"
    (sent,) = january_app.rows(Submission, Submission.progress_en + Submission.progress_fr == "A few days late.")
    assert (sent.period_id, sent.late) == (4, True)
    opened = ontario.get(str(link.get("href")))
    assert lede.format(1, 2021) in without_no_break_spaces(opened.main_text)
    (back,) = [a for a in opened.find_all("a") if (a.get("href") or "").endswith("period=2020-12")]
    assert "4 activities" in without_no_break_spaces(text_of(back)) or "4 activités" in without_no_break_spaces(text_of(back))
    (submit,) = [a for a in opened.find_all("a") if "my-updates/submit" in (a.get("href") or "")]
    assert (submit.get("href") or "").endswith("period=2021-03"), "the selected quarter is submitted"


def test_my_updates_without_late_reports_shows_the_open_quarter(january_app: App) -> None:
    january_app.execute(
        update(ReportingPeriod).where(ReportingPeriod.key == "2020-12").values(closed_at=january_app.calendar.now())
    )
    page = january_app.client_as("ontario").get("/en/my-updates")
    assert "to report on for Quarter 1 of 2021." in without_no_break_spaces(page.main_text)
    assert "2020" not in [a.get("href", "").rpartition("=")[2][:4] for a in page.find_all("a")]


def test_readiness_starts_with_the_late_quarter_of_last_year(january_app: App) -> None:
    chair = january_app.client_as("chair")
    page = chair.get("/en/readiness")
    assert page.h1 == "Reporting status, Quarter 4 of 2020"
    (link,) = [a for a in page.find("main").iter("a") if (a.get("href") or "").endswith("period=2021-03")]
    assert without_no_break_spaces(text_of(link)) == "Quarter 1 of 2021 is open: 4 activities to report on"
    opened = chair.get(str(link.get("href")))
    assert opened.h1 == "Reporting status, Quarter 1 of 2021"
    assert "Quarter 4 of 2020 still accepts reports: 13 activities to report on" in without_no_break_spaces(opened.main_text)
    assert chair.get("/en/readiness/remind?period=2020-12").status == 200
