"""A published quarter keeps its bytes through later edits of every kind, made by the product's own commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Invalid
from cogwg.core.settings import SiteSettings
from cogwg.core.status import Status
from cogwg.discussion.models import Comment
from cogwg.discussion.services import delete_comment, edit_comment, write_comment
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import Challenge, Milestone, StatusReport
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES
from cogwg.reporting.news.rules import ChallengeDraft, MilestoneDraft
from cogwg.reporting.news.services import add_challenge, add_milestone, edit_news, restore_news, withdraw_news
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.period_services import return_report
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import find_report, save_draft
from cogwg.tracker.models import Publication
from cogwg.tracker.open_data.bundle import Bundle
from cogwg.tracker.open_data.catalogue import ARCHIVE, COPY
from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.open_data.files import FORMATS
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import public_record, public_state
from tests.random_histories import STEPS, make_step
from tests.random_steps import Impossible, World
from tests.sessions import ESSENTIAL
from tests.tracker.conftest import reopen, report_target, submit

START = datetime(2020, 9, 25, 14, 0, tzinfo=UTC)
ALLOWED: dict[str, Any] = {"is_allowed": lambda *_: True}
IN_EDITIONS = [f"{dataset.name}.{extension}" for dataset, extension in product(DATASETS, FORMATS) if dataset.of_editions]


def wording(world: World) -> Bilingual:
    return Bilingual(f"Wording {world.choice}", f"Formulation {world.choice}" if world.choice % 3 else "")


def jurisdiction(world: World) -> int:
    return world.pick(world.session.scalars(select(Jurisdiction.id).order_by(Jurisdiction.id)).all())


def milestone(world: World) -> Milestone:
    shown = select(Milestone).where(Milestone.withdrawn_at.is_(None)).order_by(Milestone.id)
    return world.pick(world.session.scalars(shown).all())


def challenge(world: World) -> Challenge:
    shown = select(Challenge).where(Challenge.withdrawn_at.is_(None)).order_by(Challenge.id)
    return world.pick(world.session.scalars(shown).all())


def comment(world: World) -> tuple[Comment, dict[str, Any]]:
    written = select(Comment).where(Comment.deleted_at.is_(None)).order_by(Comment.id)
    row = world.pick(world.session.scalars(written).all())
    return row, {"expected_version": row.version, "by": Actor("person", row.person_id), "at": world.at}


def bring_a_milestone(world: World) -> None:
    links = (LabelledLink(f"https://example.ca/{world.choice}", wording(world)),)
    add_milestone(world.session, jurisdiction(world), MilestoneDraft(wording(world), links), **ALLOWED, **world.common)


def edit_a_milestone(world: World) -> None:
    row, draft = milestone(world), MilestoneDraft(wording(world), under_way=world.choice % 2 == 0)
    edit_news(world.session, MILESTONES, row.id, draft, expected_version=row.version, **ALLOWED, **world.common)


def withdraw_a_milestone(world: World) -> None:
    row = milestone(world)
    withdraw_news(world.session, MILESTONES, row.id, expected_version=row.version, **ALLOWED, **world.common)


def restore_a_milestone(world: World) -> None:
    withdrawn = select(Milestone.id).where(Milestone.withdrawn_at.is_not(None)).order_by(Milestone.id)
    id_ = world.pick(world.session.scalars(withdrawn).all())
    restore_news(world.session, MILESTONES, id_, **ALLOWED, **world.common)


def bring_a_challenge(world: World) -> None:
    draft = ChallengeDraft(Bilingual("Time", "Temps"), wording(world))
    add_challenge(world.session, jurisdiction(world), draft, may_be_named=world.choice % 2 == 0, **ALLOWED, **world.common)


def edit_a_challenge(world: World) -> None:
    row, draft = challenge(world), ChallengeDraft(Bilingual("Money", "Argent"), wording(world))
    edit_news(world.session, CHALLENGES, row.id, draft, expected_version=row.version, **ALLOWED, **world.common)


def withdraw_a_challenge(world: World) -> None:
    row = challenge(world)
    withdraw_news(world.session, CHALLENGES, row.id, expected_version=row.version, **ALLOWED, **world.common)


def comment_on_an_activity(world: World) -> None:
    by = Actor("person", world.session.scalars(select(Person.id).order_by(Person.id).limit(1)).one())
    write_comment(world.session, world.activity().id, wording(world).en, lang=Language.EN, mentions=(), by=by, at=world.at)


def edit_a_comment(world: World) -> None:
    row, shown = comment(world)
    edit_comment(world.session, row.activity_id, row.id, wording(world).en, lang=Language.EN, mentions=(), **shown)


def delete_a_comment(world: World) -> None:
    row, shown = comment(world)
    delete_comment(world.session, row.activity_id, row.id, **shown)


def amend_a_published_report(world: World) -> None:
    """Amend a report of the second quarter, which every jurisdiction may report on again."""
    code = world.pick([activity.code for activity in plan_facts(world.session, 2020).activities])
    links = (LabelledLink(f"https://example.ca/{world.choice}", wording(world)),)
    draft = ReportDraft(list(Status)[world.choice % 4], wording(world), wording(world), evidence=links)
    submit(world.session, code, "2020-06", draft, at=world.at)


def save_a_draft(world: World) -> None:
    code = world.pick([activity.code for activity in plan_facts(world.session, 2020).activities])
    target = report_target(world.session, code, "2020-06")
    stored = find_report(world.session, target)
    version = stored.version if stored is not None else 0
    save_draft(
        world.session, target, ReportDraft(Status.LIMITED, wording(world)), expected_version=version, **ALLOWED, **world.common
    )


def return_a_report(world: World) -> None:
    row = world.pick(world.session.scalars(select(StatusReport).order_by(StatusReport.id.desc())).all())
    return_report(world.session, row.id, note=wording(world).en, expected_version=row.version, **world.common)


def note_on_an_activity(world: World) -> None:
    plan = plan_facts(world.session, 2020)
    values = {"period_key": "2020-06", "jurisdiction_id": jurisdiction(world), "expected_version": 0, **ALLOWED}
    save_note(world.session, plan, world.pick(list(plan.activities)), text=wording(world), **values, **world.common)


FURTHER_STEPS: list[Callable[[World], None]] = [
    bring_a_milestone,
    edit_a_milestone,
    withdraw_a_milestone,
    restore_a_milestone,
    bring_a_challenge,
    edit_a_challenge,
    withdraw_a_challenge,
    comment_on_an_activity,
    edit_a_comment,
    delete_a_comment,
    amend_a_published_report,
    save_a_draft,
    return_a_report,
    note_on_an_activity,
]
"""What changes the record without changing what past days show; ``tests.random_histories`` has the other commands."""


def if_possible(step: Callable[[World], None]) -> Callable[[World], None]:
    """Return the step with ``Impossible`` for what the product refuses, such as a report after that of a later quarter."""

    def try_step(world: World) -> None:
        try:
            step(world)
        except Invalid as error:
            raise Impossible from error

    try_step.__name__ = step.__name__
    return try_step


def published_bytes(session: Session, at: datetime) -> dict[str, bytes]:
    """Return the stored copies, and every file of every edition."""
    record = public_record(session, at)
    bundle = Bundle(record, Publisher.from_settings(SiteSettings(), "https://plan.example.ca"))
    files = {
        f"publication {id_}": content.encode() for id_, content in session.execute(select(Publication.id, Publication.content))
    }
    for edition in record.editions:
        key, number = edition.content.key, edition.edition
        files |= {f"{key}/{number}/{name}": bundle.file(name, key, number) for name in (*IN_EDITIONS, COPY, ARCHIVE)}
    return files


@ESSENTIAL
@pytest.mark.parametrize("edits", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_published_bytes_stay_equal_after_later_edits_of_every_kind(published: Session, edits: int) -> None:
    before, state = published_bytes(published, START), public_state(published, START)
    assert len(before) > 60
    world, steps = World(published, START), [*map(if_possible, FURTHER_STEPS), *map(if_possible, STEPS)]
    for code in published.scalars(select(Jurisdiction.code)).all():
        reopen(published, "2020-06", code, at=START)
    random, made = Random(18), set()
    for number in range(edits):
        world.at += timedelta(hours=2 if number < 60 else 30)
        world.choice = random.randrange(10_000)
        made.add(make_step(world, number if number < len(steps) else random.randrange(len(steps)), steps))
    missing = {step.__name__ for step in steps} - made
    assert not missing if edits == 1_000 else len(made) > 40
    assert public_state(published, world.at) == state
    assert published_bytes(published, world.at) == before
