"""The data sheet: one table with filters, two printed pages wide, with the full reports."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.deck import ActivityState, DataSlide, Reference
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.links import link_box
from cogwg.briefing.render.pages.page import WIDTH, Body, ContentBox, LaidOutPage, PageLine, TableSpan, text_box
from cogwg.briefing.render.pages.state import due_words
from cogwg.core.bilingual import Bilingual
from cogwg.core.tables import xml_safe

CellValue = str | date | ContentBox
_LINK_COLUMNS = 2
_EVIDENCE_WIDTH = 95


@dataclass(frozen=True, slots=True)
class _DataRow:
    short: Bilingual
    state: ActivityState
    year: int
    context: RenderContext

    def translate(self, text: Bilingual) -> str:
        return self.context.translate(text)

    def progress(self) -> str:
        flag = self.translate(wording.NOTHING_TO_REPORT) if self.state.nothing_to_report else ""
        return "\n".join(text for text in (flag, self.translate(self.state.progress)) if text) or "–"

    def priority(self) -> str:
        number, short = f"{self.state.priority}. ", self.translate(self.short)
        return short if short.startswith(number) else number + short

    def evidence_link(self, n: int) -> CellValue:
        links = self.state.evidence
        return self._link_box(links[n])[0] if n < len(links) else "–"

    def evidence_note(self) -> str:
        """Return the note on evidence, the labels of links that do not fit in their cells, and the links for which there is no
        column.
        """
        links = self.state.evidence
        lines = [self.translate(self.state.evidence_note), *(self._link_box(link)[1] for link in links[:_LINK_COLUMNS])]
        lines += [f"{self.translate(link.label)} {xml_safe(link.url)}".strip() for link in links[_LINK_COLUMNS:]]
        return "\n".join(text for text in lines if text) or "–"

    def _link_box(self, link: Reference) -> tuple[ContentBox, str]:
        box, rest = link_box(link, self.context, styles.DATA_LINK.indented(), _EVIDENCE_WIDTH)
        return (box if box.url else text_box(styles.DATA_TEXT.indented(), box.text)), rest


@dataclass(frozen=True, slots=True)
class _DataColumn:
    head: Bilingual
    px: int
    value_of: Callable[[_DataRow], CellValue]
    can_break: bool = False


def _yes_or_no(yes: bool) -> Bilingual:
    return wording.YES if yes else wording.NO


_FACTS: tuple[_DataColumn, ...] = (
    _DataColumn(wording.CODE, 55, lambda r: xml_safe(r.state.code)),
    _DataColumn(wording.PRIORITY, 130, _DataRow.priority),
    _DataColumn(wording.TITLE, 150, lambda r: r.translate(r.state.title), can_break=True),
    _DataColumn(wording.DUE_MONTH, 70, lambda r: f"{r.state.month[0]}-{r.state.month[1]:02}"),
    _DataColumn(wording.DUE_TEXT, 85, lambda r: due_words(r.state, r.context)),
    _DataColumn(wording.DUE_DAY, 95, lambda r: r.state.due_on),
    _DataColumn(wording.STATUS, 110, lambda r: r.translate(wording.status_word(r.state.status))),
    _DataColumn(wording.STATUS_CODE, 65, lambda r: r.state.status.value if r.state.status else "–"),
    _DataColumn(wording.TIMELINESS, 95, lambda r: r.translate(r.state.timeliness.label)),
    _DataColumn(wording.REPORTED_ON, 95, lambda r: r.state.reported_on or "–"),
)
_PLAN = _DataColumn(wording.PLAN, 50, lambda r: str(r.year))
_WIDTH_REDUCTIONS = {wording.PRIORITY: 20, wording.TITLE: 30}
"""The number of px by which each of these columns is narrower if a column for the plan's year is added."""
_CODE_AGAIN = _DataColumn(wording.NUMBER, 55, lambda r: xml_safe(r.state.code))
_ACTIVITY = _DataColumn(wording.ACTIVITY_TEXT, 110, lambda r: r.translate(r.state.text) or "–", can_break=True)
_ONGOING = _DataColumn(wording.ONGOING, 75, lambda r: r.translate(_yes_or_no(r.state.ongoing)))
_PROGRESS = _DataColumn(wording.PROGRESS, 95, _DataRow.progress, can_break=True)
_CHALLENGE = _DataColumn(wording.CHALLENGE, 95, lambda r: r.translate(r.state.challenge) or "–", can_break=True)
_NEXT_STEP = _DataColumn(wording.NEXT_STEP, 95, lambda r: r.translate(r.state.next_step) or "–", can_break=True)
_NOTE = _DataColumn(wording.EVIDENCE_NOTE, 85, _DataRow.evidence_note, can_break=True)
_EVIDENCE = _DataColumn(wording.EVIDENCE, _EVIDENCE_WIDTH, lambda r: r.evidence_link(0), can_break=True)
_SECOND_EVIDENCE = _DataColumn(wording.SECOND_EVIDENCE, _EVIDENCE_WIDTH, lambda r: r.evidence_link(1), can_break=True)
_SAMPLE = _DataColumn(wording.SAMPLE_ROW, 75, lambda r: r.translate(_yes_or_no(r.state.sample)))


