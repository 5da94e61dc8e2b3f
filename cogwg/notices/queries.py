"""Queries for the people who get an email: those with missing reports for a quarter, and those to notify of an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, Membership, Person, Role
from cogwg.accounts.queries import Contact, contacts
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.mail.queries import (
    LatestMessage,
    OutboxMessageFacts,
    given_up_keys,
    last_message_times,
    latest_messages,
    messages_with_prefixes,
)
from cogwg.notices.body import Recipient
from cogwg.notices.reminder_messages import MissingReports
from cogwg.notices.rules import REMINDER_KINDS, NoticeKind, is_too_soon
from cogwg.reporting.models import StatusReport, Submission
from cogwg.reporting.readiness import Readiness


@dataclass(frozen=True, slots=True)
class ReminderAudience:
    """The people with missing reports for a quarter: those who can be reminded now, and those who cannot, grouped by the
    reason.

    ``jurisdictions_without_lead`` are the jurisdictions with missing reports for which no lead has an account.
    ``last_reminders`` maps the id of a person to their last reminder.
    """

    remindable: tuple[MissingReports, ...]
    recently_reminded: tuple[MissingReports, ...]
    opted_out: tuple[MissingReports, ...]
    jurisdictions_without_lead: tuple[Bilingual, ...]
    last_reminders: dict[int, LatestMessage]

    @property
    def excludes_people(self) -> bool:
        return bool(self.recently_reminded or self.opted_out)

    @property
    def has_exclusions(self) -> bool:
        return self.excludes_people or bool(self.jurisdictions_without_lead)

    @property
    def people_count(self) -> int:
        """How many people have missing reports, whether or not they can be reminded."""
        return len(self.remindable) + len(self.recently_reminded) + len(self.opted_out)

    @property
    def sent_count(self) -> int:
        """How many of the recent reminders were sent. The others are still waiting."""
        return sum(self.last_reminders[missing.recipient.person_id].is_sent for missing in self.recently_reminded)

    def last_reminder_id(self, person_id: int) -> int:
        """Return the id of the person's last reminder, or 0 if there is none."""
        return self.last_reminders.get(person_id, LatestMessage()).id


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who can open finalized versions. ``jurisdictions`` are those for which they are a lead, if any."""

    name: str
    recipient: Recipient
    wants_email: bool
    jurisdictions: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class VersionReaders:
    """The people who can open a finalized version, by role, and the people who get an email about it."""

    by_role: dict[Role, tuple[Reader, ...]]
    emailed: tuple[Recipient, ...]

    @property
    def people_count(self) -> int:
        """How many people can open the version; a person with two roles counts once."""
        return len({reader.recipient.person_id for readers in self.by_role.values() for reader in readers})


def version_readers(session: Session, roles: Collection[Role], *, by: Actor) -> VersionReaders:
    """Return the people who can open a finalized version because they have one of ``roles``.

    ``emailed`` are those who want an email, except the person who finalizes the version.
    """
    by_role = {role: _readers(contacts(session, role)) for role in roles}
    wanting = {r.recipient.person_id: r.recipient for readers in by_role.values() for r in readers if r.wants_email}
    return VersionReaders(by_role, tuple(to for person_id, to in wanting.items() if person_id != by.id))


def _readers(people: Iterable[Contact]) -> tuple[Reader, ...]:
    """Return each person among these contacts once, in the same order."""
    own: dict[int, list[Contact]] = {}
    for contact in people:
        own.setdefault(contact.person_id, []).append(contact)
    return tuple(
        Reader(
            c.name,
            Recipient(c.person_id, c.name, c.email, c.lang),
            c.wants_finalized,
            tuple(each.jurisdiction for each in contacts_of if each.jurisdiction),
        )
        for contacts_of in own.values()
        for c in contacts_of[:1]
    )


def lock_reminders(session: Session) -> None:
    """Make transactions that create reminders run one after another: a second one waits here, and then sees the emails of the
    first.

    The database rows of all leads are locked until the transaction ends. SQLite allows only one writer at a time anyway.
    """
    people = select(Membership.person_id).where(Membership.role.in_(JURISDICTION_ROLES))
    locked = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(locked.with_for_update(key_share=True)).all()


def leads(session: Session) -> list[Contact]:
    """Return all leads and deputies, in one SQL statement: one entry for each role of a person."""
    return contacts(session, *JURISDICTION_ROLES)


def leads_with_missing_reports(leads: Iterable[Contact], ready: Readiness) -> list[tuple[MissingReports, bool]]:
    """Return each lead or deputy with missing reports once, with these reports, and whether they want reminders."""
    contacts_by_person: dict[int, list[Contact]] = {}
    for contact in leads:
        if contact.jurisdiction_id is not None and ready.missing_reports([contact.jurisdiction_id]):
            contacts_by_person.setdefault(contact.person_id, []).append(contact)
    return [(_missing_reports(roles, ready), roles[0].wants_reminders) for roles in contacts_by_person.values()]


def _missing_reports(roles: list[Contact], ready: Readiness) -> MissingReports:
    """Return a person's missing reports, without a private link if they have not accepted the invitation to their account."""
    ids = [c.jurisdiction_id for c in roles if c.jurisdiction_id is not None]
    with_link = ((c.jurisdiction_id, c.jurisdiction) for c in roles if c.wants_answer_links and c.can_sign_in)
    answer_for = tuple((id_, name) for id_, name in with_link if id_ is not None and ready.missing_reports([id_]))
    return MissingReports(recipient_of(roles), tuple(ready.missing_reports(ids)), tuple(dict(answer_for).items()))


