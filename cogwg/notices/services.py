"""Commands that add emails to the outbox, in the transaction of the change that causes them; nothing here commits.

``at`` is the product's calendar time, at which the email is created; ``now`` is the real time from which it may be sent.
``site`` is the base URL of the product.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Role
from cogwg.accounts.queries import contacts
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.tables import IN_LANGUAGE
from cogwg.core.text_limits import length_problems
from cogwg.mail.queries import LatestMessage, OutboxMessageFacts, existing_keys, latest_messages, waiting_messages
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import cancel_unneeded, enqueue, erase_messages
from cogwg.notices.body import Recipient
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.event_messages import (
    CommentMention,
    FinalizedVersion,
    ReceiptLine,
    ReturnedReport,
    Sender,
    co_lead_email,
    finalized_email,
    mention_email,
    password_email,
    receipt_email,
    returned_report_email,
)
from cogwg.notices.queries import (
    lead_roles,
    leads,
    leads_of,
    leads_with_missing_reports,
    lock_reminders,
    recipient_of,
    reminder_audience,
    version_readers,
)
from cogwg.notices.reminder_messages import (
    MissingReports,
    co_chair_reminder_email,
    digest_email,
    reminder_copy_email,
    reminder_email,
)
from cogwg.notices.request_messages import (
    EndedRole,
    RequestedDueDate,
    RequestedRole,
    RoleOffer,
    due_request_email,
    extension_email,
    role_ended_email,
    role_offer_email,
    role_request_email,
)
from cogwg.notices.rules import (
    DIGEST_DAYS,
    REMINDER_KINDS,
    SCHEDULED_KINDS,
    CancellationReason,
    NoticeKind,
    is_too_soon,
    reminder_stage,
)
from cogwg.plan.queries import plan_facts
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Readiness, readiness
from cogwg.reporting.rules import check_takes_reports


def due_emails(session: Session, *, at: datetime, days: Sequence[int], site: str) -> list[OutgoingEmail]:
    """Return the reminders and digests that are due and not in the outbox yet; this only reads the database.

    Every quarter that accepts reports has its own reminders and digests, whichever year's plan it belongs to. A waiting email
    that is no longer needed does not count as in the outbox.
    """
    due: list[OutgoingEmail] = []
    for counted in periods_with_missing_counts(session, at, local_day(at)):
        period = counted.period
        due_reminder, due_digest = reminder_stage(period.due_at, at, days), reminder_stage(period.due_at, at, DIGEST_DAYS)
        if period.takes_reports and (due_reminder or due_digest):
            ready = readiness(session, plan_facts(session, period.year), period)
            due += _reminders(session, ready, due_reminder, at, site)
            due += _digests(session, ready, due_digest, site)
    known = existing_keys(session, [email.key for email in due]) - {message.key for message, _ in _outdated(session, at)}
    return [email for email in due if email.key not in known]


def _outdated(session: Session, at: datetime) -> list[tuple[OutboxMessageFacts, CancellationReason]]:
    """Return the waiting reminders and digests that are no longer needed, each with the reason."""
    waiting = waiting_messages(session, SCHEDULED_KINDS)
    cancelled = cancelled_messages(session, waiting, at=at) if waiting else {}
    return [(message, cancelled[message.id]) for message in waiting if message.id in cancelled]


def _reminders(session: Session, ready: Readiness, stage: str, at: datetime, site: str) -> list[OutgoingEmail]:
    """Return a reminder for each lead with missing reports who wants reminders.

    Leads who got a co-chair's reminder in the last 24 hours are left out for now.
    """
    if not stage:
        return []
    last_reminders = latest_messages(session, [NoticeKind.CO_CHAIR_REMINDER])
    today = local_day(at)
    return [
        reminder_email(missing, ready.period, stage, today=today, site=site)
        for missing, wants_reminders in leads_with_missing_reports(leads(session), ready)
        if wants_reminders and not is_too_soon(last_reminders.get(missing.recipient.person_id, LatestMessage()).made_at, at)
    ]


def _digests(session: Session, ready: Readiness, stage: str, site: str) -> list[OutgoingEmail]:
    """Return the digests of this stage for co-chairs and the secretariat, who get one a week once the due day is past.

    If no reports are missing, only the first week's digest is sent.
    """
    if not stage.startswith("after-"):
        return []
    if stage != f"after-{-DIGEST_DAYS[0]}" and not ready.has_missing:
        return []
    recipients = {
        contact.person_id: contact for role in (Role.CO_CHAIR, Role.SECRETARIAT) for contact in contacts(session, role)
    }
    return [
        digest_email(recipient_of([contact]), ready, stage, site=site)
        for contact in recipients.values()
        if contact.wants_digest
    ]


def write_reminders(session: Session, *, at: datetime, now: datetime, days: Sequence[int], site: str) -> list[OutgoingEmail]:
    """Add the reminders and digests that are due to the outbox, and return them.

    First, cancel waiting reminders and digests that are no longer needed, except those that a delivery holds.
    """
    lock_reminders(session)
    for message, reason in _outdated(session, at):
        if message.claimed_until is None or message.claimed_until <= now:
            cancel_unneeded(session, message, reason)
    written = [
        email
        for email in due_emails(session, at=at, days=days, site=site)
        if enqueue(session, email, by=SYSTEM, at=at, now=now)
    ]
    by_period: dict[int, list[OutgoingEmail]] = {}
    for email in written:
        by_period.setdefault(int(email.key.split(":")[1]), []).append(email)
    for period_id, emails in by_period.items():
        record_event(session, "quarter.reminded", ("period", period_id), by=SYSTEM, at=at, after=_audit_values(emails))
    return written


@dataclass(frozen=True, slots=True)
class ReminderResult:
    """The result of a co-chair's reminder: who gets it, and who was left out because they were reminded recently."""

    reminded: tuple[str, ...]
    recently_reminded: tuple[str, ...]


