"""The declaration that a backup was restored. It explains why the audit log lacks positions that earlier witnesses name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.chain import RE_ANCHORED, Head
from cogwg.audit.models import AuditEvent, AuditLink
from cogwg.audit.services import Actor, record_event
from cogwg.audit.verification import AUDIT_LOG, verify_chain
from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message

RESTORED = "database.restored"
"""The action of the last event that ``cogwg restore`` records, with the number of events of the backup."""
REASON_LIMIT = 500


def re_anchor(session: Session, reason: str, *, by: Actor, at: datetime) -> tuple[Head, Head]:
    """Record that a backup was restored; return the head of the backup and the head just before this event.

    Events that ``cogwg restore`` recorded are not part of the backup. If a backup was restored in another way, its head is
    assumed to be the present one, so this must be done before anything else is recorded. Raises ``Invalid`` if there is no
    reason or it is too long, or if the chain has a fault, which a restore would not explain.
    """
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(("reason", Message(N_("Enter a reason, in %(most)s characters or fewer."), {"most": REASON_LIMIT})))
    verdict = verify_chain(session)
    head = verdict.head
    if verdict.fault is not None or head is None:
        raise Invalid(
            (
                "",
                Message(
                    N_("The audit log has a fault that the restore of a backup does not explain. Run “cogwg audit verify”.")
                ),
            )
        )
    restored = _head_of_backup(session, head)
    record_event(
        session,
        RE_ANCHORED,
        AUDIT_LOG,
        by=by,
        at=at,
        before={"position": restored.position, "head": str(restored.witness)},
        after={"position": head.position, "head": str(head.witness), "reason": reason},
    )
    return restored, head


def _head_of_backup(session: Session, head: Head) -> Head:
    """Return the head that the restored backup had."""
    latest = session.execute(
        select(AuditEvent.action, AuditEvent.after)
        .where(AuditEvent.action.in_((RESTORED, RE_ANCHORED)))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is None or latest.action == RE_ANCHORED:
        return head
    position: int = latest.after["events"]
    row = session.execute(
        select(AuditLink.id, AuditLink.hash, AuditEvent.at)
        .join(AuditEvent, AuditEvent.id == AuditLink.event_id)
        .where(AuditLink.id == position)
    ).one_or_none()
    return head if row is None else Head(*row)
