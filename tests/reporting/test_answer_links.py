"""Private links of reminders: each works for one person, jurisdiction and quarter, and says why it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.accounts.people import add_role, change_person, deactivate_person, end_role, move_role, reactivate_person
from cogwg.accounts.queries import preferences_of
from cogwg.accounts.services import change_preferences
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.backup.contents import Contents
from cogwg.backup.finishing import finish_restore
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.privacy.expiry import delete_expired
from cogwg.privacy.removal import remove_identifiers
from cogwg.reporting.answer_links import (
    ANSWER_LINK_LIFETIME,
    AnswerLinkFacts,
    LinkEnd,
    NewAnswerLink,
    answer_link,
    create_answer_links,
    revoke_answer_links,
)
from cogwg.reporting.models import AnswerLink, ReportingPeriod, ReportSource, Submission
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.databases import REAL_NOW, demo_calendar

AT = demo_calendar().now()
DAY = timedelta(days=1)
BY = {"by": SYSTEM, "at": AT}


def person_named(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.email == f"{name}@{DEMO_DOMAIN}")).one()


def open_period_id(session: Session) -> int:
    return session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-09")).one()


def link_for(session: Session, name: str) -> str:
    """Create a link for a lead, as a reminder does, and return its token."""
    token, person = new_token(), person_named(session, name)
    jurisdiction_id = next(m.jurisdiction_id for m in person.memberships if m.jurisdiction_id is not None)
    with write_transaction(session):
        new = NewAnswerLink(hash_token(token), person.id, jurisdiction_id)
        create_answer_links(session, open_period_id(session), [new], now=REAL_NOW, **BY)
    return token


def read(session: Session, token: str, *, is_on: bool = True, later: timedelta = timedelta()) -> AnswerLinkFacts:
    return answer_link(session, hash_token(token), is_on=is_on, at=AT, now=REAL_NOW + later)


def test_link_gives_its_person_the_role_for_one_jurisdiction(seeded: Session) -> None:
    person = person_named(seeded, "ontario")
    with write_transaction(seeded):
        quebec = seeded.scalars(select(Jurisdiction).where(Jurisdiction.code == "qc")).one()
        add_role(seeded, person, Role.DEPUTY, quebec, version=None, **BY)
    link = read(seeded, link_for(seeded, "ontario"))
    assert (link.end, link.jurisdiction_code, link.period.key, link.person.name) == (None, "on", "2020-09", "N. Osei")
    assert link.person.lead_jurisdiction_ids == {link.jurisdiction_id}, "not the other jurisdiction of this person"


def test_only_the_hash_of_the_token_is_stored_and_one_event_records_the_links(seeded: Session) -> None:
    token = link_for(seeded, "ontario")
    (stored,) = seeded.scalars(select(AnswerLink))
    assert stored.token_hash == hash_token(token)
    (event,) = seeded.scalars(select(AuditEvent).where(AuditEvent.action == "quarter.links-created"))
    assert (event.subject_kind, event.id, event.after) == ("period", stored.event_id, {"people": [stored.person_id]})
    with pytest.raises(NotFound):
        answer_link(seeded, hash_token(token + "x"), is_on=True, at=AT, now=REAL_NOW)


def test_link_works_for_thirty_days(seeded: Session) -> None:
    token = link_for(seeded, "ontario")
    assert read(seeded, token, later=ANSWER_LINK_LIFETIME - timedelta(seconds=1)).end is None
    assert read(seeded, token, later=ANSWER_LINK_LIFETIME).end is LinkEnd.EXPIRED


def test_link_ends_when_the_quarter_closes_and_works_again_if_it_is_reopened(seeded: Session) -> None:
    token = link_for(seeded, "ontario")
    period = update(ReportingPeriod).where(ReportingPeriod.id == open_period_id(seeded))
    with write_transaction(seeded):
        seeded.execute(period.values(closed_at=AT))
    assert read(seeded, token).end is LinkEnd.CLOSED
    with write_transaction(seeded):
        seeded.execute(period.values(closed_at=None))
    assert read(seeded, token).end is None


def test_revoked_link_ends_and_another_persons_link_stays(seeded: Session) -> None:
    first, second, other = link_for(seeded, "ontario"), link_for(seeded, "ontario"), link_for(seeded, "bc")
    person = person_named(seeded, "ontario")
    with write_transaction(seeded):
        assert revoke_answer_links(seeded, person.id, only=[read(seeded, first).id], **BY) == 1
    assert [read(seeded, token).end for token in (first, second, other)] == [LinkEnd.REVOKED, None, None]
    with write_transaction(seeded):
        assert revoke_answer_links(seeded, person.id, **BY) == 1
        assert revoke_answer_links(seeded, person.id, **BY) == 0
    assert [read(seeded, token).end for token in (second, other)] == [LinkEnd.REVOKED, None]
    revoked = select(AuditEvent).where(AuditEvent.action == "person.answer-links-revoked").order_by(AuditEvent.id)
    events = seeded.scalars(revoked).all()
    ids = [seeded.scalars(select(AnswerLink.id).where(AnswerLink.token_hash == hash_token(t))).one() for t in (first, second)]
    assert [event.after for event in events] == [{"links": [id_]} for id_ in ids]


def test_restored_backup_revives_no_link(seeded: Session) -> None:
    token, other = link_for(seeded, "ontario"), link_for(seeded, "bc")
    with write_transaction(seeded):
        outcome = finish_restore(seeded, Contents("0027", {}, 0, None), (), at=AT, now=REAL_NOW)
    assert outcome.private_links == 2
    assert [read(seeded, each).end for each in (token, other)] == [LinkEnd.REVOKED] * 2


def test_deactivation_ends_a_link_for_good(seeded: Session) -> None:
    token, person = link_for(seeded, "ontario"), person_named(seeded, "ontario")
    with write_transaction(seeded):
        deactivate_person(seeded, person, **BY)
    assert read(seeded, token).end is LinkEnd.DEACTIVATED
    with write_transaction(seeded):
        reactivate_person(seeded, person, **BY)
    assert read(seeded, token).end is LinkEnd.ROLES_CHANGED, "what the account can do now is another question"


@pytest.mark.parametrize("change", ["added", "moved", "ended"])
def test_changed_roles_end_a_link_and_a_new_one_works(seeded: Session, change: str) -> None:
    person = person_named(seeded, "ontario")
    quebec = seeded.scalars(select(Jurisdiction).where(Jurisdiction.code == "qc")).one()
    with write_transaction(seeded):
        add_role(seeded, person, Role.READER, None, version=None, **BY)
    token = link_for(seeded, "ontario")
    lead = next(m for m in person.memberships if m.jurisdiction_id is not None)
    with write_transaction(seeded):
        if change == "added":
            add_role(seeded, person, Role.DEPUTY, quebec, version=None, **BY)
        elif change == "moved":
            move_role(seeded, person, lead.id, quebec, version=None, **BY)
        else:
            end_role(seeded, person, lead.id, version=None, **BY)
    assert read(seeded, token).end is LinkEnd.ROLES_CHANGED
    if change == "added":
        assert read(seeded, link_for(seeded, "ontario")).end is None


def test_new_address_ends_a_link_and_a_corrected_name_does_not(seeded: Session) -> None:
    token, person = link_for(seeded, "ontario"), person_named(seeded, "ontario")
    values = {"lang": Language.EN, "version": None, **BY}
    with write_transaction(seeded):
        change_person(seeded, person, email=person.email, name="N. A. Osei", **values)
    assert read(seeded, token).end is None
    with write_transaction(seeded):
        change_person(seeded, person, email="new@gov.on.ca", name="N. A. Osei", **values)
    assert read(seeded, token).end is LinkEnd.ROLES_CHANGED


def test_person_and_secretariat_turn_links_off(seeded: Session) -> None:
    token, person = link_for(seeded, "ontario"), person_named(seeded, "ontario")
    assert read(seeded, token, is_on=False).end is LinkEnd.OFF_FOR_SITE
    with write_transaction(seeded):
        change_preferences(seeded, person.id, replace(preferences_of(person), answer_links=False), **BY)
    assert read(seeded, token).end is LinkEnd.OFF_FOR_PERSON
    assert read(seeded, link_for(seeded, "bc")).end is None


def test_expired_links_are_deleted_after_another_thirty_days(seeded: Session) -> None:
    link_for(seeded, "ontario")
    end = REAL_NOW + ANSWER_LINK_LIFETIME
    with write_transaction(seeded):
        assert delete_expired(seeded, at=AT, now=end + ANSWER_LINK_LIFETIME - DAY, by=SYSTEM).answer_links == 0
        assert delete_expired(seeded, at=AT, now=end + ANSWER_LINK_LIFETIME, by=SYSTEM).answer_links == 1
    assert seeded.scalars(select(AnswerLink)).all() == []


def test_removal_of_a_name_deletes_the_links(seeded: Session) -> None:
    link_for(seeded, "ontario")
    still_valid = link_for(seeded, "bc")
    person = person_named(seeded, "ontario")
    with write_transaction(seeded):
        deactivate_person(seeded, person, **BY)
        remove_identifiers(seeded, person, reason="She asked for it.", **BY)
    assert [link.token_hash for link in seeded.scalars(select(AnswerLink))] == [hash_token(still_valid)]


def test_submission_and_event_say_how_a_report_came(seeded: Session) -> None:
    person = person_named(seeded, "ontario")
    plan = plan_facts(seeded, 2020)
    lead_id = seeded.scalars(select(Membership.jurisdiction_id).where(Membership.person_id == person.id)).first()
    priority = next(p for p in plan.priorities if p.can_report({lead_id or 0}))
    draft = ReportDraft(Status.SUBSTANTIAL, Bilingual("Done.", "Fait."))
    for source, activity in zip((ReportSource.PAGE, ReportSource.LINK), priority.activities, strict=False):
        with write_transaction(seeded):
            submit_report(
                seeded,
                ReportTarget(priority, activity, open_period_id(seeded)),
                draft,
                expected_version=0,
                by=Actor("person", person.id),
                at=AT,
                is_allowed=lambda _: True,
                source=source,
            )
    new = select(Submission).where(Submission.submitted_at == AT).order_by(Submission.id)
    assert [s.source for s in seeded.scalars(new)] == [ReportSource.PAGE, ReportSource.LINK]
    events = seeded.scalars(
        select(AuditEvent).where(AuditEvent.action == "report.submitted", AuditEvent.at == AT).order_by(AuditEvent.id)
    )
    assert [(event.after or {}).get("source") for event in events] == [None, "link"]
