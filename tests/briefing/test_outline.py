"""The outline of a briefing: the order of slides, hidden slides, and what the next briefing starts with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.outline import (
    FRONT_SLIDES,
    NextStep,
    Outline,
    PickedChange,
    PickedNews,
    PriorityWording,
    SlidePlacement,
    SlideWording,
    StepState,
    carry_over,
    move_slide,
    next_free_slide_key,
    ordered_keys,
    remove_slide,
    set_priority_wording,
    set_slide_shown,
    set_wording,
)
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

CORE_KEYS = ["cover", "summary", "contents", "progress", "timeline", "milestones", "next-steps"]
ALL_KEYS = [
    *CORE_KEYS,
    *("annex", "glance", "priority-1", "priority-2", "priority-10", "purpose", "why", "group", "data"),
]


def same_in_both(text: str) -> Bilingual:
    return Bilingual(text, text)


def test_slides_without_placement_are_in_usual_order() -> None:
    assert ordered_keys(Outline(), reversed(ALL_KEYS)) == ALL_KEYS


def test_new_slide_in_an_arranged_deck_gets_its_usual_place() -> None:
    outline = move_slide(Outline(), ALL_KEYS, "group", -1)
    order = ordered_keys(outline, [*ALL_KEYS, "changed", "asks", "text-1"])
    assert order.index("group") == order.index("why") - 1
    assert order.index("changed") == order.index("progress") - 1
    assert order.index("text-1") == order.index("annex") - 1
    assert order.index("asks") == order.index("next-steps") + 1


def test_page_for_a_deputy_is_second_in_a_deck_arranged_before_there_was_one() -> None:
    earlier = [key for key in ALL_KEYS if key != "summary"]
    arranged = move_slide(Outline(), earlier, "timeline", -1)
    assert ordered_keys(arranged, ALL_KEYS)[:5] == [*FRONT_SLIDES, "timeline", "progress"]


def test_core_has_at_most_nine_slides_with_cover_and_contents_in_the_usual_order() -> None:
    order = ordered_keys(Outline(), [*ALL_KEYS, "changed", "asks"])
    assert order[: order.index("annex")] == [*CORE_KEYS[:3], "changed", *CORE_KEYS[3:], "asks"]


def test_timeline_and_glance_keep_the_places_of_a_deck_arranged_before_there_was_a_timeline() -> None:
    earlier = Outline(slides=tuple(SlidePlacement(key) for key in ("purpose", "glance", "progress", "milestones", "annex")))
    order = ordered_keys(earlier, ["cover", *ALL_KEYS])
    assert order.index("glance") == order.index("progress") - 1
    assert order.index("timeline") == order.index("progress") + 1


def test_move_slide_stops_at_the_ends() -> None:
    assert ordered_keys(move_slide(Outline(), ALL_KEYS, "data", 1), ALL_KEYS) == ALL_KEYS
    assert ordered_keys(move_slide(Outline(), ALL_KEYS, "progress", -1), ALL_KEYS) == ALL_KEYS
    assert ordered_keys(move_slide(Outline(), ALL_KEYS, "timeline", -1), ALL_KEYS)[3:5] == ["timeline", "progress"]


@given(st.lists(st.tuples(st.sampled_from(ALL_KEYS), st.integers(-3, 3)), max_size=8))
def test_move_slide_loses_no_slide_and_keeps_the_front_slides_first(moves: list[tuple[str, int]]) -> None:
    outline = Outline()
    for key, by in moves:
        outline = move_slide(outline, ALL_KEYS, key, by)
    order = ordered_keys(outline, ALL_KEYS)
    assert sorted(order) == sorted(ALL_KEYS)
    assert tuple(order[:3]) == FRONT_SLIDES == ("cover", "summary", "contents")


def test_hidden_slide_keeps_its_place() -> None:
    outline = set_slide_shown(Outline(), ALL_KEYS, "why", is_shown=False)
    assert not outline.is_shown("why")
    assert ordered_keys(set_slide_shown(outline, ALL_KEYS, "why", is_shown=True), ALL_KEYS) == ALL_KEYS
    for key in FRONT_SLIDES:
        assert set_slide_shown(Outline(), ALL_KEYS, key, is_shown=False).is_shown(key)


def test_free_slides_are_numbered_and_a_key_is_never_reused() -> None:
    outline = set_wording(Outline(), SlideWording("text-1", same_in_both("One")))
    outline = set_wording(outline, SlideWording(next_free_slide_key(outline), same_in_both("Two")))
    assert outline.free_slide_keys == ("text-1", "text-2")
    outline = remove_slide(outline, "text-1")
    assert (outline.free_slide_keys, next_free_slide_key(outline)) == (("text-2",), "text-3")
    assert next_free_slide_key(remove_slide(outline, "text-2")) == "text-3", "a key is never reused"
    assert set_wording(outline, SlideWording("text-2", same_in_both("Three"))).wording_of("text-2").title == same_in_both(
        "Three"
    )


def test_carry_over_keeps_standing_wording_and_open_steps() -> None:
    outline = Outline(
        slides=(SlidePlacement("why", shown=False), SlidePlacement("priority-1", shown=False)),
        words=(
            SlideWording("purpose", same_in_both("Why we are here")),
            SlideWording("glance", message=same_in_both("9 of 21")),
            SlideWording("text-1", same_in_both("Free")),
        ),
        changes=(PickedChange("forward:2020:1.1"),),
        milestones=(PickedNews(1),),
        challenges=(PickedNews(1),),
        priorities=(
            PriorityWording(1, same_in_both("It works"), (same_in_both("Name a lead"),)),
            PriorityWording(2, same_in_both("It too")),
        ),
        steps=(
            NextStep(same_in_both("Plan"), children=(NextStep(same_in_both("a")), NextStep(same_in_both("b"), StepState.DONE))),
            NextStep(same_in_both("Dropped"), StepState.DROPPED, (NextStep(same_in_both("gone with it")),)),
            NextStep(same_in_both("Done"), StepState.DONE),
        ),
    )
    following = carry_over(outline)
    assert following.slides == (SlidePlacement("why", shown=False),)
    assert [w.key for w in following.words] == ["purpose", "text-1"]
    assert (following.changes, following.milestones, following.challenges) == (None, None, None)
    assert following.priorities == (PriorityWording(1, EMPTY_TEXT, (same_in_both("Name a lead"),)),)
    parts = (NextStep(same_in_both("a")),)
    assert following.steps == (NextStep(same_in_both("Plan"), children=parts, carried=same_in_both("Plan")),)


def test_asks_are_not_carried_over_to_the_next_plan() -> None:
    outline = set_priority_wording(Outline(), PriorityWording(1, asks=(same_in_both("Name a lead"),), year=2020))
    assert carry_over(outline).priority_wording(2020, 1).asks == (same_in_both("Name a lead"),)
    assert carry_over(outline).priority_wording(2021, 1).asks == ()


def test_priority_wording_replaces_the_earlier_wording() -> None:
    outline = set_priority_wording(set_priority_wording(Outline(), PriorityWording(2, same_in_both("old"))), PriorityWording(1))
    assert set_priority_wording(outline, PriorityWording(2, same_in_both("new"))).priority_wording(
        0, 2
    ).highlight == same_in_both("new")
    assert [p.number for p in outline.priorities] == [1, 2]
