"""From a deck to a presentation: every page measured first, so that each knows its number, then written slide by slide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from typing import Any

from cogwg.briefing.deck import ContentsSlide, DataSlide, Deck, Slide, TitleSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pptx import data
from cogwg.briefing.render.pptx.foot import Foot
from cogwg.briefing.render.pptx.letters import Letters
from cogwg.briefing.render.pptx.master import Master
from cogwg.briefing.render.pptx.package import repacked
from cogwg.briefing.render.pptx.sheet import Sheet, layout
from cogwg.briefing.render.xlsx import fill, looks
from cogwg.briefing.render.xlsx.book import KINDS
from cogwg.briefing.render.xlsx.page import WIDTH, Body, Placed
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.briefing.render.xlsx.text import Voice
from cogwg.core.bilingual import Language


def presentation(deck: Deck, lang: Language) -> bytes:
    """The deck as a .pptx file in one language."""
    setting, pages = _laid_out(deck, Voice(lang))
    master = Master(lang)
    shown = [
        (slide, page, master.show.slides.add_slide(layout(master, page)))
        for slide, own in zip(deck.slides, pages, strict=True)
        for page in own
    ]
    parts = [own.part for _, _, own in shown]
    foot = Foot(setting, next((n for n, slide, _ in setting.slides if isinstance(slide, DataSlide)), None))
    for slide, page, own in shown:
        letters = Letters(lang, own.part, lambda number: parts[number - 1])
        Sheet(own, page, letters).fill()
        foot.write(own, letters)
        foot.note(own, letters, slide)
    show = master.done()
    _describe(show, setting)
    out = BytesIO()
    show.save(out)
    return repacked(out.getvalue(), deck.as_of)


def _laid_out(deck: Deck, voice: Voice) -> tuple[Setting, list[list[Placed]]]:
    """The pages of each slide, and the setting with the number it begins at, which continuations push on.

    Only the contents say these numbers, so only they are laid out again.
    """
    tabs = [voice.say(KINDS[type(slide)].tab(slide)) for slide in deck.slides]
    setting = Setting(deck, voice, tuple((n, s, tab) for n, (s, tab) in enumerate(zip(deck.slides, tabs, strict=True), 1)))
    pages = [_pages(slide, setting) for slide in deck.slides]
    starts = accumulate((len(own) for own in pages[:-1]), initial=1)
    setting = replace(setting, slides=tuple(zip(starts, deck.slides, tabs, strict=True)))
    again = [
        _pages(slide, setting) if isinstance(slide, ContentsSlide) else own
        for slide, own in zip(deck.slides, pages, strict=True)
    ]
    return setting, again


def _pages(slide: Slide, setting: Setting) -> list[Placed]:
    """A slide's pages: each body with its opening, the first with the message, the others "(continued)"."""
    found: list[Placed] = []
    for body in _bodies(slide, setting):
        title = body.title or setting.say(slide.title)
        message = body.message or setting.say(slide.message)
        again = fill.frame(f"{title} {setting.say(wording.CONTINUED)}", "", mark=setting.mark, span=len(body.columns))
        opening = body.opening or fill.frame(title, message, mark=setting.mark, span=len(body.columns))
        if not found and body.opening is None:
            body = replace(body, lead=(*fill.overlong(title, message, len(body.columns)), *body.lead))
        found += fill.pages(body, again if found and not body.title else opening, again, setting.voice)
    return _told_apart(found, setting)


def _bodies(slide: Slide, setting: Setting) -> list[Body]:
    if isinstance(slide, DataSlide):
        return data.bodies(slide, setting)
    return KINDS[type(slide)].bodies(slide, setting)


def _told_apart(pages: list[Placed], setting: Setting) -> list[Placed]:
    """Titles name their slides: from the second continuation on they count, "(continued 2)"."""
    continued = setting.say(wording.CONTINUED)
    known: dict[str, int] = {}
    found = []
    for page in pages:
        title = page.lines[0][0].boxes[0].text
        again = known[title] = known.get(title, 0) + 1
        counts = again > 1 and title.endswith(continued)
        found.append(_titled(page, f"{title[:-1]} {again})") if counts else page)
    return found


def _titled(page: Placed, title: str) -> Placed:
    """The page under another title, in smaller letters where it would need another line; left alone where even that fails."""
    (line, high), *rest = page.lines
    box = line.boxes[0]
    for look in (box.look, looks.TITLE_LONG):
        own = replace(box, look=look, paras=(replace(box.paras[0], text=title),))
        if own.height(WIDTH) <= box.height(WIDTH):
            return replace(page, lines=((replace(line, boxes={**line.boxes, 0: own}), high), *rest))
    return page


def _describe(show: Any, setting: Setting) -> None:
    """Title, subject, author and language, as the workbook's."""
    deck, own = setting.deck, show.core_properties
    title = next((setting.say(slide.title) for slide in deck.slides if isinstance(slide, TitleSlide)), "")
    own.title, own.author = title[:255] or setting.say(deck.group)[:255], setting.say(deck.group)[:255]
    own.subject = sentences.footer(deck, setting.say(deck.audience), setting.lang)[:255]
    own.language, own.last_modified_by = f"{setting.lang.value}-CA", ""
    own.content_status = setting.say(wording.DRAFT if deck.draft else wording.FINAL)
    own.version, own.revision = str(deck.edition), 1
    own.keywords = own.comments = own.category = ""
    own.created = own.modified = datetime(deck.as_of.year, deck.as_of.month, deck.as_of.day)  # noqa: DTZ001
