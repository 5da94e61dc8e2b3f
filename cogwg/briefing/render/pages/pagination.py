"""Pagination: when a page is full, whole lines move to the next page; height that is left is shared among the lines.

Body text is never cut off. The text of a page that is slightly too long is made smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import MAX_ROW_HEIGHT, Body, LaidOutPage, PageLine, text_box
from cogwg.briefing.render.pages.page_format import PageFormat
from cogwg.briefing.render.pages.translator import Translator

_FOOTER_HEIGHT = 16.5
_EDGE_HEIGHT = 1.5
_SHRINKABLE_RATIO = 1.3
_MIN_PIECE_HEIGHT = 60.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a body: the lines at the top of its first page and of its other pages, and the format of the pages."""

    opening: Sequence[PageLine]
    continuation: Sequence[PageLine]
    page_format: PageFormat

    @property
    def continued(self) -> Frame:
        """The frame of a body that continues a slide."""
        return replace(self, opening=self.continuation)


def paginate(body: Body, frame: Frame, translator: Translator) -> list[LaidOutPage]:
    """Lay out the body on as many pages as it needs, in the units of the page format.

    The text of a body that is slightly too long for one page is made smaller; a longer body continues on more pages in the
    usual size.
    """
    if body.is_endless:
        return [_endless_page(frame.page_format.body(body), frame)]
    drafts = _draft_chart_pages(body, frame) if body.chart else _draft_pages(body, frame)
    return [_finish_page(draft, frame, translator, is_last=n == len(drafts)) for n, draft in enumerate(drafts, 1)]


def _draft_chart_pages(body: Body, frame: Frame) -> list[_PageDraft]:
    """Return the pages of a body with a chart, which is on the same page as the rows that it shows.

    If the body does not fit on one page, the full text of a shortened title or message comes first, on its own pages. If the
    rest still does not fit, the rows are divided among several charts. A single row that is too high begins below its chart
    and continues on the next page.
    """
    whole = _draft_pages(body, frame)
    chart = body.chart
    if len(whole) == 1 or chart is None:
        return whole
    *texts, chart_line = body.lead
    if texts:
        text_body = replace(body, lead=tuple(texts), lines=(), note=(), header=None, tables=(), chart=None)
        rest = replace(body, lead=(chart_line,))
        return _draft_pages(text_body, frame) + _draft_chart_pages(rest, frame.continued)
    if chart.rows == 1:
        row, *others = body.lines
        return _draft_pages(replace(body, lines=(replace(row, can_break=True), *others)), frame)
    half = chart.rows // 2
    first = replace(body, lines=body.lines[:half], note=(), chart=replace(chart, rows=half))
    second = replace(body, lines=body.lines[half:], chart=replace(chart, rows=chart.rows - half))
    return _draft_chart_pages(first, frame) + _draft_chart_pages(second, frame.continued)


def _draft_pages(body: Body, frame: Frame) -> list[_PageDraft]:
    return _fit_on_one_page(body, frame) or _fill_pages(frame.page_format.body(body), frame, foot_height=_FOOTER_HEIGHT)


def _fit_on_one_page(body: Body, frame: Frame) -> list[_PageDraft]:
    """Return the body on a single page, in the largest text size in which it fits; an empty list if it needs more pages."""
    page_height = frame.page_format.height
    if _total_height(frame.page_format.body(body), frame.opening) > _SHRINKABLE_RATIO * page_height:
        return []
    for candidate in frame.page_format.candidates(body):
        if _total_height(candidate, frame.opening) <= page_height - _EDGE_HEIGHT:
            drafts = _fill_pages(candidate, frame, foot_height=_EDGE_HEIGHT)
            return drafts if len(drafts) == 1 else []
    return []


def _total_height(body: Body, opening: Sequence[PageLine]) -> float:
    header = (body.header,) if body.header is not None else ()
    return sum(
        line.height(body.columns) for part in (opening, body.lead, header, body.lines, body.tail, body.note) for line in part
    )


def _fill_pages(body: Body, frame: Frame, foot_height: float) -> list[_PageDraft]:
    paginator = _Paginator(body, frame, foot_height)
    for line in body.lead:
        paginator.add(line, has_header=False)
    for n, line in enumerate(body.lines):
        if line.followers:
            paginator.make_room(body.lines[n : n + 1 + line.followers])
        paginator.add(line, has_header=body.header is not None)
    paginator.add_together(body.tail)
    return paginator.drafts


MeasuredLine = tuple[PageLine, float]


class _PageDraft:
    """A page of a body that is being filled with lines, each with its height."""

    def __init__(self, body: Body, lines: Sequence[MeasuredLine]) -> None:
        self.body = body
        self.lines = list(lines)
        self.used_height = sum(height for _, height in lines)
        self.header_at: int | None = None


