"""Commands that add emails to the outbox, in the transaction of the change that causes them. None of them commits.

``at`` is the time on the product's calendar at which the email is created. ``now`` is the real time from which it may be sent.
``site`` is the base URL of the product.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Role
from cogwg.accounts.queries import contacts
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import execute_core, table
from cogwg.mail.queries import OutboxMessageFacts, waiting_messages
from cogwg.mail.services import cancel_unneeded, enqueue, erase_messages
from cogwg.notices.body import Recipient
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
    leads_of,
    recipient_of,
    version_readers,
)
from cogwg.notices.receipt_lines import receipt_line
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
    set_back_email,
)
from cogwg.notices.rules import (
    REMINDER_KINDS,
    ROLE_QUESTION_KINDS,
    CancellationReason,
    NoticeKind,
)
from cogwg.notices.unsent_reports import UnsentLine
from cogwg.notices.upload_messages import SavedUpload, upload_receipt_email
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.services import ReceiptEntry


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
    unsent: Sequence[UnsentLine] = (),
    *,
    token: str,
    path: str,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
    is_by_link: bool = False,
) -> bool:
    """Send a person the receipt for the reports they just submitted; return False if this receipt was already sent.

    ``unsent`` are the reports that were not submitted. ``is_by_link`` is whether the person used the private link in a
    reminder.
    """
    person = execute_core(session, _RECIPIENT, {"person": by.id}).one()
    to = Recipient(person.id, person.name, person.email, person.lang)
    email = receipt_email(
        to, period, lines, unsent, at=at, time_zone=person.time_zone, token=token, path=path, site=site, is_by_link=is_by_link
    )
    return enqueue(session, email, by=by, at=at, now=now)


def notify_saved_upload(
    session: Session, period: PeriodFacts, upload: SavedUpload, *, by: Actor, at: datetime, now: datetime, site: str
) -> bool:
    """Send a person the receipt for a workbook that they just saved; return False if this receipt was already sent."""
    person = execute_core(session, _RECIPIENT, {"person": by.id}).one()
    to = Recipient(person.id, person.name, person.email, person.lang)
    email = upload_receipt_email(to, period, upload, at=at, time_zone=person.time_zone, site=site)
    return enqueue(session, email, by=by, at=at, now=now)


def notify_resubmitted(
    session: Session,
    period: PeriodFacts,
    entries: Sequence[ReceiptEntry],
    sender: Sender,
    *,
    token: str,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of other jurisdictions of reports that were submitted again from a workbook, as ``notify_co_leads``
    does.
    """
    lines = [receipt_line(report, report.draft.status) for report in entries if report.draft.status is not None]
    return notify_co_leads(session, period, lines, sender, token=token, by=by, at=at, now=now, site=site) if lines else 0


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
    """Notify the leads of the other jurisdictions that these reports are also for; return the number of emails.

    Each lead's email lists the reports of their own jurisdictions. Leads who want no reminders are notified too, because
    another person submitted a report of theirs.
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

    The comment's author and leads who do not want these emails are not notified.
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

    Leads who do not want these emails are not notified.
    """
    people = [to for to, role in leads_of(session, jurisdiction_ids) if role.wants_mentions]
    return sum(enqueue(session, role_offer_email(to, offer, site=site), by=by, at=at, now=now) for to in people)


def cancel_offer_emails(session: Session, assignment_id: int, *, now: datetime) -> set[int]:
    """Cancel the unsent emails about the offer of a role; return the ids of the people who now get no email.

    Emails that are being sent are not cancelled.
    """
    kinds = [NoticeKind.ROLE_OFFER]
    cancelled = cancel_waiting(session, kinds, assignment_id, CancellationReason.OFFER_WITHDRAWN, now=now)
    return {message.person_id for message in cancelled if message.person_id is not None}


def cancel_plan_emails(
    session: Session, plan_id: int, role_ids: Collection[int], period_ids: Collection[int], *, now: datetime
) -> None:
    """Cancel the unsent emails about the roles and the quarters of a plan whose adoption is undone.

    Emails that are being sent are not cancelled.
    """
    about_roles = (NoticeKind.ROLE_OFFER, NoticeKind.ROLE_REQUEST, NoticeKind.ROLE_ENDED)
    about_quarters = (*REMINDER_KINDS, NoticeKind.DIGEST, NoticeKind.EXTENDED, NoticeKind.SET_BACK)
    subjects: list[tuple[tuple[NoticeKind, ...], int]] = [(ROLE_QUESTION_KINDS, plan_id)]
    subjects += [(about_roles, id_) for id_ in role_ids] + [(about_quarters, id_) for id_ in period_ids]
    for kinds, subject_id in subjects:
        cancel_waiting(session, kinds, subject_id, CancellationReason.ADOPTION_UNDONE, now=now)


