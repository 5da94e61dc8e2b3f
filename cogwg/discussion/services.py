"""Commands on comments: authors write, edit and delete their own. Each change writes one audit event.

The audit log does not store a comment's text, so a deleted text cannot be recovered. In a closed plan, comments can only be
deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Forbidden, NotFound
from cogwg.discussion.models import Comment, CommentColumns, Mention
from cogwg.discussion.queries import ActivityCommentFacts, comment
from cogwg.discussion.rules import check_comment, mention_names, mentioned_jurisdiction_ids
from cogwg.plan.closing import check_plan_is_open

_AnyComment = TypeVar("_AnyComment", bound=CommentColumns)


def locked_comment(
    session: Session, model: type[_AnyComment], comment_id: int, of_subject: ColumnElement[bool], author: Actor | None = None
) -> _AnyComment:
    """Return a comment on an activity or a slide, with its row locked in the database.

    Raises ``NotFound`` if it does not exist or is deleted, and ``Forbidden`` if ``author`` is given and did not write it.
    """
    wanted = select(model).where(model.id == comment_id, of_subject, model.deleted_at.is_(None))
    stored = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if stored is None:
        raise NotFound(f"comment {comment_id}")
    if author is not None and stored.person_id != author.id:
        raise Forbidden
    return stored


def write_comment(
    session: Session, activity_id: int, text: str, *, lang: Language, mentions: Collection[int], by: Actor, at: datetime
) -> tuple[ActivityCommentFacts, frozenset[int]]:
    """Add a comment to an activity; return it with the ids of the jurisdictions it mentions. Raises ``Invalid`` if it is empty
    or too long.

    ``mentions`` are the ids of the jurisdictions that were selected; "@on" or "@Ontario" in the text mentions Ontario as well.
    """
    check_comment(text)
    check_plan_is_open(session, activity_id=activity_id)
    stored = Comment(activity_id=activity_id, person_id=by.id, lang=lang, text=text, version=1, written_at=at)
    session.add(stored)
    mentioned = _set_mentions(session, stored, mentions)
    record_event(session, "comment.written", ("comment", stored.id), by=by, at=at, after=_audit_values(stored))
    return comment(session, activity_id, stored.id), mentioned


def edit_comment(
    session: Session,
    activity_id: int,
    comment_id: int,
    text: str,
    *,
    lang: Language,
    mentions: Collection[int],
    expected_version: int,
    by: Actor,
    at: datetime,
) -> tuple[ActivityCommentFacts, frozenset[int]]:
    """Edit a comment; return it with the ids of the jurisdictions it newly mentions. Repeating the same edit changes nothing.

    Raises ``Invalid`` if the text is empty or too long, ``NotFound`` if there is no such comment, ``Forbidden`` for another
    person's comment, and ``Conflict`` if ``expected_version`` is not the stored version.
    """
    stored = locked_comment(session, Comment, comment_id, Comment.activity_id == activity_id, by)
    check_comment(text)
    check_plan_is_open(session, activity_id=activity_id)
    before = _audit_values(stored)
    if (
        stored.version != expected_version
        and (stored.text, stored.lang) == (text, lang)
        and set(mentions) <= set(before["mentions"])
    ):
        return comment(session, activity_id, comment_id), frozenset()
    _check_version(session, stored, expected_version)
    stored.text, stored.lang, stored.edited_at, stored.version = text, lang, at, expected_version + 1
    mentioned = _set_mentions(session, stored, mentions)
    record_event(session, "comment.edited", ("comment", comment_id), by=by, at=at, before=before, after=_audit_values(stored))
    return comment(session, activity_id, comment_id), mentioned.difference(before["mentions"])


def delete_comment(
    session: Session, activity_id: int, comment_id: int, *, expected_version: int, by: Actor, at: datetime
) -> None:
    """Delete a comment; it keeps its position in the list. Raises the same errors as ``edit_comment``, except ``Invalid``."""
    stored = locked_comment(session, Comment, comment_id, Comment.activity_id == activity_id, by)
    _check_version(session, stored, expected_version)
    before = _audit_values(stored)
    stored.text, stored.mentions, stored.deleted_at, stored.version = "", [], at, expected_version + 1
    session.flush()
    record_event(session, "comment.deleted", ("comment", comment_id), by=by, at=at, before=before)


def _check_version(session: Session, stored: Comment, expected_version: int) -> None:
    """Raise ``Conflict`` with the stored comment if its version is not the expected one."""
    if stored.version != expected_version:
        raise Conflict(comment(session, stored.activity_id, stored.id))


def _set_mentions(session: Session, stored: Comment, selected: Collection[int]) -> frozenset[int]:
    """Set the jurisdictions that a comment mentions, in the text or selected, and return their ids; ignore unknown ids."""
    names = mention_names((j.id, j.code, j.name, j.short) for j in session.scalars(select(Jurisdiction)))
    mentioned = mentioned_jurisdiction_ids(stored.text, names) | (frozenset(selected) & frozenset(names.values()))
    stored.mentions = [Mention(jurisdiction_id=id_) for id_ in sorted(mentioned)]
    session.flush()
    return mentioned


def _audit_values(stored: Comment) -> dict[str, Any]:
    return {"version": stored.version, "mentions": sorted(m.jurisdiction_id for m in stored.mentions)}
