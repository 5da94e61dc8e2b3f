"""The facts on the slides of a deck as they are drawn in each format, and whether each has a source that can be reached.

A fact is a cell of a table, a numeral, a bullet, a paragraph or a status. Titles, headings of tables, notes and the mark of a
draft are not facts, and neither are the cover, the contents and the list of sources itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import html5lib
from openpyxl import Workbook, load_workbook

from cogwg.briefing.deck import ContentsSlide, Deck, Slide, SourcesSlide, TitleSlide
from cogwg.briefing.render import render
from cogwg.briefing.render.html import render_slides
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.headline import TITLE_STYLES
from cogwg.briefing.render.pages.page import ContentBox, LaidOutPage, PageLine
from cogwg.briefing.render.pages.page_format import PAPER, SCREEN, PageFormat
from cogwg.briefing.render.pages.registry import SlideLayouts, lay_out_slide, make_context, slide_layouts
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.pptx import data as pptx_data
from cogwg.briefing.render.sources import DeckSources
from cogwg.briefing.render.xlsx.book import LAYOUTS as XLSX_LAYOUTS
from cogwg.core.bilingual import Language
from tests.drawing import drawn_workbook, render_once

FORMATS = ("html", "xlsx", "pptx")
_WITHOUT_FACTS = (TitleSlide, ContentsSlide, SourcesSlide)
_NO_FACTS = (
    *(*TITLE_STYLES, styles.TOPIC, styles.MESSAGE, styles.MARK, styles.HEADING, styles.HEADER, styles.CELL_HEADER),
    *(styles.NOTE, styles.DATA_HEADER, styles.DIVIDER_TITLE, styles.DIVIDER_TITLE_LONG, styles.DIVIDER_FOOT, styles.NO_SEGMENT),
)
"""The styles of titles, headings, notes and marks."""


@dataclass(frozen=True, slots=True)
class DrawnFact:
    """A fact on a slide, by the slide's key, with its text and whether its source can be reached."""

    slide: str
    text: str
    is_reachable: bool


def drawn_facts(deck: Deck, format: str, lang: Language, *, again: bool = False) -> list[DrawnFact]:
    """Return the facts of all slides in a format and a language.

    ``again`` draws the file again, for a test that changes how decks are drawn.
    """
    if format == "html":
        return list(_html_facts(deck, lang))
    if format == "xlsx":
        book = load_workbook(BytesIO(render(deck, format, lang))) if again else drawn_workbook(deck, lang)
        return list(_xlsx_facts(book, deck, lang))
    return list(_pptx_facts((render if again else render_once)(deck, format, lang), deck, lang))


def missing(facts: list[DrawnFact]) -> list[str]:
    """Return the facts without a reachable source."""
    return [f"{fact.slide}: {fact.text}" for fact in facts if not fact.is_reachable]


# HTML: an element, or one around it, names its source, and a link in that element or in the slide's footer leads there.


def _html_facts(deck: Deck, lang: Language) -> Iterator[DrawnFact]:
    rendered = render_slides(deck, lang)
    trees = [html5lib.parseFragment(slide.html, treebuilder="etree", namespaceHTMLElements=False) for slide in rendered]
    ids = {element.get("id") for tree in trees for element in tree.iter() if element.get("id")}
    for slide, rendered_slide, tree in zip(deck.slides, rendered, trees, strict=True):
        if not isinstance(slide, _WITHOUT_FACTS):
            parents = {child: parent for parent in tree.iter() for child in parent}
            footer = next(tree.iter("footer"))
            for element in _fact_elements(tree, parents):
                about = _named_source(element, parents)
                number = None if about is None else about.get("data-source")
                anchors = [a.get("href") for e in (about, footer) if e is not None for a in e.iter("a")]
                is_reachable = f"source-{number}" in ids and f"#source-{number}" in anchors
                yield DrawnFact(rendered_slide.key, _text(element), is_reachable or _is_external_link(element))


def _fact_elements(tree: Any, parents: dict[Any, Any]) -> Iterator[Any]:
    """Yield the cells, items, paragraphs and statuses of a slide that are not in another of them."""
    body = next(element for element in tree.iter("div") if element.get("class") == "slide-body")
    for element in body.iter():
        classes = set((element.get("class") or "").split())
        is_item = parents[element].get("class") in ("timeline-late", "timeline-next")
        if (element.tag == "div" and "glance-item" in classes) or (element.tag == "li" and is_item):
            yield element
            continue
        if any("timeline-track" in (child.get("class") or "") for child in element):
            continue  # The lists beside the line have the facts.
        is_fact = element.tag in ("td", "li", "dd", "p") or (element.tag == "th" and element.get("scope") == "row")
        is_inner = {"td", "th", "li", "dd"} & {parent.tag for parent in _with_ancestors(parents[element], parents)}
        is_note = "slide-legend" in classes or ("slide-small" in classes and not element.get("data-source"))
        is_empty = _text(element) in ("", "–") or classes & {"glance-empty", "glance-several"}
        if is_fact and not (is_inner or is_note or is_empty):
            yield element


