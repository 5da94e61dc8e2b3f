"""Decks as files and as printed pages, from one run of LibreOffice that all test processes share."""

from __future__ import annotations

import fcntl
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from cogwg.briefing.deck import (
    AsksSlide,
    ChangedSlide,
    ChangeKind,
    Deck,
    DeckAsk,
    DeckState,
    PlanChange,
    PrioritySlide,
    TextSlide,
)
from cogwg.briefing.render import render
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing.conftest import decks, february, prepared, september
from tests.briefing.decks import replace_slide
from tests.briefing.render.test_hostile_text import LONG_TEXT, with_progress
from tests.databases import DECK_DAY
from tests.office.printed_pages import convert_to_pdf, has_impress, require_office

__all__ = ["decks", "february", "prepared", "september"]

Printed = dict[str, tuple[Path, Path]]
PLANTS = {"prepared-fr": {4, 8, 10, 11, 14, 17, 20, 26}, "february-fr": {9}, "long": {2}}
"""Numbers of the sheets, by deck, whose row with the longest text is made too low."""


@pytest.fixture(scope="session")
def printed_decks(tmp_path_factory: pytest.TempPathFactory, decks: dict[str, Deck]) -> Printed:
    """Every deck of these tests as workbook or slides and as PDF, by name."""
    require_office()
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "paper"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            convert_to_pdf(_written(folder, decks), folder)
            done.touch()
    return {file.stem: (file, file.with_suffix(".pdf")) for kind in ("xlsx", "pptx") for file in folder.glob(f"*.{kind}")}


def _written(folder: Path, decks: dict[str, Deck]) -> list[Path]:
    made = {f"{name}-{lang.value}": (deck, lang) for name, deck in decks.items() for lang in Language}
    made["long"] = (long(decks["september"]), Language.FR)
    for name, (deck, lang) in made.items():
        (folder / f"{name}.xlsx").write_bytes(render(deck, "xlsx", lang))
    for name, numbers in PLANTS.items():
        planted(folder / f"{name}.xlsx", folder / f"planted-{name}.xlsx", numbers)
    if has_impress():
        for lang in Language:
            (folder / f"slides-{lang.value}.pptx").write_bytes(render(decks["prepared"], "pptx", lang))
    return sorted([*folder.glob("*.xlsx"), *folder.glob("*.pptx")])


def long(deck: Deck) -> Deck:
    """Return a deck with texts longer than a page: free text, a highlight, an ask, a change and an activity."""
    both = Bilingual(LONG_TEXT, LONG_TEXT)
    small = with_progress(deck, LONG_TEXT)
    short = Bilingual("Short", "Bref")
    change = PlanChange(ChangeKind.SLIPPED, 2020, 1, "1.1", both, short, short, both, short)
    slides = (
        TextSlide(Bilingual("Background", "Contexte"), both, both, (both, Bilingual("End", "Fin"), both)),
        ChangedSlide(Bilingual("Changes", "Changements"), short, short, since=DECK_DAY, changes=(change,)),
        AsksSlide(Bilingual("Asks", "Demandes"), short, short, (DeckAsk(short, both),)),
    )
    changed = replace_slide(small, PrioritySlide, status=both, highlight=both, asks=(both,))
    return replace(changed, slides=(*changed.slides[:1], *slides, *changed.slides[1:]), state=DeckState.DRAFT)


def planted(source: Path, target: Path, numbers: set[int]) -> None:
    """Write a copy of the workbook in which one row of each of these sheets is too low for its text."""
    sheets = load_workbook(source).worksheets
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            number = int(re.sub(r"\D", "", name) or 0) if name.startswith("xl/worksheets/sheet") else 0
            if number in numbers:
                row = _longest(sheets[number - 1])
                content = re.sub(rf'(<row r="{row}"[^>]*? ht=")[\d.]+(")'.encode(), rb"\g<1>15\g<2>", content)
            new.writestr(name, content)


def _longest(sheet: Any) -> int:
    texts = {row: max(len(str(c.value or "")) for c in sheet[row]) for row in range(4, sheet.max_row)}
    return max(texts, key=lambda row: texts[row])
