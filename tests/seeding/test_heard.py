"""The demo's comments, themes and report: invented, marked as samples, public from the day on which the demo published them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.engagement.models import EngagementTheme, HeardVersion, PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.seeding import seed, seed_demo_people
from cogwg.seeding.commitments import seed_demo_commitments
from cogwg.seeding.demo import seed_demo_commitment_people
from cogwg.seeding.engagement import seed_demo_cycle_publications, seed_demo_engagement, seed_demo_engagement_people
from cogwg.seeding.heard import seed_demo_heard
from cogwg.tracker.copying_heard import copy_heard
from cogwg.tracker.models import PublishedComment
from cogwg.tracker.published import whole_record
from tests.databases import DECK_NOON as AT
from tests.databases import demo_calendar
from tests.engagement.analysed import cycle_of

DEMO_DAY = date(2020, 9, 24)


@pytest.fixture
def demo(session: Session) -> Session:
    seed(session, at=AT)
    seed_demo_commitments(session, at=AT)
    seed_demo_engagement(session, at=AT)
    seed_demo_people(session, "not a hash", at=AT)
    seed_demo_commitment_people(session, "not a hash", at=AT)
    seed_demo_engagement_people(session, "not a hash", at=AT)
    seed_demo_cycle_publications(session, up_to=DEMO_DAY)
    return session


def test_every_comment_is_a_sample_and_the_report_says_so(demo: Session) -> None:
    seed_demo_heard(demo, up_to=DEMO_DAY)

    assert set(demo.scalars(select(PublicComment.sample))) == {True}
    (edition,) = whole_record(demo, demo_calendar().now()).heards
    assert (edition.content.sample, len(edition.content.themes), edition.content.published) == (True, 5, 18)
    assert [link.key for link in edition.content.themes[0].links] == ["CA0064"]
    waiting = demo.scalars(select(PublicComment).where(PublicComment.state == CommentState.WAITING)).all()
    assert len(waiting) == 3


def test_everything_of_the_report_stands_in_both_languages(demo: Session) -> None:
    seed_demo_heard(demo, up_to=DEMO_DAY)
    demo.expire_all()
    copy = copy_heard(demo, cycle_of(demo), number=2, on=DEMO_DAY)
    assert (copy.gaps, copy.uncoded, copy.without_disposition) == ((), 0, ())


def test_readers_do_not_see_what_is_masked(demo: Session) -> None:
    seed_demo_heard(demo, up_to=DEMO_DAY)
    texts = " ".join(demo.scalars(select(PublishedComment.text)))
    assert "613-555-0142" not in texts
    assert "[phone number removed]" in texts


def test_nothing_is_seeded_before_its_day_or_twice(demo: Session) -> None:
    seed_demo_heard(demo, up_to=date(2020, 7, 30))
    assert demo.scalar(select(func.count(EngagementTheme.id))) == 0
    for _ in range(2):
        seed_demo_heard(demo, up_to=DEMO_DAY)
    assert demo.scalar(select(func.count(HeardVersion.id))) == 1
