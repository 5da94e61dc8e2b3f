"""No text of a deck is lost in the workbook, however long it is, in either language."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing import deck as deck_model
from cogwg.briefing.compare import texts
from cogwg.briefing.deck import (
    DataSlide,
    Deck,
    GlanceSlide,
    MilestonesSlide,
    NextStepsSlide,
    PointsSlide,
    PrioritySlide,
    Reference,
)
from cogwg.core.bilingual import Bilingual, Language
from tests.briefing import decks
from tests.briefing.decks import paged_sheets, replace_slide, sheets_of
from tests.drawing import render_once

LANGUAGES = pytest.mark.parametrize("lang", list(Language))
DECKS = pytest.mark.parametrize("name", ["february", "september", "prepared"])


def render_workbook(deck: Deck, lang: Language) -> Workbook:
    return load_workbook(BytesIO(render_once(deck, "xlsx", lang)))


def cell_texts(book: Workbook) -> list[str]:
    return [str(c.value) for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.value is not None]


def sheet_title(sheet: Worksheet) -> str:
    """Return the large text above the rule of a sheet."""
    return next(str(c.value) for row in sheet.iter_rows(max_row=4) for c in row if str(c.style).startswith("Slide title"))


@LANGUAGES
@pytest.mark.parametrize("made", [decks.february_deck, decks.september_deck])
def test_deck_texts_all_appear_in_cells(made: Any, lang: Language) -> None:
    assert find_missing_texts(made(), lang) == []


@LANGUAGES
@DECKS
def test_texts_of_a_composed_deck_all_appear_in_cells(decks: dict[str, Deck], name: str, lang: Language) -> None:
    assert find_missing_texts(decks[name], lang) == []


def find_missing_texts(deck: Deck, lang: Language) -> list[str]:
    """Return the texts that no cell has. A finding that is a title has no period at its end."""
    cells = "\n".join(cell_texts(render_workbook(deck, lang))).casefold()
    shown = [
        text.text(lang).removesuffix(".") if text is slide.message else text.text(lang)
        for slide in deck.slides
        for text in texts(slide)
        if not _is_only_in_contents(slide, text)
    ]
    return [text for text in shown if text.casefold() not in cells]


def _is_only_in_contents(slide: deck_model.Slide, text: Bilingual) -> bool:
    """Whether this is the name of a tab, which the contents do not list."""
    return isinstance(slide, PointsSlide) and text is slide.name


@LANGUAGES
def test_data_sheet_holds_days_numbers_and_links_of_reports(lang: Language) -> None:
    deck = decks.september_deck()
    (sheet,) = sheets_of(render_workbook(deck, lang), deck, DataSlide)
    (table,) = sheet.tables.values()
    cells = [cell for row in sheet[table.ref] for cell in row]
    values = {cell.value.date() if hasattr(cell.value, "date") else cell.value for cell in cells}
    links = {cell.hyperlink.target for cell in cells if cell.hyperlink is not None}
    for _, state in deck.rows:
        assert {state.code, state.due_on, f"{state.month[0]}-{state.month[1]:02}"} <= values
        assert state.reported_on is None or state.reported_on in values
        assert {link.url for link in state.evidence} <= links


@LANGUAGES
def test_thirty_months_keep_every_column(lang: Language) -> None:
    deck = decks.september_deck()
    months = tuple((2020 + n // 12, n % 12 + 1) for n in range(30))
    pages = sheets_of(render_workbook(replace_slide(deck, GlanceSlide, months=months), lang), deck, GlanceSlide)
    heads = {cell.value for sheet in pages for row in sheet.iter_rows() for cell in row}
    assert len(pages) >= 5
    assert len([head for head in heads if str(head).endswith(("2020", "2021", "2022"))]) >= 30
    assert all(sheet_title(sheet).endswith(("(continued)", "(suite)")) for sheet in pages[1:])


@LANGUAGES
def test_many_milestones_with_many_sources_continue_over_pages(lang: Language) -> None:
    deck = decks.september_deck()
    row = next(s for s in deck.slides if isinstance(s, MilestonesSlide)).milestones[0]
    links = tuple(Reference(f"https://example.ca/{n}", Bilingual(f"A rather long label of source {n}", "")) for n in range(3))
    many = tuple(replace(row, text=Bilingual(f"Milestone {n}", f"Jalon {n}"), links=links) for n in range(12))
    book = render_workbook(replace_slide(deck, MilestonesSlide, milestones=many), lang)
    pages = sheets_of(book, deck, MilestonesSlide)
    cells = "\n".join(cell_texts(book))
    targets = [c.hyperlink.target for s in pages for row in s.iter_rows() for c in row if c.hyperlink and c.hyperlink.target]
    assert len(pages) > 1
    assert len(targets) == 36
    assert [n for n in range(12) if f"{'Milestone' if lang is Language.EN else 'Jalon'} {n}" not in cells] == []
    assert all(f"A rather long label of source {n}" in cells for n in range(3))


@LANGUAGES
def test_overlong_texts_are_complete_over_pages(lang: Language) -> None:
    long = " ".join(f"mot{n}" for n in range(900))
    both = Bilingual(long, long)
    deck = replace_slide(decks.september_deck(), PointsSlide, title=both, message=both, points=(both, both))
    deck = replace_slide(deck, NextStepsSlide, steps=(deck_model.DeckNextStep(both, (both,)),))
    deck = replace_slide(deck, PrioritySlide, title=both, issue=both, carried_by=both)
    book = render_workbook(deck, lang)
    for kind in (PointsSlide, NextStepsSlide, PrioritySlide):
        number = next(n for n, slide in enumerate(deck.slides, 1) if isinstance(slide, kind))
        own = [sheet for sheet in book.worksheets if sheet.title.startswith(f"{number} ")]
        cells = " ".join(str(c.value) for s in own for row in s.iter_rows() for c in row if c.value is not None)
        assert len(own) > 1
        assert [word for word in long.split() if word not in cells] == []
    for sheet in paged_sheets(book, deck):
        heights = [sheet.row_dimensions[n].height or 15 for n in range(1, sheet.max_row + 1)]
        assert max(heights) <= 409
        assert sum(heights) <= 504


@LANGUAGES
def test_empty_deck_is_a_workbook(lang: Language) -> None:
    deck = decks.february_deck()
    empty: dict[type[deck_model.Slide], dict[str, Any]] = {
        deck_model.GlanceSlide: {"months": (), "rows": ()},
        deck_model.ProgressSlide: {"series": (), "rows": ()},
        deck_model.MilestonesSlide: {"milestones": (), "challenges": ()},
        deck_model.GroupSlide: {"facts": (), "carriers": ()},
        deck_model.NextStepsSlide: {"steps": ()},
        deck_model.AnnexSlide: {"rows": (), "footnote": None},
        deck_model.PrioritySlide: {"activities": (), "consequences": (), "results": ()},
        deck_model.DataSlide: {"rows": ()},
    }
    for kind, changes in empty.items():
        deck = replace_slide(deck, kind, **changes)
    numbers = {int(name.split(" ")[0]) for name in render_workbook(deck, lang).sheetnames}
    assert numbers == set(range(1, len(deck.slides) + 1))


def test_document_properties_hold_title_author_language_and_day() -> None:
    deck = decks.february_deck()
    for lang in Language:
        own = render_workbook(deck, lang).properties
        assert own.language == f"{lang.value}-CA"
        assert own.creator == deck.group.text(lang)
        meeting = {Language.EN: "Joint Councils, February 27, 2020", Language.FR: "Conseils mixtes, 27 février 2020"}[lang]
        assert own.title is not None
        assert own.title.replace("\N{NO-BREAK SPACE}", " ") == f"{deck.group.text(lang)} – {meeting} – Version 1"
        assert (own.created.date(), own.modified.date()) == (deck.as_of, deck.as_of)


@LANGUAGES
def test_challenge_shows_where_it_applies_and_the_naming_note(lang: Language) -> None:
    deck = decks.september_deck()
    row = next(s for s in deck.slides if isinstance(s, MilestonesSlide)).challenges[0]
    where = Bilingual("in some jurisdictions (3)", "dans certaines administrations (3)")
    cells = cell_texts(render_workbook(replace_slide(deck, MilestonesSlide, challenges=(replace(row, where=where),)), lang))
    assert f"{row.text.text(lang)}\n{where.text(lang)}" in cells
    notes = {
        Language.EN: ("named only if it has agreed", "without names"),
        Language.FR: ("que si elle l’a accepté", "sans nom"),
    }
    text = "\n".join(cells)
    assert notes[lang][0] in text
    assert notes[lang][1] not in text


@LANGUAGES
def test_changes_name_their_plan_when_there_are_two(lang: Language) -> None:
    deck = decks.deck_with_text("Said")
    slide = next(s for s in deck.slides if isinstance(s, deck_model.ChangedSlide))
    later = replace(slide.changes[0], year=2021, reason=deck_model.EMPTY_TEXT)
    single_plan, both_plans = (
        cell_texts(render_workbook(replace_slide(deck, deck_model.ChangedSlide, changes=c), lang))
        for c in (slide.changes, (later, *slide.changes))
    )
    assert "1 (2020)" not in single_plan
    assert {"1 (2020)", "1 (2021)"} <= set(both_plans)


def test_empty_milestones_and_challenges_have_a_sentence() -> None:
    deck = decks.september_deck()
    none = {"Aucun jalon à présenter.", "Aucun défi à présenter."}
    for empty, expected in (
        ({"milestones": (), "challenges": ()}, none),
        ({"milestones": ()}, {"Aucun jalon à présenter."}),
        ({"challenges": ()}, {"Aucun défi à présenter."}),
        ({}, set()),
    ):
        assert set(cell_texts(render_workbook(replace_slide(deck, MilestonesSlide, **empty), Language.FR))) & none == expected
