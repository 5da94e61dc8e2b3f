"""Personal information about the authors of comments: how long it is kept, which comments still have it, and its deletion.

This module does not deal with emails, uploads and published copies; ``cogwg.privacy`` deletes the same information from those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.comment_retention import identifiers_end_on
from cogwg.engagement.masking import masked_text
from cogwg.engagement.models import EngagementCycle, EngagementPhase, LegalHold, PublicComment
from cogwg.engagement.scales import CommentState

_T = TypeVar("_T")
_CHUNK = 500
"""How many comments are read and written at a time."""


@dataclass(frozen=True, slots=True)
class KeptIdentifiers:
    """How many comments a phase has, and how many of them still have each kind of personal information.

    ``texts`` counts the comments whose stored text has more than readers see: masked parts, or a text that is not published.
    ``notes`` counts those with a moderator's note or an appeal.
    """

    phase_id: int
    comments: int
    names: int
    addresses: int
    links: int
    texts: int
    notes: int


@dataclass(frozen=True, slots=True)
class DueCycle:
    """A completed cycle whose retention period is over, with the ids of the comments to clear, and of those under a legal
    hold.
    """

    id: int
    key: str
    ended_on: date
    due: tuple[int, ...]
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClearedAuthor:
    """The author of a comment that was cleared, so that their data can be removed from other places too."""

    comment_id: int
    name: str
    email: str
    upload_id: int | None


def _has_more_text() -> ColumnElement[bool]:
    masks = cast(PublicComment.masks, String)
    return and_(PublicComment.text != "", or_(masks != "[]", PublicComment.state != CommentState.PUBLISHED))


def has_identifiers() -> ColumnElement[bool]:
    """Return an SQL condition that is true for comments that still have personal information about their author."""
    return or_(
        PublicComment.name != "",
        PublicComment.email != "",
        PublicComment.link_hash.is_not(None),
        PublicComment.stamp.is_not(None),
        PublicComment.note != "",
        PublicComment.appeal != "",
        _has_more_text(),
    )


def is_held() -> ColumnElement[bool]:
    """Return an SQL condition that is true for comments under a legal hold, on the comment itself or on its phase."""
    return exists(
        select(LegalHold.id).where(
            LegalHold.released_at.is_(None),
            or_(LegalHold.comment_id == PublicComment.id, LegalHold.phase_id == PublicComment.phase_id),
        )
    )


def due_cycles(session: Session, today: date) -> list[DueCycle]:
    """Return the cycles whose retention period is over and that have comments to clear, or comments under a legal hold, sorted
    by id.
    """
    cycles = session.execute(
        select(EngagementCycle.id, EngagementCycle.key, EngagementCycle.completed_on)
        .where(EngagementCycle.completed_on.is_not(None))
        .order_by(EngagementCycle.id)
    )
    ended = {row.id: (row.key, identifiers_end_on(row.completed_on)) for row in cycles}
    passed = [id_ for id_, (_key, end) in ended.items() if end <= today]
    rows = session.execute(
        select(PublicComment.id, EngagementPhase.cycle_id, is_held().label("held"))
        .join(EngagementPhase, EngagementPhase.id == PublicComment.phase_id)
        .where(EngagementPhase.cycle_id.in_(passed), has_identifiers())
        .order_by(PublicComment.id)
    ).all()
    due: list[DueCycle] = []
    for id_ in passed:
        own = [row for row in rows if row.cycle_id == id_]
        if own:
            free, held = (tuple(row.id for row in own if bool(row.held) is wanted) for wanted in (False, True))
            due.append(DueCycle(id_, *ended[id_], free, held))
    return due


def kept_identifiers(session: Session, cycle_id: int) -> dict[int, KeptIdentifiers]:
    """Map the id of each phase of a cycle to what is still kept about the authors of its comments, in one SQL statement."""

    def count(condition: ColumnElement[bool]) -> Any:
        return func.count().filter(condition)

    rows = session.execute(
        select(
            PublicComment.phase_id,
            func.count(),
            count(PublicComment.name != ""),
            count(PublicComment.email != ""),
            count(PublicComment.link_hash.is_not(None)),
            count(_has_more_text()),
            count(or_(PublicComment.note != "", PublicComment.appeal != "")),
        )
        .join(EngagementPhase, EngagementPhase.id == PublicComment.phase_id)
        .where(EngagementPhase.cycle_id == cycle_id)
        .group_by(PublicComment.phase_id)
    )
    return {row[0]: KeptIdentifiers(*row) for row in rows}


def clear_comments(session: Session, ids: Collection[int], *, at: datetime) -> list[ClearedAuthor]:
    """Delete the personal information about the authors of these comments, and return the authors.

    The text of a published comment stays as readers see it, with its masks applied. The text of any other comment is deleted,
    because it may contain personal information that no one has masked. The subject of the comment, its state, reason and
    themes stay.
    """
    cleared: list[ClearedAuthor] = []
    for some in _chunks(sorted(ids)):
        comments = session.scalars(select(PublicComment).where(PublicComment.id.in_(some)).with_for_update()).all()
        for comment in comments:
            cleared.append(ClearedAuthor(comment.id, comment.name, comment.email, comment.upload_id))
            comment.text = masked_text(comment) if comment.state is CommentState.PUBLISHED else ""
            comment.masks = []
            comment.name = comment.email = comment.note = comment.appeal = ""
            comment.link_hash = comment.stamp = None
            comment.identifiers_removed_at = at
            comment.version += 1
        session.flush()
    return cleared


def addresses_still_kept(session: Session, addresses: Collection[str]) -> set[str]:
    """Return those of these email addresses that a comment still has, in lower case."""
    wanted = sorted({address.lower() for address in addresses if address})
    still_used: set[str] = set()
    for some in _chunks(wanted):
        still_used.update(
            session.scalars(select(func.lower(PublicComment.email)).where(func.lower(PublicComment.email).in_(some)))
        )
    return still_used


def _chunks(values: list[_T]) -> Iterable[list[_T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
