"""Downloads of lists: the page's rows, filters and language, and no text that a spreadsheet runs as a formula."""

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
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client, Page, email, text_of

FORMULA = '=HYPERLINK("https://a.example/","Ontario")'


@pytest.fixture
def app_with_news(app: App) -> PopulatedApp:
    """An app with a milestone and a challenge of Ontario that a spreadsheet might run as formulas."""
    made = PopulatedApp(app)
    with Session(app.engine) as session, write_transaction(session):
        session.execute(update(Milestone).where(Milestone.id == made.news_ids["milestone"]).values(text_en=FORMULA))
        session.execute(update(Challenge).where(Challenge.id == made.news_ids["challenge"]).values(text_en=FORMULA))
    return made


def download_path(page: Page, kind: str) -> str:
    """Return the path of the page's download link."""
    (path,) = [a.get("href") or "" for a in page.find("p", class_="download-links").iter("a") if text_of(a) == kind]
    return path


def downloaded_rows(browser: Client, path: str) -> list[list[str]]:
    """Return the rows of both files, headings first; they differ only in the apostrophe of the CSV file."""
    page = browser.get(path)
    plain = browser.get(download_path(page, "CSV"))
    rows = list(csv.reader(StringIO(plain.response.get_data().decode("utf-8-sig"), newline="")))
    book: Any = load_workbook(BytesIO(browser.get(download_path(page, "Excel")).response.get_data()))
    cells = [list(row) for row in book.active]
    assert not [c.coordinate for row in cells for c in row if c.data_type == "f"]
    assert [[cell_text(c) for c in row] for row in cells] == [[cell.removeprefix("'") for cell in row] for row in rows]
    return rows


def cell_text(cell: Any) -> str:
    if cell.is_date:
        return str(cell.value.date().isoformat())
    return "" if cell.value is None else str(cell.value)


def column_values(rows: list[list[str]], heading: str) -> list[str]:
    return [row[rows[0].index(heading)] for row in rows[1:]]


def test_milestone_download_equals_the_filtered_page(app_with_news: PopulatedApp) -> None:
    reader = app_with_news.app.client_as("reader")
    rows = downloaded_rows(reader, "/en/milestones")
    milestones = app_with_news.app.rows(Milestone, Milestone.withdrawn_at.is_(None))
    assert len(rows) == 1 + len(milestones)
    assert rows[1][:3] == ["Ontario", f"'{FORMULA}", ""]
    french = downloaded_rows(reader, "/fr/milestones?jurisdiction=qc")
    assert french[0][:4] == ["Administration", "Jalon (anglais)", "Jalon (français)", "État"]
    assert set(column_values(french, "Administration")) == {"Québec"}
    assert len(french) == 1 + reader.get("/fr/milestones?jurisdiction=qc").text.count('<li class="news')


def test_challenge_download_lists_jurisdictions_and_who_may_be_named(app_with_news: PopulatedApp) -> None:
    ontario, quebec = app_with_news.app.client_as("ontario"), app_with_news.app.client_as("quebec")
    here = app_with_news.path("/en/challenges/{challenge}")
    assert quebec.get("/en/challenges").form(f"{here}/us-too").submit().status == 303
    assert ontario.get(f"{here}/standing").form("/us-too").fill(naming="named").submit().status == 303
    rows = downloaded_rows(app_with_news.app.client_as("reader"), "/en/challenges?jurisdiction=on&state=open")
    (mine,) = [row for row in rows if row[1] == f"'{FORMULA}"]
    assert mine[4:7] == ["Ontario and Quebec", "Ontario", "Quebec"]
    form = ontario.get(f"{here}/standing").form("/state")
    assert form.submit(extra={"move": "resolve"}).status == 303
    french = downloaded_rows(quebec, "/fr/challenges?jurisdiction=on&state=resolved")
    assert french[0][3:6] == ["État", "Signalé par", "Peut être nommée dans les présentations"]
    assert [row[3:5] for row in french[1:]] == [["Résolu", "Ontario et Québec"]]
    assert len(downloaded_rows(quebec, "/en/challenges?jurisdiction=on&state=mitigated")) == 1
    assert "not attributed" in column_values(downloaded_rows(quebec, "/en/challenges"), "Reported by")


def test_readiness_download_equals_the_filtered_page(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        session.execute(update(Person).where(Person.email == email("ontario")).values(name=FORMULA))
    chair = app.client_as("chair")
    rows = downloaded_rows(chair, "/en/readiness")
    ontario = [row for row in rows if row[0] == "Ontario"]
    assert {row[4] for row in ontario if row[6] == "No draft yet"} == {"3.2", "3.3", "3.4", "4.3", "4.4"}
    assert {row[10] for row in ontario} == {f"'{FORMULA}"}
    assert [row[6] for row in rows if row[3] == "to confirm"] == ["No report required"]
    assert column_values(rows, "Jurisdiction").count("TBD: vacant") == 3
    inside = downloaded_rows(chair, "/fr/readiness?period=2020-09&show=in")
    assert inside[0][:4] == ["Administration", "Priorité", "Titre de la priorité", "Rôle"]
    assert set(column_values(inside, "Rapport")) == {"Reçu"}
    assert len(set(column_values(inside, "Activité"))) == 10
    assert set(column_values(inside, "Données fictives")) == {"Données fictives\u00a0: rapports inventés"}
    assert set(column_values(downloaded_rows(chair, "/en/readiness?show=to-confirm"), "Jurisdiction")) == {"Nova Scotia"}
    assert set(column_values(downloaded_rows(chair, "/en/readiness?period=2020-06&show=in"), "Report")) <= {"Received"}
