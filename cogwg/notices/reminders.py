"""Commands that add emails to the outbox: reminders and digests that are due, and a co-chair's reminders. None commits.

``at`` is the time on the product's calendar at which the email is created. ``now`` is the real time from which it may be sent.
``site`` is the base URL of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Role
from cogwg.accounts.queries import contacts
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.tables import IN_LANGUAGE
from cogwg.core.text_limits import length_problems
from cogwg.mail.queries import LatestMessage, OutboxMessageFacts, existing_keys, latest_messages, waiting_messages
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import cancel_unneeded, enqueue
from cogwg.notices.answer_places import enqueue_with_links
from cogwg.notices.body import Recipient
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.queries import (
    leads,
    leads_with_missing_reports,
    lock_reminders,
    recipient_of,
    reminder_audience,
    without_spared_deputies,
)
from cogwg.notices.reminder_messages import (
    MissingReports,
    co_chair_reminder_email,
    digest_email,
    reminder_copy_email,
    reminder_email,
)
from cogwg.notices.role_reminders import due_role_reminders
from cogwg.notices.rules import (
    DIGEST_DAYS,
    SCHEDULED_KINDS,
    CancellationReason,
    NoticeKind,
    is_too_soon,
    reminder_stage,
)
from cogwg.plan.queries import plan_facts
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import current_statuses
from cogwg.reporting.readiness import Readiness, readiness
from cogwg.reporting.rules import check_takes_reports


def due_emails(
    session: Session, *, at: datetime, days: Sequence[int], site: str, has_links: bool = True
) -> list[OutgoingEmail]:
    """Return the reminders and digests that are due and not in the outbox yet; this only reads the database.

    Every quarter that accepts reports has its own reminders and digests, whichever year's plan it belongs to, and every plan
    has its own reminders about roles. A waiting email that is no longer needed counts as not in the outbox, because a new one
    must replace it. ``has_links`` is whether reminders have placeholders for private links (see ``answer_places``).
    """
    due: list[OutgoingEmail] = []
    for counted in periods_with_missing_counts(session, at, local_day(at)):
        period = counted.period
        due_reminder, due_digest = reminder_stage(period.due_at, at, days), reminder_stage(period.due_at, at, DIGEST_DAYS)
        if period.takes_reports and (due_reminder or due_digest):
            ready = readiness(session, plan_facts(session, period.year), period)
            due += _reminders(session, ready, due_reminder, at, site, has_links=has_links)
            due += _digests(session, ready, due_digest, site)
    due += due_role_reminders(session, at=at, site=site)
    known = existing_keys(session, [email.key for email in due]) - {message.key for message, _ in _outdated(session, at)}
    return [email for email in due if email.key not in known]


def _outdated(session: Session, at: datetime) -> list[tuple[OutboxMessageFacts, CancellationReason]]:
    """Return the waiting reminders and digests that are no longer needed, each with the reason."""
    waiting = waiting_messages(session, SCHEDULED_KINDS)
    cancelled = cancelled_messages(session, waiting, at=at) if waiting else {}
    return [(message, cancelled[message.id]) for message in waiting if message.id in cancelled]


def _reminders(
    session: Session, ready: Readiness, stage: str, at: datetime, site: str, *, has_links: bool
) -> list[OutgoingEmail]:
    """Return a reminder for each lead with missing reports who wants reminders, and for the deputies of leads who do not
    respond.

    People who got a co-chair's reminder in the last 24 hours are left out for now.
    """
    if not stage:
        return []
    last_reminders = latest_messages(session, [NoticeKind.CO_CHAIR_REMINDER])
    today = local_day(at)
    asked = leads_with_missing_reports(without_spared_deputies(session, leads(session), ready.period.id, stage), ready)
    complete = _completion(session, ready, at, has_links=has_links)
    return [
        reminder_email(complete(missing), ready.period, stage, today=today, site=site)
        for missing, wants_reminders in asked
        if wants_reminders and not is_too_soon(last_reminders.get(missing.recipient.person_id, LatestMessage()).made_at, at)
    ]


def _completion(
    session: Session, ready: Readiness, at: datetime, *, has_links: bool
) -> Callable[[MissingReports], MissingReports]:
    """Return a function that adds the last reports to a person's missing reports and, without ``has_links``, removes the
    private links.
    """
    last = current_statuses(session, ready.plan, local_day(at), with_texts=True)
    return lambda missing: replace(missing, last_reports=last, answer_for=missing.answer_for if has_links else ())


def _digests(session: Session, ready: Readiness, stage: str, site: str) -> list[OutgoingEmail]:
    """Return the digests of this stage for co-chairs and the secretariat, who get one every week after the due day.

    If no reports are missing, only the first digest is sent.
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


