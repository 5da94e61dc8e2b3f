"""Commands for challenges only: their state, and the jurisdictions that share them. ``services`` has the commands for all news.

Only the jurisdiction that raised a challenge, the co-chairs and the secretariat may change its state; the other jurisdictions
that share it may not. A jurisdiction is named outside the group only if it agreed to be.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Forbidden, Invalid, Message
from cogwg.reporting.models import Challenge, ChallengeJurisdiction
from cogwg.reporting.news.changes import (
    NewsPermission,
    check_not_withdrawn,
    check_shareable,
    check_version,
    lock_news,
    lock_row,
    record_change,
    share_audit_data,
)
from cogwg.reporting.news.kinds import CHALLENGES
from cogwg.reporting.news.rules import ChallengeMove, next_challenge_state

_CHOICE_CHANGED = Message(
    N_(
        "This jurisdiction’s choice was changed while the page was open. The page now shows the current choice. "
        "Check it, then try again."
    )
)


def move_challenge(
    session: Session,
    id_: int,
    move: ChallengeMove,
    *,
    expected_version: int,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Change a challenge's state to open, mitigated or resolved. Raises the same errors as ``services.edit_news``."""
    row, stored = lock_news(session, CHALLENGES, id_, is_allowed)
    check_not_withdrawn(CHALLENGES, stored)
    check_version(stored, expected_version)
    before, row.state = row.state, next_challenge_state(row.state, move)
    states = {"state": before.value}, {"state": row.state.value}
    record_change(session, CHALLENGES, row, row.state.value, *states, by=by, at=at)


def share_challenge(
    session: Session,
    id_: int,
    jurisdiction_id: int,
    *,
    may_be_named: bool = False,
    expected_choice: bool | None = None,
    by: Actor,
    at: datetime,
    is_allowed: NewsPermission,
) -> None:
    """Record that a jurisdiction shares this challenge, or change whether it may be named. Repeating this changes nothing.

    ``expected_choice`` is the choice about naming that the page showed, None if the jurisdiction did not share the challenge
    yet. If a different choice has been stored since, it is kept, and ``Invalid`` is raised unless the user only wanted to
    share the challenge without being named. Raises ``Forbidden`` if the user may not act for the jurisdiction, ``NotFound`` if
    there is no such challenge, and ``Invalid`` if it is withdrawn.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    row, share = _lock_share(session, id_, jurisdiction_id)
    stored_choice = share.may_be_named if share is not None else None
    if stored_choice is may_be_named:
        return
    if stored_choice is not expected_choice:
        if expected_choice is None and not may_be_named:
            return
        raise Invalid(("", _CHOICE_CHANGED))
    before = share_audit_data(share) if share is not None else None
    if share is None:
        share = ChallengeJurisdiction(jurisdiction_id=jurisdiction_id)
        row.raised_by.append(share)
    share.may_be_named = may_be_named
    session.flush()
    after = share_audit_data(share)
    record_event(session, "challenge.shared", ("challenge", id_), by=by, at=at, before=before, after=after)


def unshare_challenge(
    session: Session, id_: int, jurisdiction_id: int, *, by: Actor, at: datetime, is_allowed: NewsPermission
) -> None:
    """Record that a jurisdiction no longer shares this challenge. Repeating this changes nothing.

    Raises ``Forbidden`` if the user may not act for the jurisdiction, ``NotFound`` if there is no such challenge, and
    ``Invalid`` if it is withdrawn.
    """
    if not is_allowed((jurisdiction_id,)):
        raise Forbidden
    row, share = _lock_share(session, id_, jurisdiction_id)
    if share is None:
        return
    before = share_audit_data(share)
    row.raised_by.remove(share)
    session.flush()
    record_event(session, "challenge.unshared", ("challenge", id_), by=by, at=at, before=before)


def _lock_share(session: Session, id_: int, jurisdiction_id: int) -> tuple[Challenge, ChallengeJurisdiction | None]:
    """Lock and return the challenge's row, with the row of the jurisdiction that shares it (None if it does not).

    Raises ``NotFound`` if there is no such challenge, and ``Invalid`` if it is withdrawn.
    """
    row = lock_row(session, CHALLENGES, id_)
    check_shareable(row.withdrawn_at)
    return row, next((share for share in row.raised_by if share.jurisdiction_id == jurisdiction_id), None)
