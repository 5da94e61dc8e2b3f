"""A journalist reads which commitments the reviewer sees otherwise than the government, since when, and takes the data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.databases import Databases
from tests.e2e.conftest import OpenBrowser
from tests.e2e.site import SERVED, Site
from tests.e2e.test_every_page import check_page
from tests.e2e.test_public_record import plain
from tests.web.public.publishing import publish_all_commitments
from tests.web_client import App

DIFFERS = {
    "en": "The independent reviewer: Limited; the government: Complete. They have disagreed since September 15, 2018.",
    "fr": "L’évaluateur indépendant : Progrès limité; le gouvernement : Réalisé. "
    "Le désaccord dure depuis le 15 septembre 2018.",
}
FIRST = {
    "en": "The government says Complete; the independent reviewer says Limited. They have disagreed since September 15, 2018.",
    "fr": "Selon le gouvernement : Réalisé; selon l’évaluateur indépendant : Progrès limité. "
    "Le désaccord dure depuis le 15 septembre 2018.",
}


@pytest.fixture(scope="module")
def public_site(databases: Databases) -> Iterator[Site]:
    """The demo data with four published commitments."""
    app = App(databases.create("sqlite", "published"), extra_settings=dict(SERVED))
    publish_all_commitments(app)
    with Site(app) as opened:
        yield opened


def test_journalist_finds_where_the_reviewer_differs_and_since_when(
    public_site: Site, open_browser: OpenBrowser, lang: str, js: bool
) -> None:
    reader = open_browser(public_site, lang, js=js)
    page, main = reader.page, reader.page.get_by_role("main")
    reader.open("tracker")
    navigation = page.get_by_role("navigation", name=reader.translate("Main"))
    navigation.get_by_role("link", name=reader.translate("Commitments")).click()
    reader.expect_path("commitments")
    expect(main).to_contain_text(plain(DIFFERS[lang]))

    page.get_by_label(reader.translate("Differences"), exact=True).select_option("review")
    page.get_by_role("button", name=reader.translate("Filter")).click()
    expect(page.locator(".commitment-table tbody tr")).to_have_count(1)
    page.locator(".commitment-table tbody a").first.click()
    reader.expect_path("commitments/CA0058")
    expect(page.locator(".lede")).to_have_text(plain(FIRST[lang]))

    main.get_by_role("link", name=reader.translate("All assessments in full, and the published versions")).first.click()
    reader.expect_path("commitments/CA0058/assessments")
    expect(main.get_by_role("heading", level=2)).to_have_count(5)
    link = main.get_by_role("link", name=re.compile("^JSON"))
    rows = json.loads(page.request.get(f"{public_site.address}{link.get_attribute('href')}").text())["rows"]
    assert [row["differs_since"] for row in rows if row["commitment"] == "CA0058" and row["differs"]] == ["2018-09-15"]


def test_pages_pass_axe_and_fit_a_phone(public_site: Site, open_browser: OpenBrowser, lang: str) -> None:
    reader = open_browser(public_site, lang)
    problems = []
    for path in ("commitments", "commitments?differs=any", "commitments/CA0060", "commitments/CA0060/assessments"):
        reader.open(path)
        problems += check_page(reader, path)
    assert problems == []


def test_filters_are_folded_on_a_phone_and_in_view_where_there_is_room(public_site: Site, open_browser: OpenBrowser) -> None:
    reader = open_browser(public_site)
    reader.page.set_viewport_size({"width": 320, "height": 700})
    reader.open("commitments?differs=any")
    words = reader.page.get_by_label(reader.translate("Words in what is published"))
    expect(words).to_be_hidden()
    reader.page.get_by_text(reader.translate("Filter the commitments"), exact=True).click()
    expect(words).to_be_visible()
    reader.page.set_viewport_size({"width": 1280, "height": 700})
    reader.open("commitments?differs=any")
    expect(words).to_be_visible()


def test_citation_is_copied_by_its_button(public_site: Site, open_browser: OpenBrowser) -> None:
    reader = open_browser(public_site)
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for path in ("commitments", "commitments/CA0060"):
        reader.open(path)
        reader.page.get_by_role("button", name=reader.translate("Copy the citation")).click()
        expect(reader.page.locator("#status")).to_have_text(reader.translate("Citation copied"))
