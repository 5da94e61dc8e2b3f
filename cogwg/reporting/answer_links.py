"""Private links with which a person answers a reminder: they report for one jurisdiction and quarter without signing in.

A link is found by the SHA-256 of its token, which is stored nowhere else. Reading a link never changes it. ``at`` is the time
in the product's calendar, ``now`` the time of the system clock; they differ in a demo.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, Jurisdiction, Membership, Person
from cogwg.accounts.queries import ActingPerson, MembershipFacts
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import NotFound
from cogwg.reporting.models import AnswerLink, ReportingPeriod, Submission
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.reporting.queries import reports_in_period
from cogwg.reporting.rules import ReportDraft

ANSWER_LINK_LIFETIME = timedelta(days=30)
_ACCOUNT_EVENTS = ("person.role-added", "person.role-moved", "person.role-ended", "person.restored", "person.address")
"""The audit events about a person after which earlier links no longer work. An event "person.changed" also counts if it
changed the email address."""


class LinkEnd(StrEnum):
    """Why a link no longer works. If several reasons apply, the first of them in this order counts."""

    REVOKED = "revoked"
    DEACTIVATED = "deactivated"
    ROLES_CHANGED = "roles"
    OFF_FOR_SITE = "site"
    OFF_FOR_PERSON = "person"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class AnswerLinkFacts:
    """A link with its quarter, and its person with the one role that the link is for, if they still have that role.

    ``works_until`` is when the link expires, in the product's calendar, which differs from the system clock in a demo. ``end``
    is the reason why the link does not work; None if it works.
    """

    id: int
    person: ActingPerson
    jurisdiction_id: int
    jurisdiction_code: str
    jurisdiction: Bilingual
    period: PeriodFacts
    works_until: datetime
    end: LinkEnd | None


@dataclass(frozen=True, slots=True)
class NewAnswerLink:
    """A link to store: the SHA-256 of its token, the person and the jurisdiction that they report for."""

    token_hash: str
    person_id: int
    jurisdiction_id: int


def create_answer_links(
    session: Session, period_id: int, links: Sequence[NewAnswerLink], *, by: Actor, at: datetime, now: datetime
) -> None:
    """Create the links for the reminders of a quarter.

    Earlier links keep working, so that older reminders can still be used.
    """
    if not links:
        return
    people = [link.person_id for link in links]
    event = record_event(session, "quarter.links-created", ("period", period_id), by=by, at=at, after={"people": people})
    session.add_all(
        AnswerLink(
            token_hash=link.token_hash,
            person_id=link.person_id,
            jurisdiction_id=link.jurisdiction_id,
            period_id=period_id,
            event_id=event,
            made_at=at,
            expires_at=now + ANSWER_LINK_LIFETIME,
        )
        for link in links
    )
    session.flush()


def answer_link(session: Session, token_hash: str, *, is_on: bool, at: datetime, now: datetime) -> AnswerLinkFacts:
    """Return the link with this token hash, whether it works or not. ``is_on`` is whether the site allows private links.

    Raises ``NotFound`` if there is no such link.
    """
    row = session.execute(_statement().where(AnswerLink.token_hash == token_hash)).first()
    if row is None:
        raise NotFound("answer link")
    link: AnswerLink = row.AnswerLink
    quarters = periods(session, row.plan_id, at, local_day(at))
    period = next(quarter for quarter in quarters if quarter.id == link.period_id)
    name = Bilingual(row.name_en, row.name_fr)
    role = MembershipFacts(row.role, link.jurisdiction_id, row.code, name, Bilingual(row.short_en, row.short_fr))
    person = ActingPerson(link.person_id, row.name, row.lang, row.time_zone, (role,) if row.role is not None else ())
    is_changed = row.role is None or _is_account_changed(session, link)
    end = _link_end(row, period, is_changed=is_changed, is_on=is_on, now=now)
    return AnswerLinkFacts(link.id, person, link.jurisdiction_id, row.code, name, period, at + (link.expires_at - now), end)


def _statement() -> Any:
    """Return the statement that reads links with their person and jurisdiction, and the person's role for it, if they still
    have one.
    """
    is_role = and_(
        Membership.person_id == AnswerLink.person_id,
        Membership.jurisdiction_id == AnswerLink.jurisdiction_id,
        Membership.role.in_(JURISDICTION_ROLES),
    )
    return (
        select(
            AnswerLink,
            *(Person.name, Person.lang, Person.time_zone, Person.retired_at, Person.wants_answer_links),
            *(Jurisdiction.code, Jurisdiction.name_en, Jurisdiction.name_fr, Jurisdiction.short_en, Jurisdiction.short_fr),
            *(Membership.role, ReportingPeriod.plan_id),
        )
        .join(Person, Person.id == AnswerLink.person_id)
        .join(Jurisdiction, Jurisdiction.id == AnswerLink.jurisdiction_id)
        .join(ReportingPeriod, ReportingPeriod.id == AnswerLink.period_id)
        .outerjoin(Membership, is_role)
        .order_by(Membership.id)
    )


def _link_end(row: Any, period: PeriodFacts, *, is_changed: bool, is_on: bool, now: datetime) -> LinkEnd | None:
    link: AnswerLink = row.AnswerLink
    reasons = (
        (LinkEnd.REVOKED, link.revoked_at is not None),
        (LinkEnd.DEACTIVATED, row.retired_at is not None),
        (LinkEnd.ROLES_CHANGED, is_changed),
        (LinkEnd.OFF_FOR_SITE, not is_on),
        (LinkEnd.OFF_FOR_PERSON, not row.wants_answer_links),
        (LinkEnd.CLOSED, not period.takes_reports_from((link.jurisdiction_id,))),
        (LinkEnd.EXPIRED, link.expires_at <= now),
    )
    return next((reason for reason, applies in reasons if applies), None)


def _is_account_changed(session: Session, link: AnswerLink) -> bool:
    """Whether the person's roles or email address changed, or their account was reactivated, since the link was created."""
    events = session.execute(
        select(AuditEvent.action, AuditEvent.after).where(
            AuditEvent.subject_kind == "person",
            AuditEvent.subject_id == link.person_id,
            AuditEvent.id > link.event_id,
            AuditEvent.action.in_((*_ACCOUNT_EVENTS, "person.changed")),
        )
    )
    return any(e.action in _ACCOUNT_EVENTS or "email" in (e.after or {}).get("fields", ()) for e in events)


