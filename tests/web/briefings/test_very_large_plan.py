"""Downloads of a briefing on a very large plan: the pages say that the files are a summary, and offer every slide."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.briefing.file_summary import LARGEST_WHOLE
from cogwg.briefing.models import FrozenFile
from cogwg.core.db import write_transaction
from tests.conventions.test_pages import check_html
from tests.large_plan import add_large_plan
from tests.sessions import first_of
from tests.web.conftest import MakeApp
from tests.web.finalizing import finalize
from tests.web_client import App, Page, text_of

SENTENCES = {
    "en": (
        "This plan has {count} activities. A file with slides for each priority would be very long, so these files are",
        "The Excel file also lists every activity. The slides of each priority are on this page.",
        "Every slide, in English (Excel)",
        "Every slide, in French (PowerPoint)",
    ),
    "fr": (
        "Ce plan compte {count} activités. Un fichier avec les diapositives de chaque priorité serait très long",
        "Le fichier Excel contient aussi toutes les activités. Les diapositives de chaque priorité se trouvent sur cette page.",
        "Toutes les diapositives, en anglais (Excel)",
        "Toutes les diapositives, en français (PowerPoint)",
    ),
}


SMALL, VERY_LARGE = (6, 4), (13, 12)
"""Priorities, and activities in each. The small plan is over a low limit: drawing one over the real limit takes long."""
SIZES = pytest.mark.parametrize("size", first_of(1, map(pytest.param, (SMALL, VERY_LARGE))), ids="{0[0]}x{0[1]}".format)


@pytest.fixture
def size() -> tuple[int, int]:
    return SMALL


@pytest.fixture
def large_app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> App:
    priorities, activities = size
    monkeypatch.setattr("cogwg.briefing.file_summary.LARGEST_WHOLE", min(LARGEST_WHOLE, priorities * activities - 1))
    app = make_app(day=date(2021, 2, 10))
    with Session(app.engine) as session, write_transaction(session):
        add_large_plan(session, year=2021, priorities=priorities, activities=activities, quarters=0)
    return app


def sentences(lang: str, size: tuple[int, int]) -> list[str]:
    """Return what pages say of the files, first what they are and why."""
    return [words.format(count=size[0] * size[1]) for words in SENTENCES[lang]]


def create_briefing(app: App) -> str:
    form = app.client_as("chair").get("/en/briefings/new").form()
    return form.fill(meeting_on="2021-03-04", scope="2021").submit().redirect_path.removesuffix("/meeting")


def sheet_count(page: Page) -> int:
    assert page.status == 200
    return len(load_workbook(BytesIO(page.response.data), read_only=True).sheetnames)


@SIZES
def test_pages_say_before_a_download_that_files_are_a_summary(large_app: App, size: tuple[int, int]) -> None:
    chair, reader = large_app.client_as("chair"), large_app.client_as("reader")
    draft = create_briefing(large_app)
    version = finalize(chair.get(draft), "The plan is large.").redirect_path
    for lang in SENTENCES:
        for client, path in ((chair, draft), (reader, version)):
            page = client.get(path.replace("/en/", f"/{lang}/", 1))
            check_html(page, lang)
            assert [words for words in sentences(lang, size) if words not in page.main_text] == []


def test_draft_of_a_very_large_plan_has_every_slide_only_on_request_and_for_those_who_prepare_it(
    large_app: App, size: tuple[int, int]
) -> None:
    draft = create_briefing(large_app)
    chair = large_app.client_as("chair")
    summary, whole = (sheet_count(chair.get(f"{draft}/deck.xlsx{query}")) for query in ("", "?whole=1"))
    assert summary < 30
    assert summary + size[0] <= whole, "a slide for each priority"
    for neighbour, status in (("reader", 404), ("ontario", 404), ("visitor", 303)):
        assert large_app.client_as(neighbour).get(f"{draft}/deck.xlsx?whole=1").status == status


@SIZES
def test_version_of_a_very_large_plan_stores_its_summary_and_draws_every_slide_on_request(
    large_app: App, size: tuple[int, int]
) -> None:
    version = finalize(large_app.client_as("chair").get(create_briefing(large_app)), "The plan is large.").redirect_path
    reader = large_app.client_as("reader")
    stored = reader.get(f"{version}/deck.xlsx")
    count = len(large_app.rows(FrozenFile))
    whole = reader.get(f"{version}/deck.xlsx?whole=1")
    assert sheet_count(stored) < 30
    assert sheet_count(stored) + size[0] <= sheet_count(whole), "a slide for each priority"
    assert len(large_app.rows(FrozenFile)) == count, "the stored file stays the summary"
    assert reader.get(f"{version}/deck.xlsx").response.data == stored.response.data
    assert "-every-slide.xlsx" in whole.headers["Content-Disposition"]
    assert reader.get(f"{version}/deck.odp?whole=1").status == 404
    assert large_app.client_as("visitor").get(f"{version}/deck.xlsx?whole=1").status == 303


def test_shared_version_of_a_very_large_plan_says_so_and_draws_no_slides_on_request(
    large_app: App, size: tuple[int, int]
) -> None:
    chair, visitor = large_app.client_as("chair"), large_app.client_as("visitor")
    version = finalize(chair.get(create_briefing(large_app)), "The plan is large.").redirect_path
    created = chair.get(f"{version}/links").form("/links").submit().follow()
    [path] = set(re.findall(r"/en/shared/[\w-]+", created.text))
    for lang in SENTENCES:
        why, where, *links = sentences(lang, size)
        page = visitor.get(path.replace("/en/", f"/{lang}/", 1))
        assert [words in page.main_text for words in (why, where, *links)] == [True, True, False, False]
    stored, whole = (sheet_count(visitor.get(f"{path}/deck.xlsx{query}")) for query in ("", "?whole=1"))
    assert stored == whole < 30


def test_every_slide_is_waited_for_on_a_page_and_a_summary_is_not(large_app: App, size: tuple[int, int]) -> None:
    page = large_app.client_as("chair").get(create_briefing(large_app))
    links = {text_of(link): link for link in page.find("main").iter("a") if "deck.xlsx" in link.get("href", "")}
    summary, whole = links["Download in English (Excel)"], links["Every slide, in English (Excel)"]
    assert summary.get("href").endswith("/deck.xlsx")
    assert "download" in summary.attrib
    assert whole.get("href").startswith("/en/preparing?file=/en/briefings/")
    assert "download" not in whole.attrib, "the browser would save the page as the file"
    assert large_app.client_as("chair").get(whole.get("href")).status == 200


def test_usual_plan_has_no_note_on_summaries(make_app: MakeApp) -> None:
    app = make_app()
    form = app.client_as("chair").get("/en/briefings/new").form()
    draft = form.fill(meeting_on="2020-12-10").submit().redirect_path.removesuffix("/meeting")
    page = app.client_as("chair").get(draft)
    assert "Draft files" in page.main_text
    assert "Files with every slide" not in page.main_text
