"""The summary slide for a deputy minister: figures, a bar of cells for each priority, the decisions requested, and
the changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cogwg.briefing.deck import Figure, SummaryRow, SummarySlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.grid import Part, on_common_grid
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, PageLine, Para, TableSpan, text_box
from cogwg.briefing.render.pages.styles import Style
from cogwg.core.dates import day_of_month
from cogwg.core.status import Status, Timeliness

_NAME_WIDTH, _COUNT_WIDTH = 305, 95
_FIRST_DUE_COLUMNS = {False: (340, 290, 170, 150), True: (400, 550)}
"""Widths in px on paper (False), where the figures above use the same columns so that no cells are merged, and on a screen
(True)."""
_SCREEN_DECISIONS = (475, 237, 238)
_PADDING = 2
_CELLS = 5
"""The minimum number of columns of cells."""
_MOST_CELLS = 8
"""The maximum number of cells. If a priority has more activities, numbers replace the cells."""
_COUNT_COLUMNS = 4
_SERIES = (Status.COMPLETE, Timeliness.OVERDUE, Timeliness.DUE)
Cell = tuple[Style, str]


def bodies(slide: SummarySlide, context: RenderContext) -> list[Body]:
    """Return one body: the figures, the changes since the last meeting, the priorities or what is due first, and
    the decisions.
    """
    longest = max((_length(row) for row in slide.rows), default=0)
    has_cells = longest <= _MOST_CELLS
    cells = max(longest, _CELLS) if has_cells else _COUNT_COLUMNS
    columns = _columns(cells) if slide.rows else _FIRST_DUE_COLUMNS[context.page_format.is_screen]
    if slide.rows:
        plan_lines = list(_bar_lines(slide.rows, context, cells) if has_cells else _count_lines(slide.rows, context))
    else:
        plan_lines = list(_first_due_lines(slide, context))
    moved = ". ".join(text for text in (context.translate(slide.moved), _due_days(slide, context)) if text)
    moved_box = text_box(styles.MOVED, moved, span=len(columns))
    moved_lines = [PageLine({0: moved_box}, padding=5, source=context.sources.plan)] if moved else []
    lines = [*moved_lines, *plan_lines]
    decisions = list(_decision_lines(slide, context))
    if context.page_format.is_screen:
        figures = _figures_beside_labels(slide.figures, context)
        columns, lines = on_common_grid(figures, (columns, lines), (_SCREEN_DECISIONS, decisions))
    else:
        others = len(columns) - 1
        starts = (0, 1, 1 + others // 3, 1 + others * 2 // 3)
        lines = [_figures_line(slide.figures, context, starts, len(columns)), *lines, *decisions]
    return [Body(columns, tuple(lines), stretch=1.6)]


def _length(row: SummaryRow) -> int:
    return row.complete + row.overdue + row.due_now + row.later


def _columns(cells: int) -> tuple[int, ...]:
    width, remainder = divmod(WIDTH - _NAME_WIDTH - _COUNT_WIDTH, cells)
    return (_NAME_WIDTH + remainder, *([width] * cells), _COUNT_WIDTH)


def _figures_line(figures: Sequence[Figure], context: RenderContext, starts: Sequence[int], columns: int) -> PageLine:
    """Return a line with the figures side by side, each from its column in ``starts`` to that of the next figure."""
    starts = starts[: len(figures)]
    boxes = {
        start: ContentBox(
            _figure_style(figure),
            _figure_paras(figure, context),
            span=end - start,
            source=context.sources.figure(figure),
        )
        for figure, start, end in zip(figures, starts, (*starts[1:], columns), strict=True)
    }
    return PageLine(boxes, padding=6)


def _figures_beside_labels(figures: Sequence[Figure], context: RenderContext) -> Part:
    """Return columns and a line with the figures. Each figure has an equal part of the width, with its label to the right of
    its number.
    """
    columns: list[int] = []
    boxes = {}
    for at, figure in enumerate(figures):
        style = _figure_style(figure)
        number, *label = _figure_paras(figure, context)
        width = (at + 1) * WIDTH // len(figures) - at * WIDTH // len(figures)
        number_width = context.page_format.column_width(number.text, styles.FIGURE_SCREEN_SIZE, indent=style.indent)
        style = replace(style, vertical="center")
        source = context.sources.figure(figure)
        boxes[len(columns)] = ContentBox(style, (number,), source=source)
        boxes[len(columns) + 1] = ContentBox(replace(style, indent=0), tuple(label), source=source)
        columns += [number_width, width - number_width]
    return columns, [PageLine(boxes, padding=14)]


def _figure_style(figure: Figure) -> Style:
    if not figure.urgent:
        return styles.FIGURE
    return styles.FIGURE_OVERDUE if figure.is_overdue else styles.FIGURE_URGENT


def _figure_paras(figure: Figure, context: RenderContext) -> tuple[Para, ...]:
    """Return the figure's number, its label (with ▲ if it is urgent), and its note, if there is one."""
    below = styles.WHITE if _figure_style(figure) is styles.FIGURE_OVERDUE else styles.INK
    label = f"{'▲ ' if figure.urgent else ''}{context.translate(figure.label)}"
    paras = (Para(str(figure.value)), Para(label, 14, bold=True, colour=None if figure.urgent else below))
    if not figure.note:
        return paras
    note_colour = styles.GREY if below == styles.INK else below
    return (*paras, context.para(figure.note, 10, bold=False, colour=note_colour))


