"""From a deck to a workbook: each slide laid out and measured first, then written sheet by sheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from cogwg.briefing import deck as waist
from cogwg.briefing.deck import Deck
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.kinds import kinds, pages, setting_of
from cogwg.briefing.render.pages.text import Voice
from cogwg.briefing.render.xlsx import data
from cogwg.briefing.render.xlsx.package import repacked
from cogwg.briefing.render.xlsx.rows import saved
from cogwg.briefing.render.xlsx.sheet import Sheets, Styles, footer_text
from cogwg.core.bilingual import Language
from cogwg.core.tables import unique_sheet_name

KINDS = kinds(data.bodies)


def workbook(deck: Deck, lang: Language) -> bytes:
    """The deck as an .xlsx file in one language."""
    voice = Voice(lang)
    setting = setting_of(deck, voice, KINDS)
    taken: set[str] = set()
    named = [
        (number, slide, [(_name(number, tab, n, taken), page) for n, page in enumerate(pages(slide, setting, KINDS), 1)])
        for number, slide, tab in setting.slides
    ]
    book = _empty(deck, voice)
    sheets = Sheets(
        Styles(book),
        voice,
        footer_text(voice.say(deck.audience), sentences.footer(deck, "", lang)),
        {number: own[0][0] for number, _, own in named},
        next((number for number, slide, _ in named if isinstance(slide, waist.ContentsSlide)), None),
    )
    described: dict[int, str] = {}
    for number, _, own in named:
        for name, page in own:
            sheet = book.create_sheet(name)
            sheets.write(sheet, page, sentences.slide_of(number, len(deck.slides)).text(lang))
            if sheet._charts:
                described[len(described) + 1] = page.body.told
    if not named:
        sheets.heights[book.create_sheet(_name(0, voice.say(deck.group), 1, taken)).title] = []
    return repacked(saved(book, sheets.heights), deck.as_of, described)


def _name(number: int, tab: str, page: int, taken: set[str]) -> str:
    """8 Priority 2; 8 Priority 2 (2)."""
    return unique_sheet_name(f"{number} {tab}", taken, "" if page == 1 else f" ({page})")


def _empty(deck: Deck, voice: Voice) -> Workbook:
    book: Any = Workbook()
    book.remove(book.worksheets[0])
    book._fonts[0] = Font(name=looks.FACE, size=12, family=2)
    book._named_styles["Normal"].font = Font(name=looks.FACE, size=12, family=2)
    made = datetime(deck.as_of.year, deck.as_of.month, deck.as_of.day)  # noqa: DTZ001
    own = book.properties
    own.title = next((voice.say(slide.title) for slide in deck.slides if isinstance(slide, waist.TitleSlide)), "")
    own.title = own.title or voice.say(deck.group)
    own.subject = sentences.footer(deck, voice.say(deck.audience), voice.lang)
    own.creator, own.language = voice.say(deck.group), f"{voice.lang.value}-CA"
    own.version, own.contentStatus = str(deck.edition), voice.say(wording.DRAFT if deck.draft else wording.FINAL)
    own.created = own.modified = made
    empty: Workbook = book
    return empty
