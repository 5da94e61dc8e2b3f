"""The help page: steps in the words of the pages, what each status means, and only the shortcuts that scripts have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogwg.core.paths import resource_folder
from cogwg.core.status import STATUS_LABELS
from cogwg.web.site.shortcuts import KEY_LABELS, SHORTCUTS
from tests.web.scriptless_user import translate
from tests.web.test_contacts import mail_links
from tests.web_client import App, text_of

KEY_IN_SCRIPT = re.compile(r'\bkey [!=]== "([^"]+)"|\b(Arrow[A-Z]\w+|Page(?:Up|Down))\b')


def keys_in(scripts: dict[str, str]) -> set[str]:
    """Return the names of the keys that scripts act on."""
    return {a or b for text in scripts.values() for a, b in KEY_IN_SCRIPT.findall(text)}


def test_help_lists_exactly_the_keys_of_the_scripts() -> None:
    scripts = {file.name: Path(file).read_text("utf-8") for file in resource_folder("static").glob("*.js")}
    assert {key for shortcut in SHORTCUTS for key in shortcut.keys} == set(KEY_LABELS) == keys_in(scripts)
    assert "F2" in keys_in({"planted.js": 'if (event.key === "F2") rename();'})


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_help_names_each_shortcut_in_the_readers_language(read_only_app: App, lang: str) -> None:
    page = read_only_app.anonymous_client().get(f"/{lang}/help")
    section = page.find_by_id("shortcuts")
    assert "JavaScript" in text_of(section), "the keys do nothing without it"
    shown = [text_of(kbd) for kbd in section.iter("kbd")]
    assert shown == [
        translate(lang, label) for s in SHORTCUTS for label in ([s.modifier, *s.labels] if s.modifier else s.labels)
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_help_links_the_secretariat_alone_to_its_pages(read_only_app: App, lang: str) -> None:
    for name, is_linked in (("secretariat", True), ("chair", False)):
        page = read_only_app.client_as(name).get(f"/{lang}/help")
        assert page.find_by_id("secretariat") is not None
        links = {a.get("href") for a in page.find("main").iter("a")}
        assert (f"/{lang}/admin/people" in links) is is_linked


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_meanings_of_statuses_are_the_same_in_the_form_and_in_help(read_only_app: App, lang: str) -> None:
    help_page = read_only_app.anonymous_client().get(f"/{lang}/help")
    form = read_only_app.client_as("ontario").get(f"/{lang}/plans/2020/activities/3.3/report")
    lists = [text_of(page.find("dl", class_="meanings")) for page in (help_page, form)]
    assert lists[0] == lists[1]
    for label in STATUS_LABELS.values():
        assert label.text(lang) in lists[0]
    meanings = list(help_page.find("dl", class_="meanings").iter("dd"))
    assert [len(list(dd.iter("br"))) for dd in meanings] == [1] * 4, "two lines each"
    summaries = [text_of(e) for e in form.find_all("summary")]
    assert any(s.startswith(translate(lang, "What each status means")) for s in summaries)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_steps_of_a_report_name_buttons_that_exist(app: App, lang: str) -> None:
    """Walk through the steps, and find each button and page that the help names."""
    ontario = app.client_as("ontario")
    steps = " ".join(text_of(ol) for ol in ontario.get(f"/{lang}/help").find_all("ol"))
    updates = ontario.get(f"/{lang}/my-updates")
    submit = ontario.get(f"/{lang}/my-updates/submit")
    for sentence, page in (
        ("My updates", updates),
        ("Write an update", updates),
        ("Nothing to report", updates),
        ("Save draft and continue", updates),
        ("Submit all", updates),
        ("Submit reports", submit),
    ):
        words = translate(lang, sentence)
        assert words in steps
        assert any(words in text_of(e) for tag in ("a", "button", "h1") for e in page.find_all(tag)), sentence


def test_help_names_buttons_of_co_chairs_that_exist(app: App) -> None:
    chair = app.client_as("chair")
    words = chair.get("/en/help").main_text
    for button, path in (
        ("Return with a note", "/en/plans/2020/activities/5.2"),
        ("Create a briefing", "/en/briefings"),
        ("Reporting status", "/en/readiness"),
    ):
        assert button in words
        assert button in chair.get(path).text


def test_help_names_pages_of_stewards_and_analysts_that_exist(app: App) -> None:
    secretariat = app.client_as("secretariat")
    words = secretariat.get("/en/help").main_text
    for label, path in (("Engagement", "engagement"), ("Analysis", "analysis")):
        assert f"under {label}" in words or f"Under {label}" in words
        assert label in text_of(secretariat.get(f"/en/admin/{path}").find("h1"))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_help_is_linked_from_every_footer_and_from_my_updates(read_only_app: App, lang: str) -> None:
    def footer_links(name: str, path: str) -> list[str]:
        page = read_only_app.client_as(name).get(f"/{lang}/{path}")
        return [str(a.get("href")) for a in page.find("footer").iter("a")]

    links = [f"/{lang}/{page}" for page in ("help", "about", "accessibility", "privacy", "contact")]
    assert footer_links("visitor", "plans/2020") == links
    assert footer_links("reader", "plans/2020") == [*links, f"/{lang}/help#shortcuts"]
    updates = read_only_app.client_as("ontario").get(f"/{lang}/my-updates")
    assert f"/{lang}/help#report" in [a.get("href") for a in updates.find("main").iter("a")]


def test_help_names_the_groups_contact_and_no_person(read_only_app: App) -> None:
    for name in ("visitor", "ontario"):
        assert set(mail_links(read_only_app.client_as(name).get("/en/help")).values()) == {"help@cogwg.example"}
