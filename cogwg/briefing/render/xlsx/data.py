"""The rows behind the slides: one table to filter, two pages wide, with what was reported in full."""

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
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.news import linked
from cogwg.briefing.render.pages.page import WIDTH, Body, Box, Line, Placed, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.state import due_words
from cogwg.core.bilingual import Bilingual
from cogwg.core.tables import xml_safe

Said = str | date | Box
_LINKS = 2
_PROOF_WIDTH = 95


@dataclass(frozen=True, slots=True)
class _Row:
    short: Bilingual
    state: ActivityState
    year: int
    setting: Setting

    def say(self, text: Bilingual) -> str:
        return self.setting.say(text)

    def progress(self) -> str:
        flag = self.say(wording.NOTHING_TO_REPORT) if self.state.nothing_to_report else ""
        return "\n".join(text for text in (flag, self.say(self.state.progress)) if text) or "–"

    def priority(self) -> str:
        number, short = f"{self.state.priority}. ", self.say(self.short)
        return short if short.startswith(number) else number + short

    def proof(self, n: int) -> Said:
        links = self.state.evidence
        return self._linked(links[n])[0] if n < len(links) else "–"

    def note(self) -> str:
        """The note, with the labels of links that do not fit their cells and the links that have none."""
        links = self.state.evidence
        said = [self.say(self.state.evidence_note), *(self._linked(link)[1] for link in links[:_LINKS])]
        said += [f"{self.say(link.label)} {xml_safe(link.url)}".strip() for link in links[_LINKS:]]
        return "\n".join(text for text in said if text) or "–"

    def _linked(self, link: Reference) -> tuple[Box, str]:
        box, rest = linked(link, self.setting, looks.DATA_LINK.inside(), _PROOF_WIDTH)
        return (box if box.url else words(looks.DATA_TEXT.inside(), box.text)), rest


@dataclass(frozen=True, slots=True)
class _Column:
    head: Bilingual
    px: int
    of: Callable[[_Row], Said]
    flows: bool = False


def _answer(yes: bool) -> Bilingual:
    return wording.YES if yes else wording.NO


_FACTS: tuple[_Column, ...] = (
    _Column(wording.CODE, 55, lambda r: xml_safe(r.state.code)),
    _Column(wording.PRIORITY, 130, _Row.priority),
    _Column(wording.TITLE, 150, lambda r: r.say(r.state.title), flows=True),
    _Column(wording.DUE_MONTH, 70, lambda r: f"{r.state.month[0]}-{r.state.month[1]:02}"),
    _Column(wording.DUE_TEXT, 85, lambda r: due_words(r.state, r.setting)),
    _Column(wording.DUE_DAY, 95, lambda r: r.state.due_on),
    _Column(wording.STATUS, 110, lambda r: r.say(wording.status_word(r.state.status))),
    _Column(wording.STATUS_CODE, 65, lambda r: r.state.status.value if r.state.status else "–"),
    _Column(wording.TIMELINESS, 95, lambda r: r.say(r.state.timeliness.label)),
    _Column(wording.REPORTED_ON, 95, lambda r: r.state.reported_on or "–"),
)
_PLAN = _Column(wording.PLAN, 50, lambda r: str(r.year))
_LESS = {wording.PRIORITY: 20, wording.TITLE: 30}
"""What columns give up where the rows say of which plan they are."""
_AGAIN = _Column(wording.NUMBER, 55, lambda r: xml_safe(r.state.code))
_ACTIVITY = _Column(wording.ACTIVITY_TEXT, 110, lambda r: r.say(r.state.text) or "–", flows=True)
_ONGOING = _Column(wording.ONGOING, 75, lambda r: r.say(_answer(r.state.ongoing)))
_PROGRESS = _Column(wording.PROGRESS, 95, _Row.progress, flows=True)
_CHALLENGE = _Column(wording.CHALLENGE, 95, lambda r: r.say(r.state.challenge) or "–", flows=True)
_NOTE = _Column(wording.EVIDENCE_NOTE, 85, _Row.note, flows=True)
_PROOF = _Column(wording.EVIDENCE, _PROOF_WIDTH, lambda r: r.proof(0), flows=True)
_SECOND = _Column(wording.SECOND_EVIDENCE, _PROOF_WIDTH, lambda r: r.proof(1), flows=True)
_SAMPLE = _Column(wording.SAMPLE_ROW, 75, lambda r: r.say(_answer(r.state.sample)))


