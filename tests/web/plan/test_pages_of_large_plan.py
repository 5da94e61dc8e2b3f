"""The list and the timeline of a plan with more than fifty activities are shown in pages, with the counts of the whole plan."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from tests.large_plan import add_large_plan
from tests.web_client import App, Page, text_of


@pytest.fixture
def large(app: App) -> App:
    with Session(app.engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=3, activities=20, quarters=1)
    return app


def codes(page: Page) -> list[str]:
    """Return the codes of the activities in the table."""
    links = (a for row in page.find_all("th") if row.get("scope") == "row" for a in row.iter("a"))
    return [text_of(a).split()[0] for a in links]


@pytest.mark.parametrize(("lang", "shown", "following"), [("en", "1–50 of 60", "Next"), ("fr", "1 à 50 sur 60", "Suivant")])
@pytest.mark.parametrize("view", ["list", "timeline"])
def test_large_plan_is_shown_in_pages_of_fifty(large: App, lang: str, shown: str, following: str, view: str) -> None:
    visitor = large.client_as("visitor")
    first = visitor.get(f"/{lang}/plans/2021?view={view}")
    assert "60" in text_of(first.find("p", class_="lede"))
    assert shown in text_of(first.find("nav", class_="pagination"))
    link = next(a for a in first.find("nav", class_="pagination").iter("a") if a.get("rel") == "next")
    assert text_of(link) == following
    second = visitor.get(link.get("href"))
    assert (len(codes(first)), len(codes(second))) == (50, 10)
    assert len({*codes(first), *codes(second)}) == 60
    assert first.text.count("drawing-due-day") == (100 if view == "timeline" else 0)
    assert visitor.get(f"/{lang}/plans/2021?view={view}&page=9").status == 200
    assert visitor.get(f"/{lang}/plans/2021?view={view}&page=x").status == 404


def test_next_page_keeps_filters_and_order(large: App) -> None:
    visitor = large.client_as("visitor")
    whole = visitor.get("/en/plans/2021/activities.csv?sort=due&order=desc").text
    first = visitor.get("/en/plans/2021?view=list&sort=due&order=desc")
    link = next(a for a in first.find("nav", class_="pagination").iter("a") if a.get("rel") == "next")
    second = visitor.get(link.get("href"))
    shown = [*codes(first), *codes(second)]
    assert shown == [line.split(",")[0].strip("\"'") for line in whole.splitlines() if "Activity " in line]


def test_plan_of_fifty_activities_or_fewer_has_no_pages(app: App) -> None:
    for view in ("list", "timeline"):
        assert not app.client_as("visitor").get(f"/en/plans/2020?view={view}").find_all("nav", class_="pagination")
