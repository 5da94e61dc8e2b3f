"""Whatever becomes of the record, what is public stays as it was published: no text of the record reaches it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cogwg.core.office_files import pack
from cogwg.core.settings import SiteSettings
from cogwg.tracker.archive.services import archive_year
from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.open_data.files import FORMATS
from cogwg.tracker.open_data.publisher import Publisher
from tests.sessions import ESSENTIAL, FURTHER
from tests.tracker.records import NOW
from tests.web.public.addresses import ADDRESSES, UNKNOWN
from tests.web.public.canaries import (
    ADDRESSES_OF_RECORD,
    CANARY,
    PLAN_FACTS,
    PUBLIC,
    codes,
    crawl,
    forget_what_was_drawn,
    leaks,
    plant_canaries,
    text_columns,
)
from tests.web.public.publishing import publish_all_commitments, publish_deck, publish_engagement
from tests.web_client import App, Page

NAMES = [f"{dataset.name}.{extension}" for dataset in DATASETS for extension in FORMATS]
OTHERS = ["csv-metadata.json", "datapackage-en.json", "datapackage-fr.json", "catalogue.jsonld", "everything.zip"]
EDITION_NAMES = [f"{dataset.name}.{extension}" for dataset in DATASETS for extension in FORMATS if dataset.of_editions]
OF_CYCLE = ("/reviewing", "/comments?q=data", "/moderation", "/what-we-heard", "/what-we-heard/1", "/what-we-heard.xlsx")
STARTS = [
    *ADDRESSES,
    *UNKNOWN,
    *(f"/data/{name}" for name in (*NAMES, *OTHERS)),
    *(f"/data/{key}/1/{name}" for key in ("2020-03", "2020-06") for name in (*EDITION_NAMES, "quarter.json", "everything.zip")),
    *("/en/tracker/briefings/2020-02-27", "/en/tracker/briefings/2020-02-27/update.pptx"),
    *(f"/{lang}/commitments/CA0060{rest}" for lang in ("en", "fr") for rest in ("", "/assessments", "?edition=1")),
    *("/en/feeds/commitments/CA0060.atom", "/data/commitments/CA0060/1/commitment.json", "/v1/assessments?commitment=CA0060"),
    *(f"/{lang}/engagement/fourth-plan{rest}" for lang in ("en", "fr") for rest in ("", *OF_CYCLE)),
    *("/en/comments/1", "/fr/comments/4711", "/data/engagement/fourth-plan/1/cycle.json"),
    *("/data/engagement/fourth-plan/1/heard.json", "/v1/consultations?limit=200", "/v1/comments?limit=200"),
    *("/data/nothing.csv", "/v1/nothing", "/v1/activities?status=nothing", "/v1/reports?limit=200", "/v1/milestones/nothing"),
    *(f"/{lang}/tracker?{query}" for lang in ("en", "fr") for query in ("q=canary", "quarter=nothing", "status=nothing")),
]
"""Addresses of every kind in the public record; links lead to the others."""
OF_SITE = ["/", *(f"/{lang}/{page}" for lang in ("en", "fr") for page in ("", "plans", "search?q=canary", "nothing", "admin"))]
PUBLIC_RECORD = re.compile(
    r"/(en|fr)/(tracker|commitments|engagement(?!/[\w-]+/[\w-]+/comment\b)|comments(?=/\d)|data|feeds)\b|/data/|/v1/|/sitemap\.xml|/robots\.txt"
)
REST_OF_SITE = re.compile(rf"(?!{PUBLIC_RECORD.pattern}|/static/)")


@pytest.fixture
def shown_app(published_app: App) -> App:
    """The demo with two published quarters, a briefing, commitments and engagement."""
    publish_deck(published_app)
    publish_all_commitments(published_app)
    publish_engagement(published_app)
    return published_app


def with_headers(pages: Mapping[str, Page]) -> dict[str, bytes]:
    """Return the contents of pages, and their headers apart."""
    headers = {f"headers of {address}": repr(dict(page.headers)).encode() for address, page in pages.items()}
    return {**{address: page.response.data for address, page in pages.items()}, **headers}


def endpoints(app: App, pages: Mapping[str, Page]) -> set[str]:
    """Return the endpoints of the pages that are shown."""
    adapter = app.flask.url_map.bind("localhost")
    return {adapter.match(address.partition("?")[0])[0] for address, page in pages.items() if page.status == 200}


@ESSENTIAL
@pytest.mark.parametrize("follow", [pytest.param(False, id="each"), pytest.param(True, id="all", marks=FURTHER)])
def test_no_text_of_the_record_reaches_the_public_record_and_all_bytes_stay(
    shown_app: App, monkeypatch: pytest.MonkeyPatch, follow: bool
) -> None:
    """Pages, search, errors, feeds, calendar, files with their hidden parts, the interface and the site's map."""
    before = crawl(shown_app.anonymous_client(), STARTS, PUBLIC_RECORD, follow=follow)
    assert endpoints(shown_app, before) == {e for e in shown_app.flask.view_functions if e.startswith("public.")}
    assert plant_canaries(shown_app) == set(text_columns()) - PUBLIC, "each column that can hold text has a canary"
    forget_what_was_drawn(monkeypatch)
    after = crawl(shown_app.anonymous_client(), STARTS, PUBLIC_RECORD, follow=follow)
    assert leaks(with_headers(after)) == {}
    assert {address: page.status for address, page in after.items()} == {a: page.status for a, page in before.items()}
    shown = [address for address, page in before.items() if page.status == 200]
    assert len(shown) > (400 if follow else 150)
    assert [address for address in shown if after[address].response.data != before[address].response.data] == []


