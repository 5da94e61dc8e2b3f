"""The downloads of milestones and challenges: filtered like their page, in its language, without formulas."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.tables import SAMPLE_LABEL, SAMPLE_NOTE, slug
from cogwg.reporting.models import Challenge, Milestone
from cogwg.seeding.demo import seed_demo_news
from tests.databases import DEMO_DAY
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.downloads import FORMULA, column_values, download_path, downloaded_rows, rows_by_heading
from tests.web_client import App


@pytest.fixture
def app_with_news(app: App) -> PopulatedApp:
    """The product with a milestone and a challenge of Ontario whose texts a spreadsheet might run."""
    made = PopulatedApp(app)
    with Session(app.engine) as session, write_transaction(session):
        session.execute(update(Milestone).where(Milestone.id == made.news_ids["milestone"]).values(text_en=FORMULA))
        session.execute(update(Challenge).where(Challenge.id == made.news_ids["challenge"]).values(text_en=FORMULA))
    return made


def test_milestone_download_equals_the_filtered_page(app_with_news: PopulatedApp) -> None:
    reader = app_with_news.app.client_as("reader")
    rows = downloaded_rows(reader, "/en/milestones")
    milestones = app_with_news.app.rows(Milestone, Milestone.withdrawn_at.is_(None))
    assert len(rows) == 1 + len(milestones)
    first = rows_by_heading(rows)[0]
    assert first["Jurisdiction"] == "Ontario"
    assert (first["Milestone (English)"], first["Milestone (French)"]) == (f"'{FORMULA}", "")
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
    (mine,) = [row for row in rows_by_heading(rows) if row["Challenge (English)"] == f"'{FORMULA}"]
    assert mine["Reported by"] == "Ontario and Quebec"
    assert (mine["Can be named in briefings"], mine["Not named in briefings"]) == ("Ontario", "Quebec")
    form = ontario.get(f"{here}/standing").form("/state")
    assert form.submit(extra={"move": "resolve"}).status == 303
    french = downloaded_rows(quebec, "/fr/challenges?jurisdiction=on&state=resolved")
    assert [(row["État"], row["Signalé par"]) for row in rows_by_heading(french)] == [("Résolu", "Ontario et Québec")]
    assert len(downloaded_rows(quebec, "/en/challenges?jurisdiction=on&state=mitigated")) == 1
    assert "not attributed" in column_values(downloaded_rows(quebec, "/en/challenges"), "Reported by")


@pytest.mark.parametrize("lang", Language)
def test_downloads_of_demo_mark_what_is_not_in_the_source(make_app: MakeApp, lang: Language) -> None:
    app, heading, note = make_app(demo=True), SAMPLE_LABEL.text(lang), SAMPLE_NOTE.text(lang)
    assert heading not in downloaded_rows(app.client_as("reader"), f"/{lang.value}/milestones")[0], "all are from the source"
    with Session(app.engine) as session, write_transaction(session):
        seed_demo_news(session, up_to=DEMO_DAY)
    invented = app.rows(Milestone, Milestone.changed_at.is_not(None))
    reader = app.client_as("reader")
    marks = column_values(downloaded_rows(reader, f"/{lang.value}/milestones"), heading)
    assert 0 < marks.count(note) == len(invented) < len(marks)
    assert set(marks) == {note, ""}
    disposition = reader.get(download_path(reader.get(f"/{lang.value}/milestones"), "CSV")).headers["Content-Disposition"]
    assert f"-{slug(heading)}-" in disposition
    assert heading not in downloaded_rows(reader, f"/{lang.value}/challenges")[0], "all challenges are from the source"
    PopulatedApp(app)
    marks = column_values(downloaded_rows(reader, f"/{lang.value}/challenges"), heading)
    assert marks.count(note) == 1


def test_downloads_of_real_news_have_no_sample_mark(app_with_news: PopulatedApp) -> None:
    rows = downloaded_rows(app_with_news.app.client_as("reader"), "/en/milestones")
    assert "Sample data" not in rows[0]
