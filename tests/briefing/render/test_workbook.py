"""The workbook as a file: byte-stable, with real tables, working links and sheets that print as slides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cogwg.briefing.deck import DataSlide, Deck, DeckState, GlanceSlide, PriorityState, ProgressSlide, Slide, SourcesSlide
from cogwg.briefing.render import render
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP
from tests.briefing import decks
from tests.briefing.decks import deck_with_text, paged_sheets, replace_slide, resized_deck, sheets_of
from tests.drawing import render_once

WorkbookFiles = Mapping[Language, bytes]


@pytest.fixture(scope="module")
def files(september: Deck) -> WorkbookFiles:
    return {lang: render_once(september, "xlsx", lang) for lang in Language}


@pytest.fixture(scope="module")
def workbooks(files: WorkbookFiles) -> list[Workbook]:
    return [load_workbook(BytesIO(content)) for content in files.values()]


def test_same_deck_gives_the_same_bytes(september: Deck, files: WorkbookFiles) -> None:
    for lang, content in files.items():
        assert render(september, "xlsx", lang) == content


def test_sheets_print_on_a_single_landscape_letter_page(september: Deck, workbooks: list[Workbook]) -> None:
    """Only the data and the list of sources print on as many pages as they need; their rows fit on a page."""
    for book in workbooks:
        paged = paged_sheets(book, september)
        assert len(book.worksheets) - len(paged) == 2
        for sheet in book.worksheets:
            assert sheet.page_setup.orientation == "landscape"
            assert int(sheet.page_setup.paperSize) == 1
            assert sheet.print_area
            assert not sheet.sheet_view.showGridLines
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            if sheet in paged:
                heights = sum(sheet.row_dimensions[r].height for r in range(1, sheet.max_row + 1))
                assert heights <= 504
                assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
            assert all((sheet.row_dimensions[r].height or 0) <= 409 for r in range(1, sheet.max_row + 1))


def test_footers_hold_slide_number_and_total_as_text(files: WorkbookFiles, september: Deck) -> None:
    total = len(september.slides)
    totals = {Language.EN: f"of {total}", Language.FR: f"sur {total}"}
    for lang, content in files.items():
        for sheet in load_workbook(BytesIO(content)).worksheets:
            number = sheet.title.split(" ")[0]
            page = re.search(r"\((\d)\)$", sheet.title)
            label = number + " bcd"[int(page[1]) - 1] if page else number
            assert str(sheet.oddFooter.right.text).endswith(f" {label} {totals[lang]}")


def test_tables_are_real_with_headings_equal_to_their_cells(workbooks: list[Workbook]) -> None:
    for book in workbooks:
        names = [table.name for sheet in book.worksheets for table in sheet.tables.values()]
        assert len(names) == len(set(names)) >= 10
        for sheet in book.worksheets:
            merged = {cell for area in sheet.merged_cells.ranges for cell in area.cells}
            for table in sheet.tables.values():
                head, *rows = sheet[table.ref]
                heads = [cell.value for cell in head]
                assert heads == [column.name for column in table.tableColumns]
                assert len({str(h).casefold() for h in heads}) == len(heads)
                assert not [c for row in (head, *rows) for c in row if (c.row, c.column) in merged]


def test_data_sheet_has_a_filter_and_every_activity(september: Deck, workbooks: list[Workbook]) -> None:
    for book in workbooks:
        (sheet,) = sheets_of(book, september, DataSlide)
        (table,) = sheet.tables.values()
        assert table.autoFilter is not None
        assert len(sheet[table.ref]) == 22


@pytest.mark.parametrize(("kind", "pages_wide"), [(DataSlide, 2), (SourcesSlide, 1)])
def test_endless_sheet_prints_title_and_sample_mark_on_every_page(
    september: Deck, workbooks: list[Workbook], kind: type[Slide], pages_wide: int
) -> None:
    for book in workbooks:
        (sheet,) = sheets_of(book, september, kind)
        (table,) = sheet.tables.values()
        header = sheet[table.ref][0][0].row
        assert sheet.print_title_rows == f"$1:${header}"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (pages_wide, 0)
        above = [str(cell.value) for row in sheet.iter_rows(max_row=header - 1) for cell in row if "▲" in str(cell.value)]
        assert len(above) == pages_wide


def test_internal_links_lead_to_existing_sheets(september: Deck, workbooks: list[Workbook]) -> None:
    """A link leads to the top of a sheet or, from a fact, to its row in the list of sources."""
    for book in workbooks:
        (sources,) = sheets_of(book, september, SourcesSlide)
        places = [
            cell.hyperlink.location
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.hyperlink is not None and cell.hyperlink.location
        ]
        assert len(places) >= 14 + len(book.worksheets) - 1
        for place in places:
            match = re.fullmatch(r"'(.+)'!A(\d+)", place)
            assert match is not None
            assert match[1] in book.sheetnames
            if match[2] != "1":
                assert match[1] == sources.title
                assert str(sources[f"A{match[2]}"].value).isdigit()


def test_sheet_names_are_valid_and_unique(workbooks: list[Workbook]) -> None:
    for book in workbooks:
        assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
        assert all(len(name) <= 31 and not set("[]:*?/\\'") & set(name) for name in book.sheetnames)


def test_chart_has_axes_labels_and_a_description(files: WorkbookFiles, september: Deck) -> None:
    for lang, content in files.items():
        with ZipFile(BytesIO(content)) as archive:
            chart = archive.read("xl/charts/chart1.xml").decode()
            drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert re.search(r'formatCode="0;;;"[^>]*sourceLinked="0"', chart)
        assert '<delete val="0"' in chart.replace("c:", "")
        message = next(s.message.text(lang) for s in september.slides if s.title.en == "Progress by priority")
        assert message.split(".")[0] in drawing


def charts_of(deck: Deck, lang: Language) -> list[str]:
    with ZipFile(BytesIO(render_once(deck, "xlsx", lang))) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/charts/chart"))
        return [archive.read(name).decode() for name in names]


def test_missing_report_is_the_only_hatched_series_of_a_chart(february: Deck, prepared: Deck) -> None:
    assert [chart.count("ltUpDiag") for chart in charts_of(february, Language.FR)] == [0]
    slide = next(s for s in prepared.slides if isinstance(s, ProgressSlide))
    silent = replace_slide(prepared, ProgressSlide, quarter_series=(*slide.series_of_quarters[:-1], None))
    assert [chart.count("ltUpDiag") for chart in charts_of(silent, Language.FR)] == [0, 1]


def test_overdue_is_the_only_dark_series_of_a_chart(february: Deck, prepared: Deck) -> None:
    assert [chart.count('solidFill><a:srgbClr val="A3260F"') for chart in charts_of(february, Language.EN)] == [0]
    assert [chart.count('solidFill><a:srgbClr val="A3260F"') for chart in charts_of(prepared, Language.EN)] == [1, 0]


def test_overdue_is_the_only_dark_cell_of_the_matrix(september: Deck, workbooks: list[Workbook]) -> None:
    def luminance(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (2, 4, 6))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for book in workbooks:
        (sheet,) = sheets_of(book, september, GlanceSlide)
        dark = [
            str(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.fill.fill_type == "solid" and luminance(cell.fill.start_color.rgb) < 110
        ]
        assert len(dark) == 2
        assert all("▲" in text for text in dark)


def test_matrix_shows_day_counts_in_both_languages_or_neither(files: WorkbookFiles, september: Deck) -> None:
    """Day counts are in all cells or none: although French is longer, both decks hold the same facts."""
    glance = next(s for s in september.slides if isinstance(s, GlanceSlide))
    months = glance.months[:2]
    rows = tuple(replace(row, states=tuple(s for s in row.states if s.month in months)) for row in glance.rows)
    wide = replace_slide(september, GlanceSlide, months=months, rows=rows)
    for deck, days in ((september, False), (wide, True)):
        english, french = (cells_with_day_counts(deck, lang) for lang in Language)
        assert english == french
        assert any(english) is days


def cells_with_day_counts(deck: Deck, lang: Language) -> list[bool]:
    """Return which cells of the matrix have a day count."""
    sheets = sheets_of(load_workbook(BytesIO(render_once(deck, "xlsx", lang))), deck, GlanceSlide)
    cells = (cell for sheet in sheets for row in sheet.iter_rows(min_row=5) for cell in row)
    return [re.search(r"\d\u00a0(?:day|jour)", str(cell.value)) is not None for cell in cells]


def test_cells_use_named_styles(workbooks: list[Workbook]) -> None:
    for book in workbooks:
        used = {cell.style for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert "Normal" not in used
        assert {"Overdue", "Complete", "Slide title", "Table header"} <= used


def test_large_plan_keeps_every_activity() -> None:
    deck = resized_deck(30, 12)
    book = load_workbook(BytesIO(render_once(deck, "xlsx", Language.FR)))
    assert any(name.endswith("(2)") for name in book.sheetnames)
    (data,) = sheets_of(book, deck, DataSlide)
    (table,) = data.tables.values()
    assert len(data[table.ref]) == 1 + 30 * 12
    for sheet in paged_sheets(book, deck):
        assert sum(sheet.row_dimensions[r].height or 15 for r in range(1, sheet.max_row + 1)) <= 504


def test_twelve_months_and_shared_months_keep_every_activity(september: Deck) -> None:
    glance = next(s for s in september.slides if isinstance(s, GlanceSlide))
    first = glance.rows[0].states[0]
    states = tuple(
        replace(first, code=f"1.{n}", title=Bilingual(f"Activity {n}", f"Activité {n}"), month=(2021, n % 12 + 1))
        for n in range(30)
    )
    months = tuple((2021, n) for n in range(1, 13))
    deck = replace_slide(september, GlanceSlide, months=months, rows=(replace(glance.rows[0], states=states),))
    book = load_workbook(BytesIO(render_once(deck, "xlsx", Language.EN)))
    pages = sheets_of(book, deck, GlanceSlide)
    cell_values = [str(cell.value) for sheet in pages for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(pages) > 1
    assert sorted(int(text.rsplit(" ", 1)[1]) for text in cell_values if "Activity" in text) == list(range(30))
    assert len([text for text in cell_values if re.fullmatch(r"\w+\s2021", text)]) >= 12


@settings(max_examples=settings.default.max_examples // 7)
@given(data=st.data(), lang=st.sampled_from(list(Language)))
def test_any_slides_in_any_order_make_a_workbook(data: st.DataObject, lang: Language) -> None:
    """A deck may omit its contents or data slide, and have several free-text slides."""
    all_slides = deck_with_text("Said").slides
    slides = tuple(data.draw(st.lists(st.sampled_from(all_slides), max_size=6)))
    book = load_workbook(BytesIO(render_once(replace(deck_with_text("Said"), slides=slides), "xlsx", lang)))
    numbers = [int(name.split(" ")[0]) for name in book.sheetnames if slides]
    assert sorted(set(numbers)) == list(range(1, len(slides) + 1))
    linked = [c.hyperlink.location for sheet in book for row in sheet.iter_rows() for c in row if c.hyperlink]
    assert {place.split("'")[1] for place in linked if place} <= set(book.sheetnames)


@pytest.mark.parametrize("lang", list(Language))
def test_draft_mark_is_on_every_page(prepared: Deck, lang: Language) -> None:
    mark = {Language.EN: f"DRAFT of version{NBSP}2", Language.FR: f"ÉBAUCHE de la version{NBSP}2"}[lang]
    book = load_workbook(BytesIO(render_once(prepared, "xlsx", lang)))
    for sheet in book.worksheets:
        above = [str(cell.value) for row in sheet.iter_rows(max_row=5) for cell in row]
        assert any(mark in text and "▲" in text for text in above)
        assert mark in str(sheet.oddFooter.left.text)
    frozen = load_workbook(BytesIO(render_once(replace(prepared, state=DeckState.VERSION), "xlsx", lang)))
    assert f", version{NBSP}2," in str(frozen.worksheets[3].oddFooter.left.text)
    assert not any(
        mark in str(c.value) for n, sheet in enumerate(frozen) if n for row in sheet.iter_rows() for c in row if c.value
    )


def test_charts_have_descriptions(prepared: Deck) -> None:
    with ZipFile(BytesIO(render_once(prepared, "xlsx", Language.EN))) as archive:
        descriptions = [re.findall(r'descr="([^"]*)"', archive.read(f"xl/drawings/drawing{n}.xml").decode()) for n in (1, 2)]
        second = archive.read("xl/charts/chart2.xml").decode()
    assert [text.split(".")[0] for (text,) in descriptions] == ["Progress by priority", "Progress over the year"]
    assert "went from 5 to 8 of 21" in descriptions[1][0]
    assert 'val="col"' in second
    assert 'sourceLinked="0"' in second
    book = load_workbook(BytesIO(render_once(prepared, "xlsx", Language.EN)))
    page = next(sheet for sheet in book.worksheets if sheet["A1"].value == "Progress over the year")
    assert "went from 5 to 8 of 21" in str(page["A2"].value)


def test_data_sheet_names_the_plan_when_there_are_two() -> None:
    deck = decks.september_deck()
    data = next(s for s in deck.slides if isinstance(s, DataSlide))
    (short, state), *_ = data.rows
    later = replace(state, due_on=date(2021, 3, 31), month=(2021, 3))
    priority_states = tuple(PriorityState(s.month[0], 1, short, short, 0, 0, (s,)) for s in (state, later))
    both = replace(replace_slide(deck, DataSlide, rows=((short, state), (short, later))), priorities=priority_states)
    for lang in Language:
        (sheet,) = sheets_of(load_workbook(BytesIO(render_once(both, "xlsx", lang))), both, DataSlide)
        (table,) = sheet.tables.values()
        head, *rows = sheet[table.ref]
        assert [cell.value for cell in head][:2] == ["Code", "Plan"]
        assert [row[1].value for row in rows] == ["2020", "2021"]
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in head]
        assert round(sum(widths[:11]) * 9) == round(sum(widths[11:]) * 9) == 950
