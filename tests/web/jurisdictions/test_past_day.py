"""Jurisdictions on a past day: their names and roles then, and the status of their activities."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, add_jurisdiction, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction, OrderOfGovernment
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.plan.models import Assignment, Confirmation
from cogwg.plan.services import accept_role, offer_role
from tests.web_client import App, text_of

JUNE, ABOUT_JUNE = "as_of=2020-06-30", "about=2020-06-30"


def change(app: App) -> None:
    """Rename Ontario, add an organization, and give Québec a role, in September."""
    at = app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        ontario = jurisdiction_to_change(session, "on")
        name = Bilingual("Province of Ontario", "Province de l’Ontario")
        rename_jurisdiction(session, ontario, JurisdictionDraft(ontario.kind, name, ontario.short), version=1, by=SYSTEM, at=at)
        cities = JurisdictionDraft(OrderOfGovernment.MUNICIPAL, Bilingual("Cities", "Villes"), Bilingual("", ""))
        add_jurisdiction(session, cities, code="ct", by=SYSTEM, at=at)
        vacant = select(Assignment).where(Assignment.confirmation == Confirmation.VACANT).order_by(Assignment.id).limit(1)
        role, qc = (
            session.scalars(vacant).one(),
            session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "qc")).one(),
        )
        offer_role(session, role.id, qc, by=SYSTEM, at=at)
        accept_role(session, role.id, expected_jurisdiction_id=qc, by=SYSTEM, at=at, is_allowed=lambda _: True)


def test_jurisdiction_of_a_past_day_has_its_name_and_roles_of_then(app: App) -> None:
    change(app)
    reader = app.client_as("reader")
    today, then, about = (reader.get(f"/en/jurisdictions/on{q}") for q in ("", f"?{JUNE}", f"?{ABOUT_JUNE}"))
    assert (today.h1, then.h1, about.h1) == ("Province of Ontario", "Ontario", "Province of Ontario")
    assert "Earlier names" not in then.main_text
    assert [text_of(e).partition(",")[0] for e in about.find("dl", class_="facts").iter("dd")] == ["Ontario"]
    for page in (then, about):
        assert "has a role in 2 priorities" in page.main_text
        assert "Due today" in page.main_text
        day = page.path.partition("?")[2]
        links = {a.get("href", "") for a in page.find("main").iter("a")}
        assert {
            f"/en/jurisdictions?{day}",
            f"/en/plans/2020/priorities/3?{day}",
            f"/en/plans/2020/activities/3.2?{day}",
        } <= links
        for words in ("Reports due", "Who to contact", "Milestones", "Challenges", "Quarter 3 report"):
            assert words in today.main_text
            assert words not in page.main_text
    for query, roles in (("", "a role in 1 priority"), (f"?{JUNE}", "no role"), (f"?{ABOUT_JUNE}", "no role")):
        assert roles in reader.get(f"/en/jurisdictions/qc{query}").main_text


def test_list_of_a_past_day_has_the_names_and_roles_of_then(app: App) -> None:
    change(app)
    reader = app.client_as("reader")
    today, then, about = (reader.get(f"/en/jurisdictions{q}") for q in ("", f"?{JUNE}", f"?{ABOUT_JUNE}"))
    names = [[text_of(th) for th in page.find_all("th", scope="row")] for page in (today, then, about)]
    assert ["Cities" in each for each in names] == [True, False, True]
    assert ["Province of Ontario" in each for each in names] == [True, False, True]
    assert "Reports this quarter" in today.main_text
    for page in (then, about):
        assert "Reports this quarter" not in page.main_text
        (quebec,) = [row for row in page.find_all("tr") if text_of(row).startswith("Quebec")]
        assert "No role in the plan" in text_of(quebec)


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("on?as_of=2020-02-31", 400, "February 2020 has only 29 days."),
        ("on?as_of=2020-02-26", 404, "There was no plan on February\u00a026, 2020."),
        ("on?about=2020-02-26", 404, "There was no plan on February\u00a026, 2020."),
        ("ct?as_of=2020-06-30", 404, "This jurisdiction was added here on September\u00a024, 2020."),
    ],
)
def test_day_that_cannot_be_shown_is_answered_with_what_to_do(app: App, path: str, status: int, sentence: str) -> None:
    change(app)
    page = app.client_as("reader").get(f"/en/jurisdictions/{path}")
    assert (page.status, page.h1) == (status, "The plan cannot be shown for this date")
    assert sentence in page.main_text
    assert app.client_as("visitor").get(f"/en/jurisdictions/{path}").status == 303
