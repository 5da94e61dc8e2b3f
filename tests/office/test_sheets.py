"""The printed workbook: one page for each sheet but those of any length, in both languages, without cut-off rows."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from string import ascii_lowercase

import pytest
from openpyxl import load_workbook

from cogwg.briefing.deck import ChangedSlide, Deck, MilestonesSlide, PrioritySlide, ProgressSlide, Slide
from cogwg.core.bilingual import Language
from tests.office.conftest import PLANTS, Printed
from tests.office.printed_pages import (
    find_faults,
    find_page_labels,
    find_sheet_labels,
    read_words,
    require_impress,
    require_office,
)

DECKS = ("february", "september", "prepared")


@pytest.mark.parametrize("name", [*(f"{name}-{lang.value}" for name in DECKS for lang in Language), "long"])
def test_sheets_print_on_a_page_each_without_cut_off_rows(printed_decks: Printed, name: str) -> None:
    """Only the sheets of any length, with the data and the sources, print on several pages."""
    file, pdf = printed_decks[name]
    sheets = load_workbook(file).worksheets
    pages = find_page_labels(read_words(pdf))
    labels = find_sheet_labels(sheets)
    assert all(labels)
    assert [label.rstrip(ascii_lowercase) for label in labels] == [sheet.title.split(" ")[0] for sheet in sheets]
    assert len(set(labels)) == len(labels)
    assert [label for label, _ in groupby(pages)] == labels
    endless = [label for label, sheet in zip(labels, sheets, strict=True) if sheet.page_setup.fitToHeight == 0]
    assert endless == labels[-1 if name == "long" else -2 :]
    assert {label for label in labels if pages.count(label) > 1} <= set(endless)
    assert find_faults(file, pdf) == []


@pytest.mark.parametrize(
    ("name", "at", "title", "mark"),
    [
        ("september-en", -2, "Data behind the slides", "SAMPLE DATA"),
        ("september-fr", -2, "Données des diapositives", "DONNÉES FICTIVES"),
        ("september-en", -1, "Sources of the slides", "SAMPLE DATA"),
        ("september-fr", -1, "Sources des diapositives", "DONNÉES FICTIVES"),
    ],
)
def test_pages_of_data_and_sources_show_title_and_sample_mark(
    printed_decks: Printed, name: str, at: int, title: str, mark: str
) -> None:
    file, pdf = printed_decks[name]
    pages = read_words(pdf)
    label = find_sheet_labels(load_workbook(file).worksheets)[at]
    own = [page for page, printed in zip(pages, find_page_labels(pages), strict=True) if printed == label]
    assert len(own) > 2
    for page in own:
        head = " ".join(word.text for word in page if word.middle_y < 120)
        assert title in head
        assert mark in head


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("name", DECKS)
def test_only_slides_that_continue_have_several_sheets(
    printed_decks: Printed, decks: dict[str, Deck], name: str, lang: Language
) -> None:
    """Progress over the year, challenges beside milestones, changes that are progress, and a priority's wording."""
    file, _ = printed_decks[f"{name}-{lang.value}"]
    sheets = load_workbook(file).sheetnames
    numbers = [int(sheet.split(" ")[0]) for sheet in sheets]
    assert sorted(set(numbers)) == list(range(1, len(decks[name].slides) + 1))
    more = {type(decks[name].slides[number - 1]) for number in numbers if numbers.count(number) > 1}
    expected: dict[str, set[type[Slide]]] = {
        "february": {MilestonesSlide, PrioritySlide},
        "september": {ProgressSlide, MilestonesSlide, PrioritySlide},
        "prepared": {ProgressSlide, ChangedSlide, PrioritySlide},
    }
    assert more == expected[name]
    assert max(numbers.count(number) for number in numbers) == 2


@pytest.mark.parametrize("name", PLANTS)
def test_planted_cuts_are_detected(printed_decks: Printed, name: str) -> None:
    file, pdf = printed_decks[f"planted-{name}"]
    planted_in = [load_workbook(file).sheetnames[number - 1] for number in sorted(PLANTS[name])]
    faults = find_faults(file, pdf)
    assert [sheet for sheet in planted_in if not any(fault.startswith(f"{sheet},") for fault in faults)] == []


def test_untranslated_text_is_marked_in_print(printed_decks: Printed) -> None:
    _, pdf = printed_decks["september-fr"]
    assert any("anglais)" in word.text for page in read_words(pdf) for word in page)


def test_text_longer_than_a_page_continues_on_another_sheet(printed_decks: Printed) -> None:
    file, _ = printed_decks["long"]
    assert [name for name in load_workbook(file).sheetnames if name.endswith("(2)")]


def test_missing_impress_skips_or_fails_where_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("soffice", "pdftotext"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COGWG_REQUIRE_OFFICE", "1")
    require_office()
    with pytest.raises(pytest.fail.Exception, match="libreoffice-impress"):
        require_impress()
    monkeypatch.delenv("COGWG_REQUIRE_OFFICE")
    with pytest.raises(pytest.skip.Exception, match="libreoffice-impress"):
        require_impress()
