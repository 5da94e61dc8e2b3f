"""Lists to take along: the file says what its page says, filtered alike, in its language, and no text runs as a formula."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.core.db import write_transaction
from cogwg.reporting.models import Challenge, Milestone
from tests.pages import Browser, House, Page, email, words
from tests.web.conftest import Furnished

FORMULA = '=HYPERLINK("https://a.example/","Ontario")'


@pytest.fixture
def told(house: House) -> Furnished:
    """A house where Ontario told a milestone and a challenge, each of which a spreadsheet might run."""
    made = Furnished(house)
    with Session(house.engine) as session, write_transaction(session):
        session.execute(update(Milestone).where(Milestone.id == made.news["milestone"]).values(text_en=FORMULA))
        session.execute(update(Challenge).where(Challenge.id == made.news["challenge"]).values(text_en=FORMULA))
    return made


def address(page: Page, kind: str) -> str:
    """Where the page's own link leads."""
    (found,) = [a.get("href") or "" for a in page.one("p", class_="exports").iter("a") if words(a) == kind]
    return found


def taken(browser: Browser, path: str) -> list[list[str]]:
    """The page's list, heading first, which both of its files hold alike but for the apostrophe of the one."""
    page = browser.get(path)
    plain = browser.get(address(page, "CSV"))
    rows = list(csv.reader(StringIO(plain.response.get_data().decode("utf-8-sig"), newline="")))
    book: Any = load_workbook(BytesIO(browser.get(address(page, "Excel")).response.get_data()))
    cells = [list(row) for row in book.active]
    assert not [c.coordinate for row in cells for c in row if c.data_type == "f"]
    assert [[shown(c) for c in row] for row in cells] == [[cell.removeprefix("'") for cell in row] for row in rows]
    return rows


def shown(cell: Any) -> str:
    if cell.is_date:
        return str(cell.value.date().isoformat())
    return "" if cell.value is None else str(cell.value)


def column(rows: list[list[str]], heading: str) -> list[str]:
    return [row[rows[0].index(heading)] for row in rows[1:]]


def test_milestones_leave_with_the_jurisdiction_of_the_page(told: Furnished) -> None:
    reader = told.house.cast("reader")
    rows = taken(reader, "/en/milestones")
    standing = told.house.rows(Milestone, Milestone.withdrawn_at.is_(None))
    assert len(rows) == 1 + len(standing)
    assert rows[1][:3] == ["Ontario", f"'{FORMULA}", ""]
    french = taken(reader, "/fr/milestones?jurisdiction=qc")
    assert french[0][:4] == ["Administration", "Jalon (anglais)", "Jalon (français)", "Avancement"]
    assert set(column(french, "Administration")) == {"Québec"}
    assert len(french) == 1 + reader.get("/fr/milestones?jurisdiction=qc").text.count('<li class="news')


def test_challenges_leave_with_who_raised_them_and_whom_the_deck_may_name(told: Furnished) -> None:
    ontario, quebec = told.house.cast("ontario"), told.house.cast("quebec")
    here = told.path("/en/challenges/{challenge}")
    assert quebec.get("/en/challenges").form(f"{here}/us-too").submit().status == 303
    assert ontario.get(f"{here}/standing").form("/us-too").fill(naming="named").submit().status == 303
    rows = taken(told.house.cast("reader"), "/en/challenges?jurisdiction=on&state=open")
    (mine,) = [row for row in rows if row[1] == f"'{FORMULA}"]
    assert mine[4:7] == ["Ontario and Quebec", "Ontario", "Quebec"]
    form = ontario.get(f"{here}/standing").form("/state")
    assert form.submit(extra={"move": "resolve"}).status == 303
    french = taken(quebec, "/fr/challenges?jurisdiction=on&state=resolved")
    assert french[0][3:6] == ["État", "Soulevé par", "Peut être nommée dans la présentation"]
    assert [row[3:5] for row in french[1:]] == [["Résolu", "Ontario et Québec"]]
    assert len(taken(quebec, "/en/challenges?jurisdiction=on&state=mitigated")) == 1
    assert "attributed to nobody" in column(taken(quebec, "/en/challenges"), "Raised by")


def test_readiness_leaves_with_the_quarter_and_the_count_of_the_page(house: House) -> None:
    with Session(house.engine) as session, write_transaction(session):
        session.execute(update(Person).where(Person.email == email("ontario")).values(name=FORMULA))
    chair = house.cast("chair")
    rows = taken(chair, "/en/readiness")
    ontario = [row for row in rows if row[0] == "Ontario"]
    assert {row[4] for row in ontario if row[6] == "Not begun"} == {"3.2", "3.3", "3.4", "4.3", "4.4"}
    assert {row[10] for row in ontario} == {f"'{FORMULA}"}
    assert [row[6] for row in rows if row[3] == "to confirm"] == ["No report asked"]
    assert column(rows, "Jurisdiction").count("TBD: vacant") == 3
    inside = taken(chair, "/fr/readiness?period=2020-09&show=in")
    assert inside[0][:4] == ["Administration", "Priorité", "Titre de la priorité", "Rôle"]
    assert set(column(inside, "Rapport")) == {"Reçu"}
    assert len(set(column(inside, "Activité"))) == 10
    assert set(column(inside, "Données fictives")) == {"Données fictives\u00a0: rapports inventés"}
    assert set(column(taken(chair, "/en/readiness?show=to-confirm"), "Jurisdiction")) == {"Nova Scotia"}
    assert set(column(taken(chair, "/en/readiness?period=2020-06&show=in"), "Report")) <= {"In"}