def _bar_lines(rows: Sequence[SummaryRow], context: RenderContext, cells: int) -> Iterator[PageLine]:
    header = {
        0: context.box(styles.HEADER, sentences.by_priority_heading(context.deck.as_of)),
        **{at: text_box(styles.CELL_HEADER, str(at)) for at in range(1, cells + 1)},
        cells + 1: context.box(styles.HEADER.indented(), wording.COMPLETE_OF_DUE),
    }
    yield PageLine(header, padding=4, heads=TableSpan(0, cells + 1))
    for row in rows:
        boxes = {0: _name_box(row, context), cells + 1: _share_box(row)}
        shown = _cells(row, context)
        shown += [(styles.NO_SEGMENT, "–")] * (cells - len(shown))
        boxes |= {at: text_box(_marked(style, at, row.due), text) for at, (style, text) in enumerate(shown, 1)}
        yield PageLine(boxes, padding=_PADDING, can_grow=True, is_table_row=True, source=context.sources.priority(row.number))


def _marked(style: Style, at: int, due: int) -> Style:
    """Return the style of a cell, with a thick line after the last cell that should be complete by now."""
    if not due or at not in (due, due + 1):
        return style
    return style.with_mark("right" if at == due else "left")


def _cells(row: SummaryRow, context: RenderContext) -> list[Cell]:
    """Return a cell for each activity: first those that should be complete by now, then the others."""
    complete, overdue, due_now = (context.translate(wording.series_word(series)) for series in _SERIES)
    early = row.complete - row.complete_of_due
    return [
        *[(styles.SEGMENT_COMPLETE, complete)] * row.complete_of_due,
        *[(styles.SEGMENT_OVERDUE, overdue)] * row.overdue,
        *[(styles.SEGMENT_COMPLETE, complete)] * early,
        *[(styles.SEGMENT_DUE, due_now)] * row.due_now,
        *[(styles.SEGMENT_LATER, context.translate(wording.to_come()))] * row.later,
    ]


def _name_box(row: SummaryRow, context: RenderContext) -> ContentBox:
    return text_box(styles.BODY, f"{row.number}. {context.translate(row.short)}", repeats=True)


def _share_box(row: SummaryRow) -> ContentBox:
    return ContentBox(styles.LABEL.indented(), (Para(f"{row.complete_of_due} / {row.due}"),))


