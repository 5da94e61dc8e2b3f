"""Long lists come fifty rows a page; the links keep the filters, and files hold every row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from tests.databases import Databases
from tests.growth import grow, grow_news
from tests.pages import House, Page, words

WANTED = 120


@pytest.fixture(scope="module")
def long(databases: Databases) -> Iterator[House]:
    """A house with many milestones and challenges, half of them untranslated, and as many letters."""
    house = House(databases.make("sqlite", "seeded"))
    with Session(house.engine) as session, write_transaction(session):
        grow(session, year=2021, priorities=1, activities=1, quarters=1)
        grow_news(session, WANTED)
        at = house.clock()
        told = {"kind": "digest", "address": "a@b.example", "lang": Language.EN, "text": "T", "html": "", "made_at": at}
        session.add_all(
            OutboxMessage(key=f"k{n}", subject=f"Letter {n}", next_try_at=at if n % 2 else None, **told) for n in range(WANTED)
        )
    yield house
    house.close()


def shown(page: Page, prefix: str) -> list[str]:
    assert page.status == 200
    return [e.get("id") or "" for e in page.all("li") if (e.get("id") or "").startswith(prefix)]


def walk(page: Page, prefix: str, name: str) -> Iterator[list[str]]:
    """The rows of this page and of those that its links lead to."""
    yield shown(page, prefix)
    following = [a for a in page.all("a", rel="next") if f"{name}=" in (a.get("href") or "")]
    if following:
        yield from walk(page.browser.get(following[0].get("href") or ""), prefix, name)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("path", "prefix", "least"),
    [("milestones", "milestone-", WANTED), ("challenges?state=open", "challenge-", WANTED), ("translations", "row-", WANTED)],
)
def test_every_row_is_on_one_page_and_no_page_holds_more_than_fifty(
    long: House, lang: str, path: str, prefix: str, least: int
) -> None:
    chair = long.cast("chair")
    pages = list(walk(chair.get(f"/{lang}/{path}"), prefix, "page"))
    rows = [row for page in pages for row in page]
    assert len(rows) == len(set(rows)) >= least
    assert {len(page) for page in pages[:-1]} == {50}


def test_the_links_keep_the_filters_and_lead_back(long: House) -> None:
    first = long.cast("reader").get("/en/challenges?state=open")
    second = first.browser.get(first.one("a", rel="next").get("href") or "")
    said = words(second.one("nav", class_="pages"))
    assert said.startswith("Previous 51–100 of ")
    assert said.endswith(" Next")
    assert second.one("a", rel="prev").get("href") == "/en/challenges?state=open"
    assert "state=open" in (second.one("a", rel="next").get("href") or "")


def test_the_outbox_turns_each_of_its_lists_by_itself(long: House) -> None:
    secretariat = long.cast("secretariat")
    page = secretariat.get("/en/outbox?waiting=2")
    assert len(page.all("ul", class_="letters")[0].findall("li")) == 50
    assert len(page.all("ul", class_="letters")[1].findall("li")) == WANTED // 2 - 50
    (turn,) = page.all("a", rel="next")
    both = secretariat.get(turn.get("href") or "")
    assert [len(ul.findall("li")) for ul in both.all("ul", class_="letters")] == [WANTED // 2 - 50] * 2


def test_a_file_holds_every_row_whatever_page_is_shown(long: House) -> None:
    page = long.cast("reader").get("/en/milestones?page=2")
    (link,) = [a.get("href") or "" for a in page.all("a") if words(a) == "CSV"]
    table = page.browser.get(link).response.get_data().decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(table, newline="")))) > WANTED


def test_what_was_saved_on_a_later_page_is_shown_there_again(long: House) -> None:
    chair = long.cast("chair")
    last = list(walk(chair.get("/en/milestones"), "milestone-", "page"))[-1][-1].removeprefix("milestone-")
    answer = chair.get(f"/en/milestones/{last}/edit").form(f"/{last}/edit").submit()
    assert f"milestone-{last}" in shown(answer.follow(), "milestone-")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "²", "9" * 30])
def test_a_page_that_is_no_number_is_nowhere(long: House, number: str) -> None:
    assert long.cast("reader").get(f"/en/milestones?page={number}").status == 404


def test_past_the_end_is_the_last_page(long: House) -> None:
    page = long.cast("reader").get("/en/milestones?page=9999")
    assert page.all("a", rel="prev")
    assert not page.all("a", rel="next")
