"""XLIFF 1.2, the format in which translation bureaus exchange texts. Nothing here depends on the work plan.

A file is read with defusedxml: entities and external references are refused, so that a small file cannot grow in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from cogwg.core.bilingual import Language
from cogwg.core.tables import xml_safe

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
MEDIA_TYPE = "application/x-xliff+xml"
NEEDS_TRANSLATION, NEEDS_REVIEW = "needs-translation", "needs-review-translation"


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to translate; ``target`` is the translation of an earlier text, if any, and ``notes`` say where the text is."""

    id: str
    source: str
    target: str
    notes: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The texts to translate into one language; they become one file element of the document."""

    original: str
    into: Language
    units: tuple[Unit, ...]


def write_xliff(groups: Iterable[UnitGroup], made_at: datetime) -> bytes:
    """Return the document; the state of a target without text is "needs-translation", of one to check "needs-review"."""
    root = Element("xliff", {"xmlns": NAMESPACE, "version": "1.2"})
    for group in groups:
        languages = {
            "source-language": _tag(group.into.other),
            "target-language": _tag(group.into),
        }
        made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        attributes = {"original": group.original, "datatype": "plaintext", "date": made, **languages}
        body = SubElement(SubElement(root, "file", attributes), "body")
        for unit in group.units:
            limit = {"maxwidth": str(unit.limit), "size-unit": "char"}
            element = SubElement(body, "trans-unit", {"id": unit.id, "xml:space": "preserve", **limit})
            SubElement(element, "source", {"xml:lang": _tag(group.into.other)}).text = xml_safe(unit.source)
            state = NEEDS_REVIEW if unit.target else NEEDS_TRANSLATION
            target = SubElement(element, "target", {"xml:lang": _tag(group.into), "state": state})
            target.text = xml_safe(unit.target)
            for note in unit.notes:
                SubElement(element, "note", {"from": "cogwg"}).text = xml_safe(note)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(tostring(root, encoding="utf-8")) + b"\n"


def _tag(lang: Language) -> str:
    return f"{lang.value}-CA"
