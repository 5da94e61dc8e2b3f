"""A file that takes long is waited for on a page, which says so and loads the file by itself."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.conventions.test_pages import check_html
from tests.web_client import App

FILES = ["/en/briefings/1/versions/1/deck.xlsx", "/fr/briefings/1/deck.pptx?whole=1", "/en/workbook/plan-2020.xlsx"]
OTHERS = ["", "/en/", "https://example.ca/en/briefings/1/deck.xlsx", "//example.ca/deck.xlsx", "/en/sign-out", "/nowhere"]


@pytest.mark.parametrize("file", FILES)
def test_page_says_that_it_waits_and_loads_the_file(read_only_app: App, file: str) -> None:
    page = read_only_app.client_as("secretariat").get(f"/en/preparing?file={quote(file)}")
    assert page.status == 200
    check_html(page, "en")
    (refresh,) = [meta for meta in page.find_all("meta") if meta.get("http-equiv") == "refresh"]
    assert refresh.get("content") == f"0; url={file}"
    assert "The download starts automatically when the file is ready." in page.main_text
    links = [link.get("href") for link in page.find("main").iter("a")]
    page_of_the_link = file.replace("/fr/", "/en/").rpartition("/")[0]
    assert links == [page_of_the_link, file]


@pytest.mark.parametrize("file", OTHERS)
def test_page_leads_to_nothing_else(read_only_app: App, file: str) -> None:
    assert read_only_app.client_as("secretariat").get(f"/en/preparing?file={quote(file)}").status == 404


@pytest.mark.parametrize(
    ("largest", "expected"), [(21, "/en/workbook/plan-2020.xlsx"), (20, "/en/preparing?file=/en/workbook/plan-2020.xlsx")]
)
def test_workbook_of_a_large_plan_is_waited_for(
    read_only_app: App, monkeypatch: pytest.MonkeyPatch, largest: int, expected: str
) -> None:
    monkeypatch.setattr("cogwg.web.admin.plan_editor.LARGEST_WORKBOOK_SOON", largest)
    page = read_only_app.client_as("chair").get("/en/admin/plans/2020")
    assert expected in [link.get("href") for link in page.find("main").iter("a")]