class _Paginator:
    """The pages that have been filled so far, and the measured lines that each page repeats."""

    def __init__(self, body: Body, frame: Frame, foot_height: float) -> None:
        self.body = body
        self.columns = body.columns
        self.continuation = _measure_lines(frame.continuation, body.columns)
        self.header = _measure_lines((body.header,) if body.header is not None else (), body.columns)
        self.header_height = sum(height for _, height in self.header)
        self.max_height = (
            frame.page_format.height - foot_height - sum(height for _, height in _measure_lines(body.note, body.columns))
        )
        self.drafts = [_PageDraft(body, _measure_lines(frame.opening, body.columns))]

    def add(self, line: PageLine, *, has_header: bool) -> None:
        whole = self.max_height - sum(height for _, height in self.continuation) - (self.header_height if has_header else 0)
        if line.can_break:
            line = self._add_beginning(line, has_header=has_header)
        for piece in line.split_to_fit(self.columns, min(MAX_ROW_HEIGHT, max(whole, _MIN_PIECE_HEIGHT))):
            self._add_measured((piece, piece.height(self.columns)), has_header=has_header)

    def add_together(self, lines: Sequence[PageLine]) -> None:
        """Add lines; start a new page if they fit together on one page, but not in the remaining space."""
        self.make_room(lines)
        for line in lines:
            self.add(line, has_header=False)

    def make_room(self, lines: Sequence[PageLine]) -> None:
        """Start a new page if the lines fit together on one page, but not in the remaining space."""
        needed = sum(height for _, height in _measure_lines(lines, self.columns))
        whole = self.max_height - sum(height for _, height in self.continuation)
        if lines and self.drafts[-1].used_height + needed > self.max_height and needed <= whole:
            self.drafts.append(_PageDraft(self.body, self.continuation))

    def _add_beginning(self, line: PageLine, *, has_header: bool) -> PageLine:
        """Add as much of a line as fits on the page, and return the rest.

        A remaining space of less than ``_MIN_PIECE_HEIGHT`` points (about two lines) stays empty.
        """
        while True:
            page = self.drafts[-1]
            left = min(
                MAX_ROW_HEIGHT, self.max_height - page.used_height - self._missing_header_height(page, has_header=has_header)
            )
            if left < _MIN_PIECE_HEIGHT or line.height(self.columns) <= left:
                return line
            piece, line = line.split_at(self.columns, left)
            piece = replace(piece, padding=0)
            self._add_measured((piece, piece.height(self.columns)), has_header=has_header)

    def _add_measured(self, line: MeasuredLine, *, has_header: bool) -> None:
        page = self.drafts[-1]
        if page.used_height + line[1] + self._missing_header_height(page, has_header=has_header) > self.max_height and len(
            page.lines
        ) > len(self.continuation):
            page = _PageDraft(self.body, self.continuation)
            self.drafts.append(page)
        if self._missing_header_height(page, has_header=has_header):
            page.header_at = len(page.lines)
            page.lines += self.header
            page.used_height += self.header_height
        page.lines.append(line)
        page.used_height += line[1]

    def _missing_header_height(self, page: _PageDraft, *, has_header: bool) -> float:
        """Return the height of the header if this page does not have it yet, else 0."""
        return self.header_height if has_header and page.header_at is None else 0


def _measure_lines(lines: Sequence[PageLine], columns: Sequence[int]) -> list[MeasuredLine]:
    return [(line, line.height(columns)) for line in lines]


def _finish_page(draft: _PageDraft, frame: Frame, translator: Translator, *, is_last: bool) -> LaidOutPage:
    body = draft.body if _has_chart(draft) else replace(draft.body, chart=None)
    note = frame.page_format.style(styles.NOTE)
    next_page = text_box(note, translator.translate(wording.NEXT_PAGE), span=len(body.columns))
    below = _measure_lines((*body.note, *(() if is_last else (PageLine({0: next_page}, padding=3),))), body.columns)
    spare = frame.page_format.height - _EDGE_HEIGHT - sum(height for _, height in draft.lines + below)
    return LaidOutPage(body, (*_stretch_lines(draft.lines, spare, body.stretch), *below), draft.header_at)


def _has_chart(draft: _PageDraft) -> bool:
    """Return whether the line for the body's chart is on this page, with the chart's table below it."""
    if not draft.header_at or not draft.body.lead:
        return False
    return draft.lines[draft.header_at - 1][0] is draft.body.lead[-1]


def _endless_page(body: Body, frame: Frame) -> LaidOutPage:
    """Return one page for a sheet that Excel breaks into printed pages; Excel repeats the lines above its rows on each."""
    header = (body.header,) if body.header is not None else ()
    above = sum(line.height(body.columns) for line in (*frame.opening, *header))
    max_height = min(MAX_ROW_HEIGHT, frame.page_format.height - _EDGE_HEIGHT - above)
    rows = [piece for line in body.lines for piece in line.split_to_fit(body.columns, max_height)]
    lines = _measure_lines((*frame.opening, *header, *rows), body.columns)
    return LaidOutPage(body, tuple(lines), len(frame.opening) if header else None)


def _stretch_lines(lines: list[MeasuredLine], spare_height: float, max_factor: float) -> list[MeasuredLine]:
    """Raise the lowest rows that can grow to a common height, then stretch all of them by the same factor, at most
    ``max_factor``.
    """
    heights = [height for line, height in lines if line.can_grow]
    if not heights or spare_height <= 0:
        return lines
    level = _fill_level(heights, spare_height)
    level = min(level, max(heights))
    left = spare_height - sum(max(level - height, 0) for height in heights)
    total = sum(max(level, height) for height in heights)
    factor = min(max_factor, 1 + left / total)
    return [(line, _round_to_quarter(max(height, level) * factor) if line.can_grow else height) for line, height in lines]


def _fill_level(heights: list[float], spare_height: float) -> float:
    """Return the height to which the lowest rows can be raised with ``spare_height`` points."""
    ordered = sorted(heights)
    for n, height in enumerate(ordered, 1):
        next_height = ordered[n] if n < len(ordered) else float("inf")
        cost = n * (next_height - height)
        if cost >= spare_height:
            return height + spare_height / n
        spare_height -= cost
    return ordered[-1]


def _round_to_quarter(points: float) -> float:
    return min(int(points * 4) / 4, 409)
