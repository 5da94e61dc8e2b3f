"""Atom feeds (RFC 4287), each in one language. This module does not depend on the work plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from cogwg.core.bilingual import Language
from cogwg.core.tables import xml_safe

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
_ID_NAMESPACE = UUID("5f0b2c8e-6c0d-4f4e-9a55-0f6d7a1c2b30")


@dataclass(frozen=True, slots=True)
class Entry:
    """A feed entry. ``key`` never changes, so that a feed reader shows the entry only once."""

    key: str
    title: str
    at: datetime
    author: str
    summary: str
    url: str


def feed(
    name: str, entries: Sequence[Entry], *, key: str, lang: Language, author: str, page: str, address: str, since: datetime
) -> bytes:
    """Return the feed as XML, with its entries in the order given (newest first).

    ``since`` is the time of the last update if there are no entries. ``page`` is the URL of the HTML page for this feed, and
    ``address`` is the URL of the feed itself.
    """
    root = Element("feed", {"xmlns": ATOM_NAMESPACE, "xml:lang": lang.value})
    _add_text(root, "id", _entry_id(f"{key}/{lang.value}"))
    _add_text(root, "title", name)
    _add_text(root, "updated", _format_time(max((entry.at for entry in entries), default=since)))
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "hreflang": lang.value, "href": page})
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    _add_text(SubElement(root, "author"), "name", author)
    for entry in entries:
        element = SubElement(root, "entry")
        _add_text(element, "id", _entry_id(entry.key))
        _add_text(element, "title", entry.title)
        _add_text(element, "updated", _format_time(entry.at))
        _add_text(element, "published", _format_time(entry.at))
        SubElement(element, "link", {"rel": "alternate", "type": "text/html", "hreflang": lang.value, "href": entry.url})
        _add_text(SubElement(element, "author"), "name", entry.author)
        _add_text(element, "summary", entry.summary)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _add_text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = xml_safe(text)


def _entry_id(key: str) -> str:
    """Return the permanent id for a key, the same on every machine."""
    return uuid5(_ID_NAMESPACE, key).urn


def _format_time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
