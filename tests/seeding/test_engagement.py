"""The demo's engagement cycles: every fact of the source's six phases, in both languages, and an open phase to try."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.audit.models import AuditEvent
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.models import EngagementCycle
from cogwg.engagement.scales import PhaseState
from cogwg.seeding import seed, seed_demo_people
from cogwg.seeding.commitments import seed_demo_commitments
from cogwg.seeding.demo import seed_demo_commitment_people
from cogwg.seeding.engagement import (
    seed_demo_cycle_publications,
    seed_demo_engagement,
    seed_demo_engagement_people,
    seed_engagement,
)
from cogwg.tracker.copying_engagement import copy_cycle
from cogwg.tracker.published import whole_record
from tests.databases import DECK_NOON as AT

DEMO_DAY = date(2020, 9, 24)


def test_the_six_phases_of_the_source_overlap_as_it_states(session: Session) -> None:
    assert seed_engagement(session, at=AT) == 1

    phases = cycle_row(session, "fourth-plan").phases
    assert [(each.title.en, each.when.en, each.starts_on, each.ends_on, tuple(each.channels)) for each in phases] == [
        ("Planning", "From October 2017", date(2017, 10, 1), None, ("online",)),
        ("Shaping", "October 2017 to February 2018", date(2017, 10, 1), date(2018, 2, 28), ("online", "in-person")),
        ("Drafting", "February to March 2018", date(2018, 2, 1), date(2018, 3, 31), ("online",)),
        ("Reviewing", "April to May 2018", date(2018, 4, 1), date(2018, 5, 31), ("online",)),
        ("Finalizing", "June 2018", date(2018, 6, 1), date(2018, 6, 30), ("online",)),
        ("Implementing", "July 2018 to June 2020", date(2018, 7, 1), date(2020, 6, 30), ("online", "in-person")),
    ]


def test_everything_the_source_says_stands_in_both_languages(session: Session) -> None:
    seed_engagement(session, at=AT)

    copy = copy_cycle(session, "fourth-plan")
    assert copy.gaps == ()
    asked = {phase.key: phase.asked for phase in copy.content.phases}
    assert "priorities" in asked["planning"].en
    assert "in person" in asked["planning"].en
    assert "priorités" in asked["planning"].fr
    assert "milestone tracker" in asked["implementing"].en
    about = {phase.key: phase.about.en for phase in copy.content.phases}
    assert "Cabinet" in about["reviewing"]
    assert all(word in about["finalizing"] for word in ("final plan", "What We Heard", "data of the comments"))
    assert "civil society" in about["implementing"]
    assert [line.en.partition(":")[0] for line in copy.content.throughout] == ["Listening", "Responding", "Learning"]
    assert all(fact in copy.content.summary.en for fact in ("every two years", "July 2018", "Multi-stakeholder Forum"))


def _demo(session: Session) -> None:
    seed(session, at=AT)
    seed_demo_commitments(session, at=AT)
    seed_demo_people(session, "x", at=AT)
    seed_demo_commitment_people(session, "x", at=AT)
    seed_demo_engagement(session, at=AT)


def test_the_demo_publishes_both_cycles_once_and_one_takes_comments(session: Session) -> None:
    _demo(session)
    for _ in range(2):
        seed_demo_engagement(session, at=AT)
        seed_demo_cycle_publications(session, up_to=DEMO_DAY)

    record = whole_record(session, AT.replace(year=2020, month=9, day=24))
    assert [edition.content.key for edition in record.cycle_editions] == ["fourth-plan", "next-plan"]
    fourth, following = (edition.content for edition in record.cycle_editions)
    assert (fourth.sample, fourth.completed_on, fourth.plan) == (False, date(2020, 6, 30), 2018)
    assert {phase.state_on(DEMO_DAY) for phase in fourth.phases} == {PhaseState.CLOSED}
    assert following.sample
    assert [phase.key for phase in following.commentable(DEMO_DAY)] == ["ideas"]


def test_an_earlier_day_of_the_demo_has_nothing_published_yet(session: Session) -> None:
    _demo(session)
    seed_demo_cycle_publications(session, up_to=date(2020, 2, 27))

    assert whole_record(session, AT).cycle_editions == ()


def test_seeding_again_adds_nothing(session: Session) -> None:
    _demo(session)
    before = [session.scalar(select(func.count()).select_from(kind)) for kind in (EngagementCycle, AuditEvent)]

    seed_demo_engagement(session, at=AT)

    assert before == [session.scalar(select(func.count()).select_from(kind)) for kind in (EngagementCycle, AuditEvent)]


def test_people_of_the_demo_are_two_moderators_and_an_analyst_once(session: Session) -> None:
    seed(session, at=AT)
    for _ in range(2):
        people = seed_demo_engagement_people(session, "x", at=AT)

    assert [(each.email.partition("@")[0], each.memberships[0].role) for each in people] == [
        ("moderator", Role.MODERATOR),
        ("moderation", Role.MODERATOR),
        ("analyst", Role.ANALYST),
    ]
