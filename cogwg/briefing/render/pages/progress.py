"""Progress by priority, and over the quarters: a native chart above the table it draws from, whose header is its legend."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import ProgressRow, ProgressSlide
from cogwg.briefing.render import sentences, wording
from cogwg.briefing.render.pages import looks
from cogwg.briefing.render.pages.page import WIDTH, Body, Box, Line, Stacked, TableSpan, words
from cogwg.briefing.render.pages.setting import Setting
from cogwg.core.bilingual import Bilingual

_FIRST = 300
_A_PAGE = 6
_SMALLEST = 96.0
_UPRIGHT = 200.0


def bodies(slide: ProgressSlide, setting: Setting) -> list[Body]:
    """Six priorities a page, the totals on the last; the quarters, where there are any, on a page of their own."""
    shares = [slide.rows[n : n + _A_PAGE] for n in range(0, len(slide.rows), _A_PAGE)] or [()]
    most = max((sum(row.counts) for row in slide.rows), default=1)
    found = [_body(slide, share, n == len(shares), most, setting) for n, share in enumerate(shares, 1)]
    return [*found, _quarters(slide, setting)] if slide.quarters and slide.series else found


def _body(slide: ProgressSlide, rows: Sequence[ProgressRow], last: bool, most: int, setting: Setting) -> Body:
    labelled = [(Bilingual(f"{row.number}. {row.short.en}", f"{row.number}. {row.short.fr}"), row.counts) for row in rows]
    lines = [_line(setting.say(label), counts) for label, counts in labelled]
    if last:
        lines.append(_line(setting.say(wording.ALL_PRIORITIES), slide.totals, total=True))
    chart = Line({}, least=max(_SMALLEST, 38.0 * len(rows)), grows=True)
    drawn = Stacked(slide.series, len(rows), most) if rows and slide.series else None
    return Body(
        _columns(slide),
        tuple(lines),
        lead=(chart,) if drawn else (),
        header=_header(slide, wording.ACTIVITIES, setting),
        tables=(TableSpan(0, len(slide.series)),),
        chart=drawn,
        told=f"{setting.say(slide.title)}. {setting.say(slide.message)}",
    )


def _quarters(slide: ProgressSlide, setting: Setting) -> Body:
    """A column a quarter, with its own finding."""
    most = max(sum(row.counts) for row in slide.quarters)
    title, message = setting.say(wording.OVER_THE_YEAR), setting.say(sentences.course(slide))
    note = Line({0: setting.box(looks.NOTE, sentences.counted_by(setting.deck.as_of), span=1 + len(slide.series))}, pad=9)
    return Body(
        _columns(slide),
        tuple(_line(setting.say(row.label), row.counts) for row in slide.quarters),
        lead=(Line({}, least=_UPRIGHT, grows=True),),
        header=_header(slide, wording.QUARTER, setting),
        note=(note,),
        tables=(TableSpan(0, len(slide.series)),),
        chart=Stacked(slide.series, len(slide.quarters), most, upright=True),
        told=f"{title}. {message}",
        stretch=2,
        title=title,
        message=message,
    )


def _columns(slide: ProgressSlide) -> tuple[int, ...]:
    each, more = divmod(WIDTH - _FIRST, max(len(slide.series), 1))
    return (_FIRST + more, *([each] * len(slide.series))) if slide.series else (WIDTH,)


def _header(slide: ProgressSlide, what: Bilingual, setting: Setting) -> Line:
    boxes: dict[int, Box] = {0: setting.box(looks.HEADER, what)}
    for at, series in enumerate(slide.series, 1):
        boxes[at] = setting.box(looks.of_series(series), wording.series_word(series))
    return Line(boxes, pad=12)


def _line(label: str, counts: Sequence[int], *, total: bool = False) -> Line:
    boxes: dict[int, Box] = {0: words(looks.TOTAL_LABEL if total else looks.LABEL, label)}
    for at, count in enumerate(counts, 1):
        boxes[at] = Box(looks.TOTAL if total else looks.COUNT, value=count)
    return Line(boxes, pad=4.5, row=True)
