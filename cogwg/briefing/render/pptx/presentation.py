"""Build a presentation from a deck: first all pages are measured, so that there can be links to them; then they are written
one by one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from pptx.opc.constants import CONTENT_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from cogwg.briefing.deck import DataSlide, Deck, Slide, TitleSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.headline import title_position
from cogwg.briefing.render.pages.page import LaidOutPage
from cogwg.briefing.render.pages.page_format import SCREEN
from cogwg.briefing.render.pages.registry import lay_out_slide, make_context, slide_layouts
from cogwg.briefing.render.pages.translator import Translator
from cogwg.briefing.render.pptx import data
from cogwg.briefing.render.pptx.footer import SlideFooter
from cogwg.briefing.render.pptx.master import MasterBuilder
from cogwg.briefing.render.pptx.notes import SpeakerNotes
from cogwg.briefing.render.pptx.package import pack_presentation
from cogwg.briefing.render.pptx.shapes import SlideShapes
from cogwg.briefing.render.pptx.sheet import SlideWriter, layout_for_page
from cogwg.briefing.render.pptx.text_runs import TextWriter
from cogwg.core.bilingual import Language

_LAYOUTS = slide_layouts(data.bodies)
_PROPERTY_LIMIT = 255
"""The maximum length of a document property in python-pptx, in characters."""


def build_presentation(deck: Deck, lang: Language) -> bytes:
    """Return the deck as a .pptx file in one language."""
    context = make_context(deck, Translator(lang), SCREEN)
    master = MasterBuilder(lang)
    package = master.presentation.part.package
    pages = [
        (number, n, slide, page)
        for number, slide, _ in context.slides
        for n, page in enumerate(_number_continuations(lay_out_slide(slide, context, _LAYOUTS), context), 1)
    ]
    parts = [Part(PackURI(f"/ppt/slides/slide{at}.xml"), CONTENT_TYPE.PML_SLIDE, package) for at in range(1, len(pages) + 1)]
    first_parts = {number: part for (number, n, _, _), part in zip(pages, parts, strict=True) if n == 1}
    footer = SlideFooter(context)
    data_slide_number = next((n for n, slide, _ in context.slides if isinstance(slide, DataSlide)), None)
    notes = SpeakerNotes(context, master.presentation.part.notes_master_part, data_slide_number)
    for at, ((number, n, slide, page), part) in enumerate(zip(pages, parts, strict=True), 1):
        part.relate_to(layout_for_page(master, page).part, RELATION.SLIDE_LAYOUT)
        shapes, text_writer = SlideShapes(part), TextWriter(lang, part, first_parts.__getitem__)
        SlideWriter(shapes, page, text_writer).write(partial(footer.write_mark, shapes, text_writer))
        footer.write(shapes, text_writer, slide, sentences.page_label(number, n))
        shapes.finish()
        notes.write(part, text_writer, slide, page, _finding(page, slide, context), at)
    presentation = master.finish(parts)
    _set_properties(presentation, context)
    return pack_presentation(package, deck.as_of)


def _finding(page: LaidOutPage, slide: Slide, context: RenderContext) -> str:
    """Return the finding of a page as a sentence: the page's title without "(continued)".

    If the page's title is the slide's own title, because the finding is too long for a title, the slide's finding is returned.
    """
    title = page.lines[title_position(page)][0].boxes[0].text
    continued = context.translate(wording.CONTINUED)[:-1]
    finding = title.rsplit(f" {continued}", 1)[0]
    if finding == context.translate(slide.title):
        finding = context.translate(slide.message)
    return finding if not finding or finding.endswith((".", "?", "!", ":")) else f"{finding}."


def _number_continuations(pages: list[LaidOutPage], context: RenderContext) -> list[LaidOutPage]:
    """Make the titles of continuation pages unique: from the second one on, they have a number, such as "(continued 2)"."""
    continued = context.translate(wording.CONTINUED)
    known: dict[str, int] = {}
    numbered = []
    for page in pages:
        title = page.lines[title_position(page)][0].boxes[0].text
        number = known[title] = known.get(title, 0) + 1
        is_numbered = number > 1 and title.endswith(continued)
        numbered.append(_with_title(page, f"{title[:-1]} {number})") if is_numbered else page)
    return numbered


def _with_title(page: LaidOutPage, title: str) -> LaidOutPage:
    """Return the page with a different title, in smaller type if it would otherwise be higher; unchanged if it is
    still too high.
    """
    at = title_position(page)
    line, height = page.lines[at]
    box = line.boxes[0]
    for style in (box.style, SCREEN.style(styles.TITLE_LONG)):
        retitled = replace(box, style=style, paras=(replace(box.paras[0], text=title),))
        if retitled.height(SCREEN.width) <= height:
            retitled_line = replace(line, boxes={**line.boxes, 0: retitled})
            return replace(page, lines=(*page.lines[:at], (retitled_line, height), *page.lines[at + 1 :]))
    return page


def _set_properties(presentation: Any, context: RenderContext) -> None:
    """Set the document properties (title, subject, author, language and others) to the same values as in the workbook."""
    deck, core = context.deck, presentation.core_properties
    title = next((context.translate(slide.title) for slide in deck.slides if isinstance(slide, TitleSlide)), "")
    core.title = _document_title(deck, title or context.translate(deck.group), context.lang)
    core.author = context.translate(deck.group)[:_PROPERTY_LIMIT]
    core.subject = sentences.footer_line(deck, context.translate(deck.audience), context.lang)[:_PROPERTY_LIMIT]
    core.language, core.last_modified_by = f"{context.lang.value}-CA", ""
    core.content_status = context.translate(sentences.content_status(deck))
    core.version, core.revision = sentences.version_number(deck), 1
    core.keywords, core.comments, core.category = deck.witness, "", ""
    core.created = core.modified = datetime(deck.as_of.year, deck.as_of.month, deck.as_of.day)  # noqa: DTZ001


def _document_title(deck: Deck, name: str, lang: Language) -> str:
    """Return the title of the document within ``_PROPERTY_LIMIT``: a long name is shortened; the meeting and the
    state are kept.
    """
    rest = sentences.document_title(deck, "", lang)
    if len(name + rest) <= _PROPERTY_LIMIT:
        return name + rest
    return (name[: max(0, _PROPERTY_LIMIT - len(rest) - 1)] + "…" + rest)[-_PROPERTY_LIMIT:]
