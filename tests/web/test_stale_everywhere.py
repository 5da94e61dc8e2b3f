"""A text that changes in one language marks the other as stale wherever it is shown, sent or published.

How each command marks texts of the plan is in ``tests/plan/test_stale_texts.py``. The marks of My updates and Translations are
in ``tests/web/news/test_translated_reports.py``, that of a note in ``tests/web/activities/test_notes.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.core.text_states import TextState
from cogwg.engagement.cycles import record_cycle
from cogwg.plan.models import Activity, Priority
from cogwg.reporting.models import Challenge, Milestone, ReportingPeriod
from cogwg.tracker.copying import TextGap
from cogwg.tracker.models import Publication
from cogwg.tracker.services import preview_quarter, publish_quarter
from cogwg.tracker.storing import load_quarter
from cogwg.tracker.values import SubjectKind
from tests.databases import Databases
from tests.engagement.analysed import add_analysis
from tests.engagement.cycles import AT, CYCLE
from tests.ogp.sample import FACTS, stock
from tests.sessions import FURTHER
from tests.web.conftest import PopulatedApp
from tests.web.news.test_translated_reports import FRENCH, submit
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.workbook.filled import download
from tests.web_client import App, Client, Page, text_of

LINK = "https://data.ontario.ca/sets"
CHANGED = "Six measures."
THIRD = "/en/admin/plans/2020/priorities/3"


@pytest.fixture(scope="module")
def stale(databases: Databases) -> Iterator[PopulatedApp]:
    """An app in which Ontario changed the English of a report, a milestone with its link, and a challenge with its theme; and
    the secretariat that of a priority and an activity.
    """
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
    reword_plan(app.client_as("secretariat"))
    yield populated
    app.close()


REASON = {"reason_en": "Two members asked."}
ISSUE, TITLE = "Data without a purpose.", "Present the way of working"


def reword_plan(secretariat: Client) -> None:
    """Change the English of the issue of a priority, and of the title of one of its activities."""
    page = secretariat.get(THIRD)
    assert page.form("/wording").fill(issue_en=ISSUE, **REASON).submit().status == 303
    form = secretariat.get(f"{THIRD}?open=change&of=3.3").form("3.3/wording")
    assert form.fill(title_en=TITLE, **REASON).submit().status == 303


FRENCH_OF = {
    CHANGED: FRENCH,
    "Twelve.": "Dix jeux.",
    "All sets": "Jeux",
    "Too few staff.": "Aucun personnel.",
    ISSUE: "Ce qui est publié n’est souvent pas ce qui aiderait le plus",
    TITLE: "Façon de publier les statistiques du catalogue",
}
PAGES_WITH_MARKS = [
    ("plans/2020/activities/3.3", "reader", [CHANGED]),
    ("plans/2020/priorities/3", "reader", [CHANGED, ISSUE, TITLE]),
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
    marked = [text_of(e.getparent()) for e in page.find_all("span", class_="chip-missing") if text_of(e) == words]
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
    assert links == {f"/{lang}/translations", f"/{lang}/admin/plans/2020/priorities/3"}


@pytest.fixture
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


def marks(page: Page) -> list[str]:
    words = {translate(lang, f"{name} to update") for lang in ("en", "fr") for name in ("French", "English")}
    return [words_of for e in page.find_all("span", class_="chip-missing") if (words_of := text_of(e)) in words]


def test_anonymous_page_of_the_plan_says_nothing_of_stale_texts(stale: PopulatedApp) -> None:
    page = stale.app.anonymous_client().get("/en/plans/2020/priorities/3")
    assert TITLE in page.main_text
    assert marks(page) == []


def test_my_updates_marks_the_title_of_an_activity(stale: PopulatedApp) -> None:
    page = stale.client_as("ontario").get("/en/my-updates")
    (row,) = [e for e in page.find_all("article") if TITLE in text_of(e)]
    assert "French to update" in text_of(row)


def test_workbook_of_the_plan_colours_a_stale_text_until_it_is_changed(stale: PopulatedApp) -> None:
    answer = stale.client_as("secretariat").get("/en/workbook/plan-2020.xlsx").response
    book = load_workbook(BytesIO(answer.get_data()))
    hidden = book["_cogwg"]
    stale_of = {row[0].value: row[4].value for row in hidden.iter_rows() if row[4].value}
    assert stale_of == {"code": "stale", "priority 3": "issue_fr", "activity 3.3": "title_fr"}
    formulas = [
        [rule.formula[0] for rules in sheet.conditional_formatting for rule in rules.rules if "cogwg_was" in rule.formula[0]]
        for sheet in book.worksheets
    ]
    assert list(map(len, formulas)) == [0, 0, 1, 1, 0, 0, 0]
    ((formula,),) = formulas[3:4]
    assert '(cogwg_codes="activity "&$A' in formula
    assert "cogwg_was_title_fr" in formula


@pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
def test_form_of_the_plan_takes_a_mark_away_by_a_checkbox_without_a_reason(app: App, lang: str) -> None:
    reword_plan(app.client_as("secretariat"))
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/plans/2020/priorities/3")
    assert marks(user.page) == [user.translate("French to update")] * 2, "beside the issue, and the title in the list"
    assert user.translate("The French is still right") in user.page.main_text
    page = user.press("Save the wording", fields={"still_right": "issue"})
    assert user.translate("The wording was saved.") in page.main_text
    assert marks(page) == [user.translate("French to update")]
    assert user.translate("Translation confirmed.") in page.main_text
    user.open("admin/plans/2020/priorities/3?open=change&of=3.3")
    page = user.press("Save activity %(code)s", code="3.3", fields={"still_right": "title"})
    assert marks(page) == []
    (event,) = app.rows(AuditEvent, AuditEvent.action == "activity.confirmed")
    assert event.after == {"still_right": ["title"], "reason": ["", ""]}
    log = app.client_as("secretariat").get(f"/{lang}/admin/audit").main_text
    assert {"en": "Still correct in the other language Title", "fr": "Toujours exact dans l’autre langue Titre"}[lang] in log
    page = app.client_as("reader").get(f"/{lang}/plans/2020/priorities/3/changes")
    named = {"en": "activity 3.3", "fr": "activité 3.3"}[lang]
    sentence = user.translate("confirmed the translation of %(activity)s", activity=named)
    assert sentence in page.main_text.replace("\u00a0", " ")


def test_checkbox_of_a_list_confirms_the_line_that_stays_when_another_is_removed(app: App) -> None:
    user = ScriptlessUser(app, "secretariat", "en")
    user.open("admin/plans/2020/priorities/3")
    lines = {"results_en": "One\nTwo", "results_fr": "Un\nDeux"}
    for changed in (lines, {"results_en": "One\nTwice"}):
        user.press("Save the wording", fields={**changed, **REASON})
    assert marks(user.page) == ["French to update"]
    fewer = {"results_en": "Twice", "results_fr": "Deux"}
    page = user.press("Save the wording", fields={**fewer, **REASON, "still_right": "results"})
    assert "The wording was saved." in page.main_text
    assert marks(page) == []


def test_text_that_was_marked_before_its_first_publication_is_named_and_a_confirmed_one_is_not(closed: App) -> None:
    closed.execute(update(Priority).where(Priority.number == 1).values(stale={"title": "fr", "results 1": "en"}))
    closed.execute(
        update(Activity).where(Activity.code == "1.1").values(title_en="Changed since it was published", stale={"title": ""})
    )
    with Session(closed.engine) as session:
        gaps = preview_quarter(session, "2020-09", visible_on=None, at=closed.calendar.now()).copy.gaps
    listed = {(gap.subject, gap.field, gap.lang.value) for gap in gaps if gap.kind is None and gap.state is TextState.STALE}
    assert {("1", "title", "fr"), ("1", "results 1", "en")} <= listed
    assert not [gap for gap in listed if gap[0] == "1.1"]


@pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
def test_steward_sees_marks_in_each_part_of_a_commitment_and_takes_them_away(app: App, lang: str) -> None:
    stock(app.engine, replace(FACTS, identifier="CA9960"))
    user = ScriptlessUser(app, "secretariat", lang)
    page = "admin/commitments/CA9960"
    for part, text, button in (
        ("facts", {"text_en": "Create some.", "questions_en": "Whom?"}, "Save the details"),
        ("milestones", {"row0_text_en": "A new one"}, "Save the milestones"),
        ("indicators/19-1", {"target_en": "Five", "row0_unit_en": "instruments"}, "Save the indicator"),
    ):
        user.open(f"{page}/{part}")
        assert user.translate("The French is still right") not in user.page.main_text
        user.press(button, fields=text)
    assert marks(user.page) == [user.translate("French to update")] * 4, "the unit of a result is not on the page"
    for part, field, button in (
        ("facts", "questions", "Save the details"),
        ("milestones", "row0_text", "Save the milestones"),
        ("indicators/19-1", "row0_unit", "Save the indicator"),
    ):
        user.open(f"{page}/{part}")
        user.press(button, fields={"still_right": field})
    assert len(marks(user.page)) == 2
    user.open(f"{page}/facts")
    user.press("Save the details", fields={"text_fr": "En créer."})
    user.open(f"{page}/indicators/19-1")
    user.press("Save the indicator", fields={"still_right": "target"})
    assert marks(user.page) == []


@pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
def test_steward_and_analyst_see_marks_of_engagement_and_take_them_away(app: App, lang: str) -> None:
    with Session(app.engine) as session, write_transaction(session):
        record_cycle(session, CYCLE, version=None, by=SYSTEM, at=AT)
        add_analysis(session, "heard-cycle")
    user = ScriptlessUser(app, "secretariat", lang)
    own, heard_page = f"admin/engagement/{CYCLE.key}", "admin/engagement/heard-cycle"
    user.open(f"{own}/facts")
    user.press("Save the details", fields={"title_en": "The plan to come"})
    user.open(f"{own}/phases/shaping")
    user.press("Save the phase", fields={"title_en": "Making", "asked_en": "What else?"})
    assert marks(user.page) == [user.translate("French to update")] * 2, "the title of the cycle and of the phase"
    user.open(f"{own}/facts")
    user.press("Save the details", fields={"still_right": "title"})
    user.open(f"{own}/phases/shaping")
    assert len(marks(user.page)) == 2
    user.press("Save the phase", fields={"still_right": "title", "asked_fr": "Quoi d’autre?"})
    user.open(f"{own}/phases/shaping")
    assert marks(user.page) == []
    user.open(f"{heard_page}/themes")
    title = {"en": "Easy to find", "fr": "Facile à trouver"}[lang]
    user.click(next(a for a in user.page.find_all("a") if text_of(a) == title))
    user.press("Save the theme", fields={"response_en": "It became one."})
    assert marks(user.page) == [user.translate("French to update")]
    user.open(f"{heard_page}/heard")
    user.press("Save methods and limits", fields={"limits_en": "Few took part."})
    assert user.translate("The French is still right") in user.page.main_text
    assert marks(user.page) == [user.translate("French to update")]
    user.press("Save methods and limits", fields={"still_right": "limits"})
    assert marks(user.page) == []
