"""A text in the other language says so to screen readers (WCAG 3.1.2), wherever a page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import update

from cogwg.briefing.models import FrozenVersion
from cogwg.plan.models import Activity, Priority
from tests.conventions.test_pages import PAGES, in_language
from tests.databases import Databases
from tests.sessions import first_of
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import finalize
from tests.web_client import App, Page

TYPED = ("Ontario’s news", "A question.", "Is it so?")
"""Texts of the populated app that people typed in English only."""
OF_THE_PLAN = ("Measured openness", "Common measures", "Quiet wording")
"""Texts of the plan that ``english_app`` has in English only."""
COMPOSED = ("/briefings/", "/preview/", "view=timeline")
"""Paths of pages that put the plan's titles into longer texts, whose language is that of the page: the deck and what edits
it, and the drawing of the timeline. An adopted plan has both languages."""
NOTE = "The gaps are chased."


def texts_with_languages(page: Page) -> Iterator[tuple[str, str]]:
    """Yield each text of the page's body with the language that it is marked with, by its nearest ancestor."""

    def walk(element: Element, lang: str) -> Iterator[tuple[str, str]]:
        own = element.get("lang", lang)
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "head"):
            yield element.text or "", own
            for child in element:
                yield from walk(child, own)
                yield child.tail or "", own

    yield from walk(page.tree, "")


@pytest.fixture(scope="module")
def english_app(databases: Databases) -> Iterator[PopulatedApp]:
    """A populated app whose priority 3 and activity 3.3 have no French."""
    app = App(databases.create("sqlite", "seeded"))
    made = PopulatedApp(app)
    app.execute(update(Priority).where(Priority.number == 3).values(title_en="Common measures", title_fr=""))
    activity = {"title_en": "Measured openness", "title_fr": "", "due_words_en": "Quiet wording", "due_words_fr": ""}
    app.execute(update(Activity).where(Activity.code == "3.3").values(**activity))
    yield made
    app.close()


@pytest.mark.parametrize(("path", "name"), first_of(50, PAGES))
def test_text_in_the_other_language_is_marked_with_it(english_app: PopulatedApp, path: str, name: str) -> None:
    populated = english_app
    page = populated.client_as(name).get(in_language(populated.path(path), "fr"))
    canaries = TYPED if any(part in path for part in COMPOSED) else (*TYPED, *OF_THE_PLAN)
    shown = [(text, lang) for text, lang in texts_with_languages(page) if any(canary in text for canary in canaries)]
    assert [text for text, lang in shown if lang != "en"] == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_line_about_the_other_version_is_in_the_language_of_its_readers(populated: PopulatedApp, lang: str) -> None:
    page = populated.app.client_as("chair").get(f"/{lang}/briefings/{populated.briefing_id}/present")
    other, words = ("fr", "existe aussi en français") if lang == "en" else ("en", "also available in English")
    assert [shown for text, shown in texts_with_languages(page) if words in text] == [other]


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reason_for_finalizing_is_marked_with_the_language_of_the_page_it_was_written_on(make_app: MakeApp, lang: str) -> None:
    populated = PopulatedApp(make_app())
    chair = populated.app.client_as("chair")
    assert finalize(chair.get(f"/{lang}/briefings/{populated.briefing_id}"), NOTE).status == 303
    for reading in ("en", "fr"):
        page = chair.get(f"/{reading}/briefings/{populated.briefing_id}/versions/1")
        assert [shown for text, shown in texts_with_languages(page) if NOTE in text] == [lang]
    stored = populated.app.rows(FrozenVersion, FrozenVersion.briefing_id == populated.briefing_id)
    assert [(version.override_note, version.override_lang) for version in stored] == [(NOTE, lang)]
