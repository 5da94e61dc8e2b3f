"""The deck on paper: a page a sheet, in both languages, and no row hides a part of its text."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import file_name, render
from cogwg.core.bilingual import Language
from tests.briefing.pages import faults, need_office, printed, words
from tests.briefing.test_hostile import LONG, with_progress

Printed = dict[str, tuple[Path, Path]]
PLANTS = {"points": 3, "matrix": 6, "milestones": 8, "priority": 12}
"""Sheets, by number, whose row with the longest text is made one line high."""


@pytest.fixture(scope="module")
def on_paper(tmp_path_factory: pytest.TempPathFactory, february: Deck, september: Deck) -> Printed:
    """Every deck of this module as workbook and PDF, from one run of LibreOffice."""
    need_office()
    folder = tmp_path_factory.mktemp("paper")
    files = {}
    for deck in (february, september):
        for lang in Language:
            name = file_name(deck, "xlsx", lang)
            files[name] = folder / name
            files[name].write_bytes(render(deck, "xlsx", lang))
    long = with_progress(september, LONG)
    files["long"] = folder / "long.xlsx"
    files["long"].write_bytes(render(long, "xlsx", Language.FR))
    source = files[file_name(september, "xlsx", Language.EN)]
    for name, sheet in PLANTS.items():
        files[name] = folder / f"planted-{name}.xlsx"
        planted(source, files[name], sheet)
    pdfs = printed(list(files.values()), folder)
    return {name: (file, pdf) for (name, file), pdf in zip(files.items(), pdfs, strict=True)}


def planted(source: Path, target: Path, number: int) -> None:
    """The same workbook with one row of this sheet too low for its text."""
    sheet = load_workbook(source).worksheets[number - 1]
    texts = {row: max(len(str(c.value or "")) for c in sheet[row]) for row in range(4, sheet.max_row)}
    longest = max(texts, key=lambda row: texts[row])
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == f"xl/worksheets/sheet{number}.xml":
                content = re.sub(rf'(<row r="{longest}"[^>]*? ht=")[\d.]+(")'.encode(), rb"\g<1>15\g<2>", content)
            new.writestr(name, content)


@pytest.mark.parametrize(
    "name",
    [
        "joint-councils-2020-02-27-en.xlsx",
        "conseils-mixtes-2020-02-27-fr.xlsx",
        "joint-councils-2020-09-24-en.xlsx",
        "conseils-mixtes-2020-09-24-fr.xlsx",
        "long",
    ],
)
def test_a_sheet_is_a_page_and_nothing_is_cut_off(on_paper: Printed, name: str) -> None:
    file, pdf = on_paper[name]
    sheets = load_workbook(file).sheetnames
    pages = words(pdf)
    assert len(pages) >= len(sheets)
    footers = ["".join(w.text for w in page if w.middle > 552) for page in pages]
    numbers = [re.search(r"(?:Slide|Diapositive)(\d+)", footer) for footer in footers]
    own = [int(found[1]) for found in numbers if found]
    assert len(own) == len(pages)
    assert own[: len(sheets)] == [int(sheet.split(" ")[0]) for sheet in sheets]
    assert set(own[len(sheets) :]) <= {own[len(sheets) - 1]}
    assert faults(file, pdf) == []


@pytest.mark.parametrize(
    ("name", "title", "mark"),
    [
        ("joint-councils-2020-09-24-en.xlsx", "Data behind the slides", "SAMPLE DATA"),
        ("conseils-mixtes-2020-09-24-fr.xlsx", "Données des diapositives", "DONNÉES FICTIVES"),
    ],
)
def test_every_page_of_the_data_names_itself_and_its_samples(on_paper: Printed, name: str, title: str, mark: str) -> None:
    file, pdf = on_paper[name]
    own = words(pdf)[len(load_workbook(file).sheetnames) - 1 :]
    assert len(own) > 2
    for page in own:
        head = " ".join(word.text for word in page if word.middle < 120)
        assert title in head
        assert mark in head


def test_there_is_one_page_a_slide_on_both_days(on_paper: Printed, february: Deck, september: Deck) -> None:
    for deck in (february, september):
        for lang in Language:
            file, _ = on_paper[file_name(deck, "xlsx", lang)]
            assert len(load_workbook(file).sheetnames) == len(deck.slides)


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_cut_is_caught(on_paper: Printed, name: str) -> None:
    file, pdf = on_paper[name]
    assert faults(file, pdf) != []


def test_a_text_in_one_language_only_says_so(on_paper: Printed) -> None:
    _, pdf = on_paper["conseils-mixtes-2020-09-24-fr.xlsx"]
    assert any("anglais)" in word.text for page in words(pdf) for word in page)


def test_a_text_longer_than_a_page_goes_on(on_paper: Printed) -> None:
    file, _ = on_paper["long"]
    assert [name for name in load_workbook(file).sheetnames if name.endswith("(2)")]