def reminder_audience(session: Session, leads: Collection[Contact], ready: Readiness, now: datetime) -> ReminderAudience:
    """Return the people who would get a reminder sent at ``now``, and those who would not, in one SQL statement.

    ``now`` is the time on the product's calendar.
    """
    last = latest_messages(session, REMINDER_KINDS)
    remindable: list[MissingReports] = []
    recent: list[MissingReports] = []
    opted_out: list[MissingReports] = []
    for missing, wants_reminders in leads_with_missing_reports(leads, ready):
        when = last.get(missing.recipient.person_id, LatestMessage()).made_at
        (opted_out if not wants_reminders else recent if is_too_soon(when, now) else remindable).append(missing)
    return ReminderAudience(tuple(remindable), tuple(recent), tuple(opted_out), jurisdictions_without_lead(leads, ready), last)


def without_spared_deputies(session: Session, leads: Iterable[Contact], period_id: int, stage: str) -> list[Contact]:
    """Return the leads, and the deputies who get this reminder too, in at most three SQL statements.

    A deputy gets reminders if no lead of the jurisdiction wants them. Otherwise, a deputy gets them once a lead got a reminder
    at an earlier stage of the quarter, until a lead of the jurisdiction saves or submits a report.
    """
    contacts = list(leads)
    if all(contact.role is not Role.DEPUTY for contact in contacts):
        return contacts
    own: dict[int | None, set[int]] = {}
    for contact in contacts:
        if contact.role is Role.LEAD and contact.wants_reminders:
            own.setdefault(contact.jurisdiction_id, set()).add(contact.person_id)
    earlier = messages_with_prefixes(session, [f"remind:{period_id}:", f"{NoticeKind.CO_CHAIR_REMINDER}:{period_id}:"])
    reminded = {m.person_id for m in earlier if not m.is_cancelled and not m.key.endswith(f":{stage}")}
    active = set(session.scalars(select(StatusReport.changed_by).where(StatusReport.period_id == period_id)))
    active |= set(session.scalars(select(Submission.submitted_by).where(Submission.period_id == period_id)))

    def is_asked(contact: Contact) -> bool:
        owners = own.get(contact.jurisdiction_id, set())
        return contact.role is Role.LEAD or not owners or bool(owners & reminded and not owners & active)

    return [contact for contact in contacts if is_asked(contact)]


def jurisdictions_without_lead(leads: Iterable[Contact], ready: Readiness) -> tuple[Bilingual, ...]:
    """Return the jurisdictions with missing reports but no lead who has an account, in the order of the plan."""
    known = {c.jurisdiction_id for c in leads}
    reporting = ready.plan.reporting_jurisdictions
    return tuple(name for id_, name in reporting.items() if id_ not in known and ready.missing_reports([id_]))


@dataclass(frozen=True, slots=True)
class UnansweredJurisdiction:
    """A jurisdiction that was reminded and has submitted no report, with the names of the people reminded, and when they last
    were.
    """

    name: Bilingual
    people: tuple[tuple[str, datetime], ...]