def remind_missing(
    session: Session,
    year: int,
    period: PeriodFacts,
    texts: Bilingual,
    *,
    copy: bool,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> ReminderResult:
    """Send a co-chair's reminder to each person who can be reminded and has missing reports, in that person's language.

    Raises ``Invalid`` if the quarter accepts no reports, if the text in a recipient's language is empty, if a text is too long,
    or if there is no recipient.
    """
    lock_reminders(session)
    check_takes_reports(period.state)
    sender = session.get_one(Person, by.id)
    ready = readiness(session, plan_facts(session, year), period)
    audience = reminder_audience(session, leads(session), ready, at)
    _check_texts(texts, audience.remindable)
    emails = [
        co_chair_reminder_email(
            m,
            period,
            texts.exact_text(m.recipient.lang),
            sender.name,
            last_reminder_id=audience.last_reminder_id(m.recipient.person_id),
            reply_to=sender.email,
            site=site,
        )
        for m in audience.remindable
    ]
    fresh = [(m, p) for m, p in zip(audience.remindable, emails, strict=True) if enqueue(session, p, by=by, at=at, now=now)]
    names = tuple(m.recipient.name for m, _ in fresh)
    if not fresh:
        raise Invalid(("", Message(N_("There are no reminders to send."))))
    if copy:
        to = Recipient(sender.id, sender.name, sender.email, sender.lang)
        copy_email = reminder_copy_email(to, period, texts, names, first_key=fresh[0][1].key, site=site)
        enqueue(session, copy_email, by=by, at=at, now=now)
    record_event(session, "quarter.reminded", ("period", period.id), by=by, at=at, after=_audit_values([p for _, p in fresh]))
    return ReminderResult(names, tuple(m.recipient.name for m in audience.recently_reminded))


def _check_texts(texts: Bilingual, missing: Iterable[MissingReports]) -> None:
    problems = []
    used = {m.recipient.lang for m in missing}
    for lang in Language:
        text = texts.exact_text(lang)
        if not text and lang in used:
            problems.append(
                (
                    f"text_{lang}",
                    Message(
                        N_("Enter the reminder %(in_language)s. Some recipients will receive it in this language."),
                        {"in_language": IN_LANGUAGE[lang]},
                    ),
                )
            )
        problems += length_problems(f"text_{lang}", text)
    if problems:
        raise Invalid(*problems)


def notify_returned(
    session: Session,
    returned: ReturnedReport,
    jurisdiction_ids: Collection[int],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of these jurisdictions that a report was returned; return the number of emails.

    Leads who want no reminders are notified too: the email is about their own report, and nothing else informs them.
    """
    people = [to for to, _role in leads_of(session, jurisdiction_ids)]
    return sum(enqueue(session, returned_report_email(to, returned, site=site), by=by, at=at, now=now) for to in people)


_RECIPIENT = select(*(table(Person).c[name] for name in ("id", "name", "email", "lang", "time_zone"))).where(
    table(Person).c.id == bindparam("person")
)


def notify_receipt(
    session: Session,
    period: PeriodFacts,
    lines: Sequence[ReceiptLine],
    *,
    token: str,
    path: str,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> bool:
    """Send a person the receipt for the reports they just submitted; return False if this receipt was already sent."""
    person = session.execute(_RECIPIENT, {"person": by.id}).one()
    to = Recipient(person.id, person.name, person.email, person.lang)
    email = receipt_email(to, period, lines, at=at, time_zone=person.time_zone, token=token, path=path, site=site)
    return enqueue(session, email, by=by, at=at, now=now)


def notify_co_leads(
    session: Session,
    period: PeriodFacts,
    lines: Sequence[ReceiptLine],
    sender: Sender,
    *,
    token: str,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of the other jurisdictions that these reports are for too; return the number of emails.

    Each lead gets the reports of their own jurisdictions. Leads who want no reminders are notified too: the report is theirs,
    and was submitted by another person.
    """
    others = {other.id for line in lines for other in line.also_for}
    emails = []
    for roles in lead_roles(session, others) if others else []:
        own = {role.jurisdiction_id for role in roles}
        shared = [line for line in lines if any(other.id in own for other in line.also_for)]
        if roles[0].person_id != by.id:
            emails.append(co_lead_email(recipient_of(roles), period, shared, sender, at=at, token=token, site=site))
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_mentioned(
    session: Session,
    mention: CommentMention,
    jurisdiction_ids: Collection[int],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of these jurisdictions that a comment mentions them; return the number of emails.

    Leaves out the comment's author and leads who do not want these emails.
    """
    people = [to for to, role in leads_of(session, jurisdiction_ids) if role.wants_mentions and to.person_id != by.id]
    return sum(enqueue(session, mention_email(to, mention, site=site), by=by, at=at, now=now) for to in people)


def erase_comment_messages(session: Session, comment_id: int) -> None:
    """Erase the emails about a deleted comment and cancel those not sent yet; recipients keep those already sent."""
    erase_messages(session, f"{NoticeKind.MENTION}:{comment_id}:", CancellationReason.DELETED)


def notify_offered(
    session: Session, offer: RoleOffer, jurisdiction_ids: Collection[int], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the leads of these jurisdictions of a role offer; return the number of emails.

    Leaves out leads who do not want these emails.
    """
    people = [to for to, role in leads_of(session, jurisdiction_ids) if role.wants_mentions]
    return sum(enqueue(session, role_offer_email(to, offer, site=site), by=by, at=at, now=now) for to in people)


def notify_role_requested(
    session: Session, request: RequestedRole, *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the co-chairs that a jurisdiction asks for a vacant role; return the number of emails."""
    people = [recipient_of([contact]) for contact in contacts(session, Role.CO_CHAIR)]
    return sum(enqueue(session, role_request_email(to, request, site=site), by=by, at=at, now=now) for to in people)


def notify_role_ended(
    session: Session, ended: EndedRole, jurisdiction_ids: Collection[int], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the leads of these jurisdictions that they no longer have a role; return the number of emails.

    Leads who want no reminders are notified too, because nothing else informs them.
    """
    people = [to for to, _role in leads_of(session, jurisdiction_ids)]
    return sum(enqueue(session, role_ended_email(to, ended, site=site), by=by, at=at, now=now) for to in people)


def notify_extended(
    session: Session,
    period: PeriodFacts,
    jurisdiction_ids: Collection[int],
    *,
    event_id: int,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of these jurisdictions that a quarter is extended; return the number of emails.

    Waiting reminders, which state the earlier due date, are cancelled, except those that a delivery holds.
    """
    for message in waiting_messages(session, (*REMINDER_KINDS, NoticeKind.DIGEST)):
        is_held = message.claimed_until is not None and message.claimed_until > now
        if message.key.split(":")[1:2] == [str(period.id)] and not is_held:
            cancel_unneeded(session, message, CancellationReason.OUT_OF_DATE)
    sender, reason = session.get_one(Person, by.id).name, period.extension_reason
    emails = [
        extension_email(to, period, reason, token=event_id, by=sender, site=site)
        for to, _role in leads_of(session, jurisdiction_ids)
    ]
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_due_request(
    session: Session, request: RequestedDueDate, jurisdiction_id: int, *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the co-chairs of a request to move a due date, or the jurisdiction's leads of the answer; return the number."""
    if request.answer is None:
        people = [recipient_of([contact]) for contact in contacts(session, Role.CO_CHAIR)]
    else:
        people = [to for to, _role in leads_of(session, [jurisdiction_id])]
    return sum(enqueue(session, due_request_email(to, request, site=site), by=by, at=at, now=now) for to in people)


def notify_finalized(session: Session, version: FinalizedVersion, *, by: Actor, at: datetime, now: datetime, site: str) -> int:
    """Notify everyone who may read briefings, and wants this email, of a finalized version; return the number of emails.

    Leaves out the person who finalized it.
    """
    emails = [finalized_email(to, version, site=site) for to in version_readers(session, by=by).emailed]
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_password_set(session: Session, person_id: int, *, at: datetime, now: datetime, site: str) -> None:
    """Notify a person that their password was set, in case it was not they who did it."""
    person = session.get_one(Person, person_id)
    to = Recipient(person.id, person.name, person.email, person.lang)
    email = password_email(to, at=at, token=now.isoformat(), site=site)
    enqueue(session, email, by=Actor("person", person_id), at=at, now=now)


def _audit_values(emails: Sequence[OutgoingEmail]) -> dict[str, object]:
    """Return the values for the audit log: the recipients, by id and never by address, and the kinds of email."""
    return {"people": [post.person_id for post in emails], "kinds": sorted({post.kind for post in emails})}
