"""The feed of publications, the calendar of due dates, and what search engines read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from cogwg.tracker.published import public_record
from tests.web.conftest import MakeApp
from tests.web.public.publishing import CORRECTION_REASON, WITHDRAWAL_REASON, correct_milestone, publish_deck, withdraw
from tests.web_client import PUBLIC_URL, App, Client

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def entries(client: Client, lang: str = "en") -> list[dict[str, str]]:
    root = ElementTree.fromstring(client.get(f"/{lang}/feeds/published.atom").response.data)
    return [
        {
            **{name: entry.findtext(f"{ATOM}{name}", "").replace("\u00a0", " ") for name in ("id", "title", "summary")},
            "url": entry.find(f"{ATOM}link").get("href"),  # type: ignore[union-attr, dict-item]
        }
        for entry in root.iter(f"{ATOM}entry")
    ]


def unfolded(calendar: str) -> str:
    return calendar.replace("\r\n ", "")


def test_feed_has_each_publication_with_its_hash_and_the_head_of_the_audit_log(published_app: App) -> None:
    correct_milestone(published_app)
    publish_deck(published_app)
    with Session(published_app.engine) as session:
        record = public_record(session, published_app.calendar.now())
    listed = entries(published_app.anonymous_client())
    assert [entry["title"] for entry in listed] == [
        "Briefing of February 27, 2020",
        "Correction to Quarter 2 of 2020",
        "Reports for Quarter 2, April to June 2020",
        "Reports for Quarter 1, January to March 2020",
    ]
    published = [record.briefings[0], *record.editions[::-1]]
    for entry, publication in zip(listed, published, strict=True):
        assert publication.sha256 in entry["summary"]
        assert publication.witness in entry["summary"]
    assert re.search(r"Last entry of the audit log: \d+/2020-07-31T14:00:00Z/[0-9a-f]{16}$", listed[1]["summary"])
    assert CORRECTION_REASON.en in listed[1]["summary"]
    assert len({entry["id"] for entry in listed}) == 4


def test_links_of_the_feed_lead_to_what_was_published(published_app: App) -> None:
    correct_milestone(published_app)
    client = published_app.anonymous_client()
    addresses = [entry["url"].removeprefix(PUBLIC_URL) for entry in entries(client, "fr")]
    assert addresses[:2] == ["/fr/tracker?quarter=2020-06&edition=2", "/fr/tracker?quarter=2020-06&edition=1"]
    assert [client.get(address).status for address in addresses] == [200] * 3


def test_withdrawal_takes_the_place_of_what_was_withdrawn(published_app: App) -> None:
    withdraw(published_app, "2020-06")
    listed = entries(published_app.anonymous_client(), "fr")
    assert [entry["title"] for entry in listed] == [
        "Retiré : trimestre 2 de 2020",
        "Rapports du trimestre 1, janvier à mars 2020",
    ]
    assert listed[0]["summary"] == WITHDRAWAL_REASON.fr


def test_feed_without_publications_is_valid_and_empty(read_only_app: App) -> None:
    assert entries(read_only_app.anonymous_client()) == []


def test_calendar_has_published_due_dates_and_quarters(public_app: App) -> None:
    calendar = unfolded(public_app.anonymous_client().get("/en/feeds/published.ics").text)
    assert calendar.count("BEGIN:VEVENT") == 21 + 4
    event = calendar.partition("UID:published-2020-activity-2.2-due@cogwg")[2].partition("END:VEVENT")[0]
    assert "DTSTART;VALUE=DATE:20200630" in event
    assert "SUMMARY;LANGUAGE=en:Overdue: 2.2 Engagement in the CKAN forums" in event
    assert "Status: Limited progress\\, as published on July\u00a031\\, 2020" in event
    reports = calendar.partition("UID:published-2020-quarter-3-reports@cogwg")[2].partition("END:VEVENT")[0]
    assert "DTSTART;VALUE=DATE:20200930" in reports


def test_sitemap_lists_pages_that_exist_in_both_languages(public_app: App) -> None:
    client = public_app.anonymous_client()
    root = ElementTree.fromstring(client.get("/sitemap.xml").response.data)
    listed = [url.findtext(f"{SITEMAP}loc", "").removeprefix(PUBLIC_URL) for url in root]
    assert {f"/{lang}/tracker/activities/5.4" for lang in ("en", "fr")} <= set(listed)
    assert len(listed) == len(set(listed)) > 2 * (21 + 5 + 14)
    for url in root:
        alternates = {link.get("hreflang"): str(link.get("href")) for link in url.iter(f"{XHTML}link")}
        assert set(alternates) == {"en", "fr"}
        assert url.findtext(f"{SITEMAP}loc") in alternates.values()
    assert {client.get(address).status for address in listed} == {200}


@pytest.mark.parametrize("allowed", [True, False])
def test_host_decides_whether_search_engines_may_index_pages(make_app: MakeApp, allowed: bool) -> None:
    client = make_app("sqlite", "published", search_engines=allowed).anonymous_client()
    robots = client.get("/robots.txt").text
    assert ("Disallow: /\n" in robots) is not allowed
    assert (f"Sitemap: {PUBLIC_URL}/sitemap.xml" in robots) is allowed
    for path in ("/en/tracker", "/fr/", "/en/plans/2020"):
        marks = [e.get("content") for e in client.get(path).find_all("meta", name="robots")]
        assert marks == ([] if allowed else ["noindex"])
    assert client.get("/en/feeds/published.atom").headers.get("X-Robots-Tag") == (None if allowed else "noindex")


def test_head_of_pages_names_the_other_language_and_the_feed(public_app: App) -> None:
    page = public_app.anonymous_client().get("/fr/tracker/activities/5.4")
    links = {e.get("hreflang") or e.get("type"): e.get("href") for e in page.find_all("link", rel="alternate")}
    assert links == {"en": "/en/tracker/activities/5.4", "application/atom+xml": "/fr/feeds/published.atom"}
    described = {e.get("property"): e.get("content") for e in page.find_all("meta") if e.get("property")}
    assert described["og:title"] == page.h1
    assert described["og:locale"] == "fr_CA"
    assert "http" not in "".join(value or "" for name, value in described.items() if name != "og:url")
