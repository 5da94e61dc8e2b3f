"""A text that changes in one language marks the other as stale wherever it is shown, sent or published.

The marks of My updates and Translations are in ``tests/web/news/test_translated_reports.py``, that of a note in
``tests/web/activities/test_notes.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.text_states import TextState
from cogwg.plan.models import Activity
from cogwg.reporting.models import Challenge, Milestone, ReportingPeriod
from cogwg.tracker.copying import TextGap
from cogwg.tracker.models import Publication
from cogwg.tracker.services import preview_quarter, publish_quarter
from cogwg.tracker.storing import load_quarter
from cogwg.tracker.values import SubjectKind
from tests.databases import Databases
from tests.web.conftest import PopulatedApp
from tests.web.news.test_translated_reports import FRENCH, submit
from tests.web.scriptless_user import translate
from tests.web.workbook.filled import download
from tests.web_client import App, text_of

LINK = "https://data.ontario.ca/sets"
CHANGED = "Six measures."


@pytest.fixture(scope="module")
def stale(databases: Databases) -> Iterator[PopulatedApp]:
    """An app in which Ontario changed the English of a report, a milestone with its link, and a challenge with its theme."""
    app = App(databases.create("sqlite", "seeded"))
    populated = PopulatedApp(app)
    ontario = app.client_as("ontario")
    submit(ontario, progress_fr=FRENCH)
    submit(ontario, progress_en=CHANGED, progress_fr=FRENCH)
    news = populated.news_ids
    path = f"/en/milestones/{news['milestone']}/edit"
    link = {"link1_url": LINK, "link1_label_en": "Sets", "link1_label_fr": "Jeux"}
    for text in (
        {"text_en": "Ten sets.", "text_fr": "Dix jeux.", **link},
        {"text_en": "Twelve.", "link1_label_en": "All sets"},
    ):
        assert ontario.get(path).form("/edit").fill(**text).submit().status == 303
    path = f"/en/challenges/{news['challenge']}/edit"
    for text in ({"text_en": "No staff.", "text_fr": "Aucun personnel."}, {"text_en": "Too few staff."}):
        assert ontario.get(path).form("/edit").fill(**text).submit().status == 303
    yield populated
    app.close()


FRENCH_OF = {CHANGED: FRENCH, "Twelve.": "Dix jeux.", "All sets": "Jeux", "Too few staff.": "Aucun personnel."}
PAGES_WITH_MARKS = [
    ("plans/2020/activities/3.3", "reader", [CHANGED]),
    ("plans/2020/priorities/3", "reader", [CHANGED]),
    ("milestones", "ontario", ["All sets"]),
    ("jurisdictions/on", "reader", ["Twelve.", "All sets", "Too few staff."]),
]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("path", "name", "texts"), PAGES_WITH_MARKS)
def test_page_marks_the_language_that_was_left_behind(
    stale: PopulatedApp, path: str, name: str, texts: list[str], lang: str
) -> None:
    page = stale.client_as(name).get(f"/{lang}/{path}")
    words = translate(lang, "French to update")
    marked = [text_of(e) for tag in ("p", "li") for e in page.find("main").iter(tag) if words in [text_of(c) for c in e]]
    for text in texts:
        shown = text if lang == "en" else FRENCH_OF[text]
        assert [line for line in marked if shown in line], (shown, marked)


def test_workbook_colours_a_stale_text_until_it_is_changed(stale: PopulatedApp) -> None:
    ontario = stale.client_as("ontario")
    book = load_workbook(BytesIO(download(ontario)))
    hidden, reports = book["_cogwg"], book.worksheets[1]
    (head,) = [row for row in hidden.iter_rows() if row[0].value == "code"]
    heads = {cell.value: cell.column for cell in head}
    (row,) = [r for r in range(1, hidden.max_row + 1) if hidden.cell(r, 1).value == "3.3"]
    assert hidden.cell(row, heads["stale"]).value == "progress_fr"
    assert hidden.cell(row, heads["progress_fr"]).value == FRENCH
    formulas = [rule.formula[0] for rules in reports.conditional_formatting for rule in rules.rules]
    assert [f for f in formulas if "cogwg_was_progress_fr=" in f]
    assert not [f for f in formulas if "cogwg_was_challenge_fr" in f], "nothing else is stale"
    assert {"cogwg_stale", "cogwg_was_progress_fr"} <= set(book.defined_names)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_checklist_of_a_deck_lists_stale_texts_with_the_place_to_update_them(stale: PopulatedApp, lang: str) -> None:
    page = stale.client_as("chair").get(f"/{lang}/briefings/{stale.briefing_id}")
    words = {"en": "to update in French, because the English changed later", "fr": "à mettre à jour en français"}[lang]
    gaps = [e for e in page.find_all("li", class_="checklist-gap") if words in text_of(e)]
    assert gaps
    links = {a.get("href") for gap in gaps for a in gap.iter("a")}
    assert links == {f"/{lang}/translations"}


@pytest.fixture(scope="module")
def closed(databases: Databases) -> Iterator[App]:
    """An app whose third quarter is closed, after two that are published."""
    app = App(databases.create("sqlite", "published"))
    quarter = ReportingPeriod.key == "2020-09"
    app.execute(update(ReportingPeriod).where(quarter).values(closed_at=app.calendar.now()))
    yield app
    app.close()


def test_quarter_cannot_be_published_with_stale_texts_of_reports_news_and_plan_without_a_reason(closed: App) -> None:
    milestone = closed.rows(Milestone)[0]
    challenge = closed.rows(Challenge)[0]
    for model, row in ((Milestone, milestone), (Challenge, challenge)):
        closed.execute(update(model).where(model.id == row.id).values(stale={"text": "fr"}))
    closed.execute(update(Activity).where(Activity.code == "3.3").values(title_en="A title that changed"))
    with Session(closed.engine) as session:
        gaps = preview_quarter(session, "2020-09", visible_on=None, at=closed.calendar.now()).copy.gaps
    stale = [gap for gap in gaps if gap.state is TextState.STALE]
    assert TextGap(None, "3.3", "title", Language.FR, TextState.STALE) in stale
    assert TextGap(SubjectKind.MILESTONE, milestone.key, "text", Language.FR, TextState.STALE) in stale
    page = closed.client_as("secretariat").get("/en/admin/publications/quarters/2020-09")
    assert "French to update" in page.main_text
    with Session(closed.engine) as session, write_transaction(session):
        publish_quarter(session, "2020-09", override_reason="Urgent.", shown=None, by=SYSTEM, at=closed.calendar.now())
        newest = session.scalars(select(Publication).order_by(Publication.id.desc()).limit(1)).one()
        content = load_quarter(newest.content)
    assert [m.key for m in content.milestones if m.outdated == ("fr",)] == [milestone.key]
    data = closed.anonymous_client().get("/data/milestones.csv").text
    (line,) = [each for each in csv.DictReader(StringIO(data.removeprefix("\ufeff"))) if each["id"] == milestone.key]
    assert line["outdated"] == "fr"
