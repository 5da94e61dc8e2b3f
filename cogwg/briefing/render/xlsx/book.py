"""From a deck to a workbook: each slide laid out and measured first, then written sheet by sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from cogwg.briefing import deck as waist
from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.xlsx import (
    asks,
    changed,
    contents,
    cover,
    data,
    divider,
    fill,
    free,
    glance,
    group,
    looks,
    news,
    points,
    priority,
    progress,
)
from cogwg.briefing.render.xlsx.package import repacked
from cogwg.briefing.render.xlsx.page import Body, Line, Placed
from cogwg.briefing.render.xlsx.rows import saved
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.briefing.render.xlsx.sheet import Sheets, Styles, footer_text
from cogwg.briefing.render.xlsx.text import Voice, short_name
from cogwg.core.bilingual import Bilingual, Language

_TAB = 22
"""The letters of a tab's name that are left beside the numbers of slide and page."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of slide is laid out, and what its tab is called."""

    bodies: Callable[[Any, Setting], list[Body]]
    tab: Callable[[Any], Bilingual]


def _called(name: Bilingual) -> Callable[[Any], Bilingual]:
    return lambda slide: name


def _own_name(slide: waist.PointsSlide) -> Bilingual:
    return slide.name or slide.title


def _titled(slide: waist.TextSlide) -> Bilingual:
    """The title, in whole words as far as a tab has room for it."""
    if not slide.title:
        return wording.TEXT_TAB
    return Bilingual(_shortened(slide.title.en), _shortened(slide.title.fr))


def _shortened(text: str) -> str:
    found = shorten(text, _TAB, placeholder=" …")
    return text if found == "…" else found


def _numbered(slide: waist.PrioritySlide) -> Bilingual:
    return Bilingual(f"{wording.PRIORITY.en} {slide.number}", f"{wording.PRIORITY.fr} {slide.number}")


KINDS: Mapping[type[Slide], _Kind] = {
    waist.TitleSlide: _Kind(cover.bodies, _called(wording.TITLE_TAB)),
    waist.ContentsSlide: _Kind(contents.bodies, _called(wording.CONTENTS)),
    waist.PointsSlide: _Kind(points.bodies, _own_name),
    waist.TextSlide: _Kind(free.bodies, _titled),
    waist.GroupSlide: _Kind(group.bodies, _called(wording.GROUP_TAB)),
    waist.GlanceSlide: _Kind(glance.bodies, _called(wording.GLANCE_TAB)),
    waist.ChangedSlide: _Kind(changed.bodies, _called(wording.CHANGED_TAB)),
    waist.ProgressSlide: _Kind(progress.bodies, _called(wording.PROGRESS_TAB)),
    waist.MilestonesSlide: _Kind(news.bodies, _called(wording.NEWS_TAB)),
    waist.NextStepsSlide: _Kind(points.steps, _called(wording.STEPS_TAB)),
    waist.AsksSlide: _Kind(asks.bodies, _called(wording.ASKS_TAB)),
    waist.AnnexSlide: _Kind(divider.bodies, _called(wording.ANNEX_TAB)),
    waist.PrioritySlide: _Kind(priority.bodies, _numbered),
    waist.DataSlide: _Kind(data.bodies, _called(wording.DATA_TAB)),
}


def page_counts(deck: Deck, lang: Language) -> list[int]:
    """How many sheets each slide fills where it was meant to fill one, in the order of the deck; nothing is written.

    A slide with two parts, each on a sheet of its own, fills one in that sense. The data may take as many as it likes:
    it counts as one and is not laid out.
    """
    setting = _setting(deck, Voice(lang))
    return [1 if isinstance(slide, waist.DataSlide) else _beyond(slide, setting) for slide in deck.slides]


def _beyond(slide: Slide, setting: Setting) -> int:
    parts = len(KINDS[type(slide)].bodies(slide, setting))
    return len(_pages(slide, setting)) - max(parts - 1, 0)


def _setting(deck: Deck, voice: Voice) -> Setting:
    tabs = [voice.say(KINDS[type(slide)].tab(slide)) for slide in deck.slides]
    return Setting(deck, voice, tuple((n, s, tab) for n, (s, tab) in enumerate(zip(deck.slides, tabs, strict=True), 1)))


def workbook(deck: Deck, lang: Language) -> bytes:
    """The deck as an .xlsx file in one language."""
    voice = Voice(lang)
    setting = _setting(deck, voice)
    taken: set[str] = set()
    named = [
        (number, slide, [(_name(number, tab, n, taken), page) for n, page in enumerate(_pages(slide, setting), 1)])
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
    return short_name(f"{number} {tab}", taken, "" if page == 1 else f" ({page})")


def _pages(slide: Slide, setting: Setting) -> list[Placed]:
    """A slide's pages: each body with its opening, the first with the message, the others "(continued)"."""
    found: list[Placed] = []
    for body in KINDS[type(slide)].bodies(slide, setting):
        title = body.title or setting.say(slide.title)
        message = body.message or setting.say(slide.message)
        again = _opening(body, f"{title} {setting.say(wording.CONTINUED)}", "", setting)
        opening = body.opening or _opening(body, title, message, setting)
        if not found and body.opening is None:
            body = replace(body, lead=(*fill.overlong(title, message, body.title_span or len(body.columns)), *body.lead))
        found += fill.pages(body, again if found and not body.title else opening, again, setting.voice)
    return found


def _opening(body: Body, title: str, message: str, setting: Setting) -> tuple[Line, ...]:
    """The title, the mark and the message; a sheet that prints two pages wide has the title on both."""
    span = body.title_span or len(body.columns)
    own = fill.frame(title, message, mark=setting.mark, span=span)
    if not body.title_span:
        return own
    said = title if title.endswith(setting.say(wording.CONTINUED)) else f"{title} {setting.say(wording.CONTINUED)}"
    return fill.beside(own, fill.frame(said, "", mark=setting.mark, span=len(body.columns) - span), span)


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
