"""Legal holds: orders to keep personal information about the authors of a phase's comments, or of one comment, longer than
usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, clean_line
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.mentions import mentions_of
from cogwg.engagement.models import EngagementCycle, EngagementPhase, LegalHold, PublicComment

REASON_LIMIT = 300


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A hold on a phase or, if ``comment_id`` is not None, on one comment, with the names of the people who placed and
    released it ("" if it is not released).
    """

    id: int
    phase_title: Bilingual
    comment_id: int | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str
    released_at: datetime | None


def holds_of(session: Session, cycle_id: int) -> list[HoldFacts]:
    """Return the holds on a cycle's phases and comments: those in force, then those released, each with the latest first."""
    phase_of_comment = select(PublicComment.phase_id).where(PublicComment.id == LegalHold.comment_id).scalar_subquery()
    names = {"placed": _name(LegalHold.placed_by), "released": _name(LegalHold.released_by)}
    rows = session.execute(
        select(LegalHold, EngagementPhase.title_en, EngagementPhase.title_fr, *(each.label(k) for k, each in names.items()))
        .join(EngagementPhase, or_(EngagementPhase.id == LegalHold.phase_id, EngagementPhase.id == phase_of_comment))
        .where(EngagementPhase.cycle_id == cycle_id)
        .order_by(LegalHold.released_at.is_not(None), LegalHold.id.desc())
    )
    return [
        HoldFacts(
            row.LegalHold.id,
            Bilingual(row.title_en, row.title_fr),
            row.LegalHold.comment_id,
            row.LegalHold.reason,
            row.placed or "",
            row.LegalHold.placed_at,
            row.released or "",
            row.LegalHold.released_at,
        )
        for row in rows
    ]


def _name(column: InstrumentedAttribute[int | None]) -> ScalarSelect[str]:
    return select(Person.name).where(Person.id == column).scalar_subquery()


def place_hold(
    session: Session,
    cycle_key: str,
    *,
    phase_key: str = "",
    comment_id: int | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> int:
    """Place a hold on a phase or on one comment of a cycle, and return the hold's id.

    Raises ``Invalid`` for an unknown phase or comment, for one that already has a hold, and for a reason that is missing, is
    too long or names the author.
    """
    phases = select(EngagementPhase).join(EngagementCycle).where(EngagementCycle.key == cycle_key)
    if comment_id is None:
        phase = session.scalar(phases.where(EngagementPhase.key == phase_key))
        if phase is None:
            raise Invalid(("phase", Message(N_("Choose a phase."))))
        hold = LegalHold(phase_id=phase.id, reason=checked_reason(reason))
        same = LegalHold.phase_id == phase.id
        subject = ("engagement-phase", phase.id)
    else:
        of_cycle = select(PublicComment).where(PublicComment.phase_id.in_(phases.with_only_columns(EngagementPhase.id)))
        comment = session.scalar(of_cycle.where(PublicComment.id == comment_id))
        if comment is None:
            raise Invalid(("comment", Message(N_("There is no comment with this number in this cycle."))))
        hold = LegalHold(comment_id=comment.id, reason=checked_reason(reason, comment))
        same = LegalHold.comment_id == comment.id
        subject = ("public-comment", comment.id)
    if session.scalar(select(LegalHold.id).where(same, LegalHold.released_at.is_(None))) is not None:
        raise Invalid(("", Message(N_("There is already a legal hold on this phase or comment. See the list of legal holds."))))
    hold.placed_by, hold.placed_at = by.id, at
    session.add(hold)
    session.flush()
    record_event(session, "legal-hold.placed", subject, by=by, at=at, after={"hold": hold.id, "reason": hold.reason})
    return hold.id


def release_hold(session: Session, cycle_key: str, hold_id: int, *, reason: str, by: Actor, at: datetime) -> bool:
    """Release a hold, so that the next purge deletes what only this hold kept; return False if it was already released.

    The audit log keeps the reason. Raises ``NotFound`` if the cycle has no such hold, and ``Invalid`` for a reason that is
    missing, is too long or names the author.
    """
    hold = session.get(LegalHold, hold_id, with_for_update=True)
    phase_id = hold.phase_id if hold else None
    comment = session.get(PublicComment, hold.comment_id) if hold and hold.comment_id is not None else None
    phase = session.get(EngagementPhase, comment.phase_id if comment else phase_id) if hold else None
    if hold is None or phase is None or phase.cycle.key != cycle_key:
        raise NotFound(f"hold {hold_id}")
    if hold.released_at is not None:
        return False
    reason = checked_reason(reason, comment)
    hold.released_by, hold.released_at = by.id, at
    session.flush()
    subject = ("public-comment", comment.id) if comment else ("engagement-phase", phase.id)
    record_event(session, "legal-hold.released", subject, by=by, at=at, after={"hold": hold.id, "reason": reason})
    return True


def checked_reason(reason: str, comment: PublicComment | None = None) -> str:
    """Return a reason for the audit log, on one line.

    Raises ``Invalid`` if it is missing, is too long, or names the author of the comment.
    """
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(("reason", Message(N_("Enter a reason, in %(most)s characters or fewer."), {"most": REASON_LIMIT})))
    known: Sequence[str] = [each for each in (comment.name, comment.email) if each] if comment else ()
    if any(mentions_of(each, each).search(reason) for each in known):
        raise Invalid(
            (
                "reason",
                Message(
                    N_("Leave the author’s name and email address out of the reason, because the audit log keeps the reason.")
                ),
            )
        )
    return reason
