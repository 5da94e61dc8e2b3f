"""The timeline's geometry: days from left to right, today among them, October between September and December."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cogwg.core.calendar import Quarter
from cogwg.plan.queries import PlanFacts
from cogwg.web.plan.list_filters import ActivityLine, Filters, filtered_lines
from cogwg.web.plan.timeline import (
    LINE_HEIGHT,
    NARROW_LAYOUT,
    WIDE_LAYOUT,
    Drawing,
    DrawingLayout,
    TimelineBar,
    draw,
    plan_axis,
)
from tests.web.sample_plan import PLAN, STATUS_BY_ACTIVITY, TODAY

SHAPES = pytest.mark.parametrize("shape", [WIDE_LAYOUT, NARROW_LAYOUT], ids=["wide", "narrow"])


def titles_of(line: ActivityLine) -> tuple[str, str]:
    return line.priority.title.en, line.current_status.activity.title.en


def draw_timeline(shape: DrawingLayout, today: date = TODAY, plan: PlanFacts = PLAN) -> Drawing:
    shown = filtered_lines(plan, STATUS_BY_ACTIVITY, Filters(), "en") if plan.priorities else []
    return draw(
        plan,
        shown,
        shape,
        today=today,
        open_quarter=Quarter(2020, 3),
        describe=lambda s: s.timeliness.label.en,
        titles_of=titles_of,
    )


def bars_by_code(shape: DrawingLayout, today: date = TODAY) -> dict[str, TimelineBar]:
    return {bar.activity_line.current_status.activity.code: bar for bar in draw_timeline(shape, today).bars}


@SHAPES
def test_later_days_are_further_right(shape: DrawingLayout) -> None:
    bars = bars_by_code(shape)
    across = [bars[code].due_x for code in ("1.1", "1.2", "1.3", "2.1", "2.2")]
    assert across == sorted(across)
    assert len(set(across)) == 5, "October has its own position"
    today = draw_timeline(shape).today_x
    assert today is not None
    assert bars["1.2"].due_x < today < bars["1.3"].due_x < bars["2.1"].due_x


@SHAPES
def test_bar_line_is_late_overdue_or_ongoing_and_ends_accordingly(shape: DrawingLayout) -> None:
    bars = bars_by_code(shape)
    today = draw_timeline(shape).today_x
    assert {code: bar.line_kind for code, bar in bars.items()} == {
        "1.1": "",
        "1.2": "overdue",
        "1.3": "",
        "2.1": "",
        "2.2": "ongoing",
        "2.3": "late",
    }
    assert bars["1.2"].line_to == today
    assert bars["2.3"].due_x < bars["2.3"].mark_x == bars["2.3"].line_to
    assert bars["1.1"].mark_x < bars["1.1"].due_x
    assert bars["2.2"].line_to > bars["2.2"].due_x


@SHAPES
def test_bar_mark_is_the_status_and_empty_before_anything_is_due(shape: DrawingLayout) -> None:
    assert {code: bar.mark for code, bar in bars_by_code(shape).items()} == {
        "1.1": "C",
        "1.2": "LP",
        "1.3": "NR",
        "2.1": "NS",
        "2.2": "",
        "2.3": "C",
    }


@SHAPES
def test_bars_lie_within_the_drawing_in_separate_rows(shape: DrawingLayout) -> None:
    picture = draw_timeline(shape)
    for bar in picture.bars:
        for x in (bar.due_x, bar.mark_x, bar.line_from, bar.line_to):
            assert shape.axis_from <= x <= 100
        assert bar.label_anchor == "start" or bar.label_x > shape.axis_from
    down = [bar.y for bar in picture.bars]
    assert down == sorted(set(down))
    assert max(down) + shape.row_height <= picture.height
    assert [h.number for h in picture.headings] == [1, 2]
    assert [b.number for b in picture.quarters if b.year == 2020] == [1, 2, 3, 4]
    assert [b.is_open for b in picture.quarters][:4] == [False, False, True, False]


def test_label_follows_the_mark_when_there_is_no_space_before_it() -> None:
    early = replace(STATUS_BY_ACTIVITY[1], activity=replace(STATUS_BY_ACTIVITY[1].activity, due_month=1, due_day=5))
    picture = draw(
        PLAN,
        [ActivityLine(PLAN.priorities[0], early)],
        WIDE_LAYOUT,
        today=TODAY,
        open_quarter=None,
        describe=lambda _s: "Complete · On time",
        titles_of=titles_of,
    )
    (bar,) = picture.bars
    assert (bar.label_anchor, bar.label_x > bar.due_x) == ("start", True)


def test_day_outside_the_axis_is_not_drawn_as_today() -> None:
    for day in (date(2019, 12, 31), date(2026, 1, 1)):
        assert draw_timeline(WIDE_LAYOUT, day).today_x is None
    axis = plan_axis(PLAN)
    assert (axis.first, axis.position_of(date(2026, 1, 1)), axis.position_of(date(2019, 1, 1))) == (date(2020, 1, 1), 1.0, 0.0)


def test_plan_without_activities_has_an_axis() -> None:
    empty = draw_timeline(NARROW_LAYOUT, plan=replace(PLAN, priorities=()))
    assert empty.bars == ()
    assert len(empty.quarters) == 5


def test_long_title_is_whole_and_has_a_second_line_in_the_narrow_drawing_only() -> None:
    title = "Plus d’avis du public sur l’utilisation et la réutilisation, selon chaque administration " * 3

    def draw_titled(layout: DrawingLayout) -> tuple[TimelineBar, ...]:
        shown = filtered_lines(PLAN, STATUS_BY_ACTIVITY, Filters(), "fr")[:2]
        return draw(
            PLAN, shown, layout, today=TODAY, open_quarter=None, describe=lambda _s: "On time", titles_of=lambda _l: ("", title)
        ).bars

    for layout, lines, text_lines in ((WIDE_LAYOUT, 1, 1), (NARROW_LAYOUT, 2, 3)):
        first, second = draw_titled(layout)
        assert (first.title, first.text_lines) == (title, text_lines)
        assert second.y - first.y == layout.row_height + (lines - 1) * LINE_HEIGHT
        assert first.middle - first.y == layout.bar_middle + (lines - 1) * LINE_HEIGHT


@pytest.mark.parametrize("month", range(1, 13))
def test_today_line_crosses_no_labels(month: int) -> None:
    today = date(2020, month, 24)
    shown = filtered_lines(PLAN, STATUS_BY_ACTIVITY, Filters(), "fr")
    words = "Progrès limité · Pas encore échu"
    picture = draw(PLAN, shown, WIDE_LAYOUT, today=today, open_quarter=None, describe=lambda _s: words, titles_of=titles_of)
    assert picture.today_x is not None
    wide = len(words) * 650 / WIDE_LAYOUT.min_width
    for bar in picture.bars:
        first = bar.label_x - wide if bar.label_anchor == "end" else bar.label_x
        assert not first < picture.today_x < first + wide, bar.activity_line.current_status.activity.code


@pytest.mark.parametrize(("today", "anchor"), [(date(2020, 1, 5), "start"), (TODAY, "middle"), (date(2020, 12, 30), "end")])
def test_label_of_today_stays_within_the_drawing(today: date, anchor: str) -> None:
    assert draw_timeline(NARROW_LAYOUT, today).today_anchor == anchor
