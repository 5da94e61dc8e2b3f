"""Build a presentation from a deck: all pages are measured first, so that slide numbers are known, then written one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from typing import Any

from cogwg.briefing.deck import ContentsSlide, DataSlide, Deck, TitleSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import WIDTH, LaidOutPage
from cogwg.briefing.render.pages.registry import lay_out_slide, make_context, slide_layouts
from cogwg.briefing.render.pages.text import Translator
from cogwg.briefing.render.pptx import data
from cogwg.briefing.render.pptx.footer import SlideFooter
from cogwg.briefing.render.pptx.master import MasterBuilder
from cogwg.briefing.render.pptx.package import repack
from cogwg.briefing.render.pptx.sheet import SlideWriter, layout_for_page
from cogwg.briefing.render.pptx.text_runs import TextWriter
from cogwg.core.bilingual import Language

_LAYOUTS = slide_layouts(data.bodies)


def build_presentation(deck: Deck, lang: Language) -> bytes:
    """Return the deck as a .pptx file in one language."""
    setting, laid_out = _lay_out_slides(deck, Translator(lang))
    master = MasterBuilder(lang)
    shown = [
        (slide, page, master.presentation.slides.add_slide(layout_for_page(master, page)))
        for slide, own in zip(deck.slides, laid_out, strict=True)
        for page in own
    ]
    parts = [own.part for _, _, own in shown]
    foot = SlideFooter(setting, next((n for n, slide, _ in setting.slides if isinstance(slide, DataSlide)), None))
    for slide, page, own in shown:
        letters = TextWriter(lang, own.part, lambda number: parts[number - 1])
        SlideWriter(own, page, letters).write()
        foot.write(own, letters)
        foot.write_notes(own, letters, slide)
    show = master.finish()
    _set_properties(show, setting)
    out = BytesIO()
    show.save(out)
    return repack(out.getvalue(), deck.as_of)


def _lay_out_slides(deck: Deck, translator: Translator) -> tuple[RenderContext, list[list[LaidOutPage]]]:
    """Return the context with the number of each slide's first page, counting continuations, and the pages of each slide.

    Only the contents slide shows these numbers, so only it is laid out again.
    """
    setting = make_context(deck, translator, _LAYOUTS)
    found = [_number_continuations(lay_out_slide(slide, setting, _LAYOUTS), setting) for slide in deck.slides]
    starts = accumulate((len(own) for own in found[:-1]), initial=1)
    named = tuple((start, slide, tab) for start, (_n, slide, tab) in zip(starts, setting.slides, strict=False))
    setting = replace(setting, slides=named)
    again = [
        _number_continuations(lay_out_slide(slide, setting, _LAYOUTS), setting) if isinstance(slide, ContentsSlide) else own
        for slide, own in zip(deck.slides, found, strict=True)
    ]
    return setting, again


def _number_continuations(pages: list[LaidOutPage], context: RenderContext) -> list[LaidOutPage]:
    """Make continuation titles unique: from the second continuation on they count, "(continued 2)"."""
    continued = context.translate(wording.CONTINUED)
    known: dict[str, int] = {}
    found = []
    for page in pages:
        title = page.lines[0][0].boxes[0].text
        again = known[title] = known.get(title, 0) + 1
        counts = again > 1 and title.endswith(continued)
        found.append(_with_title(page, f"{title[:-1]} {again})") if counts else page)
    return found


def _with_title(page: LaidOutPage, title: str) -> LaidOutPage:
    """Return the page with another title, smaller where it would need another line; unchanged where even that fails."""
    (line, high), *rest = page.lines
    box = line.boxes[0]
    for look in (box.style, styles.TITLE_LONG):
        own = replace(box, style=look, paras=(replace(box.paras[0], text=title),))
        if own.height(WIDTH) <= box.height(WIDTH):
            return replace(page, lines=((replace(line, boxes={**line.boxes, 0: own}), high), *rest))
    return page


def _set_properties(presentation: Any, context: RenderContext) -> None:
    """Set title, subject, author and language, as in the workbook."""
    deck, own = context.deck, presentation.core_properties
    title = next((context.translate(slide.title) for slide in deck.slides if isinstance(slide, TitleSlide)), "")
    own.title, own.author = title[:255] or context.translate(deck.group)[:255], context.translate(deck.group)[:255]
    own.subject = sentences.footer_line(deck, context.translate(deck.audience), context.lang)[:255]
    own.language, own.last_modified_by = f"{context.lang.value}-CA", ""
    own.content_status = context.translate(wording.DRAFT if deck.draft else wording.FINAL)
    own.version, own.revision = str(deck.edition), 1
    own.keywords = own.comments = own.category = ""
    own.created = own.modified = datetime(deck.as_of.year, deck.as_of.month, deck.as_of.day)  # noqa: DTZ001