def unanswered_jurisdictions(session: Session, leads: Collection[Contact], ready: Readiness) -> list[UnansweredJurisdiction]:
    """Return the jurisdictions that were reminded this quarter and have submitted nothing, in the order of the plan.

    This runs one SQL statement. It uses only sent emails and submitted reports: the product does not record who reads an email
    or opens a page.
    """
    kinds = ("remind", NoticeKind.CO_CHAIR_REMINDER.value)
    asked_at = last_message_times(session, [f"{kind}:{ready.period.id}:" for kind in kinds])
    silent = [
        (id_, name)
        for id_, name in ready.plan.reporting_jurisdictions.items()
        if ready.missing_reports([id_]) and not ready.has_submitted(id_)
    ]
    jurisdictions = [
        UnansweredJurisdiction(
            name,
            tuple(
                (contact.name, asked_at[contact.person_id])
                for contact in leads
                if contact.jurisdiction_id == id_ and contact.person_id in asked_at
            ),
        )
        for id_, name in silent
    ]
    return [jurisdiction for jurisdiction in jurisdictions if jurisdiction.people]


@dataclass(frozen=True, slots=True)
class SentReminder:
    """A reminder about the reports of a quarter, as it is in the outbox, or the sender's copy of it (``is_copy``).

    ``recipient`` and ``sender`` are names; ``sender`` is "" for an automatic reminder.
    """

    message: OutboxMessageFacts
    recipient: str
    sender: str

    @property
    def is_copy(self) -> bool:
        return self.message.kind == NoticeKind.REMINDER_COPY


def reminders_of(session: Session, period_id: int, *, copies_to: int) -> list[SentReminder]:
    """Return the reminders for a quarter, the latest first, in two SQL statements.

    Senders' copies are included only for the person with the id ``copies_to``.
    """
    prefixes = [f"remind:{period_id}:", f"{NoticeKind.CO_CHAIR_REMINDER}:{period_id}:"]
    listed = messages_with_prefixes(session, [*prefixes, f"{NoticeKind.REMINDER_COPY}:{prefixes[1]}"])
    messages = [m for m in listed if m.kind != NoticeKind.REMINDER_COPY or m.person_id == copies_to]
    ids = {id_ for message in messages for id_ in (message.person_id, message.made_by) if id_ is not None}
    names = {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    return [SentReminder(m, names.get(m.person_id or 0, m.address), names.get(m.made_by or 0, "")) for m in messages]


def failed_reminder_counts(session: Session, since: datetime) -> Mapping[int, int]:
    """Map the id of each quarter to the number of its reminders that were created since this time and could not be sent, in
    one SQL statement.
    """
    ids = (key.split(":")[1:2] for key in given_up_keys(session, REMINDER_KINDS, since))
    return Counter(int(number) for id_ in ids for number in id_ if number.isdecimal())


def recipient_of(roles: list[Contact]) -> Recipient:
    """Return the recipient of an email from all roles of one person, with the jurisdictions of those roles."""
    first = roles[0]
    return Recipient(
        first.person_id,
        first.name,
        first.email,
        first.lang,
        tuple(c.jurisdiction for c in roles if c.jurisdiction),
        first.time_zone,
        tuple(c.jurisdiction for c in roles if c.role is Role.DEPUTY),
    )


def leads_of(session: Session, jurisdiction_ids: Collection[int]) -> list[tuple[Recipient, Contact]]:
    """Return the leads of these jurisdictions, each once, with one of their roles, in one SQL statement."""
    return [(recipient_of(roles), roles[0]) for roles in lead_roles(session, jurisdiction_ids)]


def leads_by_language(session: Session, jurisdiction_ids: Collection[int]) -> dict[str, int]:
    """Map each language code to the number of leads of these jurisdictions who get emails in this language, in one SQL
    statement.
    """
    return dict(Counter(to.lang.value for to, _role in leads_of(session, jurisdiction_ids)))


def co_chairs_by_language(session: Session) -> dict[str, int]:
    """Map each language code to the number of co-chairs who get emails in this language, in one SQL statement."""
    return dict(Counter(contact.lang.value for contact in contacts(session, Role.CO_CHAIR)))


def lead_roles(session: Session, jurisdiction_ids: Collection[int]) -> list[list[Contact]]:
    """Return the leads of these jurisdictions, in one SQL statement: a list for each person, with their roles."""
    contacts_by_person: dict[int, list[Contact]] = {}
    for contact in leads(session):
        if contact.jurisdiction_id in jurisdiction_ids:
            contacts_by_person.setdefault(contact.person_id, []).append(contact)
    return list(contacts_by_person.values())