def _count_lines(rows: Sequence[SummaryRow], context: RenderContext) -> Iterator[PageLine]:
    """Yield a table of numbers, which replaces the cells if a priority has too many activities."""
    heads = (*(wording.series_word(series) for series in _SERIES), wording.to_come())
    header = {0: context.box(styles.HEADER, wording.PRIORITY)}
    header |= {at: context.box(styles.CELL_HEADER, head) for at, head in enumerate(heads, 1)}
    header[_COUNT_COLUMNS + 1] = context.box(styles.HEADER.indented(), wording.COMPLETE_OF_DUE)
    yield PageLine(header, padding=4, heads=TableSpan(0, _COUNT_COLUMNS + 1))
    for row in rows:
        counts = (row.complete, row.overdue, row.due_now, row.later)
        boxes = {0: _name_box(row, context), _COUNT_COLUMNS + 1: _share_box(row)}
        boxes |= {at: ContentBox(styles.COUNT, value=count) for at, count in enumerate(counts, 1)}
        yield PageLine(boxes, padding=_PADDING, can_grow=True, is_table_row=True, source=context.sources.priority(row.number))


def _first_due_lines(slide: SummarySlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield the activities that are due first, each with its leads and partners and, in red, the roles that are undecided."""
    if not slide.first_due:
        return
    header = {
        0: context.box(styles.HEADER, wording.FIRST_DUE),
        1: context.box(styles.HEADER.indented(), wording.LEADS_AND_PARTNERS_WITH_MARKS),
    }
    yield PageLine(header, padding=4, heads=TableSpan(0, 1))
    for activity in slide.first_due:
        carriers = context.translate(sentences.carriers_with_undecided(activity))
        style = styles.URGENT if activity.undecided else styles.BODY
        boxes = {
            0: text_box(styles.BODY, f"{activity.priority}. {context.translate(activity.title)}"),
            1: text_box(style.indented(), f"▲ {carriers}" if activity.undecided else carriers),
        }
        source = context.sources.priority(activity.priority)
        yield PageLine(boxes, padding=_PADDING, can_grow=True, is_table_row=True, source=source)


def _due_days(slide: SummarySlide, context: RenderContext) -> str:
    """Return a line with the due days and the number of activities due on each; empty once an activity has been due."""
    if not slide.upcoming:
        return ""
    days = ", ".join(f"{context.translate(day_of_month(when))} ({count})" for when, count in slide.upcoming)
    return context.labelled(wording.ALL_DUE_DAYS, days)


def _decision_lines(slide: SummarySlide, context: RenderContext) -> Iterator[PageLine]:
    """Yield a table of the decisions requested, each with who decides and by when."""
    heads = (wording.DECISION, wording.WHO, wording.BY_WHEN)
    header_styles = (styles.HEADER, styles.HEADER, styles.HEADER.indented())
    header = {at: context.box(style, head) for at, (style, head) in enumerate(zip(header_styles, heads, strict=True))}
    yield PageLine(header, padding=8, heads=TableSpan(0, 2))
    for decision in slide.decisions:
        by = styles.URGENT if decision.by else styles.ASIDE
        texts = (
            text_box(styles.BODY, sentences.finding_title(context.translate(decision.text))),
            context.box(styles.LABEL, decision.who),
            context.box(by.indented(), decision.by or wording.NO_DATE),
        )
        source = context.sources.decision(decision.text)
        yield PageLine(dict(enumerate(texts)), padding=_PADDING, can_grow=True, is_table_row=True, source=source)
    if not slide.decisions:
        empty = text_box(styles.ASIDE.indented(), "–")
        boxes = {0: context.box(styles.BODY, wording.NO_DECISION), 1: empty, 2: empty}
        yield PageLine(boxes, padding=_PADDING, is_table_row=True, source=context.sources.co_chairs)
