"""The lists for moderators: comments sorted by what must be done with them, with what looks suspicious in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.engagement.masking import Mask, joined_masks, masks_of
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import CommentState, Subject
from cogwg.engagement.suspicions import Suspicion, similar_comments, suggested_masks, suspicions
from cogwg.ogp.models import Commitment
from cogwg.plan.models import Priority, WorkPlan

_C, _P, _Y = PublicComment, EngagementPhase, EngagementCycle


class QueueTab(StrEnum):
    """A list of comments that need the same action from moderators, or had the same decision."""

    WAITING = "waiting"
    SECOND = "second"
    HELD = "held"
    APPEALED = "appealed"
    PUBLISHED = "published"
    REFUSED = "refused"
    DUPLICATE = "duplicate"

    @property
    def state(self) -> CommentState:
        return CommentState(self.value)


_ORDERS: Mapping[QueueTab, tuple[ColumnElement[Any], ...]] = {
    QueueTab.WAITING: (_C.received_at.asc(), _C.id.asc()),
    QueueTab.SECOND: (_C.decided_at.asc(), _C.id.asc()),
    QueueTab.HELD: (_C.received_at.asc(), _C.id.asc()),
    QueueTab.APPEALED: (_C.appealed_at.asc(), _C.id.asc()),
    QueueTab.PUBLISHED: (_C.decided_at.desc(), _C.id.desc()),
    QueueTab.REFUSED: (_C.decided_at.desc(), _C.id.desc()),
    QueueTab.DUPLICATE: (_C.decided_at.desc(), _C.id.desc()),
}
"""The order of each list: comments to decide on start with the oldest, decided ones with the newest."""
_CHECKED = frozenset({QueueTab.WAITING, QueueTab.HELD, QueueTab.APPEALED})
"""The lists in which comments are checked for suspicious parts."""


@dataclass(frozen=True, slots=True)
class QueuePhase:
    """A phase and its cycle, with the key and the title of each."""

    id: int
    cycle: str
    cycle_title: Bilingual
    phase: str
    phase_title: Bilingual


@dataclass(frozen=True, slots=True)
class QueuedComment:
    """A comment in a list of moderators.

    ``subject`` is the title of the item that it is about, or None if that is the phase, or if the item no longer exists.
    ``masks`` are its masks or, if none were chosen, the suggested ones. ``similar_to`` is the id of an earlier comment that is
    very similar, with the text ``similar_text``, or None.
    """

    comment: PublicComment
    phase: QueuePhase
    subject: Bilingual | None
    suspicions: tuple[Suspicion, ...]
    masks: tuple[Mask, ...]
    similar_to: int | None
    similar_text: str


@dataclass(frozen=True, slots=True)
class ModerationQueue:
    """A page of a list.

    ``counts`` has the number of comments in each list, and ``oldest_at`` is when the longest-waiting comment was received, or
    None. ``start`` is the index of the page's first comment in the list.
    """

    tab: QueueTab
    counts: Mapping[QueueTab, int]
    oldest_at: datetime | None
    phases: tuple[QueuePhase, ...]
    comments: tuple[QueuedComment, ...]
    start: int


def moderation_counts(session: Session) -> tuple[dict[QueueTab, int], datetime | None]:
    """Return how many comments are in each list, and when the longest-waiting one was received, in one SQL statement."""
    return _counts(session, _C.id.is_not(None))


def moderation_queue(
    session: Session, tab: QueueTab, *, cycle: str = "", phase: str = "", size: int, start: Callable[[int], int]
) -> ModerationQueue:
    """Return a page of a list, for all cycles, one cycle or one phase, in a constant number of SQL statements.

    ``start`` gets the number of comments in the list, and returns the index of the first one on the page.
    """
    phases = _phases(session)
    chosen = [each.id for each in phases if cycle in ("", each.cycle) and phase in ("", each.phase)]
    of_phases = _C.phase_id.in_(chosen)
    counts, oldest = _counts(session, of_phases)
    first = start(counts[tab])
    listed = select(_C).where(of_phases, _C.state == tab.state)
    comments = session.scalars(listed.order_by(*_ORDERS[tab]).offset(first).limit(size)).all()
    by_id = {each.id: each for each in phases}
    return ModerationQueue(
        tab,
        counts,
        oldest,
        phases,
        tuple(_queued(session, list(comments), by_id, checks=tab in _CHECKED)),
        first,
    )


def _counts(session: Session, criterion: ColumnElement[bool]) -> tuple[dict[QueueTab, int], datetime | None]:
    statement = select(_C.state, func.count(), func.min(_C.received_at)).where(criterion).group_by(_C.state)
    numbers = {state: (count, oldest) for state, count, oldest in session.execute(statement)}
    counts = {each: numbers.get(each.state, (0, None))[0] for each in QueueTab}
    return counts, numbers.get(CommentState.WAITING, (0, None))[1]


def _phases(session: Session) -> tuple[QueuePhase, ...]:
    columns = (_P.id, _Y.key, _Y.title_en, _Y.title_fr, _P.key, _P.title_en, _P.title_fr)
    statement = select(*columns).join(_Y).order_by(_Y.id.desc(), _P.position)
    return tuple(
        QueuePhase(id_, cycle, Bilingual(cycle_en, cycle_fr), phase, Bilingual(title_en, title_fr))
        for id_, cycle, cycle_en, cycle_fr, phase, title_en, title_fr in session.execute(statement)
    )


def _queued(
    session: Session, comments: list[PublicComment], phases: Mapping[int, QueuePhase], *, checks: bool
) -> list[QueuedComment]:
    subjects = _subjects(session, comments)
    similar = _similar(session, comments, phases) if checks and comments else {}
    queued = []
    for comment in comments:
        marked = suspicions(comment.text) if checks else ()
        masks = masks_of(comment) or (suggested_masks(marked) if checks else ())
        key = comment.about_key if comment.about is Subject.PRIORITY else comment.about_key.partition("/")[0]
        subject = subjects.get((comment.about, key))
        near = similar.get(comment.id, (None, ""))
        queued.append(QueuedComment(comment, phases[comment.phase_id], subject, marked, joined_masks(masks), *near))
    return queued


def _similar(session: Session, comments: list[PublicComment], phases: Mapping[int, QueuePhase]) -> dict[int, tuple[int, str]]:
    """Map the id of each comment for which there is a very similar earlier one to the id and the text of that one."""
    cycles = {phases[comment.phase_id].cycle for comment in comments}
    near = [id_ for id_, facts in phases.items() if facts.cycle in cycles]
    compared = (CommentState.WAITING, CommentState.HELD, CommentState.PUBLISHED)
    statement = select(_C.id, _C.text).where(_C.phase_id.in_(near), _C.state.in_(compared))
    others = {row.id: row.text for row in session.execute(statement)}
    similar = similar_comments({comment.id: comment.text for comment in comments}, others)
    return {id_: (other, others[other]) for id_, other in similar.items()}


def _subjects(session: Session, comments: list[PublicComment]) -> dict[tuple[Subject, str], Bilingual]:
    """Map the commitments and priorities that comments are about (kind, and key without a milestone's number) to their
    titles.
    """
    titles: dict[tuple[Subject, str], Bilingual] = {}
    identifiers = {
        comment.about_key.partition("/")[0] for comment in comments if comment.about in (Subject.COMMITMENT, Subject.MILESTONE)
    }
    if identifiers:
        named = select(Commitment.identifier, Commitment.title_en, Commitment.title_fr)
        for identifier, en, fr in session.execute(named.where(Commitment.identifier.in_(identifiers))):
            titles |= {(about, identifier): Bilingual(en, fr) for about in (Subject.COMMITMENT, Subject.MILESTONE)}
    if any(comment.about is Subject.PRIORITY for comment in comments):
        of_plans = select(WorkPlan.year, Priority.number, Priority.title_en, Priority.title_fr).join(
            WorkPlan, WorkPlan.id == Priority.plan_id
        )
        for year, number, en, fr in session.execute(of_plans):
            titles[Subject.PRIORITY, f"{year}/{number}"] = Bilingual(en, fr)
    return titles