def bodies(slide: DataSlide, context: RenderContext) -> list[Body]:
    """Return one body with a row for each activity: everything in the deck about it, and the plan's year if there are several
    plans.
    """
    years = {state: priority.year for priority in context.deck.priorities for state in priority.activities}
    rows = [_DataRow(short, state, years.get(state, context.deck.plan_year), context) for short, state in slide.rows]
    facts = _FACTS
    if len({row.year for row in rows}) > 1:
        first, *rest = (replace(column, px=column.px - _WIDTH_REDUCTIONS.get(column.head, 0)) for column in _FACTS)
        facts = (first, _PLAN, *rest)
    columns = (*facts, *_report_columns(rows, sample=context.deck.sample))
    lines = tuple(_line(row, columns, len(facts)) for row in rows)
    header = context.header(*(column.head for column in columns), style=styles.DATA_HEADER)
    return [
        Body(
            tuple(column.px for column in columns),
            lines,
            header=header,
            tables=(TableSpan(0, len(columns) - 1, is_filterable=True),),
            decorate=partial(_set_print_layout, first=len(facts)),
            is_endless=True,
            pages_wide=2,
            title_span=len(facts),
        )
    ]


def _report_columns(rows: Sequence[_DataRow], *, sample: bool) -> list[_DataColumn]:
    """Return the columns of the second page, about the reports; columns with more text get more of the remaining width.

    The column for next steps is included only if a report has one.
    """
    proofs = max((len(row.state.evidence) for row in rows), default=0)
    texts = [_PROGRESS, _CHALLENGE, *([_NEXT_STEP] if any(row.state.next_step for row in rows) else ()), _NOTE]
    columns = [_CODE_AGAIN, _ACTIVITY, _ONGOING, *texts, *(_EVIDENCE, _SECOND_EVIDENCE)[: max(proofs, 1)]]
    columns += [_SAMPLE] if sample else []
    weights = {column: _text_amount(column, rows) for column in (_ACTIVITY, *texts)}
    left, total_weight = WIDTH - sum(column.px for column in columns), sum(weights.values()) or 1
    more = {column: int(left * share / total_weight) for column, share in weights.items()}
    more[_ACTIVITY] += left - sum(more.values())
    return [replace(column, px=column.px + more.get(column, 0)) for column in columns]


def _text_amount(column: _DataColumn, rows: Sequence[_DataRow]) -> float:
    """Return a column's weight for sharing the remaining width: the square root of its amount of text.

    The square root leaves space for columns with shorter texts.
    """
    return math.sqrt(sum(len(text) - 1 for row in rows if isinstance(text := column.value_of(row), str)))


def _line(row: _DataRow, columns: Sequence[_DataColumn], second: int) -> PageLine:
    """Return a row. ``second`` is the index of the first column of the second page, which is not indented, like
    the first column.
    """
    boxes = {at: _cell(column, column.value_of(row), flush=at in (0, second)) for at, column in enumerate(columns)}
    return PageLine(boxes, padding=4.5, is_table_row=True, source=row.context.sources.activity(row.state))


def _cell(column: _DataColumn, value: CellValue, *, flush: bool) -> ContentBox:
    if isinstance(value, ContentBox):
        return value
    if isinstance(value, date):
        return ContentBox(styles.DATA_DATE.indented(), value=value, repeats=True)
    return text_box(styles.DATA_TEXT if flush else styles.DATA_TEXT.indented(), value, repeats=not column.can_break)


def _set_print_layout(sheet: Worksheet, page: LaidOutPage, first: int) -> None:
    """Repeat the title, the mark and the header on every printed page, and freeze the panes below the header."""
    header = (page.header_at or 0) + 1
    sheet.print_title_rows = f"1:{header}"
    sheet.col_breaks = ColBreak(brk=[Break(id=first)])
    sheet.freeze_panes = f"B{header + 1}"