@ESSENTIAL
def test_other_pages_show_visitors_the_plan_and_no_other_text_of_the_record(
    shown_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = PUBLIC | codes() | PLAN_FACTS | ADDRESSES_OF_RECORD
    assert plant_canaries(shown_app, left) == set(text_columns()) - left
    forget_what_was_drawn(monkeypatch)
    pages = crawl(shown_app.anonymous_client(), OF_SITE, REST_OF_SITE)
    assert len(pages) > 30
    assert [address for address, page in pages.items() if page.status >= 500] == []
    assert leaks(with_headers(pages)) == {}


def test_no_text_of_the_record_reaches_the_archive(shown_app: App) -> None:
    """The plan's row says whether the year is closed, so lists in columns of the plan stay readable."""
    left = PUBLIC | codes() | ADDRESSES_OF_RECORD | {"priority.consequences", "priority.results"}
    assert plant_canaries(shown_app, left) == set(text_columns()) - left
    publisher = Publisher.from_settings(SiteSettings(), "https://plan.example.ca")
    with Session(shown_app.engine) as session:
        session.execute(text("UPDATE work_plan SET closed_on = '2020-09-01'"))
        files = archive_year(session, 2020, publisher, at=NOW)
    assert len(files) > 60
    assert leaks(files) == {}


def test_planted_leak_is_reported(shown_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The public record would name the host by a text that is not public."""
    plant_canaries(shown_app)
    shown_app.execute(text("UPDATE site_settings SET hosted_by_en = (SELECT name FROM person LIMIT 1)"))
    forget_what_was_drawn(monkeypatch)
    pages = {path: shown_app.anonymous_client().get(path) for path in ("/en/tracker", "/fr/tracker", "/en/tracker?q=x")}
    assert leaks(with_headers(pages)) == {"/en/tracker": ["person.name"], "/en/tracker?q=x": ["person.name"]}
    packed = {"everything.zip": pack({"book.xlsx": pack({"docProps/core.xml": f"{CANARY}person.email-1".encode()})})}
    assert leaks(packed) == {"everything.zip": ["person.email"]}
