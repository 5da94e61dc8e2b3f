"""A text of the plan that changes in one language is stale in the other, whichever command changed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.text_states import CONFIRMED
from cogwg.plan.adoption import add_plan
from cogwg.plan.carry_over import ActivityChoice, CarryChoice, carry_over
from cogwg.plan.draft_edits import change_activity, find_priority, texts_of_activity, texts_of_priority
from cogwg.plan.draft_edits import reword_priority as reword_draft_priority
from cogwg.plan.editing import move_priority, reword_priority, texts_of
from cogwg.plan.editing_activities import restore_activity, retire_activity, reword_activity
from cogwg.plan.editing_activities import texts_of as texts_of_stored_activity
from cogwg.plan.history import history_gaps
from cogwg.plan.plan_texts import PriorityTexts
from cogwg.plan.queries import plan_facts
from cogwg.plan.rules import DueDate
from cogwg.plan.services import move_due_date
from tests.plan.test_editing import GIVEN, TODAY, activity, priority

NO_REASON: dict[str, Any] = {**GIVEN, "reason": EMPTY_TEXT}


def change_priority(session: Session, **texts: Any) -> None:
    three = priority(session, 3)
    reword_priority(session, three.id, replace(texts_of(three), **texts), version=three.version, **GIVEN)


def test_change_in_one_language_marks_the_other_until_it_changes_too(seeded: Session) -> None:
    three = priority(seeded, 3)
    title, issue = three.title, three.issue
    change_priority(seeded, title=replace(title, en="Publish well"), issue=replace(issue, fr="Un autre enjeu"))
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    assert shown.stale == {"title": "fr", "issue": "en"}
    change_priority(seeded, title=Bilingual("Publish well", "Bien publier"), short=Bilingual("New", "Nouveau"))
    (shown,) = plan_facts(seeded, 2020, number=3).priorities
    assert shown.stale == {"issue": "en"}, "a text that changed in both languages is current"
    assert history_gaps(seeded) == []


def test_line_that_changes_in_one_language_is_marked_at_the_place_it_has(seeded: Session) -> None:
    first, second = (Bilingual(*pair) for pair in priority(seeded, 3).results[:2])
    change_priority(seeded, results=(second, replace(first, en="Changed.")))
    assert priority(seeded, 3).stale == {"results 2": "fr"}


def test_every_way_to_change_an_activity_keeps_its_marks_right(seeded: Session) -> None:
    own = activity(seeded, "3.3")
    texts = replace(texts_of_stored_activity(own), due_words=Bilingual("By fall", "D’ici l’automne"))
    reword_activity(seeded, own.id, replace(texts, text=replace(own.text, en="In short.")), version=1, **GIVEN)
    assert own.stale == {"text": "fr"}
    words = Bilingual("By winter", "D’ici l’automne")
    move_due_date(seeded, own.id, DueDate(2020, 12), words=words, expected_due=own_due(own), **GIVEN)
    assert own.stale == {"text": "fr", "due_words": "fr"}
    retire_activity(seeded, own.id, version=own.version, **GIVEN)
    restore_activity(seeded, own.id, version=own.version, **GIVEN)
    move_priority(seeded, own.priority_id, 1, version=own.priority.version, **GIVEN)
    assert own.stale == {"text": "fr", "due_words": "fr"}


def own_due(own: Any) -> DueDate:
    return DueDate(own.due_year, own.due_month, own.due_day)


def test_text_that_is_still_right_is_confirmed_without_a_reason_and_recorded(seeded: Session) -> None:
    change_priority(seeded, title=Bilingual("Publish well", priority(seeded, 3).title_fr))
    three = priority(seeded, 3)
    version = three.version
    event_id = reword_priority(seeded, three.id, texts_of(three), still_right=["title"], version=version, **NO_REASON)
    assert (three.stale, three.version) == ({"title": CONFIRMED}, version)
    event = seeded.get_one(AuditEvent, event_id)
    assert event.after is not None
    assert (event.action, event.after["still_right"]) == ("priority.confirmed", ["title"])
    assert history_gaps(seeded) == []
    with pytest.raises(Invalid):
        reword_priority(seeded, three.id, texts_of(three), still_right=["title"], version=version, **NO_REASON)


def test_reason_that_is_too_long_is_refused_with_a_confirmation_as_with_a_change(seeded: Session) -> None:
    change_priority(seeded, title=Bilingual("Publish well", priority(seeded, 3).title_fr))
    three, given = priority(seeded, 3), {**GIVEN, "reason": Bilingual("", "x" * (TEXT_LIMIT + 1))}
    with pytest.raises(Invalid) as refused:
        reword_priority(seeded, three.id, texts_of(three), still_right=["title"], version=three.version, **given)
    assert [field for field, _message in refused.value.problems] == ["reason_fr"]


def test_text_can_change_again_and_be_confirmed_at_once(seeded: Session) -> None:
    own = activity(seeded, "3.3")
    for title, confirmed in (("First.", []), ("Second.", ["title"])):
        texts = replace(texts_of_stored_activity(own), title=replace(own.title, en=title))
        event_id = reword_activity(seeded, own.id, texts, still_right=confirmed, version=own.version, **GIVEN)
    assert own.stale == {"title": CONFIRMED}
    event = seeded.get_one(AuditEvent, event_id)
    assert event.after is not None
    assert (event.action, event.after["still_right"]) == ("activity.reworded", ["title"])


def test_confirmation_of_a_list_reaches_its_lines_wherever_the_same_change_puts_them(seeded: Session) -> None:
    first, second = (Bilingual(*pair) for pair in priority(seeded, 3).results[:2])
    change_priority(seeded, results=(first, replace(second, en="Changed.")))
    three = priority(seeded, 3)
    assert three.stale == {"results 2": "fr"}
    texts = replace(texts_of(three), results=(replace(second, en="Changed."),))
    event_id = reword_priority(seeded, three.id, texts, still_right=["results"], version=three.version, **GIVEN)
    assert three.stale == {"results 1": CONFIRMED}
    event = seeded.get_one(AuditEvent, event_id)
    assert event.after is not None
    assert event.after["still_right"] == ["results 1"]


def test_line_that_changes_with_the_confirmation_of_its_list_is_confirmed_too(seeded: Session) -> None:
    first, second = (Bilingual(*pair) for pair in priority(seeded, 3).results[:2])
    change_priority(seeded, results=(first, replace(second, en="Changed.")))
    three = priority(seeded, 3)
    texts = replace(texts_of(three), results=(replace(first, en="Also changed."), replace(second, en="Changed.")))
    reword_priority(seeded, three.id, texts, still_right=["results"], version=three.version, **GIVEN)
    assert three.stale == {"results 1": CONFIRMED, "results 2": CONFIRMED}


def test_mark_is_right_for_a_row_whose_texts_were_not_read_before_they_were_set(seeded: Session) -> None:
    own = activity(seeded, "3.3")
    seeded.expire(own)
    own.title_en = "Changed unread."
    seeded.flush()
    assert own.stale == {"title": "fr"}


def test_mark_is_carried_over_to_the_next_plan_and_a_text_changed_on_the_way_is_marked(seeded: Session) -> None:
    change_priority(seeded, title=Bilingual("Publish well", priority(seeded, 3).title_fr))
    plan = plan_facts(seeded, 2020)
    choices = {a.id: ActivityChoice(CarryChoice.CARRY, a.due_month, a.title, a.text) for a in plan.activities}
    (own,) = (a for a in plan.activities if a.code == "3.3")
    choices[own.id] = replace(choices[own.id], title=replace(own.title, fr="Un autre titre"))
    draft = carry_over(plan, choices)
    (third,) = (p for p in draft.priorities if p.title.en == "Publish well")
    (carried,) = (a for a in third.activities if a.carried_from == own.id)
    assert (third.stale, carried.stale) == ((("title", "fr"),), (("title", "en"),))
    adopted = add_plan(seeded, draft, TODAY + timedelta(days=1))
    marked = {p.title_en: p.stale for p in adopted.priorities if p.stale}
    assert marked == {"Publish well": {"title": "fr"}}
    assert [a.stale for p in adopted.priorities for a in p.activities if a.stale] == [{"title": "en"}]


def test_draft_marks_what_changes_in_one_language_and_takes_a_confirmation(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    choices = {a.id: ActivityChoice(CarryChoice.CARRY, a.due_month, a.title, a.text) for a in plan.activities}
    draft = carry_over(plan, choices)
    first = draft.priorities[0]
    texts = PriorityTexts(first.title, first.short, first.issue, first.outcome, first.consequences, first.results)
    draft = reword_draft_priority(draft, first.key, replace(texts, issue=replace(first.issue, en="Another issue.")))
    assert draft.priorities[0].stale == (("issue", "fr"),)
    changed = replace(texts, issue=replace(first.issue, en="Yet another issue."))
    draft = reword_draft_priority(draft, first.key, changed, ["issue"])
    assert draft.priorities[0].stale == ()
    activity = draft.priorities[0].activities[0]
    due = DueDate(activity.due_year, activity.due_month, activity.due_day)
    texts = replace(texts_of_activity(activity), title=replace(activity.title, en="Changed."))
    draft = change_activity(draft, activity.key, texts, due)
    assert draft.priorities[0].activities[0].stale == (("title", "fr"),)


def test_confirmation_of_a_list_in_a_draft_reaches_its_lines_wherever_the_same_change_puts_them(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020)
    draft = carry_over(plan, {a.id: ActivityChoice(CarryChoice.CARRY, a.due_month, a.title, a.text) for a in plan.activities})
    own = next(p for p in draft.priorities if len(p.results) > 1)
    texts = texts_of_priority(own)
    first, second, *_others = own.results
    second = replace(second, en="Changed.")
    draft = reword_draft_priority(draft, own.key, replace(texts, results=(first, second)))
    assert find_priority(draft, own.key).stale == (("results 2", "fr"),)
    draft = reword_draft_priority(draft, own.key, replace(texts, results=(second,)), ["results"])
    assert find_priority(draft, own.key).stale == ()