def _with_ancestors(element: Any, parents: dict[Any, Any]) -> Iterator[Any]:
    """Yield the element, then the elements around it."""
    current = element
    while current is not None:
        yield current
        current = parents.get(current)


def _named_source(element: Any, parents: dict[Any, Any]) -> Any:
    """Return the element that names the source: the only child of a cell, the element itself, or one around it, else None."""
    inner = [child for child in element if child.get("data-source")]
    around = [inner[0]] if len(inner) == len(list(element)) == 1 else []
    return next((e for e in (*around, *_with_ancestors(element, parents)) if e.get("data-source")), None)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_external_link(element: Any) -> bool:
    return any((a.get("href") or "").startswith("http") and _text(a) == _text(element) for a in element.iter("a"))


# Files: the laid-out page names the source of each box; the file has a link to its row, a message beside it, or a note.


def _laid_out_pages(
    deck: Deck, lang: Language, page_format: PageFormat, layouts: SlideLayouts
) -> Iterator[tuple[int, Slide, LaidOutPage]]:
    context = make_context(deck, Translator(lang), page_format)
    for number, slide, _ in context.slides:
        yield from ((number, slide, page) for page in lay_out_slide(slide, context, layouts))


def _fact_boxes(page: LaidOutPage) -> Iterator[tuple[int, int, PageLine, ContentBox]]:
    """Yield each box that states a fact, with the index of its line and its column."""
    continued = {"Continued on the next page »", "Suite à la page suivante\u00a0»"}
    for row, (line, _) in enumerate(page.lines):
        for column, box in line.boxes.items():
            is_heading = page.is_header(row) or any(box.style.is_named_like(style) for style in _heading_styles())
            if box.has_fact and not is_heading and box.text not in continued:
                yield row, column, line, box


def _heading_styles() -> Iterator[styles.Style]:
    for style in _NO_FACTS:
        yield style
        yield style.indented()


def _xlsx_facts(book: Workbook, deck: Deck, lang: Language) -> Iterator[DrawnFact]:
    entries = DeckSources(deck).entries_by_number
    for sheet, (_, slide, page) in zip(book.worksheets, _laid_out_pages(deck, lang, PAPER, XLSX_LAYOUTS), strict=True):
        if isinstance(slide, _WITHOUT_FACTS):
            continue
        messages = {
            str(cell): message.prompt
            for message in sheet.data_validations.dataValidation
            for span in message.sqref.ranges
            for cell in (sheet.cell(row, column).coordinate for row, column in span.cells)
        }
        for row, column, line, box in _fact_boxes(page):
            number = line.source_of(box)
            beside = [sheet.cell(row + 1, at + 1) for at, other in line.boxes.items() if line.source_of(other) == number]
            targets = {cell.hyperlink.location for cell in beside if cell.hyperlink and cell.hyperlink.location}
            message = messages.get(sheet.cell(row + 1, column + 1).coordinate) or ""
            is_linked = any(_cell_at(book, target) == str(number) for target in targets)
            is_named = number in entries and message.startswith(f"{number}. {entries[number].name.text(lang)}")
            yield DrawnFact(slide.key, box.text or str(box.value), is_linked or is_named or bool(box.url))


def _cell_at(book: Any, location: str) -> str:
    sheet, cell = location.rsplit("!", 1)
    return str(book[sheet.strip("'")][cell].value) if sheet.strip("'") in book.sheetnames else ""


def _pptx_facts(content: bytes, deck: Deck, lang: Language) -> Iterator[DrawnFact]:
    from pptx import Presentation

    entries = DeckSources(deck).entries_by_number
    file = Presentation(BytesIO(content))
    pages = _laid_out_pages(deck, lang, SCREEN, slide_layouts(pptx_data.bodies))
    for drawn, (_, slide, page) in zip(file.slides, pages, strict=True):
        if isinstance(slide, _WITHOUT_FACTS):
            continue
        notes = drawn.notes_slide.notes_text_frame.text
        for _, _, line, box in _fact_boxes(page):
            entry = entries.get(line.source_of(box))
            is_noted = entry is not None and entry.text(lang) in notes
            yield DrawnFact(slide.key, box.text or str(box.value), is_noted or bool(box.url))