def notify_role_requested(
    session: Session, request: RequestedRole, *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the co-chairs that a jurisdiction requests a vacant role; return the number of emails."""
    people = [recipient_of([contact]) for contact in contacts(session, Role.CO_CHAIR)]
    return sum(enqueue(session, role_request_email(to, request, site=site), by=by, at=at, now=now) for to in people)


def notify_role_ended(
    session: Session,
    ended: EndedRole,
    jurisdiction_ids: Collection[int],
    *,
    except_ids: Collection[int] = (),
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of these jurisdictions that their jurisdiction no longer has a role; return the number of emails.

    Leads who want no reminders are notified too, because nothing else informs them. ``except_ids`` are the ids of people who
    were never informed of the role.
    """
    people = [to for to, _role in leads_of(session, jurisdiction_ids) if to.person_id not in except_ids]
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

    Waiting reminders, digests and emails about a cancelled extension are out of date and are cancelled, except those that are
    being sent.
    """
    outdated = (*REMINDER_KINDS, NoticeKind.DIGEST, NoticeKind.SET_BACK)
    cancel_waiting(session, outdated, period.id, CancellationReason.OUT_OF_DATE, now=now)
    sender, reason = session.get_one(Person, by.id).name, period.extension_reason
    emails = [
        extension_email(to, period, reason, token=event_id, by=sender, site=site)
        for to, _role in leads_of(session, jurisdiction_ids)
    ]
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_set_back(
    session: Session,
    period: PeriodFacts,
    jurisdiction_ids: Collection[int],
    *,
    reason: Bilingual,
    event_id: int,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> int:
    """Notify the leads of these jurisdictions that a quarter's extension is cancelled; return the number of emails.

    Waiting reminders, digests and emails about the extension are out of date and are cancelled, except those that are being
    sent. A lead whose email about the extension was cancelled gets no email.
    """
    reminders, out_of_date = (*REMINDER_KINDS, NoticeKind.DIGEST), CancellationReason.OUT_OF_DATE
    cancel_waiting(session, reminders, period.id, out_of_date, now=now)
    unsent = {m.person_id for m in cancel_waiting(session, [NoticeKind.EXTENDED], period.id, out_of_date, now=now)}
    sender = session.get_one(Person, by.id).name
    emails = [
        set_back_email(to, period, reason, token=event_id, by=sender, site=site)
        for to, _role in leads_of(session, jurisdiction_ids)
        if to.person_id not in unsent
    ]
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_due_request(
    session: Session, request: RequestedDueDate, jurisdiction_id: int, *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify the co-chairs of a request to move a due date, or the leads of the answer; return the number of emails."""
    if request.answer is None:
        people = [recipient_of([contact]) for contact in contacts(session, Role.CO_CHAIR)]
    else:
        people = [to for to, _role in leads_of(session, [jurisdiction_id])]
    return sum(enqueue(session, due_request_email(to, request, site=site), by=by, at=at, now=now) for to in people)


def cancel_due_request_emails(session: Session, request_id: int, *, now: datetime) -> None:
    """Cancel the waiting emails about a withdrawn request to move a due date, except those that are being sent."""
    cancel_waiting(session, [NoticeKind.DUE_REQUEST], request_id, CancellationReason.REQUEST_WITHDRAWN, now=now)


def notify_finalized(
    session: Session, version: FinalizedVersion, roles: Collection[Role], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Notify people with one of these roles that a version was finalized; return the number of emails.

    The person who finalized it and people who do not want this email are not notified.
    """
    emails = [finalized_email(to, version, site=site) for to in version_readers(session, roles, by=by).emailed]
    return sum(enqueue(session, email, by=by, at=at, now=now) for email in emails)


def notify_password_set(
    session: Session, person_id: int, *, is_first: bool = False, at: datetime, now: datetime, site: str
) -> None:
    """Notify a person that their password was changed, or set for the first time (``is_first``), in case someone else did
    it.
    """
    person = session.get_one(Person, person_id)
    to = Recipient(person.id, person.name, person.email, person.lang)
    email = password_email(to, is_first=is_first, at=at, token=now.isoformat(), site=site)
    enqueue(session, email, by=Actor("person", person_id), at=at, now=now)


def cancel_waiting(
    session: Session, kinds: Collection[NoticeKind], subject_id: int, reason: CancellationReason, *, now: datetime
) -> list[OutboxMessageFacts]:
    """Cancel the waiting emails of these kinds about a quarter, role, plan or request, and return them.

    The second part of an email's key is the id of its subject. Emails that are being sent are not cancelled.
    """
    about = [message for message in waiting_messages(session, kinds) if message.key.split(":")[1:2] == [str(subject_id)]]
    cancelled = [message for message in about if message.claimed_until is None or message.claimed_until <= now]
    for message in cancelled:
        cancel_unneeded(session, message, reason)
    return cancelled
