"""XLIFF documents keep every character of a text, and say what each text needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cogwg.core.bilingual import Language, clean_text
from cogwg.core.tables import xml_safe
from cogwg.core.xliff import NAMESPACE, Unit, UnitGroup, read_xliff, write_xliff
from tests.core.texts import HOSTILE, TEXTS
from tests.sessions import FURTHER, first_of

AT = datetime(2020, 9, 24, 18, tzinfo=UTC)
ORIGINAL = "cogwg-1-fr"
XLIFF = {"x": NAMESPACE}
Service = Callable[[bytes, list[str]], bytes]
"""What a translation service does: it puts the translations into a document, in its own way of writing XML."""


def documents(sources: list[str], targets: list[str]) -> bytes:
    """Return a document with a text to translate for each source; the targets are earlier translations."""
    pairs = zip(sources, targets, strict=True)
    units = tuple(Unit(f"milestone-{n}", source, target, (source, "A note"), 4000) for n, (source, target) in enumerate(pairs))
    return write_xliff([UnitGroup(ORIGINAL, Language.FR, units)], AT)


def _with_targets(document: bytes, translations: list[str]) -> etree._Element:
    root = etree.fromstring(document)
    for target, text in zip(root.xpath("//x:target", namespaces=XLIFF), translations, strict=True):
        target.text = xml_safe(text)
        target.set("state", "translated")
    return root


def utf_8(document: bytes, translations: list[str]) -> bytes:
    return bytes(etree.tostring(_with_targets(document, translations), encoding="UTF-8", xml_declaration=True))


def utf_16(document: bytes, translations: list[str]) -> bytes:
    return bytes(etree.tostring(_with_targets(document, translations), encoding="UTF-16", xml_declaration=True))


def character_references(document: bytes, translations: list[str]) -> bytes:
    return bytes(etree.tostring(_with_targets(document, translations), encoding="US-ASCII", xml_declaration=True))


def character_data(document: bytes, translations: list[str]) -> bytes:
    """Write each translation as CDATA, which ends at "]]>" and begins again."""
    written = utf_8(document, [f"translation {n} here" for n in range(len(translations))]).decode()
    for n, text in enumerate(translations):
        data = xml_safe(text).replace("]]>", "]]]]><![CDATA[>")
        written = written.replace(f">translation {n} here<", f"><![CDATA[{data}]]><")
    return written.encode()


def marked_segments(document: bytes, translations: list[str]) -> bytes:
    """Put each character into a segment of its own, as services do with sentences, and keep an alternative beside it."""
    root = _with_targets(document, [""] * len(translations))
    for unit, text in zip(root.xpath("//x:trans-unit", namespaces=XLIFF), translations, strict=True):
        target = unit.find("x:target", XLIFF)
        for n, character in enumerate(xml_safe(text)):
            etree.SubElement(target, f"{{{NAMESPACE}}}mrk", {"mtype": "seg", "mid": str(n)}).text = character
        other = etree.SubElement(unit, f"{{{NAMESPACE}}}alt-trans")
        etree.SubElement(other, f"{{{NAMESPACE}}}target").text = "Not this one."
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def windows_line_ends(document: bytes, translations: list[str]) -> bytes:
    """Write the file with a byte order mark and with CRLF at the end of every line, also within the texts."""
    return b"\xef\xbb\xbf" + utf_8(document, translations).replace(b"\n", b"\r\n")


SERVICES = (utf_8, utf_16, character_references, character_data, marked_segments, windows_line_ends)


def check_round_trip(service: Service, sources: list[str], targets: list[str], translations: list[str]) -> None:
    """Check that each text is sent as it is stored, and that each translation comes back as if it were typed."""
    sources, targets = [clean_text(text) for text in sources], [clean_text(text) for text in targets]
    document = documents(sources, targets)
    root = etree.fromstring(document)
    for name, texts in (("source", sources), ("target", targets)):
        assert [element.text or "" for element in root.xpath(f"//x:{name}", namespaces=XLIFF)] == texts
    assert [note.text or "" for note in root.xpath("//x:note", namespaces=XLIFF)][::2] == sources
    states = ["needs-review-translation" if target else "needs-translation" for target in targets]
    assert root.xpath("//x:target/@state", namespaces=XLIFF) == states
    returned = read_xliff(service(document, translations))
    typed = {f"milestone-{n}": clean_text(xml_safe(text)) for n, text in enumerate(translations)}
    assert returned == {ORIGINAL: {id_: text for id_, text in typed.items() if text}}, "an empty target is no translation"


THREE_TEXTS = [st.lists(TEXTS, min_size=4, max_size=4)] * 3


@pytest.mark.parametrize("service", first_of(1, SERVICES))
@given(*THREE_TEXTS)
def test_texts_go_out_and_come_back_without_loss(
    service: Service, sources: list[str], targets: list[str], translations: list[str]
) -> None:
    check_round_trip(service, sources, targets, translations)


@pytest.mark.parametrize("service", SERVICES)
def test_hostile_texts_go_out_and_come_back_without_loss(service: Service) -> None:
    check_round_trip(service, list(HOSTILE), list(reversed(HOSTILE)), list(HOSTILE))


@FURTHER
@pytest.mark.parametrize("service", SERVICES)
@settings(max_examples=1000 // (4 * len(SERVICES)) + 1)
@given(*THREE_TEXTS)
def test_thousand_texts_go_out_and_come_back_without_loss(
    service: Service, sources: list[str], targets: list[str], translations: list[str]
) -> None:
    check_round_trip(service, sources, targets, translations)


@pytest.mark.parametrize("text", HOSTILE)
def test_unit_comes_back_with_a_longer_translation_within_the_size_it_is_given(text: str) -> None:
    source = clean_text(text)
    unit = Unit("report-1234567-12", source, "", ("Where it is, “in a plan”", "Another note"), 4000)
    sent = write_xliff([UnitGroup(ORIGINAL, Language.FR, (unit,))], AT)
    without = write_xliff([UnitGroup(ORIGINAL, Language.FR, ())], AT)
    returned = utf_8(sent, [source + source[: len(source) // 2]])
    assert len(returned) - len(without) <= unit.returned_size


def test_text_that_is_markup_stays_text() -> None:
    text = "<b>Bold</b> & <?php ?> <![CDATA[x]]> <!-- a note -->"
    document = documents([text], [""])
    assert escape(text) in document.decode()
