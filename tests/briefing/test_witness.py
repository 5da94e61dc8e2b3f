"""The witness of a finalized deck: in the properties and the last line of each format, and nowhere in a deck without one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.audit.chain import find_witnesses
from cogwg.audit.queries import newest_witness
from cogwg.audit.verification import verify_chain
from cogwg.audit.witness_files import witnesses_of_file
from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck
from cogwg.briefing.render import FORMATS, render
from cogwg.briefing.render.html.draw import render_slides
from cogwg.core.bilingual import Language

WITNESS = "1234/2020-09-24T18:00:00Z/0123456789abcdef"
LABELS = {Language.EN: "State of the audit log", Language.FR: "État du journal d’audit"}


@pytest.fixture
def deck(decks: dict[str, Deck]) -> Deck:
    return replace(decks["february"], witness=WITNESS)


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("format", FORMATS)
def test_file_shows_the_witness_in_its_properties_and_its_last_line(
    deck: Deck, format: str, lang: Language, tmp_path: Path
) -> None:
    path = tmp_path / f"deck.{format}"
    path.write_bytes(render(deck, format, lang))
    assert [str(witness) for witness in witnesses_of_file(path)] == [WITNESS]
    with zipfile.ZipFile(path) as archive:
        assert WITNESS in archive.read("docProps/core.xml").decode()
    *_rest, label, shown = last_texts(format, path)
    assert (label, shown) == (LABELS[lang], WITNESS)


def last_texts(format: str, path: Path) -> list[str]:
    """Return the texts of the table on the last page."""
    if format == "xlsx":
        sheet = load_workbook(path).worksheets[-1]
        return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    from pptx import Presentation

    last = list(Presentation(BytesIO(path.read_bytes())).slides)[-1]
    (table,) = [shape.table for shape in last.shapes if shape.has_table]
    return [cell.text for row in table.rows for cell in row.cells if cell.text]


@pytest.mark.parametrize("lang", Language)
def test_page_shows_the_witness_at_its_end(deck: Deck, lang: Language) -> None:
    html = [str(slide.html) for slide in render_slides(deck, lang)]
    assert [str(witness) for witness in find_witnesses(html[-1])] == [WITNESS]
    assert LABELS[lang] in html[-1].replace("&#39;", "’")
    assert not any(WITNESS in slide for slide in html[:-1])


def files_of(deck: Deck) -> Iterator[bytes | str]:
    for lang in Language:
        yield from (render(deck, format, lang) for format in FORMATS)
        yield from (str(slide.html) for slide in render_slides(deck, lang))


def test_deck_without_witness_has_no_trace_of_one(decks: dict[str, Deck]) -> None:
    """Decks of earlier releases are drawn and stored as they were."""
    deck = decks["february"]
    assert "witness" not in snapshot.write(deck)
    assert snapshot.read(snapshot.write(replace(deck, witness=WITNESS))).witness == WITNESS
    assert not any(label in page for page in files_of(deck) if isinstance(page, str) for label in LABELS.values())


def test_witness_of_a_session_agrees_with_its_log(seeded: Session) -> None:
    witness = newest_witness(seeded)
    assert witness
    verdict = verify_chain(seeded, find_witnesses(witness))
    assert (str(verdict.newest_witness), verdict.fault) == (witness, None)
