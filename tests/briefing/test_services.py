"""Creating and reading briefings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.briefing.models import StandingSlide
from cogwg.briefing.queries import briefing, briefing_for, briefings, load_standing_content
from cogwg.briefing.services import create_briefing
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid, NotFound

AT = datetime(2020, 2, 20, 15, 0, tzinfo=UTC)
COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")


def create(session: Session, day: date = date(2020, 2, 27), audience: Bilingual = COUNCILS, year: int = 2020) -> int:
    return create_briefing(session, year=year, meeting_on=day, audience=audience, by=Actor("person", None), at=AT).id


def test_create_briefing_stores_it_with_an_audit_event(february_session: Session) -> None:
    id_ = create(february_session)
    facts = briefing(february_session, id_)
    assert (facts.year, facts.meeting_on, facts.audience, facts.created_at) == (2020, date(2020, 2, 27), COUNCILS, AT)
    event = february_session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.subject_kind, event.subject_id) == ("briefing.created", "briefing", id_)
    assert event.after == {
        "meeting_on": "2020-02-27",
        "plan": 2020,
        "audience": ["Joint Councils", "Conseils mixtes"],
        "place": ["", ""],
        "announces": None,
    }
    assert february_session.in_transaction()


def test_briefings_are_listed_latest_meeting_first(february_session: Session) -> None:
    early, late = create(february_session), create(february_session, date(2020, 9, 24))
    assert [b.id for b in briefings(february_session)] == [late, early]


def test_second_briefing_on_a_meeting_day_is_refused(february_session: Session) -> None:
    create(february_session)
    with pytest.raises(Invalid) as refused:
        create(february_session)
    assert [field for field, _ in refused.value.problems] == ["meeting_on"]


def test_briefing_for_finds_by_meeting_and_year(february_session: Session) -> None:
    id_ = create(february_session)
    result = briefing_for(february_session, date(2020, 2, 27), 2020)
    assert result is not None
    assert result.id == id_
    assert briefing_for(february_session, date(2020, 2, 28), 2020) is None
    assert briefing_for(february_session, date(2020, 2, 27), 2021) is None


def test_missing_briefing_or_plan_is_not_found(february_session: Session) -> None:
    with pytest.raises(NotFound):
        briefing(february_session, 999)
    with pytest.raises(NotFound):
        create(february_session, year=2031)


def test_standing_slides_are_those_of_the_seed(february_session: Session) -> None:
    words = load_standing_content(february_session)
    assert sorted(words) == ["annex", "cover", "group", "next_steps", "purpose", "why"]
    assert briefing(february_session, create(february_session)).standing_content == words


def test_briefing_without_standing_slides_can_be_opened(february_session: Session) -> None:
    february_session.execute(delete(StandingSlide))
    assert briefing(february_session, create(february_session)).standing_content == {}
