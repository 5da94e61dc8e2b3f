"""Write the published copies of comments, and the counts of decisions, from the stored comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cogwg.core.calendar import local_day
from cogwg.core.db import insert_if_new, table
from cogwg.engagement.masking import masked_text
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.models import PublishedComment, PublishedCount


def copy_comment(session: Session, comment_id: int) -> None:
    """Update the published copy of a comment from the stored comment (see ``copy_comments``)."""
    copy_comments(session, [comment_id])


def copy_comments(session: Session, ids: Collection[int]) -> None:
    """Update the published copies of these comments, and the comment counts of their phases, from the stored comments.

    A published comment is copied with its masks; the copy of any other comment, or of a deleted one, is removed. Call it in
    the same transaction as any change to comments.
    """
    if not ids:
        return
    session.flush()
    copies = {copy.id: copy for copy in session.scalars(select(PublishedComment).where(PublishedComment.id.in_(ids)))}
    comments = {each.id: each for each in session.scalars(select(PublicComment).where(PublicComment.id.in_(ids)))}
    places = _places(session, comments, copies)
    revisions = {place: _count(session, phase_id, *place) for phase_id, place in sorted(places.items())}
    for id_, copy in copies.items():
        comment = comments.get(id_)
        if comment is None or comment.state is not CommentState.PUBLISHED:
            session.delete(copy)
    for comment in comments.values():
        if comment.state is CommentState.PUBLISHED:
            copy, place = copies.get(comment.id) or PublishedComment(id=comment.id), places[comment.phase_id]
            _fill(copy, comment, place)
            copy.revision = revisions[place]
            session.add(copy)
    session.flush()
    _copy_duplicates(session, {cycle for cycle, _phase in places.values()})


def copy_counts(session: Session, phase_ids: Collection[int]) -> None:
    """Update the comment counts of these phases. Call it if no published copy of a comment changes."""
    rows = session.execute(
        select(EngagementPhase.id, EngagementCycle.key, EngagementPhase.key)
        .join(EngagementCycle)
        .where(EngagementPhase.id.in_(phase_ids))
        .order_by(EngagementPhase.id)
    )
    for phase_id, cycle, phase in rows:
        _count(session, phase_id, cycle, phase)


def _places(
    session: Session, comments: dict[int, PublicComment], copies: dict[int, PublishedComment]
) -> dict[int, tuple[str, str]]:
    """Map the id of the phase of each of these comments and copies to the keys of its cycle and phase."""
    ids = {each.phase_id for each in comments.values()}
    gone = {(copy.cycle, copy.phase) for copy in copies.values() if copy.id not in comments}
    of_ids = select(EngagementPhase.id, EngagementCycle.key, EngagementPhase.key).join(EngagementCycle)
    keys = ((EngagementCycle.key == cycle) & (EngagementPhase.key == phase) for cycle, phase in gone)
    statement = of_ids.where(or_(EngagementPhase.id.in_(ids), *keys))
    return {id_: (cycle, phase) for id_, cycle, phase in session.execute(statement)}


def _count(session: Session, phase_id: int, cycle: str, phase: str) -> int:
    """Count the comments of a phase, and return the new revision of its counts.

    Other transactions that count the same phase wait until this one ends.
    """
    own = (PublishedCount.cycle == cycle, PublishedCount.phase == phase)
    query = select(PublishedCount).where(*own).with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        zero = {"received": 0, "published": 0, "duplicates": 0, "withdrawn": 0, "refused": {}, "revision": 0}
        insert_if_new(session, table(PublishedCount), {"cycle": cycle, "phase": phase, **zero})
        row = session.scalars(query).one()
    states: Counter[CommentState] = Counter()
    refused: Counter[str] = Counter()
    statement = (
        select(PublicComment.state, PublicComment.reason, func.count())
        .where(PublicComment.phase_id == phase_id)
        .group_by(PublicComment.state, PublicComment.reason)
    )
    for state, reason, count in session.execute(statement):
        states[state] += count
        if state in (CommentState.REFUSED, CommentState.APPEALED) and reason is not None:
            refused[reason.value] += count
    row.received, row.published = states.total(), states[CommentState.PUBLISHED]
    row.duplicates, row.withdrawn = states[CommentState.DUPLICATE], states[CommentState.WITHDRAWN]
    row.refused = dict(sorted(refused.items()))
    row.revision += 1
    session.flush()
    return row.revision


def _copy_duplicates(session: Session, cycles: Collection[str]) -> None:
    """Store, for each published comment of these cycles, the number of its duplicates."""
    counted = (
        select(PublicComment.duplicate_of_id, func.count())
        .join(PublishedComment, PublishedComment.id == PublicComment.duplicate_of_id)
        .where(PublishedComment.cycle.in_(cycles), PublicComment.state == CommentState.DUPLICATE)
        .group_by(PublicComment.duplicate_of_id)
    )
    counts = {original: count for original, count in session.execute(counted) if original is not None}
    with_some = or_(PublishedComment.duplicates > 0, PublishedComment.id.in_(counts))
    for copy in session.scalars(select(PublishedComment).where(PublishedComment.cycle.in_(cycles), with_some)):
        copy.duplicates = counts.get(copy.id, 0)
    session.flush()


def _fill(copy: PublishedComment, comment: PublicComment, place: tuple[str, str]) -> None:
    copy.cycle, copy.phase = place
    copy.about, copy.about_key = comment.about.value, comment.about_key
    copy.channel, copy.event, copy.lang = comment.channel.value, comment.event, comment.lang.value
    copy.text, copy.name = masked_text(comment), comment.name
    copy.received_on = local_day(comment.received_at)
    copy.published_at = comment.decided_at or comment.received_at
    copy.sample = comment.sample
