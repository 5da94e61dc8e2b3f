"""The choices of a briefing: the order of slides, what is left out, and what the next briefing starts with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.outline import (
    FRONT,
    NextStep,
    Outline,
    Picked,
    Placed,
    PriorityWords,
    StepState,
    Ticked,
    Worded,
    arranged,
    carried,
    moved,
    next_free,
    noted,
    reworded,
    switched,
    without,
)
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

USUAL = ["cover", "contents", "purpose", "why", "group", "glance", "progress", "milestones", "next-steps", "annex"]
KEYS = [*USUAL, "priority-1", "priority-2", "priority-10", "data"]


def said(text: str) -> Bilingual:
    return Bilingual(text, text)


def test_slides_nobody_placed_stand_as_usual() -> None:
    assert arranged(Outline(), reversed(KEYS)) == KEYS


def test_a_new_slide_comes_to_its_usual_place_in_an_arranged_deck() -> None:
    outline = moved(Outline(), KEYS, "glance", -1)
    order = arranged(outline, [*KEYS, "changed", "asks", "text-1"])
    assert order.index("glance") == order.index("group") - 1
    assert order.index("changed") == order.index("progress") - 1
    assert order.index("text-1") == order.index("annex") - 1
    assert order.index("asks") == order.index("next-steps") + 1


def test_a_slide_moves_one_place_and_stops_at_the_ends() -> None:
    assert arranged(moved(Outline(), KEYS, "data", 1), KEYS) == KEYS
    assert arranged(moved(Outline(), KEYS, "purpose", -1), KEYS) == KEYS
    assert arranged(moved(Outline(), KEYS, "why", -1), KEYS)[2:4] == ["why", "purpose"]


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-3, 3)), max_size=8))
def test_no_slide_is_lost_or_doubled_and_the_front_stays_in_front(moves: list[tuple[str, int]]) -> None:
    outline = Outline()
    for key, by in moves:
        outline = moved(outline, KEYS, key, by)
    order = arranged(outline, KEYS)
    assert sorted(order) == sorted(KEYS)
    assert tuple(order[:2]) == FRONT


def test_a_slide_left_out_keeps_its_place_for_when_it_is_put_back() -> None:
    outline = switched(Outline(), KEYS, "why", shown=False)
    assert not outline.shows("why")
    assert arranged(switched(outline, KEYS, "why", shown=True), KEYS) == KEYS
    assert switched(Outline(), KEYS, "cover", shown=False).shows("cover")


def test_free_slides_are_numbered_kept_and_taken_out() -> None:
    outline = reworded(Outline(), Worded("text-1", said("One")))
    outline = reworded(outline, Worded(next_free(outline), said("Two")))
    assert outline.free == ("text-1", "text-2")
    outline = without(outline, "text-1")
    assert (outline.free, next_free(outline)) == (("text-2",), "text-3")
    assert next_free(without(outline, "text-2")) == "text-3", "a key is not given twice"
    assert reworded(outline, Worded("text-2", said("Three"))).worded("text-2").title == said("Three")


def test_the_next_briefing_starts_with_what_stands_and_is_still_open() -> None:
    outline = Outline(
        slides=(Placed("why", shown=False), Placed("priority-1", shown=False)),
        words=(
            Worded("purpose", said("Why we are here")),
            Worded("glance", message=said("9 of 21")),
            Worded("text-1", said("Free")),
        ),
        changes=(Ticked("forward:2020:1.1"),),
        milestones=(Picked(1),),
        challenges=(Picked(1),),
        priorities=(PriorityWords(1, said("It works"), (said("Name a lead"),)), PriorityWords(2, said("It too"))),
        steps=(
            NextStep(said("Plan"), children=(NextStep(said("a")), NextStep(said("b"), StepState.DONE))),
            NextStep(said("Dropped"), StepState.DROPPED, (NextStep(said("gone with it")),)),
            NextStep(said("Done"), StepState.DONE),
        ),
    )
    following = carried(outline)
    assert following.slides == (Placed("why", shown=False),)
    assert [w.key for w in following.words] == ["purpose", "text-1"]
    assert (following.changes, following.milestones, following.challenges) == (None, None, None)
    assert following.priorities == (PriorityWords(1, EMPTY_TEXT, (said("Name a lead"),)),)
    assert following.steps == (NextStep(said("Plan"), children=(NextStep(said("a")),)),)


def test_what_is_asked_for_one_plan_is_not_asked_for_the_next() -> None:
    outline = noted(Outline(), PriorityWords(1, asks=(said("Name a lead"),), year=2020))
    assert carried(outline).priority(2020, 1).asks == (said("Name a lead"),)
    assert carried(outline).priority(2021, 1).asks == ()


def test_what_is_noted_of_a_priority_replaces_what_was() -> None:
    outline = noted(noted(Outline(), PriorityWords(2, said("old"))), PriorityWords(1))
    assert noted(outline, PriorityWords(2, said("new"))).priority(0, 2).highlight == said("new")
    assert [p.number for p in outline.priorities] == [1, 2]
