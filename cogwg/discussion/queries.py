"""The facts of a comment on any subject, and queries for the comments on an activity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.queries import NamedJurisdiction, lead_jurisdictions
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import NotFound
from cogwg.discussion.models import Comment, Mention


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """A comment with its author's name."""

    id: int
    person_id: int
    person: str
    lang: Language
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityCommentFacts(CommentFacts):
    """A comment on an activity, with its author's jurisdiction and the jurisdictions it mentions.

    A deleted comment keeps its position, with an empty ``text``.
    """

    jurisdiction: Bilingual
    version: int
    edited_at: datetime | None
    is_deleted: bool
    mentions: tuple[NamedJurisdiction, ...]


def comments(session: Session, activity_id: int) -> list[ActivityCommentFacts]:
    """Return the comments on an activity, oldest first, in one SQL statement."""
    return _facts(session, _comment_statement().where(Comment.activity_id == activity_id))


def comment(session: Session, activity_id: int, comment_id: int) -> ActivityCommentFacts:
    """Return a comment on this activity that is not deleted. Raises ``NotFound``."""
    wanted = _comment_statement().where(Comment.id == comment_id, Comment.activity_id == activity_id)
    stored = _facts(session, wanted.where(Comment.deleted_at.is_(None)))
    if not stored:
        raise NotFound(f"comment {comment_id}")
    return stored[0]


def _comment_statement() -> Select[*tuple[Any, ...]]:
    mentioned, home, leads = aliased(Jurisdiction), aliased(Jurisdiction), lead_jurisdictions()
    return (
        select(Comment, Person.name, home.name_en, home.name_fr, mentioned)
        .join(Person, Person.id == Comment.person_id)
        .outerjoin(leads, leads.c.person_id == Comment.person_id)
        .outerjoin(home, home.id == leads.c.jurisdiction_id)
        .outerjoin(Mention, Mention.comment_id == Comment.id)
        .outerjoin(mentioned, mentioned.id == Mention.jurisdiction_id)
        .order_by(Comment.id, mentioned.code)
        .execution_options(populate_existing=True)
    )


def _facts(session: Session, statement: Select[*tuple[Any, ...]]) -> list[ActivityCommentFacts]:
    rows = session.execute(statement).all()
    mentions: dict[int, list[NamedJurisdiction]] = {}
    for c, _name, _en, _fr, mentioned in rows:
        if mentioned is not None:
            mentions.setdefault(c.id, []).append(NamedJurisdiction(mentioned.id, mentioned.code, mentioned.name))
    return [
        ActivityCommentFacts(
            id=c.id,
            person_id=c.person_id,
            person=name,
            jurisdiction=Bilingual(en or "", fr or ""),
            lang=c.lang,
            text=c.text,
            version=c.version,
            written_at=c.written_at,
            edited_at=c.edited_at,
            is_deleted=c.deleted_at is not None,
            mentions=tuple(mentions.get(c.id, ())),
        )
        for c, name, en, fr, _mentioned in {row[0].id: row for row in rows}.values()
    ]
