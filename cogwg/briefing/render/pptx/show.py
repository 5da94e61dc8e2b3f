"""From a deck to a presentation: every page measured first, so that each knows its number, then written slide by slide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from typing import Any

from cogwg.briefing.deck import ContentsSlide, DataSlide, Deck, TitleSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.kinds import kinds, pages, setting_of
from cogwg.briefing.render.pages.page import WIDTH, Placed
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.text import Voice
from cogwg.briefing.render.pptx import data
from cogwg.briefing.render.pptx.foot import Foot
from cogwg.briefing.render.pptx.letters import Letters
from cogwg.briefing.render.pptx.master import Master
from cogwg.briefing.render.pptx.package import repacked
from cogwg.briefing.render.pptx.sheet import Sheet, layout
from cogwg.core.bilingual import Language

_KINDS = kinds(data.bodies)


def presentation(deck: Deck, lang: Language) -> bytes:
    """The deck as a .pptx file in one language."""
    setting, laid_out = _laid_out(deck, Voice(lang))
    master = Master(lang)
    shown = [
        (slide, page, master.show.slides.add_slide(layout(master, page)))
        for slide, own in zip(deck.slides, laid_out, strict=True)
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
    setting = setting_of(deck, voice, _KINDS)
    found = [_told_apart(pages(slide, setting, _KINDS), setting) for slide in deck.slides]
    starts = accumulate((len(own) for own in found[:-1]), initial=1)
    named = tuple((start, slide, tab) for start, (_n, slide, tab) in zip(starts, setting.slides, strict=False))
    setting = replace(setting, slides=named)
    again = [
        _told_apart(pages(slide, setting, _KINDS), setting) if isinstance(slide, ContentsSlide) else own
        for slide, own in zip(deck.slides, found, strict=True)
    ]
    return setting, again


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
