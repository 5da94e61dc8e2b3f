"""Coding: put each published comment into one or more themes. None of the commands commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, selectinload

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, NotFound
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementPhase, EngagementTheme, PublicComment
from cogwg.engagement.scales import CommentState

UNCODED = "none"
"""The filter for comments that are in no theme."""


@dataclass(frozen=True, slots=True)
class CodingFilter:
    """Which comments to list for coding. An empty field does not filter.

    ``theme`` is the id of a theme, or ``UNCODED`` for comments in none; ``phase`` is the key of a phase; ``word`` must occur
    in the text.
    """

    theme: str = ""
    phase: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """The ids of a comment's themes when the form was shown, and those that the analyst chose in it."""

    shown: frozenset[int]
    chosen: frozenset[int]


def code_comments(
    session: Session, cycle: EngagementCycle, codings: Mapping[int, Coding], *, by: Actor, at: datetime
) -> list[int]:
    """Put comments into the themes that were chosen for them; return the ids of those that changed. Each gets an audit event.

    Raises ``NotFound`` if a comment or a theme is not in this cycle, or a comment is not published; and ``Conflict`` with the
    ids of the comments that another person has coded in the meantime. In both cases, no comment is changed.
    """
    wanted = {id_: each for id_, each in codings.items() if each.shown != each.chosen}
    comments = session.scalars(
        select(PublicComment)
        .join(EngagementPhase)
        .where(PublicComment.id.in_(wanted), EngagementPhase.cycle_id == cycle.id)
        .where(PublicComment.state == CommentState.PUBLISHED)
        .order_by(PublicComment.id)
        .with_for_update(of=PublicComment)
        .options(selectinload(PublicComment.themes))
        .execution_options(populate_existing=True)
    ).all()
    own = set(session.scalars(select(EngagementTheme.id).where(EngagementTheme.cycle_id == cycle.id)))
    if len(comments) != len(wanted) or not frozenset().union(*(each.chosen for each in wanted.values())) <= own:
        raise NotFound("comment or theme to code")
    before = {comment.id: frozenset(each.theme_id for each in comment.themes) for comment in comments}
    if changed := [id_ for id_, themes in before.items() if themes not in (wanted[id_].shown, wanted[id_].chosen)]:
        raise Conflict(changed)
    coded = []
    for comment in comments:
        chosen = wanted[comment.id].chosen
        if before[comment.id] == chosen:
            continue
        comment.themes = [each for each in comment.themes if each.theme_id in chosen]
        comment.themes += [
            CommentTheme(theme_id=id_, coded_by=by.id, coded_at=at) for id_ in sorted(chosen - before[comment.id])
        ]
        coded.append(comment.id)
    session.flush()
    for id_ in coded:
        record_event(
            session,
            "public-comment.coded",
            ("public-comment", id_),
            by=by,
            at=at,
            before={"themes": sorted(before[id_])},
            after={"themes": sorted(wanted[id_].chosen)},
        )
    return coded


def count_comments(session: Session, cycle: EngagementCycle, asked: CodingFilter) -> int:
    """Return how many published comments a filter selects."""
    return session.scalar(select(func.count(PublicComment.id)).join(EngagementPhase).where(*_criteria(cycle, asked))) or 0


def comments_to_code(
    session: Session, cycle: EngagementCycle, asked: CodingFilter, *, offset: int, limit: int
) -> list[PublicComment]:
    """Return a page of the published comments that a filter selects, with their themes, the earliest first, in two SQL
    statements.
    """
    rows = (
        select(PublicComment)
        .join(EngagementPhase)
        .where(*_criteria(cycle, asked))
        .options(selectinload(PublicComment.themes))
        .order_by(PublicComment.received_at, PublicComment.id)
    )
    return list(session.scalars(rows.offset(offset).limit(limit)))


def coded_counts(session: Session, cycle: EngagementCycle) -> dict[int, int]:
    """Map the id of each theme of a cycle to the number of published comments in it."""
    asked = (
        select(CommentTheme.theme_id, func.count())
        .join(EngagementTheme)
        .join(PublicComment, PublicComment.id == CommentTheme.comment_id)
        .where(EngagementTheme.cycle_id == cycle.id, PublicComment.state == CommentState.PUBLISHED)
        .group_by(CommentTheme.theme_id)
    )
    return dict(session.execute(asked).all())


def published_counts(session: Session) -> dict[int, tuple[int, int]]:
    """Map the id of each cycle to the number of its published comments, and the number of those that are in no theme."""
    coded = select(CommentTheme.comment_id).where(CommentTheme.comment_id == PublicComment.id).exists()
    uncoded = func.sum(case((coded, 0), else_=1))
    rows = session.execute(
        select(EngagementPhase.cycle_id, func.count(PublicComment.id), uncoded)
        .join(PublicComment, PublicComment.phase_id == EngagementPhase.id)
        .where(PublicComment.state == CommentState.PUBLISHED)
        .group_by(EngagementPhase.cycle_id)
    )
    return {cycle: (count, int(left)) for cycle, count, left in rows}


def cycles_to_code(session: Session) -> list[tuple[str, Bilingual, int]]:
    """Return the key and title of each cycle that is not completed and has published comments in no theme, with the number of
    these comments.
    """
    rows = session.execute(
        select(EngagementCycle.key, EngagementCycle.title_en, EngagementCycle.title_fr, func.count(PublicComment.id))
        .join(EngagementPhase, EngagementPhase.cycle_id == EngagementCycle.id)
        .join(PublicComment, PublicComment.phase_id == EngagementPhase.id)
        .where(EngagementCycle.completed_on.is_(None), PublicComment.state == CommentState.PUBLISHED)
        .where(~PublicComment.themes.any())
        .group_by(EngagementCycle.id)
        .order_by(EngagementCycle.id.desc())
    )
    return [(key, Bilingual(en, fr), count) for key, en, fr, count in rows]


def themes_of_comments(session: Session, ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Map the id of each of these comments to the ids of its themes."""
    themes: dict[int, set[int]] = {}
    asked = select(CommentTheme.comment_id, CommentTheme.theme_id).where(CommentTheme.comment_id.in_(ids))
    for comment, theme in session.execute(asked):
        themes.setdefault(comment, set()).add(theme)
    return {comment: frozenset(own) for comment, own in themes.items()}


def _criteria(cycle: EngagementCycle, asked: CodingFilter) -> list[ColumnElement[bool]]:
    criteria = [EngagementPhase.cycle_id == cycle.id, PublicComment.state == CommentState.PUBLISHED]
    if asked.theme == UNCODED:
        criteria.append(~PublicComment.themes.any())
    elif asked.theme:
        criteria.append(PublicComment.themes.any(CommentTheme.theme_id == int(asked.theme)))
    if asked.phase:
        criteria.append(EngagementPhase.key == asked.phase)
    if asked.word:
        criteria.append(PublicComment.text.icontains(asked.word, autoescape=True))
    return criteria
