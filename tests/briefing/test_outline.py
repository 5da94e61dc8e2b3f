"""The choices of a briefing: the order of slides, what is left out, and what the next briefing starts with."""

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

USUAL = ["cover", "contents", "purpose", "why", "group", "glance", "progress", "milestones", "next-steps", "annex"]
KEYS = [*USUAL, "priority-1", "priority-2", "priority-10", "data"]


def said(text: str) -> Bilingual:
    return Bilingual(text, text)


def test_slides_nobody_placed_stand_as_usual() -> None:
    assert ordered_keys(Outline(), reversed(KEYS)) == KEYS


def test_a_new_slide_comes_to_its_usual_place_in_an_arranged_deck() -> None:
    outline = move_slide(Outline(), KEYS, "glance", -1)
    order = ordered_keys(outline, [*KEYS, "changed", "asks", "text-1"])
    assert order.index("glance") == order.index("group") - 1
    assert order.index("changed") == order.index("progress") - 1
    assert order.index("text-1") == order.index("annex") - 1
    assert order.index("asks") == order.index("next-steps") + 1


def test_a_slide_moves_one_place_and_stops_at_the_ends() -> None:
    assert ordered_keys(move_slide(Outline(), KEYS, "data", 1), KEYS) == KEYS
    assert ordered_keys(move_slide(Outline(), KEYS, "purpose", -1), KEYS) == KEYS
    assert ordered_keys(move_slide(Outline(), KEYS, "why", -1), KEYS)[2:4] == ["why", "purpose"]


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-3, 3)), max_size=8))
def test_no_slide_is_lost_or_doubled_and_the_front_stays_in_front(moves: list[tuple[str, int]]) -> None:
    outline = Outline()
    for key, by in moves:
        outline = move_slide(outline, KEYS, key, by)
    order = ordered_keys(outline, KEYS)
    assert sorted(order) == sorted(KEYS)
    assert tuple(order[:2]) == FRONT_SLIDES


def test_a_slide_left_out_keeps_its_place_for_when_it_is_put_back() -> None:
    outline = set_slide_shown(Outline(), KEYS, "why", is_shown=False)
    assert not outline.is_shown("why")
    assert ordered_keys(set_slide_shown(outline, KEYS, "why", is_shown=True), KEYS) == KEYS
    assert set_slide_shown(Outline(), KEYS, "cover", is_shown=False).is_shown("cover")


def test_free_slides_are_numbered_kept_and_taken_out() -> None:
    outline = set_wording(Outline(), SlideWording("text-1", said("One")))
    outline = set_wording(outline, SlideWording(next_free_slide_key(outline), said("Two")))
    assert outline.free_slide_keys == ("text-1", "text-2")
    outline = remove_slide(outline, "text-1")
    assert (outline.free_slide_keys, next_free_slide_key(outline)) == (("text-2",), "text-3")
    assert next_free_slide_key(remove_slide(outline, "text-2")) == "text-3", "a key is not given twice"
    assert set_wording(outline, SlideWording("text-2", said("Three"))).wording_of("text-2").title == said("Three")


def test_the_next_briefing_starts_with_what_stands_and_is_still_open() -> None:
    outline = Outline(
        slides=(SlidePlacement("why", shown=False), SlidePlacement("priority-1", shown=False)),
        words=(
            SlideWording("purpose", said("Why we are here")),
            SlideWording("glance", message=said("9 of 21")),
            SlideWording("text-1", said("Free")),
        ),
        changes=(PickedChange("forward:2020:1.1"),),
        milestones=(PickedNews(1),),
        challenges=(PickedNews(1),),
        priorities=(PriorityWording(1, said("It works"), (said("Name a lead"),)), PriorityWording(2, said("It too"))),
        steps=(
            NextStep(said("Plan"), children=(NextStep(said("a")), NextStep(said("b"), StepState.DONE))),
            NextStep(said("Dropped"), StepState.DROPPED, (NextStep(said("gone with it")),)),
            NextStep(said("Done"), StepState.DONE),
        ),
    )
    following = carry_over(outline)
    assert following.slides == (SlidePlacement("why", shown=False),)
    assert [w.key for w in following.words] == ["purpose", "text-1"]
    assert (following.changes, following.milestones, following.challenges) == (None, None, None)
    assert following.priorities == (PriorityWording(1, EMPTY_TEXT, (said("Name a lead"),)),)
    assert following.steps == (NextStep(said("Plan"), children=(NextStep(said("a")),)),)


def test_what_is_asked_for_one_plan_is_not_asked_for_the_next() -> None:
    outline = set_priority_wording(Outline(), PriorityWording(1, asks=(said("Name a lead"),), year=2020))
    assert carry_over(outline).priority_wording(2020, 1).asks == (said("Name a lead"),)
    assert carry_over(outline).priority_wording(2021, 1).asks == ()


def test_what_is_noted_of_a_priority_replaces_what_was() -> None:
    outline = set_priority_wording(set_priority_wording(Outline(), PriorityWording(2, said("old"))), PriorityWording(1))
    assert set_priority_wording(outline, PriorityWording(2, said("new"))).priority_wording(0, 2).highlight == said("new")
    assert [p.number for p in outline.priorities] == [1, 2]
