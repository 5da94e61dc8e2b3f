"""The navigation: a few links side by side, the others in a menu, and the current page marked in both."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from cogwg.briefing.render.wording import SAMPLE
from cogwg.core.bilingual import Language
from cogwg.core.tables import SAMPLE_NOTE
from tests.web.conftest import MakeApp
from tests.web_client import App, Page, text_of


def nav_labels(page: Page) -> tuple[list[str], list[str]]:
    """Return the labels of the links side by side, and of those in the menu."""
    nav = next(e for e in page.find_all("nav", class_="site-nav"))
    folded = [a for d in nav.iter("details") for a in d.getparent().iter("a")]
    return [text_of(a) for a in nav.iter("a") if a not in folded], [text_of(a) for a in folded]


FOLDED_LABELS = ["Jurisdictions", "Milestones", "Challenges"]


@pytest.mark.parametrize(
    ("name", "beside", "folded"),
    [
        ("visitor", ["Tracker", "Commitments", "Engagement", "Plan", "Data"], []),
        ("reader", ["Home", "Plan", "Briefings", *FOLDED_LABELS], []),
        ("ontario", ["Home", "My updates", "Plan", "Briefings"], [*FOLDED_LABELS, "Translations"]),
        (
            "chair",
            ["Home", "Reporting status", "My updates", "Plan", "Briefings"],
            [*FOLDED_LABELS, "Translations", "Administration"],
        ),
        (
            "secretariat",
            ["Home", "Reporting status", "My updates", "Plan", "Briefings", "Administration"],
            [*FOLDED_LABELS, "Translations"],
        ),
    ],
)
def test_navigation_entries_by_persona(read_only_app: App, name: str, beside: list[str], folded: list[str]) -> None:
    assert nav_labels(read_only_app.client_as(name).get("/en/plans/2020")) == (beside, folded)


def test_folded_navigation_entry_is_marked_when_current(read_only_app: App) -> None:
    page = read_only_app.client_as("chair").get("/en/milestones")
    nav = page.find_all("nav", class_="site-nav")[0]
    assert [text_of(e) for e in nav.iter("summary")] == ["More: Milestones"]
    assert [text_of(a) for a in nav.iter("a") if a.get("aria-current")] == ["Milestones"]
    elsewhere = read_only_app.client_as("chair").get("/en/plans/2020/quarters/2020-09").find_all("nav", class_="site-nav")[0]
    assert [text_of(e) for e in elsewhere.iter("summary")] == ["More"]
    assert [text_of(a) for a in elsewhere.iter("a") if a.get("aria-current")] == ["Reporting status"]


@pytest.mark.parametrize("lang", list(Language))
def test_pages_and_tables_call_sample_reports_by_one_word(make_app: MakeApp, lang: Language) -> None:
    app = make_app(demo=True)
    page = app.client_as("reader").get(f"/{lang}/plans/2020?view=list")
    banner = text_of(page.find("p", class_="sample-banner"))
    assert banner == SAMPLE_NOTE.text(lang)
    rows = page.client.get(f"/{lang}/plans/2020/activities.csv").response.get_data().decode("utf-8-sig").splitlines()[1:]
    assert {banner in row for row in rows} == {True}
    words = {Language.EN: ("fictional", "invented"), Language.FR: ("fictifs", "inventés")}[lang]
    assert [word in banner for word in words] == [True, False]
    assert [word in SAMPLE.text(lang) for word in words] == [True, False], "decks use the same word"


FORM_URL = re.compile(r'<script src="/static/back\.js[^"]*" data-form-url="([^"]*)"')


@pytest.mark.parametrize(
    ("opened_at", "expected"),
    [
        ("http://localhost/en/briefings/new?a=b", "/en/briefings/new?a=b"),
        ("http://localhost/en/plans/2020", "/en/plans/2020"),
        ("http://localhost//evil.example/", "/en/briefings/new"),
        ("http://localhost/static/icon.svg", "/en/briefings/new"),
        ("https://evil.example/en/plans/2020", "/en/briefings/new"),
        ("", "/en/briefings/new"),
    ],
)
def test_page_that_answers_a_form_names_the_page_of_the_form(read_only_app: App, opened_at: str, expected: str) -> None:
    chair = read_only_app.client_as("chair")
    assert FORM_URL.findall(chair.get("/en/briefings/new").text) == []
    fields = {"csrf_token": chair.csrf_token()}
    answer = chair.post("/en/briefings/new", fields, **({"Referer": opened_at} if opened_at else {}))
    assert answer.status == 422
    assert FORM_URL.findall(answer.text) == [expected]


def test_page_with_the_only_copy_of_a_text_names_no_form(read_only_app: App) -> None:
    chair = read_only_app.client_as("chair")
    path, fields = "/en/plans/2020/activities/9.9/comments", {"csrf_token": chair.csrf_token()}
    text = "A text that no page but this one has."
    with_text, without = chair.post(path, {**fields, "body": text}), chair.post(path, fields)
    assert (with_text.status, without.status) == (404, 404)
    assert text in with_text.text
    assert (FORM_URL.findall(with_text.text), len(FORM_URL.findall(without.text))) == ([], 1)


def test_text_is_escaped_in_a_cached_component_after_the_same_text_as_markup(read_only_app: App) -> None:
    flask = read_only_app.flask
    with flask.test_request_context("/en/"):
        label = flask.jinja_env.globals["field_label"]
        marked, plain = (label("id", words, None, None, "") for words in (Markup("<b>Notes</b>"), "<b>Notes</b>"))
    assert "<b>Notes</b></label>" in marked
    assert "&lt;b&gt;Notes&lt;/b&gt;</label>" in plain
