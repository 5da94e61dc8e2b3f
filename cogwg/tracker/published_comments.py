"""Queries on published comments from the public. They read only the published copies, which are masked and in their original
language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.tracker.models import PublishedComment, PublishedCount

COMMENTS_ON_A_PAGE = 25
_C = table(PublishedComment)
_COLUMNS = tuple(_C.c[name] for name in (
    *("id", "cycle", "phase", "about", "about_key", "channel", "event", "lang", "text", "name"),
    *("received_on", "published_at", "duplicates", "sample"),
))  # fmt: skip
_REVISION = select(func.coalesce(func.sum(table(PublishedCount).c.revision), 0))


@dataclass(frozen=True, slots=True)
class CommentOfPublic:
    """A published comment. ``lang`` is "en", "fr" or "both", and ``duplicates`` the number of other comments that
    say the same.
    """

    id: int
    cycle: str
    phase: str
    about: str
    about_key: str
    channel: str
    event: str
    lang: str
    text: str
    name: str
    received_on: date
    published_at: datetime
    duplicates: int
    sample: bool

    @property
    def language(self) -> Language | None:
        """The language of the text; None if it is in both languages."""
        return Language(self.lang) if self.lang in tuple(Language) else None


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of published comments, the latest first, with the number of comments on all pages. ``number`` counts from 1."""

    comments: tuple[CommentOfPublic, ...]
    total: int
    number: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // COMMENTS_ON_A_PAGE))


@dataclass(frozen=True, slots=True)
class DecisionCounts:
    """The numbers of comments of a phase that were received, published, counted as duplicates, withdrawn, and refused (by
    reason).

    Comments that are waiting are counted only in ``received``.
    """

    phase: str
    received: int
    published: int
    duplicates: int
    withdrawn: int
    refused: Mapping[str, int]

    @property
    def refused_in_all(self) -> int:
        return sum(self.refused.values())


def comments_revision(session: Session) -> int:
    """Return a number that increases whenever a published comment is added, changed or removed, or the counts change."""
    return int(execute_core(session, _REVISION).scalar_one())


def published_comment(session: Session, id_: int) -> CommentOfPublic:
    """Return a published comment. Raises ``NotFound`` if there is none, or if it is waiting, was refused or was withdrawn."""
    comments = _comments(session, select(*_COLUMNS).where(_C.c.id == id_))
    if not comments:
        raise NotFound(f"published comment {id_}")
    return comments[0]


def comments_by_id(session: Session, ids: Sequence[int]) -> tuple[CommentOfPublic, ...]:
    """Return the published comments with these ids, the latest first."""
    return _comments(session, _latest_first().where(_C.c.id.in_(ids))) if ids else ()


def comments_of_cycles(session: Session, cycles: Collection[str]) -> tuple[CommentOfPublic, ...]:
    """Return all published comments of these cycles, the earliest first."""
    return _comments(session, select(*_COLUMNS).where(_C.c.cycle.in_(cycles)).order_by(_C.c.id)) if cycles else ()


def comments_of_phase(session: Session, cycle: str, phase: str, number: int = 1) -> CommentPage:
    """Return a page of the published comments of a phase. Raises ``NotFound`` if there is no such page."""
    own = _C.c.cycle == cycle, _C.c.phase == phase
    total: int = execute_core(session, select(func.count(_C.c.id)).where(*own)).scalar_one()
    if number < 1 or (number > 1 and (number - 1) * COMMENTS_ON_A_PAGE >= total):
        raise NotFound(f"page {number} of comments")
    page = _latest_first().where(*own).limit(COMMENTS_ON_A_PAGE).offset((number - 1) * COMMENTS_ON_A_PAGE)
    return CommentPage(_comments(session, page) if total else (), total, number)


def comment_counts(session: Session, cycle: str) -> dict[str, int]:
    """Return the number of published comments of each phase of a cycle, by the key of the phase; phases without
    any are left out.
    """
    statement = select(_C.c.phase, func.count(_C.c.id)).where(_C.c.cycle == cycle).group_by(_C.c.phase)
    return {row[0]: row[1] for row in execute_core(session, statement)}


def comments_of_cycle(session: Session, cycle: str) -> tuple[CommentOfPublic, ...]:
    """Return all published comments of a cycle, the latest first."""
    return _comments(session, _latest_first().where(_C.c.cycle == cycle))


def decision_counts(session: Session, cycle: str) -> dict[str, DecisionCounts]:
    """Return the counts of decisions on the comments of each phase of a cycle, by the key of the phase."""
    count = table(PublishedCount).c
    statement = select(*(count.phase, count.received, count.published, count.duplicates, count.withdrawn, count.refused)).where(
        count.cycle == cycle
    )
    return {row[0]: DecisionCounts(*row) for row in execute_core(session, statement)}


def _latest_first() -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).order_by(_C.c.received_on.desc(), _C.c.id.desc())


def _comments(session: Session, statement: Select[tuple[object, ...]]) -> tuple[CommentOfPublic, ...]:
    return tuple(CommentOfPublic(*row) for row in named_rows(execute_core(session, statement)))
