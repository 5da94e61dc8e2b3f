"""A text of a commitment that changes in one language is stale in the other, whatever part has it and whoever changes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid
from cogwg.core.text_states import CONFIRMED
from cogwg.ogp.editing import facts_of, record_commitment
from cogwg.ogp.facts import CommitmentFacts
from tests.ogp.test_editing import GIVEN, recorded, stored

__all__ = ["recorded"]


def changed(session: Session) -> CommitmentFacts:
    """Change the English of a text of each part of a commitment; return its facts."""
    facts = facts_of(stored(session))
    milestone, *other_milestones = facts.milestones
    indicator, *others = facts.indicators
    actual, *actuals = indicator.actuals
    actual = replace(actual, unit=replace(actual.unit, en="instruments"))
    indicator = replace(indicator, target=replace(indicator.target, en="Five"), actuals=(actual, *actuals))
    after = replace(
        facts,
        text=replace(facts.text, en="Create them."),
        questions=(Bilingual("What else?", "Quoi d’autre?"), replace(facts.questions[0], en="Whom to reach?")),
        milestones=(replace(milestone, text=replace(milestone.text, en="Renewed")), *other_milestones),
        indicators=(indicator, *others),
    )
    record_commitment(session, after, version=stored(session).version, **GIVEN)
    return facts_of(stored(session))


def test_each_part_is_marked_and_a_text_in_one_language_is_not(recorded: Session) -> None:
    facts = changed(recorded)
    assert dict(facts.stale) == {"text": "fr", "questions 2": "fr"}
    assert [dict(each.stale) for each in facts.milestones] == [{"text": "fr"}, {}]
    assert [dict(each.stale) for each in facts.indicators] == [{"target": "fr"}, {}]
    assert [dict(each.stale) for each in facts.indicators[0].actuals] == [{"unit": "fr"}, {}]
    title = replace(facts, title=replace(facts.title, en="Engage"))
    record_commitment(recorded, title, version=2, **GIVEN)
    assert "title" not in dict(facts_of(stored(recorded)).stale), "it has no French"


def test_texts_of_several_parts_are_confirmed_and_recorded(recorded: Session) -> None:
    facts = changed(recorded)
    still_right = [("", "questions"), ("milestone 19.1", "text"), ("actual 19-1 2018-03", "unit")]
    event_id = record_commitment(recorded, facts, version=2, still_right=still_right, **GIVEN)
    event = recorded.get_one(AuditEvent, event_id)
    assert event.action == "commitment.confirmed"
    assert event.after == {"still_right": ["questions 2", "text milestone 19.1", "unit actual 19-1 2018-03"]}
    now = facts_of(stored(recorded))
    assert dict(now.stale) == {"text": "fr", "questions 2": CONFIRMED}
    assert dict(now.milestones[0].stale) == {"text": CONFIRMED}
    with pytest.raises(Invalid):
        record_commitment(recorded, now, version=2, still_right=still_right, **GIVEN)


def test_confirmation_of_a_list_reaches_its_lines_wherever_the_same_change_puts_them(recorded: Session) -> None:
    facts = changed(recorded)
    after = replace(facts, questions=facts.questions[1:])
    event_id = record_commitment(recorded, after, version=2, still_right=[("", "questions")], **GIVEN)
    assert dict(facts_of(stored(recorded)).stale) == {"text": "fr", "questions 1": CONFIRMED}
    event = recorded.get_one(AuditEvent, event_id)
    assert event.after is not None
    assert event.after["still_right"] == ["questions 1"]
