"""Build a workbook from a deck: all slides are laid out and measured first, then written sheet by sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from cogwg.briefing import deck as deck_model
from cogwg.briefing.deck import Deck
from cogwg.briefing.render import sentences
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.registry import lay_out_slide, make_context, slide_layouts
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.xlsx import data, source_list
from cogwg.briefing.render.xlsx.package import pack_parts
from cogwg.briefing.render.xlsx.rows import workbook_parts
from cogwg.briefing.render.xlsx.sheet import SheetWriter, WorkbookStyles, footer_text
from cogwg.briefing.render.xlsx.source_links import SourceLinks, entry_locations
from cogwg.core.bilingual import Language
from cogwg.core.tables import unique_sheet_name
from cogwg.core.xlsx_files import set_default_font

LAYOUTS = {**slide_layouts(data.bodies), deck_model.SourcesSlide: source_list.bodies}


def build_workbook(deck: Deck, lang: Language) -> bytes:
    """Return the deck as an .xlsx file in one language."""
    translator = Translator(lang)
    context = make_context(deck, translator)
    names: set[str] = set()
    named = [
        (
            number,
            slide,
            [(_sheet_name(number, tab, n, names), page) for n, page in enumerate(lay_out_slide(slide, context, LAYOUTS), 1)],
        )
        for number, slide, tab in context.slides
    ]
    book = _empty_workbook(deck, translator)
    sheets = SheetWriter(
        WorkbookStyles(book),
        translator,
        footer_text(translator.translate(deck.audience), sentences.printed_footer(deck).text(lang)),
        {number: named_pages[0][0] for number, _, named_pages in named},
        next((number for number, slide, _ in named if isinstance(slide, deck_model.ContentsSlide)), None),
        SourceLinks(context, entry_locations(named_page for _, _, named_pages in named for named_page in named_pages)),
        classification=translator.translate(deck.classification).replace("&", "&&"),
    )
    described: dict[int, str] = {}
    for number, _, named_pages in named:
        for n, (name, page) in enumerate(named_pages, 1):
            sheet = book.create_sheet(name)
            sheets.write(sheet, page, sentences.slide_number_line(number, len(deck.slides), n).text(lang))
            if sheet._charts or name in sheets.shapes:
                described[len(described) + 1] = page.body.chart_description if sheet._charts else ""
    if not named:
        sheets.heights[book.create_sheet(_sheet_name(0, translator.translate(deck.group), 1, names)).title] = []
    return pack_parts(workbook_parts(book, sheets.heights, sheets.shapes), deck.as_of, described)


def _sheet_name(number: int, tab: str, page: int, taken_names: set[str]) -> str:
    """Return a unique sheet name, such as "8 Priority 2" or, for a second page, "8 Priority 2 (2)"."""
    return unique_sheet_name(f"{number} {tab}", taken_names, "" if page == 1 else f" ({page})")


def _cover_title(deck: Deck, translator: Translator) -> str:
    titles = (translator.translate(slide.title) for slide in deck.slides if isinstance(slide, deck_model.TitleSlide))
    return next(titles, "") or translator.translate(deck.group)


def _empty_workbook(deck: Deck, translator: Translator) -> Workbook:
    book: Any = Workbook()
    book.remove(book.worksheets[0])
    set_default_font(book, Font(name=styles.FONT_FACE, size=12, family=2))
    made = datetime(deck.as_of.year, deck.as_of.month, deck.as_of.day)  # noqa: DTZ001
    core = book.properties
    core.title = sentences.document_title(deck, _cover_title(deck, translator), translator.lang)
    core.subject = sentences.footer_line(deck, translator.translate(deck.audience), translator.lang)
    core.creator, core.language = translator.translate(deck.group), f"{translator.lang.value}-CA"
    core.version, core.contentStatus = (
        sentences.version_number(deck) or None,
        translator.translate(sentences.content_status(deck)),
    )
    core.keywords = deck.witness or None
    core.created = core.modified = made
    empty: Workbook = book
    return empty
