"""Long lists have fifty rows a page; links keep the filters, and downloads have every row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from tests.databases import Databases
from tests.large_plan import add_large_plan, add_news
from tests.sessions import first_of
from tests.web_client import App, Page, text_of

ROW_COUNT = 120


@pytest.fixture(scope="module")
def app_with_long_lists(databases: Databases) -> Iterator[App]:
    """An app with many milestones and challenges, half of them untranslated, and as many emails."""
    app = App(databases.create("sqlite", "seeded"))
    with Session(app.engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=1, activities=1, quarters=1)
        add_news(session, ROW_COUNT)
        at = app.clock()
        values = {"kind": "digest", "address": "a@b.example", "lang": Language.EN, "text": "T", "html": "", "made_at": at}
        session.add_all(
            OutboxMessage(key=f"k{n}", subject=f"Letter {n}", next_try_at=at if n % 2 else None, **values)
            for n in range(ROW_COUNT)
        )
    yield app
    app.close()


def row_ids(page: Page, prefix: str | tuple[str, ...]) -> list[str]:
    assert page.status == 200
    return [e.get("id") or "" for e in page.find_all("li") if (e.get("id") or "").startswith(prefix)]


def walk_pages(page: Page, prefix: str | tuple[str, ...], page_parameter: str) -> Iterator[list[str]]:
    """Return the rows of this page and of the next ones."""
    yield row_ids(page, prefix)
    following = [a for a in page.find_all("a", rel="next") if f"{page_parameter}=" in (a.get("href") or "")]
    if following:
        yield from walk_pages(page.client.get(following[0].get("href") or ""), prefix, page_parameter)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("path", "prefix", "least"),
    first_of(
        1,
        [
            ("milestones", "milestone-", ROW_COUNT),
            ("challenges?state=open", "challenge-", ROW_COUNT),
            ("translations", ("row-milestone", "row-link", "row-challenge", "row-theme"), ROW_COUNT),
        ],
    ),
)
def test_pages_hold_at_most_fifty_rows_and_every_row_once(
    app_with_long_lists: App, lang: str, path: str, prefix: str | tuple[str, ...], least: int
) -> None:
    chair = app_with_long_lists.client_as("chair")
    pages = list(walk_pages(chair.get(f"/{lang}/{path}"), prefix, "page"))
    rows = [row for page in pages for row in page]
    assert len(rows) == len(set(rows)) >= least
    assert {len(page) for page in pages[:-1]} == {50}


def test_page_links_keep_filters_and_lead_back(app_with_long_lists: App) -> None:
    first = app_with_long_lists.client_as("reader").get("/en/challenges?state=open")
    second = first.client.get(first.find("a", rel="next").get("href") or "")
    text = text_of(second.find("nav", class_="pagination"))
    assert text.startswith("Previous 51–100 of ")
    assert text.endswith(" Next")
    assert second.find("a", rel="prev").get("href") == "/en/challenges?state=open"
    assert "state=open" in (second.find("a", rel="next").get("href") or "")


def test_outbox_lists_are_paged_independently(app_with_long_lists: App) -> None:
    secretariat = app_with_long_lists.client_as("secretariat")
    page = secretariat.get("/en/admin/outbox?waiting=2")
    assert len(page.find_all("ul", class_="message-list")[0].findall("li")) == 50
    assert len(page.find_all("ul", class_="message-list")[1].findall("li")) == ROW_COUNT // 2 - 50
    (turn,) = page.find_all("a", rel="next")
    both = secretariat.get(turn.get("href") or "")
    assert [len(ul.findall("li")) for ul in both.find_all("ul", class_="message-list")] == [ROW_COUNT // 2 - 50] * 2


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_pages_of_the_outbox_have_the_names_of_its_lists_in_their_urls(app: App, lang: str) -> None:
    at = app.clock()
    states = {
        "failed": {},
        "waiting": {"next_try_at": at},
        "sent": {"sent_at": at},
        "cancelled": {"last_error": "withdrawn: closed"},
    }
    with Session(app.engine) as session, write_transaction(session):
        values = {"kind": "digest", "address": "a@b.example", "lang": Language.EN, "text": "T", "html": "", "made_at": at}
        session.add_all(
            OutboxMessage(key=f"{name}{n}", subject=name, **values, **state)
            for name, state in states.items()
            for n in range(51)
        )
    page = app.client_as("secretariat").get(f"/{lang}/admin/outbox")
    turns = {urlsplit(a.get("href") or "").query for a in page.find_all("a", rel="next")}
    assert turns == {f"{name}=2" for name in states}
    for name in states:
        second = page.client.get(f"/{lang}/admin/outbox?{name}=2")
        assert second.status == 200
        assert [urlsplit(a.get("href") or "").query for a in second.find_all("a", rel="prev")] == [""]


def test_download_holds_all_rows_whatever_page_is_shown(app_with_long_lists: App) -> None:
    page = app_with_long_lists.client_as("reader").get("/en/milestones?page=2")
    (link,) = [a.get("href") or "" for a in page.find_all("a") if text_of(a) == "CSV"]
    table = page.client.get(link).response.get_data().decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(table, newline="")))) > ROW_COUNT


def test_edit_on_a_later_page_returns_to_that_page(app_with_long_lists: App) -> None:
    chair = app_with_long_lists.client_as("chair")
    last = list(walk_pages(chair.get("/en/milestones"), "milestone-", "page"))[-1][-1].removeprefix("milestone-")
    answer = chair.get(f"/en/milestones/{last}/edit").form(f"/{last}/edit").submit()
    assert f"milestone-{last}" in row_ids(answer.follow(), "milestone-")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "²", "9" * 30])
def test_invalid_page_number_is_not_found(app_with_long_lists: App, number: str) -> None:
    assert app_with_long_lists.client_as("reader").get(f"/en/milestones?page={number}").status == 404


def test_page_past_the_end_is_the_last_page(app_with_long_lists: App) -> None:
    page = app_with_long_lists.client_as("reader").get("/en/milestones?page=9999")
    assert page.find_all("a", rel="prev")
    assert not page.find_all("a", rel="next")
