"""Files of decks follow the schemas of Office Open XML, and the rules that Office checks when it opens a file.

openxml-audit validates with the schemas and rules of Microsoft's Open XML SDK. The schemas of ISO/IEC 29500-4 were tried on
the same files once; they add one error, which is not real (see docs/reference/deck-files.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from cogwg.briefing.deck import Deck, ProgressRow, ProgressSlide
from cogwg.briefing.render import FORMATS, render
from cogwg.briefing.rules import MESSAGE_LIMIT, TITLE_LIMIT
from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.office_files import pack, unpack
from tests.briefing.decks import deck_with_text, replace_slide, resized_deck
from tests.briefing.render.test_hostile_text import HOSTILE_TEXTS, LONG_TEXT, with_progress
from tests.briefing.render.test_long_text import progress_deck
from tests.drawing import render_once

COMPOSED = ("february", "september", "prepared", "october")
LANGUAGES = pytest.mark.parametrize("lang", Language)
KINDS = pytest.mark.parametrize("kind", FORMATS)


def schema_errors(content: bytes, path: Path) -> list[str]:
    """Return what breaks a schema or a rule of Office in a file with this content, which is written to ``path``."""
    path.write_bytes(content)
    errors = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=10_000).validate(path).errors
    return [f"{error.part_uri} {error.path}: {error.description}" for error in errors]


def demanding_deck(name: str, september: Deck) -> Deck:
    """Return a deck with unusual texts or sizes."""
    if name == "hostile":
        return deck_with_text(clean_text(" ".join(HOSTILE_TEXTS)))
    if name == "long report":
        return with_progress(september, LONG_TEXT)
    if name == "long titles":
        return progress_deck(20, TITLE_LIMIT, MESSAGE_LIMIT, TITLE_LIMIT)
    if name == "large":
        return resized_deck(20, 9)
    deck = resized_deck(1, 1)
    slide = next(slide for slide in deck.slides if isinstance(slide, ProgressSlide))
    tall = Bilingual("\n".join("abcdefghijklmnopqrst" * 2), "\n".join("abcdefghijklmnopqrst" * 2))
    return replace_slide(deck, ProgressSlide, rows=(ProgressRow(1, tall, slide.rows[0].counts),))


@LANGUAGES
@KINDS
@pytest.mark.parametrize("name", COMPOSED)
def test_file_of_a_composed_deck_has_no_schema_error(
    request: pytest.FixtureRequest, tmp_path: Path, name: str, kind: str, lang: Language
) -> None:
    deck = request.getfixturevalue(name)
    assert schema_errors(render_once(deck, kind, lang), tmp_path / f"deck.{kind}") == []


@KINDS
@pytest.mark.parametrize("name", ["hostile", "long report", "long titles", "large", "tall label"])
def test_file_of_a_demanding_deck_has_no_schema_error(september: Deck, tmp_path: Path, name: str, kind: str) -> None:
    content = render(demanding_deck(name, september), kind, Language.FR)
    assert schema_errors(content, tmp_path / f"deck.{kind}") == []


@pytest.mark.parametrize(
    ("kind", "part", "right", "wrong"),
    [
        ("xlsx", "xl/charts/chart1.xml", 'axId val="', 'axId val="-'),
        ("xlsx", "xl/styles.xml", "<fonts", "<colours/><fonts"),
        ("pptx", "ppt/slides/slide4.xml", '<p:cNvPr id="3"', '<p:cNvPr id="2"'),
        ("pptx", "ppt/slides/slide4.xml", '<a:ext cx="', '<a:ext cx="-'),
        ("pptx", "ppt/slides/slide3.xml", 'r:id="rId', 'r:id="rId9'),
    ],
)
def test_planted_schema_errors_are_detected(
    prepared: Deck, tmp_path: Path, kind: str, part: str, right: str, wrong: str
) -> None:
    parts = unpack(render_once(prepared, kind, Language.EN))
    assert right in parts[part].decode()
    parts[part] = parts[part].decode().replace(right, wrong, 1).encode()
    assert schema_errors(pack(parts), tmp_path / f"deck.{kind}") != []
