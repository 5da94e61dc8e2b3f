"""The sheet with the list of sources: one table of any length, to which cells of the other sheets link."""

from __future__ import annotations

from dataclasses import replace

from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.deck import SourcesSlide
from cogwg.briefing.render.pages import sources
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, LaidOutPage


def bodies(slide: SourcesSlide, context: RenderContext) -> list[Body]:
    """Return the list as one body on one sheet, which takes as many printed pages as needed."""
    return [replace(body, is_endless=True, decorate=_set_print_layout) for body in sources.bodies(slide, context)]


def _set_print_layout(sheet: Worksheet, page: LaidOutPage) -> None:
    """Repeat the title, the mark and the header on every printed page, and freeze the panes below the header."""
    header = (page.header_at or 0) + 1
    sheet.print_title_rows = f"1:{header}"
    sheet.freeze_panes = f"A{header + 1}"
