"""iCalendar files (RFC 5545), with CRLF line endings, lines folded at 75 octets, and escaped text.

This module does not depend on the work plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cogwg.core.bilingual import Language
from cogwg.core.tables import xml_safe

MAX_LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A calendar event, on a whole day or at a point in time. ``uid`` never changes while the event exists."""

    uid: str
    on: date | datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar(name: str, events: Sequence[CalendarEvent], *, lang: Language, stamp: datetime) -> bytes:
    """Return a calendar to subscribe to, in one language; ``stamp`` is when it was generated (DTSTAMP)."""
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//COGWG//Work plan//{lang.value.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escape_text(name)}",
        f"X-WR-CALNAME:{escape_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    lines = [*head, *(line for occasion in events for line in _event(occasion, lang, stamp)), "END:VCALENDAR"]
    return "".join(f"{fold_line(line)}\r\n" for line in lines).encode()


def _event(event: CalendarEvent, lang: Language, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape_text(event.uid)}"
    yield f"DTSTAMP:{_utc(stamp)}"
    if isinstance(event.on, datetime):
        yield f"DTSTART:{_utc(event.on)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={lang.value}:{escape_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION;LANGUAGE={lang.value}:{escape_text(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escape_text(text: str) -> str:
    """Escape text for a property value (RFC 5545, 3.3.11): backslashes, semicolons, commas and line breaks.

    Tabs become spaces.
    """
    plain = xml_safe(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n").replace("\t", " ")


def fold_line(line: str) -> str:
    """Fold a content line into pieces of at most 75 octets, without splitting a character.

    Each piece after the first begins with a space.
    """
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > MAX_LINE_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