def write_reminders(
    session: Session, *, at: datetime, now: datetime, days: Sequence[int], site: str, has_links: bool = True
) -> list[OutgoingEmail]:
    """Add the reminders and digests that are due to the outbox, and return them. For ``has_links``, see ``due_emails``.

    Before that, the waiting reminders, digests and copies that are no longer needed are cancelled, except those that are being
    sent.
    """
    lock_reminders(session)
    for message, reason in _outdated(session, at):
        if message.claimed_until is None or message.claimed_until <= now:
            cancel_unneeded(session, message, reason)
    cancel_needless_copies(session, at=at, now=now)
    due = due_emails(session, at=at, days=days, site=site, has_links=has_links)
    written = enqueue_with_links(session, due, by=SYSTEM, at=at, now=now)
    by_subject: dict[tuple[str, int], list[OutgoingEmail]] = {}
    for email in written:
        subject = "plan" if email.kind == NoticeKind.ROLES_REMINDER else "period"
        by_subject.setdefault((subject, int(email.key.split(":")[1])), []).append(email)
    for about, emails in by_subject.items():
        action = "plan.roles-reminded" if about[0] == "plan" else "quarter.reminded"
        record_event(session, action, about, by=SYSTEM, at=at, after=_audit_values(emails))
    return written


def cancel_needless_copies(session: Session, *, at: datetime, now: datetime) -> None:
    """Cancel the waiting copies whose reminders were all cancelled, except copies that are being sent."""
    waiting = waiting_messages(session, (NoticeKind.REMINDER_COPY,))
    cancelled = cancelled_messages(session, waiting, at=at) if waiting else {}
    for message in waiting:
        if message.id in cancelled and (message.claimed_until is None or message.claimed_until <= now):
            cancel_unneeded(session, message, cancelled[message.id])


@dataclass(frozen=True, slots=True)
class ReminderResult:
    """The result of a co-chair's reminder: the names of those who get it, and of those who do not because they were reminded
    recently.
    """

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
    has_links: bool = True,
) -> ReminderResult:
    """Send a co-chair's reminder to each person who can be reminded and has missing reports, in that person's language.

    ``has_links`` is whether the reminders have private links.

    Raises ``Invalid`` if the quarter accepts no reports, if the text in a recipient's language is empty, if a text is too long,
    or if there is no recipient.
    """
    lock_reminders(session)
    check_takes_reports(period.state)
    sender = session.get_one(Person, by.id)
    ready = readiness(session, plan_facts(session, year), period)
    audience = reminder_audience(session, leads(session), ready, at)
    _check_texts(texts, audience.remindable)
    complete = _completion(session, ready, at, has_links=has_links)
    emails = [
        co_chair_reminder_email(
            complete(m),
            period,
            texts.exact_text(m.recipient.lang),
            sender.name,
            last_reminder_id=audience.last_reminder_id(m.recipient.person_id),
            reply_to=sender.email,
            site=site,
        )
        for m in audience.remindable
    ]
    fresh = enqueue_with_links(session, emails, by=by, at=at, now=now)
    reminded_ids = {email.person_id for email in fresh}
    names = tuple(m.recipient.name for m in audience.remindable if m.recipient.person_id in reminded_ids)
    if not fresh:
        raise Invalid(("", Message(N_("There are no reminders to send."))))
    if copy:
        to = Recipient(sender.id, sender.name, sender.email, sender.lang)
        copy_email = reminder_copy_email(to, period, texts, names, first_key=fresh[0].key, site=site)
        enqueue(session, copy_email, by=by, at=at, now=now)
    record_event(session, "quarter.reminded", ("period", period.id), by=by, at=at, after=_audit_values(fresh))
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


def _audit_values(emails: Sequence[OutgoingEmail]) -> dict[str, object]:
    """Return the values for the audit log: the ids of the recipients, but not their addresses, and the kinds of email."""
    return {"people": [post.person_id for post in emails], "kinds": sorted({post.kind for post in emails})}
