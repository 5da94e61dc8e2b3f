"""The timeline: what its finding says, where a day lies on its scale, and what it draws of each priority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.deck import ActivityState, Deck, GlanceRow, TimelineSlide
from cogwg.briefing.render import track
from cogwg.briefing.render.time_scale import TimeScale
from cogwg.briefing.timeline import finding, timeline_slide
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import last_of_month
from cogwg.core.status import Status, Timeliness, timeliness

TODAY = date(2020, 10, 8)


def activity(
    month: int, done_on: date | None = None, *, year: int = 2020, today: date = TODAY, code: str = "1.1"
) -> ActivityState:
    due_on = last_of_month(year, month)
    title = Bilingual(f"Work {code}", f"Travail {code}")
    return ActivityState(
        1,
        code,
        title,
        title,
        (year, month),
        due_on,
        EMPTY_TEXT,
        False,
        Status.COMPLETE if done_on else None,
        timeliness(date(year, month, 1), due_on, today, done_on),
        reported_on=done_on,
    )


def plain(text: Bilingual) -> tuple[str, str]:
    return text.en.replace("\u00a0", " "), text.fr.replace("\u00a0", " ")


def tracks_of(states: Iterable[ActivityState], today: date = TODAY) -> track.Track:
    states = tuple(states)
    slide = timeline_slide(2020, (GlanceRow(1, EMPTY_TEXT, EMPTY_TEXT, states),), today)
    return track.tracks(slide, TimeScale.of(states, today), today)[0]


@pytest.mark.parametrize(
    ("states", "english", "french"),
    [
        (
            [activity(6), activity(6), *[activity(9)] * 5, *[activity(12)] * 6],
            "2 activities due in June are 100 days late, and 5 due in September are 8 days late; 6 more are due by December 31",
            "2 activités à échéance en juin ont 100 jours de retard, et 5 à échéance en septembre ont 8 jours de retard; "
            "6 autres arrivent à échéance d’ici le 31 décembre",
        ),
        ([activity(9)], "1 activity due in September is 8 days late", "1 activité à échéance en septembre a 8 jours de retard"),
        (
            [activity(3), activity(6), activity(9), activity(12)],
            "3 activities are overdue, the oldest by 191 days; 1 more is due by December 31",
            "3 activités sont en retard, la plus ancienne de 191 jours; 1 autre arrive à échéance d’ici le 31 décembre",
        ),
        (
            [activity(11), activity(12)],
            "Nothing is due yet: 1 activity is due on November 30 and 1 more by December 31",
            "Rien n’est encore échu : 1 activité arrive à échéance le 30 novembre et 1 de plus d’ici le 31 décembre",
        ),
        (
            [activity(9, date(2020, 9, 1)), activity(12)],
            "Nothing is overdue: 1 activity is due on December 31",
            "Rien n’est en retard : 1 activité arrive à échéance le 31 décembre",
        ),
        ([activity(9, TODAY)], "The only activity is complete", "La seule activité est réalisée"),
        ([activity(9, TODAY)] * 2, "All 2 activities are complete", "Les 2 activités sont réalisées"),
        ([], "No activity is planned", "Aucune activité n’est prévue"),
    ],
)
def test_finding_says_what_is_late_and_what_comes(states: list[ActivityState], english: str, french: str) -> None:
    assert plain(finding(states, TODAY)) == (english, french)


def test_next_due_is_the_first_day_of_what_is_neither_complete_nor_overdue(prepared: Deck) -> None:
    slide = next(slide for slide in prepared.slides if isinstance(slide, TimelineSlide))
    assert track.next_due(slide) == date(2020, 9, 30)
    assert track.next_due(timeline_slide(2020, (), TODAY)) is None


def test_scale_has_the_months_of_the_plan_and_of_today() -> None:
    assert TimeScale.of([activity(3), activity(12)], date(2020, 2, 27)).months[0] == (2020, 2)
    assert TimeScale.of([activity(3), activity(12)], TODAY).months == tuple((2020, number) for number in range(3, 13))
    assert TimeScale.of([activity(12)], date(2021, 1, 15)).months == ((2020, 12), (2021, 1))
    assert TimeScale.of([], TODAY).months == ((2020, 10),)


def test_scale_does_not_grow_to_a_day_far_from_the_plan() -> None:
    scale = TimeScale.of([activity(3), activity(12)], date(2031, 1, 1))
    assert scale.months[-1] == (2021, 3)
    assert scale.share(date(2031, 1, 1)) == 1


@given(st.dates(date(2019, 1, 1), date(2022, 12, 31)), st.dates(date(2019, 1, 1), date(2022, 12, 31)))
def test_later_day_is_never_left_of_an_earlier_one(day: date, other: date) -> None:
    scale = TimeScale((2020, 3), 10)
    earlier, later = sorted((day, other))
    assert 0 <= scale.share(earlier) <= scale.share(later) <= 1


def test_end_of_a_month_is_the_beginning_of_the_next() -> None:
    scale = TimeScale((2020, 3), 10)
    assert scale.share(date(2020, 3, 31)) == pytest.approx(0.1)
    assert scale.share(date(2020, 12, 31)) == 1


def test_markers_show_late_completion_and_the_bar_of_what_is_overdue() -> None:
    drawn = tracks_of([activity(3, date(2020, 3, 20)), activity(6, date(2020, 7, 14)), activity(9), activity(10), activity(12)])
    scale = TimeScale((2020, 3), 10)
    complete, late, overdue, due, later = drawn.markers
    assert (complete.state, complete.at, complete.since) == (Status.COMPLETE, scale.share(date(2020, 3, 31)), None)
    assert (late.since, late.at) == (scale.share(date(2020, 6, 30)), scale.share(date(2020, 7, 14)))
    assert (overdue.state, overdue.at, overdue.until) == (
        Timeliness.OVERDUE,
        scale.share(date(2020, 9, 30)),
        scale.share(TODAY),
    )
    assert (due.sign, later.sign, overdue.sign, complete.sign) == ("►", "", "▲", "")


def test_activities_in_one_state_at_one_day_are_one_marker_with_their_number() -> None:
    drawn = tracks_of([activity(9), activity(9), activity(9, date(2020, 9, 2)), activity(12)])
    assert [(marker.state, marker.count, marker.place) for marker in drawn.markers] == [
        (Status.COMPLETE, 1, 0),
        (Timeliness.OVERDUE, 2, 1),
        (Timeliness.NOT_YET_DUE, 1, 0),
    ]
    assert drawn.markers[1].sign == "▲2"


def test_track_names_only_what_is_overdue_and_due_next() -> None:
    states = [
        activity(9, code="1.3"),
        activity(6, code="1.2"),
        activity(3, date(2020, 3, 1), code="1.1"),
        activity(10, code="1.4"),
        activity(12, code="1.5"),
    ]
    drawn = tracks_of(states)
    assert [state.code for state in drawn.late] == ["1.2", "1.3"]
    assert [state.code for state in drawn.next_due] == ["1.4"]


@given(st.lists(st.tuples(st.integers(1, 12), st.one_of(st.none(), st.integers(0, 400))), max_size=20), st.integers(0, 700))
def test_every_activity_is_drawn_once_within_the_scale(plan: list[tuple[int, int | None]], passed: int) -> None:
    today = date(2020, 1, 1) + timedelta(days=passed)
    states = [
        activity(month, None if done is None else date(2020, 1, 1) + timedelta(days=done), today=today) for month, done in plan
    ]
    markers = tracks_of(states, today).markers
    assert sum(marker.count for marker in markers) == len(states)
    assert all(0 <= place <= 1 for marker in markers for place in (marker.at, marker.since or 0, marker.until or 0))


def test_description_says_in_words_what_the_drawing_shows(prepared: Deck) -> None:
    slide = next(slide for slide in prepared.slides if isinstance(slide, TimelineSlide))
    scale = TimeScale.of((state for row in slide.rows for state in row.states), prepared.as_of)
    text = plain(track.description(slide, track.tracks(slide, scale, prepared.as_of), scale, prepared.as_of))
    assert text[0].startswith(
        "Timeline of the 2020 work plan, March 2020 to December 2020, with a line at September 24. "
        "Priority 1: 2 complete, 1 of them late, 1 due, 1 to come."
    )
    assert text[1].startswith(
        "Calendrier du plan de travail de 2020, de mars 2020 à décembre 2020, avec un trait au 24 septembre."
    )
