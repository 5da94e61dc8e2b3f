"""XLIFF 1.2, the format in which translation services exchange texts. This module does not depend on the work plan.

Files are read with defusedxml, which refuses entities and external references, so that a small file cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cogwg.core.bilingual import Language, clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.tables import xml_safe

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
MEDIA_TYPE = "application/x-xliff+xml"
SIZE_LIMIT = 500_000
"""The size limit of a document, in bytes: encoded in a form, it stays within the limit of a request."""
_MARKUP_SIZE = 300
"""An upper bound for the size of the tags of a unit or of a note, in bytes."""
NEEDS_TRANSLATION, NEEDS_REVIEW = "needs-translation", "needs-review-translation"


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to translate, with its limit in characters.

    ``target`` is the translation of the text's earlier wording, if any, and ``notes`` say where the text is.
    """

    id: str
    source: str
    target: str
    notes: tuple[str, ...]
    limit: int

    @property
    def returned_size(self) -> int:
        """How many bytes the unit may have in a returned file, where its translation can be half as long again as the
        source.
        """
        texts = len(escape(self.source).encode()) * 5 // 2 + len(escape("".join(self.notes)).encode())
        return texts + _MARKUP_SIZE * (1 + len(self.notes))


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The texts to translate into one language; they become one file element of the document."""

    original: str
    into: Language
    units: tuple[Unit, ...]


def write_xliff(groups: Iterable[UnitGroup], made_at: datetime) -> bytes:
    """Return the document. An empty target has the state "needs-translation", and any other "needs-review-translation"."""
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


def read_xliff(data: bytes) -> dict[str, dict[str, str]]:
    """Map the ``original`` of each file element of a document to its translations by unit id. Empty translations are left out.

    Raises ``Invalid`` for a document that is too large, has a DOCTYPE, is not well-formed, or is not XLIFF 1.2.
    """
    if len(data) > SIZE_LIMIT:
        raise _refusal(N_("This file is larger than 500 KB. Send fewer texts for translation at a time."))
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise _refusal(
            N_(
                "This file contains a document type declaration (DOCTYPE), which is not accepted. "
                "Ask the translation service for a file without it."
            )
        ) from None
    except (ParseError, ValueError, LookupError):
        raise _refusal(N_("This file is damaged or is not XLIFF. Ask the translation service to send it again.")) from None
    if root.tag != _name("xliff") or root.get("version") != "1.2":
        raise _refusal(N_("This file is not in XLIFF 1.2 format."))
    return {file.get("original", ""): _translations(file) for file in root.iter(_name("file"))}


def _translations(file: Element) -> dict[str, str]:
    targets = ((unit.get("id", ""), unit.find(_name("target"))) for unit in file.iter(_name("trans-unit")))
    texts = {id_: clean_text("".join(target.itertext())) for id_, target in targets if target is not None}
    return {id_: text for id_, text in texts.items() if text}


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _refusal(sentence: str) -> Invalid:
    return Invalid(("file", Message(sentence)))
