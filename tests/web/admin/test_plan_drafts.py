"""The secretariat writes a draft plan: the same pages without reasons. Nobody else finds a word of it anywhere."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.plan.draft_storage import create_draft, draft_of_year
from cogwg.plan.drafts import DraftPlan
from tests.sessions import FURTHER, first_of
from tests.web.auth.test_access import ROUTE_CASES
from tests.web.conftest import DRAFT_TEXT, DRAFT_YEAR, PopulatedApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import PERSONAS, App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=FURTHER)])
PLAN = "admin/plans/2021"


@pytest.fixture
def drafted(app: App) -> App:
    """An app with an empty draft of the 2021 plan."""
    draft = DraftPlan(2021, Bilingual("Work plan 2021", "Plan de travail 2021"))
    with Session(app.engine) as session, write_transaction(session):
        create_draft(session, draft, carried_from_id=None, by=SYSTEM, at=app.calendar.now())
    return app


def editor(app: App, place: str = PLAN, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(place)
    return user


def stored(app: App) -> DraftPlan:
    with Session(app.engine) as session:
        return draft_of_year(session, 2021).plan


def choose(user: ScriptlessUser, of: str, sentence: str, tag: str = "a") -> Any:
    """Select an item of the menu of the activity or priority with this name: a link, or a button that moves it."""
    own = [e for e in user.page.find_all(tag) if text_of(e).startswith(f"{user.translate(sentence)} {of}")]
    assert len(own) == 1, [text_of(e) for e in own]
    return user.click(own[0]) if tag == "a" else user.press(text_of(own[0]))


def add_priority(user: ScriptlessUser, title: str) -> None:
    user.open(PLAN)
    user.follow("Add a priority")
    user.press("Add the priority", fields={"title_en": title, "short_fr": title})


@pytest.mark.parametrize("reader", ["en", "fr"])
def test_empty_priority_has_its_errors_at_the_fields_that_come_first(drafted: App, reader: str) -> None:
    page = editor(drafted, f"{PLAN}/priorities/new", reader).press("Add the priority")
    problems = [span.get("id") for span in page.find_all("span", class_="error")]
    assert problems == [f"priority-{name}_{reader}-error" for name in ("title", "short")]


@LANGS
def test_secretariat_writes_a_draft_from_nothing(drafted: App, lang: str) -> None:
    user = editor(drafted, lang=lang)
    page = user.press("Save the title", fields={"title_en": "Plan for 2021", "link": "example.ca/plan"})
    assert user.translate("The title was saved.") in page.main_text
    assert (stored(drafted).title.en, stored(drafted).link) == ("Plan for 2021", "https://example.ca/plan")
    for title in ("Standards", "Literacy"):
        add_priority(user, title)
    user.expect_path(f"{PLAN}/priorities/2")
    for title in ("Second", "First"):
        user.follow("Add an activity")
        page = user.press("Add the activity", fields={"title_en": title, "month": "2021-06", "day": "15"})
    assert user.translate("Activity %(code)s was added.", code="2.2") in page.main_text
    page = choose(user, "2.2 First", "Move up", "button")
    assert user.translate("This is now activity %(code)s.", code="2.1") in page.main_text
    choose(user, "2.1 First", "Wording and due date")
    user.press("Save activity %(code)s", code="2.1", fields={"title_fr": "Première", "month": "2021-05", "day": ""})
    user.follow("Add a lead or partner")
    ontario = next(o.get("value") for o in user.page.find_all("option") if text_of(o) == "Ontario")
    user.press("Add the role", fields={"role": "lead", "jurisdiction": ontario})
    choose(user, "Ontario", "Lead or partner")
    user.press("Save the role", fields={"role": "partner"})
    user.press("Save the wording", fields={"title_fr": "Littératie", "results_en": "One\nTwo"})
    page = user.open(PLAN)
    page = choose(user, "2. ", "Move up", "button")
    assert user.translate("This is now Priority %(number)s.", number=1) in page.main_text
    literacy, standards = stored(drafted).priorities
    assert (literacy.title, standards.title.en) == (Bilingual("Literacy", "Littératie"), "Standards")
    assert [line.en for line in literacy.results] == ["One", "Two"]
    assert [(a.title.en, a.due_month, a.due_day) for a in literacy.activities] == [("First", 5, None), ("Second", 6, 15)]
    assert [(r.role.value, r.confirmation.value, r.assignee.en) for r in literacy.assignments] == [
        ("partner", "to-confirm", "Ontario")
    ]


@LANGS
def test_items_of_a_draft_are_removed_after_a_question(drafted: App, lang: str) -> None:
    user = editor(drafted, lang=lang)
    add_priority(user, "Standards")
    user.follow("Add an activity")
    user.press("Add the activity", fields={"title_en": "First", "month": "2021-06"})
    user.follow("Add a lead or partner")
    user.press("Add the role", fields={"role": "lead"})
    choose(user, "1.1 First", "Remove…")
    assert len(stored(drafted).priorities[0].activities) == 1, "opening the question changes nothing"
    user.press("Remove activity %(code)s", code="1.1")
    choose(user, user.translate("vacant role"), "Remove…")
    user.press("Remove the role")
    assert (stored(drafted).priorities[0].activities, stored(drafted).priorities[0].assignments) == ((), ())
    user.open(PLAN)
    choose(user, "1. ", "Remove…")
    page = user.press("Remove Priority %(number)s", number=1)
    assert user.translate("Priority %(number)s was removed from the draft.", number=1) in page.main_text
    assert stored(drafted).priorities == ()


def test_two_people_edit_one_draft_and_are_told_only_of_the_same_item(drafted: App) -> None:
    user = editor(drafted)
    for title in ("Standards", "Literacy"):
        add_priority(user, title)
    first, second = (editor(drafted, f"{PLAN}/priorities/{number}") for number in (1, 2))
    other = editor(drafted, f"{PLAN}/priorities/1")
    assert second.press("Save the wording", fields={"issue_en": "Late"}).status == 200
    assert first.press("Save the wording", fields={"title_en": "Common standards"}).status == 200
    page = other.press("Save the wording", fields={"title_en": "Open standards"})
    assert page.status == 409
    texts = [text_of(card) for card in page.find_all("div", class_="card")]
    assert [("Common" in text, "Open" in text) for text in texts] == [(True, False), (False, True)]
    assert stored(drafted).priorities[0].title.en == "Common standards"
    assert other.press("Save the wording").status == 200
    assert [p.title.en for p in stored(drafted).priorities] == ["Open standards", "Literacy"]


@pytest.mark.parametrize(
    ("place", "button", "item", "fields"),
    [
        ("/priorities/1?open=change&of=1.1", "Save activity %(code)s", {"code": "1.1"}, {"month": "2021-07"}),
        ("/priorities/1?open=retire&of=1.1", "Remove activity %(code)s", {"code": "1.1"}, {}),
        ("?open=retire&of=1", "Remove Priority %(number)s", {"number": 1}, {}),
    ],
)
def test_confirmation_of_a_translation_meanwhile_is_no_conflict(
    drafted: App, place: str, button: str, item: dict[str, Any], fields: dict[str, str]
) -> None:
    user = editor(drafted)
    add_priority(user, "Standards")
    user.follow("Add an activity")
    user.press("Add the activity", fields={"title_en": "First", "title_fr": "Première", "month": "2021-06"})
    for confirmed in ({"title_en": "Second"}, {"still_right": "title"}):
        user.open(f"{PLAN}/priorities/1?open=change&of=1.1")
        other = editor(drafted, PLAN + place)
        user.press("Save activity %(code)s", code="1.1", fields=confirmed)
    (activity,) = stored(drafted).priorities[0].activities
    assert (activity.title.en, activity.stale) == ("Second", ())
    assert other.press(button, fields=fields, **item).status == 200


def test_removal_of_a_priority_is_refused_after_another_person_added_to_it(drafted: App) -> None:
    user = editor(drafted)
    add_priority(user, "Standards")
    user.open(f"{PLAN}?open=retire&of=1")
    other = editor(drafted, f"{PLAN}/priorities/1?open=new")
    other.press("Add the activity", fields={"title_en": "First", "month": "2021-06"})
    page = user.press("Remove Priority %(number)s", number=1)
    assert page.status == 409
    assert "This item was changed after you opened the page, so nothing was saved." in page.alert_text
    assert len(stored(drafted).priorities) == 1


def test_refused_texts_of_a_draft_are_kept_in_the_form(drafted: App) -> None:
    user = editor(drafted, f"{PLAN}/priorities/new")
    page = user.press("Add the priority", fields={"short_en": "x" * 61})
    assert page.status == 422
    problems = [span.get("id") for span in page.find_all("span", class_="error")]
    assert problems == ["priority-title_en-error", "priority-short_en-error"]
    assert user.form("Add the priority").value("short_en") == "x" * 61
    assert stored(drafted).priorities == ()


def test_co_chair_reads_a_draft_without_forms(drafted: App) -> None:
    add_priority(editor(drafted), "Standards")
    chair = drafted.client_as("chair")
    for place in (PLAN, f"{PLAN}/priorities/1", f"{PLAN}/priorities/1?open=new"):
        page = chair.get(f"/en/{place}")
        assert (
            "This is a draft. Only the co-chairs and the secretariat can see it. Only the secretariat can edit it."
            in page.main_text
        )
        assert list(page.find("main").iter("form")) == []
    assert chair.get(f"/en/{PLAN}/priorities/new").status == 403


PLACES = sorted({case.path for case in ROUTE_CASES if case.method == "GET" and not case.path.endswith((".css", ".pptx"))})
OTHERS = [(name, lang) for lang in ("en", "fr") for name in PERSONAS if name not in ("chair", "secretariat")]
YEAR_PLACES = [f"plans/{DRAFT_YEAR}{end}" for end in ("", "?view=list", "/priorities/1", "/activities/1.1", "/activities.csv")]


def content(response: Any) -> str:
    """Return the texts of a page or a file; those of a workbook from its parts."""
    data = response.get_data()
    if not data.startswith(b"PK"):
        return str(data.decode("utf-8", "replace"))
    with ZipFile(BytesIO(data)) as parts:
        return "".join(parts.read(part).decode("utf-8", "replace") for part in parts.namelist())


@pytest.mark.parametrize("name", ["ontario", "visitor"])
def test_no_list_of_plans_has_a_word_of_a_draft(populated: PopulatedApp, name: str) -> None:
    browser = populated.client_as(name)
    for place in (
        *YEAR_PLACES,
        "",
        "plans",
        "plans/2020",
        "plans/2020?view=list",
        "vacancies",
        f"search?q={DRAFT_TEXT.lower()}",
    ):
        assert DRAFT_TEXT not in browser.get(f"/en/{place}").text, place


@pytest.mark.parametrize(("name", "lang"), first_of(0, OTHERS))
def test_no_page_search_feed_or_download_has_a_word_of_a_draft(populated: PopulatedApp, name: str, lang: str) -> None:
    browser = populated.client_as(name)
    paths = [populated.path(place).replace("/en/", f"/{lang}/", 1) for place in PLACES]
    for path in [*paths, *(f"/{lang}/{place}" for place in YEAR_PLACES)]:
        assert DRAFT_TEXT not in content(browser.get(path).response), path
    for kind in ("", "&kind=plan"):
        page = browser.get(f"/{lang}/search?q={DRAFT_TEXT.lower()}{kind}")
        assert DRAFT_TEXT not in page.text, "the words that were searched are in lower case"


@pytest.mark.parametrize("name", first_of(0, ["chair", "secretariat"]))
def test_only_the_editor_shows_a_draft_to_those_who_may_see_it(populated: PopulatedApp, name: str) -> None:
    browser = populated.client_as(name)
    showing = {path for path in map(populated.path, PLACES) if DRAFT_TEXT in content(browser.get(path).response)}
    assert showing
    elsewhere = {path for path in showing if not path.startswith(f"/en/admin/plans/{DRAFT_YEAR}")}
    assert elsewhere == {"/en/admin/plans"}, "the list of plans, for those who prepare them"