def revoke_answer_links(
    session: Session, person_id: int, *, only: Collection[int] | None = None, by: Actor, at: datetime
) -> int:
    """Revoke all of a person's links or, with ``only``, those with these ids; return how many were revoked just now."""
    ended = update(AnswerLink).where(AnswerLink.person_id == person_id, AnswerLink.revoked_at.is_(None))
    if only is not None:
        ended = ended.where(AnswerLink.id.in_(only))
    ids = sorted(session.scalars(ended.values(revoked_at=at).returning(AnswerLink.id)))
    if ids:
        record_event(session, "person.answer-links-revoked", ("person", person_id), by=by, at=at, after={"links": ids})
    return len(ids)


def revoke_all_answer_links(session: Session, *, by: Actor, at: datetime) -> int:
    """Revoke everyone's links, for example after a backup was restored; return how many were revoked just now."""
    ended = update(AnswerLink).where(AnswerLink.revoked_at.is_(None)).values(revoked_at=at).returning(AnswerLink.id)
    revoked = len(session.scalars(ended).all())
    if revoked:
        record_event(session, "answer-links.revoked", ("accounts", 0), by=by, at=at, after={"links": revoked})
    return revoked


def purge_answer_links(session: Session, *, now: datetime) -> int:
    """Delete the links that expired ``ANSWER_LINK_LIFETIME`` ago or earlier; return how many were deleted.

    Until then, the page of a link says why the link does not work.
    """
    old = delete(AnswerLink).where(AnswerLink.expires_at <= now - ANSWER_LINK_LIFETIME).returning(AnswerLink.id)
    return len(session.scalars(old).all())


def delete_answer_links(session: Session, person_id: int) -> None:
    """Delete all links of a person whose name and email address are being removed."""
    session.execute(delete(AnswerLink).where(AnswerLink.person_id == person_id))


def reported_texts(session: Session, period_id: int, activity_ids: Collection[int]) -> dict[int, set[str]]:
    """Map the id of each of these activities to every text and link in its submissions and in its report for a quarter."""
    texts: dict[int, set[str]] = {id_: set() for id_ in activity_ids}
    for report in reports_in_period(session, period_id, activity_ids).values():
        texts[report.activity_id] |= _texts_of(report.draft) | {link.url for link in report.draft.evidence}
    for submission in session.scalars(select(Submission).where(Submission.activity_id.in_(tuple(activity_ids)))):
        texts[submission.activity_id] |= _texts_of(submission) | {link["url"] for link in submission.evidence}
    return texts


def _texts_of(report: ReportDraft | Submission) -> set[str]:
    return {text.exact_text(lang) for text in (report.progress, report.challenge, report.evidence_note) for lang in Language}
