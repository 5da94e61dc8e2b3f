"""Clients of others read the feed and the calendar of what is published: feedparser and icalendar."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web_client import App

LANGUAGES = pytest.mark.parametrize("lang", ["en", "fr"])


@LANGUAGES
def test_feedparser_reads_each_publication_with_its_hash(site: App, lang: str) -> None:
    import feedparser

    feed = feedparser.parse(site.anonymous_client().get(f"/{lang}/feeds/published.atom").response.data)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert len(feed.entries) == 2
    for entry in feed.entries:
        assert entry.link
        assert entry.updated_parsed
        assert "SHA-256" in entry.summary


@LANGUAGES
def test_icalendar_reads_the_due_dates(site: App, lang: str) -> None:
    import icalendar

    calendar = icalendar.Calendar.from_ical(site.anonymous_client().get(f"/{lang}/feeds/published.ics").response.data)
    assert not calendar.errors
    events = list(calendar.walk("VEVENT"))
    assert len(events) > 20
    assert len({str(event["UID"]) for event in events}) == len(events)
    for event in events:
        assert not event.errors
        assert isinstance(event.decoded("DTSTART"), date)
        assert str(event["SUMMARY"])
