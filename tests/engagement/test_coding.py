"""Coding: comments into several themes, with what two people do at once; and comments that analysts enter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.coding import (
    UNCODED,
    Coding,
    CodingFilter,
    code_comments,
    comments_to_code,
    count_comments,
    themes_of_comments,
)
from cogwg.engagement.entering import EnteredComment, enter_comment, remove_entry
from cogwg.engagement.models import EngagementCycle, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState
from cogwg.engagement.themes import add_theme
from tests.engagement.analysed import AT, FIND, GIVEN, add_analysis, add_cycle

ENTERED = EnteredComment(
    "shaping", Channel.IN_PERSON, CommentLanguage.ENGLISH, "Come to the North.", date(2018, 3, 8), "Iqaluit, March 8, 2018"
)


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    return add_analysis(session)


def texts(session: Session, cycle: EngagementCycle, asked: CodingFilter) -> list[str]:
    rows = comments_to_code(session, cycle, asked, offset=0, limit=25)
    assert len(rows) == count_comments(session, cycle, asked)
    return [row.text for row in rows]


def comment(session: Session, text: str) -> PublicComment:
    session.expire_all()
    return session.scalars(select(PublicComment).where(PublicComment.text == text)).one()


def test_published_comments_are_found_by_theme_phase_word_and_whether_they_are_coded(
    session: Session, cycle: EngagementCycle
) -> None:
    find, ten_days = cycle.themes
    assert len(texts(session, cycle, CodingFilter())) == 5
    assert texts(session, cycle, CodingFilter(theme=UNCODED)) == ["Thank you."]
    assert texts(session, cycle, CodingFilter(theme=str(ten_days.id))) == ["Fewer clicks.", "Answer in 10 days."]
    assert texts(session, cycle, CodingFilter(phase="reviewing", theme=str(find.id))) == ["Moins de clics."]
    assert texts(session, cycle, CodingFilter(word="CLIC")) == ["Moins de clics.", "Fewer clicks."]


def test_coding_records_one_event_for_each_comment_that_changes(session: Session, cycle: EngagementCycle) -> None:
    find, ten_days = (theme.id for theme in cycle.themes)
    thanks, plain = comment(session, "Thank you.").id, comment(session, "Use plain words.").id
    both = frozenset({find, ten_days})
    codings = {thanks: Coding(frozenset(), both), plain: Coding(frozenset({find}), frozenset({find}))}

    assert code_comments(session, cycle, codings, **GIVEN) == [thanks]

    assert themes_of_comments(session, [thanks, plain]) == {thanks: both, plain: frozenset({find})}
    of_thanks = (AuditEvent.action == "public-comment.coded", AuditEvent.subject_id == thanks)
    events = session.scalars(select(AuditEvent).where(*of_thanks))
    assert [(event.before, event.after) for event in events] == [({"themes": []}, {"themes": [find, ten_days]})]
    assert code_comments(session, cycle, codings, **GIVEN) == []  # sent twice


def test_what_another_person_coded_meanwhile_is_not_undone(session: Session, cycle: EngagementCycle) -> None:
    find, ten_days = (theme.id for theme in cycle.themes)
    thanks = comment(session, "Thank you.").id
    code_comments(session, cycle, {thanks: Coding(frozenset(), frozenset({find}))}, **GIVEN)

    with pytest.raises(Conflict) as conflict:
        code_comments(session, cycle, {thanks: Coding(frozenset(), frozenset({ten_days}))}, **GIVEN)

    assert conflict.value.subject == [thanks]
    assert themes_of_comments(session, [thanks]) == {thanks: frozenset({find})}


def test_neither_unpublished_comments_nor_themes_of_other_cycles_are_coded(session: Session, cycle: EngagementCycle) -> None:
    find, thanks = cycle.themes[0].id, comment(session, "Thank you.").id
    elsewhere = add_theme(session, add_cycle(session, "fifth-plan"), FIND, **GIVEN)
    for id_, theme in ((comment(session, "Not read yet.").id, find), (thanks, elsewhere), (10_000, find)):
        with pytest.raises(NotFound):
            code_comments(session, cycle, {id_: Coding(frozenset(), frozenset({theme}))}, **GIVEN)


@pytest.mark.parametrize(("publish", "state"), [(True, CommentState.PUBLISHED), (False, CommentState.WAITING)])
def test_an_entered_comment_is_public_at_once_or_waits(
    session: Session, cycle: EngagementCycle, publish: bool, state: CommentState
) -> None:
    id_ = enter_comment(session, cycle, ENTERED, publish=publish, **GIVEN)

    row = session.get_one(PublicComment, id_)
    assert (row.state, row.channel, row.event, row.text) == (state, Channel.IN_PERSON, ENTERED.event, ENTERED.text)
    assert (row.name, row.email, row.link_hash) == ("", "", None)
    assert local_day(row.received_at) == ENTERED.received_on
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "public-comment.entered")).one()
    assert ENTERED.text not in str(event.after)


def test_an_empty_long_or_future_comment_is_refused(session: Session, cycle: EngagementCycle) -> None:
    future = local_day(AT) + timedelta(days=1)
    for changed, field in (({"text": ""}, "text"), ({"text": "x" * 5001}, "text"), ({"received_on": future}, "received_on")):
        with pytest.raises(Invalid) as refused:
            enter_comment(session, cycle, replace(ENTERED, **changed), publish=False, **GIVEN)
        assert [name for name, _ in refused.value.problems] == [field]
    with pytest.raises(NotFound):
        enter_comment(session, cycle, replace(ENTERED, phase="elsewhere"), publish=False, **GIVEN)


def test_only_an_entered_comment_in_no_theme_is_removed(session: Session, cycle: EngagementCycle) -> None:
    person = Person(email="analyst@example.ca", name="An Analyst", lang=Language.EN, time_zone="America/Toronto")
    session.add(person)
    session.flush()
    id_ = enter_comment(session, cycle, ENTERED, publish=True, by=Actor("person", person.id), at=AT)
    code_comments(session, cycle, {id_: Coding(frozenset(), frozenset({cycle.themes[0].id}))}, **GIVEN)
    with pytest.raises(Invalid):
        remove_entry(session, cycle, id_, version=1, **GIVEN)
    with pytest.raises(NotFound):
        remove_entry(session, cycle, comment(session, "Thank you.").id, version=1, **GIVEN)

    code_comments(session, cycle, {id_: Coding(frozenset({cycle.themes[0].id}), frozenset())}, **GIVEN)
    remove_entry(session, cycle, id_, version=1, **GIVEN)

    assert session.get(PublicComment, id_) is None