def bodies(slide: DataSlide, setting: Setting) -> list[Body]:
    """Every activity with every fact of the deck about it, and its plan where there are several."""
    years = {state: own.year for own in setting.deck.priorities for state in own.activities}
    rows = [_Row(short, state, years.get(state, setting.deck.plan_year), setting) for short, state in slide.rows]
    facts = _FACTS
    if len({row.year for row in rows}) > 1:
        first, *rest = (replace(column, px=column.px - _LESS.get(column.head, 0)) for column in _FACTS)
        facts = (first, _PLAN, *rest)
    columns = (*facts, *_reports(rows, sample=setting.deck.sample))
    lines = tuple(_line(row, columns, len(facts)) for row in rows)
    header = setting.header(*(column.head for column in columns), look=looks.DATA_HEADER)
    return [
        Body(
            tuple(column.px for column in columns),
            lines,
            header=header,
            tables=(TableSpan(0, len(columns) - 1, filterable=True),),
            decorate=partial(_printed, first=len(facts)),
            endless=True,
            bands=2,
            title_span=len(facts),
        )
    ]


def _reports(rows: Sequence[_Row], *, sample: bool) -> list[_Column]:
    """What was reported, over the second page's width: the room that is left goes where the most text is."""
    proofs = max((len(row.state.evidence) for row in rows), default=0)
    columns = [_AGAIN, _ACTIVITY, _ONGOING, _PROGRESS, _CHALLENGE, _NOTE, *(_PROOF, _SECOND)[: max(proofs, 1)]]
    columns += [_SAMPLE] if sample else []
    wanted = {column: _text(column, rows) for column in (_ACTIVITY, _PROGRESS, _CHALLENGE, _NOTE)}
    left, whole = WIDTH - sum(column.px for column in columns), sum(wanted.values()) or 1
    more = {column: int(left * share / whole) for column, share in wanted.items()}
    more[_ACTIVITY] += left - sum(more.values())
    return [replace(column, px=column.px + more.get(column, 0)) for column in columns]


def _text(column: _Column, rows: Sequence[_Row]) -> float:
    """How much a column has to say: the root of its letters, so that a long one does not starve the others."""
    return math.sqrt(sum(len(said) - 1 for row in rows if isinstance(said := column.of(row), str)))


def _line(row: _Row, columns: Sequence[_Column], second: int) -> Line:
    """A row; ``second`` is the first column of the second page, flush like the first."""
    boxes = {at: _cell(column, column.of(row), flush=at in (0, second)) for at, column in enumerate(columns)}
    return Line(boxes, pad=4.5, row=True)


def _cell(column: _Column, said: Said, *, flush: bool) -> Box:
    if isinstance(said, Box):
        return said
    if isinstance(said, date):
        return Box(looks.DATA_DATE.inside(), value=said, stays=True)
    return words(looks.DATA_TEXT if flush else looks.DATA_TEXT.inside(), said, stays=not column.flows)


def _printed(sheet: Worksheet, placed: Placed, first: int) -> None:
    """Title, sample's mark and header on every page, and panes that keep the header in sight."""
    header = (placed.header_at or 0) + 1
    sheet.print_title_rows = f"1:{header}"
    sheet.col_breaks = ColBreak(brk=[Break(id=first)])
    sheet.freeze_panes = f"B{header + 1}"
