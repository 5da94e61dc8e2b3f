"""Calendars and feeds as their standards write them, read back strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from cogwg.core import atom, ics
from cogwg.core.bilingual import Language

AT = datetime(2020, 9, 24, 18, 5, 9, tzinfo=UTC)
A = "{http://www.w3.org/2005/Atom}"
TEXTS = ["plain", "a, b; c\\d", "two\nlines", "É" * 100, "x" * 74, "x" * 75, "x" * 76, "€" * 24 + "ab", "\U0001f600" * 40, ""]


def unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def value(lines: list[str], name: str) -> str:
    (found,) = [line.split(":", 1)[1] for line in lines if line.split(":", 1)[0].split(";")[0] == name]
    plain = found.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    assert "\\" not in plain
    return plain.replace("\0", "\\")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_from_a_calendar_as_it_was(text: str) -> None:
    occasion = ics.CalendarEvent("a@b", date(2020, 12, 31), text, text, "https://a.example/fr/x")
    lines = unfolded(ics.calendar(text, [occasion], lang=Language.FR, stamp=AT))
    assert value(lines, "SUMMARY") == text
    assert value(lines, "NAME") == text
    assert value(lines, "DTSTART") == "20201231"
    assert value(lines, "DTEND") == "20210101"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"


def test_an_instant_is_said_in_utc() -> None:
    lines = unfolded(ics.calendar("c", [ics.CalendarEvent("a@b", AT, "s")], lang=Language.EN, stamp=AT))
    assert value(lines, "DTSTART") == value(lines, "DTSTAMP") == "20200924T180509Z"
    assert "DTEND" not in "".join(lines)
    assert not [line for line in lines if line.startswith(("DESCRIPTION", "URL"))]


def entry(key: str, title: str) -> atom.Entry:
    return atom.Entry(key, title, AT, "Ontario", "a → b", "https://a.example/")


def feed(*entries: atom.Entry, lang: Language = Language.FR) -> ET.Element:
    page = "https://a.example/"
    content = atom.feed("Nom", entries, key="k", lang=lang, author="GTCGO", page=page, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(content)


def test_a_feed_has_what_its_standard_asks_for() -> None:
    root = feed(entry("1", "<b>&amp; “é”\x07"), entry("2", "two"))
    assert root.tag == f"{A}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    for each in (root, *root.findall(f"{A}entry")):
        assert all(each.findtext(f"{A}{name}") for name in ("id", "title", "updated"))
        assert (each.findtext(f"{A}id") or "").startswith("urn:uuid:")
        assert each.find(f"{A}author/{A}name") is not None
        assert datetime.fromisoformat(each.findtext(f"{A}updated") or "").tzinfo is not None
    assert root.findtext(f"{A}entry/{A}title") == "<b>&amp; “é”"


def test_the_same_thing_keeps_its_id_and_the_languages_are_two_feeds() -> None:
    def ids(root: ET.Element) -> list[str | None]:
        return [e.text for e in root.iter(f"{A}id")]

    assert ids(feed(entry("1", "a"))) == ids(feed(entry("1", "b")))
    assert len(set(ids(feed(entry("1", "a"), entry("2", "a"))))) == 3
    assert ids(feed()) != ids(feed(lang=Language.EN))
    assert feed().findtext(f"{A}updated") == "2020-01-01T00:00:00Z"
