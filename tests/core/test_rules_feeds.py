"""Calendars and feeds follow their standards when they are read back strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from cogwg.core import atom, ics
from cogwg.core.bilingual import Language

AT = datetime(2020, 9, 24, 18, 5, 9, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
TEXTS = [
    "plain",
    "a, b; c\\d",
    "C:\\New\\next",
    "two\nlines",
    "É" * 100,
    "x" * 74,
    "x" * 75,
    "x" * 76,
    "€" * 24 + "ab",
    "\U0001f600" * 40,
    "",
]


def unfold_lines(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def property_value(lines: list[str], name: str) -> str:
    (value,) = [line.split(":", 1)[1] for line in lines if line.split(":", 1)[0].split(";")[0] == name]
    plain = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    assert "\\" not in plain
    return plain.replace("\0", "\\")


@pytest.mark.parametrize("text", TEXTS)
def test_calendar_text_reads_back_unchanged(text: str) -> None:
    event = ics.CalendarEvent("a@b", date(2020, 12, 31), text, text, "https://a.example/fr/x")
    lines = unfold_lines(ics.calendar(text, [event], lang=Language.FR, stamp=AT))
    assert property_value(lines, "SUMMARY") == text
    assert property_value(lines, "NAME") == text
    assert property_value(lines, "DTSTART") == "20201231"
    assert property_value(lines, "DTEND") == "20210101"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"


def test_calendar_instant_is_written_in_utc() -> None:
    lines = unfold_lines(ics.calendar("c", [ics.CalendarEvent("a@b", AT, "s")], lang=Language.EN, stamp=AT))
    assert property_value(lines, "DTSTART") == property_value(lines, "DTSTAMP") == "20200924T180509Z"
    assert "DTEND" not in "".join(lines)
    assert not [line for line in lines if line.startswith(("DESCRIPTION", "URL"))]


def make_entry(key: str, title: str) -> atom.Entry:
    return atom.Entry(key, title, AT, "Ontario", "a → b", "https://a.example/")


def parse_feed(*entries: atom.Entry, lang: Language = Language.FR) -> ET.Element:
    page = "https://a.example/"
    content = atom.feed(
        "Nom", entries, key="k", lang=lang, author="GTCGO", page=page, address=page, since=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(content)


def test_atom_feed_has_the_required_elements() -> None:
    root = parse_feed(make_entry("1", "<b>&amp; “é”\x07"), make_entry("2", "two"))
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    for element in (root, *root.findall(f"{ATOM}entry")):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        assert (element.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        assert element.find(f"{ATOM}author/{ATOM}name") is not None
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo is not None
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "<b>&amp; “é”"


def test_atom_ids_are_stable_and_differ_by_language() -> None:
    def ids(root: ET.Element) -> list[str | None]:
        return [e.text for e in root.iter(f"{ATOM}id")]

    assert ids(parse_feed(make_entry("1", "a"))) == ids(parse_feed(make_entry("1", "b")))
    assert len(set(ids(parse_feed(make_entry("1", "a"), make_entry("2", "a"))))) == 3
    assert ids(parse_feed()) != ids(parse_feed(lang=Language.EN))
    assert parse_feed().findtext(f"{ATOM}updated") == "2020-01-01T00:00:00Z"
