"""Recording cycles of engagement: as a whole, without losing what others changed or what people sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.cycles import (
    comment_counts,
    complete_cycle,
    cycle_row,
    facts_of,
    phase_row,
    record_cycle,
    remove_cycle,
    reopen_cycle,
)
from cogwg.engagement.facts import CycleFacts
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, PhaseState, Subject
from tests.engagement.cycles import AT, CYCLE, DRAFTING, SHAPING

TODAY = date(2020, 6, 1)


@pytest.fixture
def recorded(session: Session) -> Session:
    record_cycle(session, CYCLE, version=None, by=SYSTEM, at=AT)
    return session


def _last_event(session: Session) -> AuditEvent:
    return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()


def _save(session: Session, facts: CycleFacts) -> int:
    version = cycle_row(session, facts.key).version
    return record_cycle(session, facts, version=version, by=SYSTEM, at=AT)


def _comment_on(session: Session, phase: str) -> None:
    session.add(
        PublicComment(
            phase_id=phase_row(session, CYCLE.key, phase).id,
            about=Subject.PHASE,
            channel=Channel.ONLINE,
            lang=CommentLanguage.ENGLISH,
            page_lang=Language.EN,
            text="More open data, please.",
            received_at=AT,
            state=CommentState.WAITING,
        )
    )
    session.flush()


def _refused(facts: CycleFacts, session: Session, version: int | None = None) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        record_cycle(session, facts, version=version, by=SYSTEM, at=AT)
    return [field for field, _message in refusal.value.problems]


def test_a_cycle_is_read_back_as_it_was_stated(recorded: Session) -> None:
    assert facts_of(cycle_row(recorded, "sixth-plan")) == CYCLE
    assert _last_event(recorded).action == "engagement-cycle.added"


def test_a_change_is_one_event_with_only_what_changed(recorded: Session) -> None:
    asked = Bilingual("What comes first?", "Que faut-il en premier?")
    _save(recorded, replace(CYCLE, phases=(replace(SHAPING, asked=asked), DRAFTING)))

    event = _last_event(recorded)
    assert event.action == "engagement-cycle.changed"
    assert event.after == {"phases": {"shaping": {"asked": [asked.en, asked.fr]}}}
    assert cycle_row(recorded, "sixth-plan").version == 2


def test_a_change_to_a_version_that_has_moved_on_is_told_and_changes_nothing(recorded: Session) -> None:
    _save(recorded, replace(CYCLE, title=Bilingual("The 6th plan", "Le 6e plan")))

    with pytest.raises(Conflict):
        record_cycle(recorded, replace(CYCLE, phases=()), version=1, by=SYSTEM, at=AT)

    assert len(cycle_row(recorded, "sixth-plan").phases) == 2


def test_saving_what_is_stored_already_is_refused_and_no_event(recorded: Session) -> None:
    before = _last_event(recorded).id
    assert _refused(CYCLE, recorded, 1) == [""]
    assert _last_event(recorded).id == before


def test_each_problem_names_its_field(session: Session) -> None:
    phases = (
        replace(SHAPING, key="moderation", title=EMPTY_TEXT, ends_on=date(2020, 3, 1), result_link="nowhere"),
        replace(DRAFTING, key="Drafting!", going_forward=False, most_per_network=0),
    )
    fields = _refused(CycleFacts("New plan", EMPTY_TEXT, phases=phases), session)

    assert fields == [
        "key",
        "title_en",
        "phases-0-key",
        "phases-0-title_en",
        "phases-0-ends_on",
        "phases-0-result_link",
        "phases-1-key",
        "phases-1-most_per_network",
        "phases-1-rationale_en",
    ]


def test_two_phases_cannot_have_one_address_nor_two_cycles(recorded: Session) -> None:
    assert _refused(replace(CYCLE, key="other", phases=(SHAPING, SHAPING)), recorded) == ["phases-1-key"]
    assert _refused(CYCLE, recorded) == ["key"]


def test_a_phase_without_comments_can_go_and_one_with_comments_stays(recorded: Session) -> None:
    _comment_on(recorded, "shaping")
    assert comment_counts(recorded) == {phase_row(recorded, "sixth-plan", "shaping").id: 1}

    assert _refused(replace(CYCLE, phases=(DRAFTING,)), recorded, 1) == ["phases"]
    _save(recorded, replace(CYCLE, phases=(SHAPING,)))

    assert [phase.key for phase in cycle_row(recorded, "sixth-plan").phases] == ["shaping"]


def test_the_order_of_phases_is_the_one_stated(recorded: Session) -> None:
    _save(recorded, replace(CYCLE, phases=(DRAFTING, SHAPING)))
    recorded.expire_all()
    assert [phase.key for phase in cycle_row(recorded, "sixth-plan").phases] == ["drafting", "shaping"]


def test_a_phase_takes_comments_from_its_first_to_its_last_day_only(recorded: Session) -> None:
    shaping, drafting = cycle_row(recorded, "sixth-plan").phases
    days = (date(2020, 3, 31), date(2020, 4, 1), date(2020, 6, 30), date(2020, 7, 1))
    assert [shaping.accepts_comments(day) for day in days] == [False, True, True, False]
    assert drafting.state_on(date(2030, 1, 1)) is PhaseState.OPEN
    assert not drafting.accepts_comments(TODAY)


def test_completing_a_cycle_closes_its_phases_and_it_can_be_reopened(recorded: Session) -> None:
    complete_cycle(recorded, "sixth-plan", TODAY, version=1, by=SYSTEM, at=AT)
    shaping, drafting = cycle_row(recorded, "sixth-plan").phases
    tomorrow = TODAY + timedelta(days=1)
    assert (shaping.accepts_comments(TODAY), shaping.accepts_comments(tomorrow)) == (True, False)
    assert drafting.state_on(tomorrow) is PhaseState.CLOSED
    assert _last_event(recorded).after == {"completed_on": "2020-06-01"}

    reopen_cycle(recorded, "sixth-plan", version=2, by=SYSTEM, at=AT)

    assert shaping.accepts_comments(tomorrow)
    assert _last_event(recorded).action == "engagement-cycle.reopened"


@pytest.mark.parametrize("day", [date(2020, 6, 2), date(2020, 3, 31)])
def test_a_cycle_is_not_completed_on_a_day_to_come_or_before_it_began(recorded: Session, day: date) -> None:
    with pytest.raises(Invalid):
        complete_cycle(recorded, "sixth-plan", day, version=1, by=SYSTEM, at=AT)


def test_a_cycle_recorded_by_mistake_can_go_unless_people_commented(recorded: Session) -> None:
    _comment_on(recorded, "shaping")
    with pytest.raises(Invalid):
        remove_cycle(recorded, "sixth-plan", version=1, by=SYSTEM, at=AT)

    recorded.delete(recorded.scalars(select(PublicComment)).one())
    remove_cycle(recorded, "sixth-plan", version=1, by=SYSTEM, at=AT)

    assert (_last_event(recorded).before or {})["key"] == "sixth-plan"
    with pytest.raises(NotFound):
        cycle_row(recorded, "sixth-plan")
