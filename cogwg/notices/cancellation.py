"""Find emails that are no longer needed, just before they would be sent. This module only reads the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import JURISDICTION_ROLES, Membership, Person
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.discussion.models import Comment
from cogwg.engagement.models import PublicComment
from cogwg.mail.queries import MessageHead, OutboxMessageFacts, messages_with_prefixes, waiting_or_sent
from cogwg.notices.queries import leads
from cogwg.notices.rules import (
    REMINDER_KINDS,
    REPLACED_BY_NEWER,
    ROLE_QUESTION_KINDS,
    CancellationReason,
    NoticeKind,
    is_out_of_date,
)
from cogwg.plan.conditions import is_of_open_plan
from cogwg.plan.models import Assignment, Confirmation, Priority, RoleRequest, WorkPlan
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport
from cogwg.reporting.periods import periods
from cogwg.reporting.readiness import readiness

_P, _M, _C, _W, _R, _A = map(table, (Person, Membership, Comment, WorkPlan, ReportingPeriod, Assignment))
_S, _PRIORITY, _PC = map(table, (StatusReport, Priority, PublicComment))
_TIMED_KINDS = (*REMINDER_KINDS, NoticeKind.DIGEST)


def cancelled_messages(
    session: Session, messages: Sequence[OutboxMessageFacts], *, at: datetime
) -> dict[int, CancellationReason]:
    """Return why emails no longer need to be sent, by email id. ``at`` is the time on the product's calendar.

    These emails are no longer needed:

    - reminders and digests that are out of date, emails that newer ones replace, and copies whose reminders were all
      cancelled;
    - reminders to people who have no missing report that they can still submit, and emails to deactivated people;
    - emails about a deleted comment or a report submitted again, and outcomes of public comments that were undone;
    - role offers that were answered, role requests that were withdrawn or answered, and emails about roles of a closed plan.
    """
    cancelled = _outdated([message for message in messages if message.kind in REPLACED_BY_NEWER], session, at)
    cancelled |= _cancelled_reminders([message for message in messages if message.kind in REMINDER_KINDS], session, at)
    cancelled |= _cancelled_mentions([message for message in messages if message.kind == NoticeKind.MENTION], session)
    cancelled |= _cancelled_returns([message for message in messages if message.kind == NoticeKind.RETURNED], session)
    cancelled |= _cancelled_offers([message for message in messages if message.kind == NoticeKind.ROLE_OFFER], session)
    asked = [message for message in messages if message.kind in ROLE_QUESTION_KINDS]
    cancelled |= _cancelled_questions(asked, session)
    cancelled |= _cancelled_requests([message for message in messages if message.kind == NoticeKind.ROLE_REQUEST], session)
    outcomes = [message for message in messages if message.kind == NoticeKind.COMMENT_OUTCOME]
    cancelled |= _cancelled_outcomes(outcomes, session)
    copies = [message for message in messages if message.kind == NoticeKind.REMINDER_COPY]
    cancelled |= _cancelled_copies(copies, session, cancelled.keys())
    retired_ids = set(session.scalars(select(_P.c.id).where(_P.c.id.in_(_person_ids(messages)), _P.c.retired_at.is_not(None))))
    return cancelled | {message.id: CancellationReason.NO_ACCOUNT for message in messages if message.person_id in retired_ids}


def _person_ids(messages: Sequence[OutboxMessageFacts]) -> list[int]:
    return [message.person_id for message in messages if message.person_id is not None]


def _outdated(messages: Sequence[OutboxMessageFacts], session: Session, at: datetime) -> dict[int, CancellationReason]:
    """Return why emails are outdated, by email id: what they say is no longer true, or a newer email replaces them.

    A newer email replaces older ones with the same ``_topic``, even if the newer one is being sent or was already sent.
    """
    if not messages:
        return {}
    heads = waiting_or_sent(session, tuple(REPLACED_BY_NEWER), _person_ids(messages))
    period_ids = {_subject_id(head) for head in heads if head.kind in _TIMED_KINDS}
    periods_due = select(_R.c.id, _R.c.due_at).where(_R.c.id.in_(period_ids - {None}))
    due_times = {row.id: row.due_at for row in session.execute(periods_due)}
    stale_ids = {
        head.id
        for head in heads
        if head.kind in _TIMED_KINDS
        and not head.is_sent
        and (due_at := due_times.get(_subject_id(head) or 0)) is not None
        and is_out_of_date(head.kind, head.made_at, due_at, at)
    }
    newest: dict[tuple[str, int | None, int], int] = {}
    for head in heads:
        if head.id not in stale_ids:
            newest[_topic(head)] = max(head.id, newest.get(_topic(head), 0))
    claimed_ids = {message.id for message in messages}
    superseded = {head.id: CancellationReason.SUPERSEDED for head in heads if head.id < newest.get(_topic(head), 0)}
    outdated = superseded | dict.fromkeys(stale_ids, CancellationReason.OUT_OF_DATE)
    return {id_: reason for id_, reason in outdated.items() if id_ in claimed_ids}


def _topic(head: MessageHead) -> tuple[str, int | None, int]:
    """Return a key for an email. Of the emails with the same key, only the newest is needed."""
    return REPLACED_BY_NEWER[NoticeKind(head.kind)], _subject_id(head), head.person_id


def _cancelled_reminders(
    messages: Sequence[OutboxMessageFacts], session: Session, at: datetime
) -> dict[int, CancellationReason]:
    """Return why reminders are not needed, by email id: the recipient has no missing reports, or can no longer submit them."""
    about = {message.id: number for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    led: dict[int, set[int]] = {}
    for contact in leads(session):
        if contact.jurisdiction_id is not None:
            led.setdefault(contact.person_id, set()).add(contact.jurisdiction_id)
    cancelled: dict[int, CancellationReason] = {}
    for period_id in set(about.values()):
        period_messages = [message for message in messages if about.get(message.id) == period_id]
        cancelled |= _cancelled_reminders_of_period(period_messages, period_id, led, session, at)
    return cancelled


def _cancelled_reminders_of_period(
    messages: Sequence[OutboxMessageFacts], period_id: int, led: Mapping[int, Collection[int]], session: Session, at: datetime
) -> dict[int, CancellationReason]:
    year = session.scalar(select(_W.c.year).join(_R, _R.c.plan_id == _W.c.id).where(_R.c.id == period_id))
    if year is None:
        return {}
    plan = plan_facts(session, year)
    (period,) = (candidate for candidate in periods(session, plan.id, at, local_day(at)) if candidate.id == period_id)
    ready = readiness(session, plan, period)
    cancelled: dict[int, CancellationReason] = {}
    for message in messages:
        jurisdiction_ids = led.get(message.person_id or 0, ())
        if not ready.missing_reports(jurisdiction_ids):
            cancelled[message.id] = CancellationReason.NOTHING_MISSING
        elif period.closed_at is not None and not period.takes_reports_from(jurisdiction_ids):
            cancelled[message.id] = CancellationReason.CLOSED
    return cancelled


def _cancelled_mentions(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    about = {message.id: number for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    deleted_ids = set(session.scalars(select(_C.c.id).where(_C.c.id.in_(set(about.values())), _C.c.deleted_at.is_not(None))))
    return {id_: CancellationReason.DELETED for id_, number in about.items() if number in deleted_ids}


def _cancelled_returns(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    about = {message.id: number for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    submitted = _S.c.id.in_(set(about.values())), _S.c.state == ReportState.SUBMITTED
    resubmitted_ids = set(session.scalars(select(_S.c.id).where(*submitted)))
    return {id_: CancellationReason.RESUBMITTED for id_, number in about.items() if number in resubmitted_ids}


def _cancelled_offers(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    """Return, by email id, the reason for cancelling each email about a role offer that no longer needs the recipient's
    answer.
    """
    about = {message.id: (message.person_id, number) for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    offers = select(_A.c.id, _M.c.person_id).join(_M, _M.c.jurisdiction_id == _A.c.jurisdiction_id)
    offered = _A.c.confirmation == Confirmation.TO_CONFIRM, _A.c.retired_on.is_(None)
    pending = offers.where(_A.c.id.in_({number for _, number in about.values()}), *offered)
    pending = pending.join(_PRIORITY, _PRIORITY.c.id == _A.c.priority_id).where(is_of_open_plan(_PRIORITY.c.plan_id))
    open_offers = {(row.person_id, row.id) for row in session.execute(pending.where(_M.c.role.in_(JURISDICTION_ROLES)))}
    return {id_: CancellationReason.ANSWERED for id_, pair in about.items() if pair not in open_offers}


def _cancelled_questions(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    """Return, by email id, the reason for cancelling each email about roles to confirm, if its recipient has none left in the
    plan.
    """
    about = {message.id: (message.person_id, number) for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    waiting = (
        select(_PRIORITY.c.plan_id, _M.c.person_id)
        .select_from(_A.join(_PRIORITY, _PRIORITY.c.id == _A.c.priority_id))
        .join(_M, _M.c.jurisdiction_id == _A.c.jurisdiction_id)
        .where(_A.c.confirmation == Confirmation.TO_CONFIRM, _M.c.role.in_(JURISDICTION_ROLES))
        .where(_PRIORITY.c.plan_id.in_({number for _, number in about.values()}), is_of_open_plan(_PRIORITY.c.plan_id))
    )
    open_questions = {(row.person_id, row.plan_id) for row in session.execute(waiting)}
    return {id_: CancellationReason.ANSWERED for id_, pair in about.items() if pair not in open_questions}


def _cancelled_requests(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    """Return, by email id, the reason for cancelling each email about a role request that was withdrawn or answered."""
    about = {message.id: number for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    requests = (
        select(RoleRequest.assignment_id)
        .join(Assignment, Assignment.id == RoleRequest.assignment_id)
        .where(RoleRequest.assignment_id.in_(set(about.values())), Assignment.retired_on.is_(None))
    )
    requested_ids = set(session.scalars(requests))
    return {id_: CancellationReason.ANSWERED for id_, number in about.items() if number not in requested_ids}


def _cancelled_outcomes(messages: Sequence[OutboxMessageFacts], session: Session) -> dict[int, CancellationReason]:
    """Return, by email id, the reason for cancelling each email about an outcome that was undone, or replaced by another
    outcome.
    """
    about = {message.id: (number, _outcome(message)) for message in messages if (number := _subject_id(message)) is not None}
    if not about:
        return {}
    comments = select(_PC.c.id, _PC.c.state).where(_PC.c.id.in_({number for number, _ in about.values()}))
    current_states = {(row.id, row.state.value) for row in session.execute(comments)}
    return {id_: CancellationReason.OUT_OF_DATE for id_, pair in about.items() if pair not in current_states}


def _outcome(message: OutboxMessageFacts) -> str:
    """Return the outcome of a comment that an email is about. It follows the comment's id in the email's key."""
    return message.key.split(":")[2]


def _cancelled_copies(
    messages: Sequence[OutboxMessageFacts], session: Session, cancelled_ids: Collection[int]
) -> dict[int, CancellationReason]:
    """Return, by email id, the reason for cancelling each copy whose reminders were all cancelled, so that none was or will be
    sent.

    ``cancelled_ids`` are the ids of the emails that are being cancelled now. The reminders of a copy are those that were
    created by its sender at the same time.
    """
    cancelled: dict[int, CancellationReason] = {}
    for message in messages:
        reminders = messages_with_prefixes(session, [f"{NoticeKind.CO_CHAIR_REMINDER}:{_copied_period_id(message)}:"])
        own = [r for r in reminders if (r.made_by, r.made_at) == (message.made_by, message.made_at)]
        if own and all(reminder.is_cancelled or reminder.id in cancelled_ids for reminder in own):
            cancelled[message.id] = CancellationReason.REMINDERS_CANCELLED
    return cancelled


def _copied_period_id(message: OutboxMessageFacts) -> str:
    """Return the id of the period in the key of a copy, which contains the key of its first reminder."""
    return message.key.split(":")[2]


def _subject_id(message: OutboxMessageFacts | MessageHead) -> int | None:
    """Return the id of the period, comment, report or role that an email is about, which follows the kind in its key; None if
    the key has no id.
    """
    number = message.key.split(":")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else None
