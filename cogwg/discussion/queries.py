"""The facts of comments on activities and slides, and the queries for comments on activities."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import JURISDICTION_ROLES, Jurisdiction, Membership, Person
from cogwg.accounts.queries import NamedJurisdiction, lead_jurisdictions
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import NotFound
from cogwg.discussion.models import Comment, Mention
from cogwg.plan.models import Activity, Priority, WorkPlan


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
    """Return a comment on this activity. Raises ``NotFound`` if there is none with this id, or if it was deleted."""
    wanted = _comment_statement().where(Comment.id == comment_id, Comment.activity_id == activity_id)
    stored = _facts(session, wanted.where(Comment.deleted_at.is_(None)))
    if not stored:
        raise NotFound(f"comment {comment_id}")
    return stored[0]


@dataclass(frozen=True, slots=True)
class UnansweredMention:
    """A comment that mentions a jurisdiction whose leads have not commented on the activity since."""

    comment_id: int
    year: int
    code: str
    title: Bilingual
    person: str
    written_at: datetime


def unanswered_mentions(session: Session, jurisdiction_ids: Collection[int], since: datetime) -> list[UnansweredMention]:
    """Return the latest unanswered mention of these jurisdictions on each activity, newest first, in one SQL statement.

    Mentions before ``since``, and those by a lead of the jurisdictions, are left out.
    """
    leads = select(Membership.person_id).where(
        Membership.role.in_(JURISDICTION_ROLES), Membership.jurisdiction_id.in_(tuple(jurisdiction_ids))
    )
    answer = aliased(Comment)
    is_answered = (
        select(answer.id)
        .where(answer.activity_id == Comment.activity_id, answer.id > Comment.id, answer.deleted_at.is_(None))
        .where(answer.person_id.in_(leads))
        .exists()
    )
    mentioning = select(Mention.comment_id).where(Mention.jurisdiction_id.in_(tuple(jurisdiction_ids)))
    rows = session.execute(
        select(Comment.id, Comment.activity_id, Comment.written_at, Person.name, Activity.code, Activity.title, WorkPlan.year)
        .join(Person, Person.id == Comment.person_id)
        .join(Activity, Activity.id == Comment.activity_id)
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(Comment.id.in_(mentioning), Comment.deleted_at.is_(None), Comment.written_at >= since)
        .where(Comment.person_id.not_in(leads), ~is_answered, Activity.retired_on.is_(None))
        .order_by(Comment.id)
    )
    latest = {row.activity_id: row for row in rows}.values()
    newest_first = sorted(latest, key=lambda row: -row.id)
    return [UnansweredMention(r.id, r.year, r.code, r.title, r.name, r.written_at) for r in newest_first]


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
