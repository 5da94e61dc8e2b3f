"""The rows behind the slides: one table to filter, two pages wide, with what was reported in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.deck import ActivityState, DataSlide
from cogwg.briefing.render.xlsx import looks, wording
from cogwg.briefing.render.xlsx.news import link_box
from cogwg.briefing.render.xlsx.page import WIDTH, Body, Box, Line, Placed, TableSpan, words
from cogwg.briefing.render.xlsx.setting import Setting
from cogwg.briefing.render.xlsx.text import xml_safe
from cogwg.core.bilingual import Bilingual

Said = str | date | Box


@dataclass(frozen=True, slots=True)
class _Row:
    short: Bilingual
    state: ActivityState
    setting: Setting

    def say(self, text: Bilingual) -> str:
        return self.setting.say(text)

    def progress(self) -> str:
        flag = self.say(wording.NOTHING_TO_REPORT) if self.state.nothing_to_report else ""
        return "\n".join(text for text in (flag, self.say(self.state.progress)) if text) or "–"

    def proof(self, n: int) -> Said:
        links = self.state.evidence
        return link_box(links[n], self.setting, looks.DATA_LINK) if n < len(links) else "–"

    def more_proofs(self) -> str:
        rest = self.state.evidence[2:]
        return "\n".join(f"{self.say(e.label)} {xml_safe(e.url)}".strip() for e in rest) or "–"


@dataclass(frozen=True, slots=True)
class _Column:
    head: Bilingual
    px: int
    of: Callable[[_Row], Said]
    flows: bool = False


def _answer(yes: bool) -> Bilingual:
    return wording.YES if yes else wording.NO


_FACTS = (
    _Column(wording.CODE, 55, lambda r: xml_safe(r.state.code)),
    _Column(wording.PRIORITY, 125, lambda r: f"{r.state.priority}. {r.say(r.short)}"),
    _Column(wording.TITLE, 150, lambda r: r.say(r.state.title), flows=True),
    _Column(wording.DUE_MONTH, 75, lambda r: f"{r.state.month[0]}-{r.state.month[1]:02}"),
    _Column(wording.DUE_TEXT, 85, lambda r: r.say(r.state.due_words) or "–"),
    _Column(wording.DUE_DAY, 95, lambda r: r.state.due_on),
    _Column(wording.STATUS, 115, lambda r: r.say(wording.status_word(r.state.status))),
    _Column(wording.STATUS_CODE, 65, lambda r: r.state.status.value if r.state.status else "–"),
    _Column(wording.TIMELINESS, 90, lambda r: r.say(r.state.timeliness.words)),
    _Column(wording.REPORTED_ON, 95, lambda r: r.state.reported_on or "–"),
)
_AGAIN = _Column(wording.NUMBER, 55, lambda r: xml_safe(r.state.code))
_ACTIVITY = _Column(wording.ACTIVITY_TEXT, 190, lambda r: r.say(r.state.text) or "–", flows=True)
_ONGOING = _Column(wording.ONGOING, 75, lambda r: r.say(_answer(r.state.ongoing)))
_PROGRESS = _Column(wording.PROGRESS, 0, _Row.progress, flows=True)
_CHALLENGE = _Column(wording.CHALLENGE, 150, lambda r: r.say(r.state.challenge) or "–", flows=True)
_NOTE = _Column(wording.EVIDENCE_NOTE, 100, lambda r: r.say(r.state.evidence_note) or "–", flows=True)
_PROOF = _Column(wording.EVIDENCE, 90, lambda r: r.proof(0), flows=True)
_SECOND = _Column(wording.SECOND_EVIDENCE, 90, lambda r: r.proof(1), flows=True)
_MORE = _Column(wording.OTHER_EVIDENCE, 90, _Row.more_proofs, flows=True)
_SAMPLE = _Column(wording.SAMPLE_ROW, 75, lambda r: r.say(_answer(r.state.sample)))


def bodies(slide: DataSlide, setting: Setting) -> list[Body]:
    """Every activity with every fact of the deck about it."""
    columns = (*_FACTS, *_reports(slide, setting))
    lines = tuple(_line(_Row(short, state, setting), columns) for short, state in slide.rows)
    header = setting.header(*(column.head for column in columns), look=looks.DATA_HEADER)
    return [
        Body(
            tuple(column.px for column in columns),
            lines,
            header=header,
            tables=(TableSpan(0, len(columns) - 1, filterable=True),),
            decorate=_printed,
            endless=True,
            bands=2,
            title_span=len(_FACTS),
        )
    ]


def _reports(slide: DataSlide, setting: Setting) -> Sequence[_Column]:
    """What was reported, on the second page's width: columns that would be empty are left out, progress takes the rest."""
    proofs = max((len(state.evidence) for _, state in slide.rows), default=0)
    fixed = [_AGAIN, _ACTIVITY, _ONGOING, _PROGRESS, _CHALLENGE, _NOTE, *(_PROOF, _SECOND, _MORE)[: max(proofs, 1)]]
    if setting.deck.sample:
        fixed.append(_SAMPLE)
    left = WIDTH - sum(column.px for column in fixed)
    return [replace(column, px=left) if column is _PROGRESS else column for column in fixed]


def _line(row: _Row, columns: Sequence[_Column]) -> Line:
    boxes = {at: _cell(column, column.of(row), flush=at in (0, len(_FACTS))) for at, column in enumerate(columns)}
    return Line(boxes, pad=4.5, row=True)


def _cell(column: _Column, said: Said, *, flush: bool) -> Box:
    if isinstance(said, Box):
        return said
    if isinstance(said, date):
        return Box(looks.DATA_DATE.inside(), value=said, stays=True)
    return words(looks.DATA_TEXT if flush else looks.DATA_TEXT.inside(), said, stays=not column.flows)


def _printed(sheet: Worksheet, placed: Placed) -> None:
    """The header on every page, and panes that keep them in sight."""
    header = (placed.header_at or 0) + 1
    sheet.print_title_rows = f"{header}:{header}"
    sheet.col_breaks = ColBreak(brk=[Break(id=len(_FACTS))])
    sheet.freeze_panes = f"B{header + 1}"
