"""Calendars as RFC 5545 writes them: CRLF, lines folded at 75 octets, text escaped. It knows no plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cogwg.core.bilingual import Language
from cogwg.core.tables import xml_safe

OCTETS = 75


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something in a calendar: a whole day, or an instant. ``uid`` stays the same for as long as the thing exists."""

    uid: str
    on: date | datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar(name: str, occasions: Sequence[Occasion], *, lang: Language, stamp: datetime) -> bytes:
    """A calendar to subscribe to, in one language; ``stamp`` is when it was written."""
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//COGWG//Work plan//{lang.value.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    lines = [*head, *(line for occasion in occasions for line in _event(occasion, lang, stamp)), "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(occasion: Occasion, lang: Language, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(occasion.uid)}"
    yield f"DTSTAMP:{_utc(stamp)}"
    if isinstance(occasion.on, datetime):
        yield f"DTSTART:{_utc(occasion.on)}"
    else:
        yield f"DTSTART;VALUE=DATE:{occasion.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{occasion.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={lang.value}:{escaped(occasion.summary)}"
    if occasion.description:
        yield f"DESCRIPTION;LANGUAGE={lang.value}:{escaped(occasion.description)}"
    if occasion.url:
        yield f"URL:{occasion.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Text as a property value: backslash, semicolon, comma and line ends said by a backslash (3.3.11)."""
    plain = xml_safe(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n").replace("\t", " ")


def folded(line: str) -> str:
    """A content line cut into pieces of at most 75 octets, no character in two; each further piece begins with a space."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
