"""Changes between two decks: every kind of change, and none between equal decks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cogwg.briefing.compare import SlideChangeKind, compare, count_by_kind, slide_changes, texts
from cogwg.briefing.deck import ActivityState, ChangeKind, Deck, DueMove, GlanceSlide
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP
from cogwg.core.status import Status, Timeliness

REASON = Bilingual("Legal review of two stories", "Examen juridique de deux récits")


def change_activity(deck: Deck, code: str, change: Callable[[ActivityState], ActivityState]) -> Deck:
    return replace(
        deck,
        priorities=tuple(
            replace(p, activities=tuple(change(a) if a.code == code else a for a in p.activities)) for p in deck.priorities
        ),
    )


def change_rows(before: Deck, after: Deck) -> list[tuple[str, str, str, str]]:
    return [(c.kind.value, c.code, c.before.en, c.after.en) for c in compare(before, after)]


@pytest.mark.parametrize("day", ["february", "september"])
def test_equal_decks_have_no_changes(request: pytest.FixtureRequest, day: str) -> None:
    deck: Deck = request.getfixturevalue(day)
    assert compare(deck, deck) == ()
    assert slide_changes(deck, deck) == ()


def test_changes_from_february_to_september_follow_the_reports(february: Deck, september: Deck) -> None:
    changes = compare(february, september)
    counts = count_by_kind(changes)
    late = {a.code for p in september.priorities for a in p.activities if a.timeliness is Timeliness.OVERDUE}
    assert {c.code for c in changes if c.kind is ChangeKind.SLIPPED} <= late
    complete = {a.code for p in september.priorities for a in p.activities if a.status is Status.COMPLETE}
    assert complete <= {c.code for c in changes if c.kind is ChangeKind.FORWARD}
    assert counts[ChangeKind.FORWARD] >= len(complete)
    assert [c.kind for c in changes] == sorted((c.kind for c in changes), key=list(ChangeKind).index)
    assert all(c.source for c in changes), "each change has its source"
    forward = next(c for c in changes if c.code == "1.1")
    assert (forward.before.en, forward.after.en) == ("Not yet due", "Complete")
    assert forward.source.fr.startswith("Rapport du ")


def test_moved_due_date_has_old_and_new_day_reason_and_source(september: Deck) -> None:
    decided = DueMove(Bilingual("September 2020", "septembre 2020"), REASON, date(2020, 9, 1))
    later = change_activity(september, "1.3", lambda a: replace(a, due_on=date(2020, 11, 30), moved=decided))
    [change] = compare(september, later)
    assert (change.kind, change.reason, change.after.fr) == (ChangeKind.DUE_MOVED, REASON, "30\u00a0novembre 2020")
    assert change.source.fr == "Décision du 1er\u00a0septembre 2020"


def test_step_back_in_status_is_slipped(september: Deck) -> None:
    back = change_activity(september, "1.3", lambda a: replace(a, status=Status.LIMITED, reported_on=date(2020, 9, 24)))
    assert change_rows(september, back) == [("slipped", "1.3", "Substantial progress", "Limited progress")]


def test_silent_activities_are_those_due_without_a_new_report(september: Deck) -> None:
    october = replace(september, as_of=date(2020, 10, 8))
    silent = {c.code for c in compare(september, october) if c.kind is ChangeKind.SILENT}
    pressing = (Timeliness.DUE, Timeliness.OVERDUE)
    states = [a for p in september.priorities for a in p.activities]
    assert silent == {a.code for a in states if a.timeliness in pressing and a.status is not Status.COMPLETE}


def test_added_dropped_and_reassigned_items_are_changes(september: Deck) -> None:
    first, *rest = september.priorities
    shortened = replace(september, priorities=(replace(first, activities=first.activities[1:]), *rest))
    assert [(kind, code) for kind, code, _, _ in change_rows(september, shortened)] == [("dropped", "1.1")]
    assert [(kind, code) for kind, code, _, _ in change_rows(shortened, september)] == [("added", "1.1")]
    other = replace(september, priorities=(replace(first, carried_by=Bilingual("Yukon", "Yukon")), *rest))
    assert change_rows(september, other) == [("lead-changed", "", first.carried_by.en, "Yukon")]


def test_new_plan_is_not_a_change_of_every_activity(september: Deck) -> None:
    following = replace(september, priorities=tuple(replace(p, year=2021) for p in september.priorities))
    assert compare(september, following) == ()
    both = replace(september, priorities=september.priorities + following.priorities)
    assert compare(september, both) == ()


def test_added_dropped_and_reworded_slides_are_changes(september: Deck) -> None:
    message = Bilingual("Nine are complete", "Neuf sont réalisées")
    shown = [s for s in september.slides if s.key != "why"]
    later = replace(september, slides=tuple(replace(s, message=message) if isinstance(s, GlanceSlide) else s for s in shown))
    changes = {change.key: change for change in slide_changes(september, later)}
    assert {key: change.kind for key, change in changes.items()} == {
        "glance": SlideChangeKind.REWORDED,
        "why": SlideChangeKind.DROPPED,
    }
    assert changes["glance"].after == (message,)
    assert [c.kind for c in slide_changes(later, september)][-1] in (SlideChangeKind.ADDED, SlideChangeKind.REWORDED)


def test_changed_figure_of_the_summary_is_named_with_its_number(february: Deck, september: Deck) -> None:
    (change,) = [change for change in slide_changes(february, september) if change.key == "summary"]
    before = {line.fr.replace(NBSP, " ") for line in change.removed_lines("fr")}
    after = {line.fr.replace(NBSP, " ") for line in change.added_lines("fr")}
    assert "21 activités" in before
    assert "10 échues à ce jour" in after
    assert not {"activités", "échues à ce jour"} & (before | after)


def test_data_slide_changes_are_listed_only_when_added_or_dropped(february: Deck, september: Deck) -> None:
    assert {slide.key for slide in september.slides} >= {"glance", "data"}
    assert {"glance", "data"} & {change.key for change in slide_changes(february, september)} == {"glance"}
    shown = replace(september, slides=tuple(s for s in september.slides if s.key != "data"))
    assert [(c.kind, c.key) for c in slide_changes(september, shown)] == [(SlideChangeKind.DROPPED, "data")]


def test_texts_yields_every_bilingual_text() -> None:
    a, b = Bilingual("1", ""), Bilingual("2", "2")
    assert list(texts((a, (b, EMPTY_TEXT), DueMove(a, b, date(2020, 1, 1))))) == [a, b, a, b]


def test_change_texts_are_in_both_languages(february: Deck, september: Deck) -> None:
    all_texts: Any = [text for change in compare(february, september) for text in (change.text, change.source)]
    assert all(text.en and text.fr for text in all_texts)


def test_changed_slide_has_its_numbers_in_both_decks(september: Deck) -> None:
    without = replace(september, slides=tuple(slide for slide in september.slides if slide.key != "purpose"))
    number = [slide.key for slide in september.slides].index("purpose") + 1
    (dropped,) = [change for change in slide_changes(september, without) if change.key == "purpose"]
    assert dropped.numbers.en == f"was slide {number}"
    (added,) = [change for change in slide_changes(without, september) if change.key == "purpose"]
    assert added.numbers.en == f"slide {number}"
    moved = replace(added, number_before=6, number_after=7)
    assert moved.numbers == Bilingual("slide 6, now slide 7", "diapositive\u00a06, maintenant\u00a07")
