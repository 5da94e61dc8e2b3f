"""Comments from channels other than the form. An analyst enters them, without the name or the address of their author."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Language
from cogwg.core.calendar import end_of_day, local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_limits import length_problems
from cogwg.engagement.comment_rules import COMMENT_LIMIT
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, Subject

EVENT_LIMIT = 200
EMPTY = N_("Enter the comment.")
IN_FUTURE = N_("This day is in the future. Enter the day on which the comment was received.")


@dataclass(frozen=True, slots=True)
class EnteredComment:
    """A comment as an analyst enters it.

    ``received_on`` is the day on which it was received, and ``event`` is the name of the meeting, or "".
    """

    phase: str
    channel: Channel
    lang: CommentLanguage
    text: str
    received_on: date
    event: str = ""


def comment_problems(comment: EnteredComment, today: date) -> Iterator[tuple[str, Message]]:
    """Yield the problems of a comment, each with its field."""
    if not comment.text:
        yield "text", Message(EMPTY)
    yield from length_problems("text", comment.text, COMMENT_LIMIT)
    yield from length_problems("event", comment.event, EVENT_LIMIT)
    if comment.received_on > today:
        yield "received_on", Message(IN_FUTURE)


def enter_comment(
    session: Session, cycle: EngagementCycle, comment: EnteredComment, *, publish: bool, by: Actor, at: datetime
) -> int:
    """Enter a comment; return its id. With ``publish``, it is published at once, because the analyst has read it; otherwise,
    it waits for a moderator.

    The caller must then update the published copy. Raises ``NotFound`` for a phase of another cycle, and ``Invalid`` if the
    comment has problems.
    """
    phase = find_phase(cycle, comment.phase)
    if problems := list(comment_problems(comment, local_day(at))):
        raise Invalid(*problems)
    row = new_comment(phase, comment, publish=publish, by=by, at=at)
    session.add(row)
    session.flush()
    after = {"engagement": cycle.key, "phase": phase.key, "channel": row.channel.value, "moderation": row.state.value}
    record_event(session, "public-comment.entered", ("public-comment", row.id), by=by, at=at, after=after)
    return row.id


def find_phase(cycle: EngagementCycle, key: str) -> EngagementPhase:
    """Return the phase of a cycle with this key. Raises ``NotFound`` if there is none."""
    for phase in cycle.phases:
        if phase.key == key:
            return phase
    raise NotFound(f"phase {key}")


def new_comment(
    phase: EngagementPhase, comment: EnteredComment, *, publish: bool, by: Actor, at: datetime, upload_id: int | None = None
) -> PublicComment:
    """Return the row of an entered comment, which the caller must add to the session.

    Its time is the start of the day on which it was received.
    """
    return PublicComment(
        phase_id=phase.id,
        about=Subject.PHASE,
        channel=comment.channel,
        event=comment.event,
        lang=comment.lang,
        page_lang=Language.FR if comment.lang is CommentLanguage.FRENCH else Language.EN,
        text=comment.text,
        received_at=end_of_day(comment.received_on - timedelta(days=1)),
        state=CommentState.PUBLISHED if publish else CommentState.WAITING,
        decided_by=by.id if publish else None,
        decided_at=at if publish else None,
        entered_by=by.id,
        upload_id=upload_id,
    )


def remove_entry(session: Session, cycle: EngagementCycle, id_: int, *, version: int, by: Actor, at: datetime) -> int:
    """Remove a comment that was entered by mistake; return the id of the audit event.

    Raises ``NotFound`` if there is no such comment or if its author sent it, ``Conflict`` if it was changed since ``version``,
    and ``Invalid`` if it is in a theme or has duplicates.
    """
    row = session.scalar(
        select(PublicComment)
        .join(EngagementPhase)
        .where(PublicComment.id == id_, EngagementPhase.cycle_id == cycle.id, PublicComment.entered_by.is_not(None))
        .with_for_update(of=PublicComment)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(f"entered comment {id_}")
    if row.version != version:
        raise Conflict(row)
    if is_relied_on(session, id_):
        sentence = N_("This comment is in a theme, or has duplicates, so it cannot be removed. Take it out of the theme first.")
        raise Invalid(("", Message(sentence)))
    session.delete(row)
    session.flush()
    target = ("public-comment", id_)
    return record_event(session, "public-comment.entry-removed", target, by=by, at=at, before={"engagement": cycle.key})


def is_relied_on(session: Session, id_: int) -> bool:
    """Return whether a comment is in a theme or has duplicates."""
    coded = select(func.count()).select_from(CommentTheme).where(CommentTheme.comment_id == id_)
    duplicates = select(func.count(PublicComment.id)).where(PublicComment.duplicate_of_id == id_)
    return bool(session.scalar(coded)) or bool(session.scalar(duplicates))
