"""Commands on comments: authors write, edit and delete their own. Each command writes one audit event.

The audit log does not store a comment's text: what its author deletes is gone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Language
from cogwg.core.db import table
from cogwg.core.errors import Conflict, Forbidden
from cogwg.discussion.models import Comment, Mention
from cogwg.discussion.queries import CommentFacts, comment
from cogwg.discussion.rules import check_comment, mentioned_jurisdiction_ids

_COMMENT, _MENTION = table(Comment), table(Mention)


def write_comment(
    session: Session, activity_id: int, text: str, *, lang: Language, mentions: Collection[int], by: Actor, at: datetime
) -> tuple[CommentFacts, frozenset[int]]:
    """Add a comment to an activity; return it with the ids of the jurisdictions it mentions. Raises ``Invalid``.

    ``mentions`` are the ids of the jurisdictions that were selected; "@on" in the text mentions Ontario as well.
    """
    check_comment(text)
    values = {"activity_id": activity_id, "person_id": by.id, "lang": lang, "text": text, "version": 1, "written_at": at}
    id_ = session.execute(insert(_COMMENT).returning(_COMMENT.c.id), values).scalar_one()
    mentioned = _set_mentions(session, id_, text, mentions)
    record_event(session, "comment.written", ("comment", id_), by=by, at=at, after=_audit_values(1, mentioned))
    return comment(session, activity_id, id_), mentioned


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
) -> tuple[CommentFacts, frozenset[int]]:
    """Edit a comment; return it with the ids of the jurisdictions that it did not mention before.

    Raises ``Forbidden`` for another person's comment, ``Conflict`` when ``expected_version`` is not the stored version,
    ``Invalid``, ``NotFound``.
    """
    stored = _own_comment(session, activity_id, comment_id, by)
    check_comment(text)
    _update_comment(session, stored, expected_version, {"text": text, "lang": lang, "edited_at": at})
    before = frozenset(m.id for m in stored.mentions)
    mentioned = _set_mentions(session, comment_id, text, mentions)
    event_values = {"before": _audit_values(expected_version, before), "after": _audit_values(expected_version + 1, mentioned)}
    record_event(session, "comment.edited", ("comment", comment_id), by=by, at=at, **event_values)
    return comment(session, activity_id, comment_id), mentioned - before


def delete_comment(
    session: Session, activity_id: int, comment_id: int, *, expected_version: int, by: Actor, at: datetime
) -> None:
    """Delete a comment; it keeps its position in the list. Raises what ``edit_comment`` does, except ``Invalid``."""
    stored = _own_comment(session, activity_id, comment_id, by)
    _update_comment(session, stored, expected_version, {"text": "", "deleted_at": at})
    session.execute(delete(_MENTION).where(_MENTION.c.comment_id == comment_id))
    before = _audit_values(expected_version, frozenset(m.id for m in stored.mentions))
    record_event(session, "comment.deleted", ("comment", comment_id), by=by, at=at, before=before)


def _own_comment(session: Session, activity_id: int, comment_id: int, by: Actor) -> CommentFacts:
    stored = comment(session, activity_id, comment_id)
    if stored.person_id != by.id:
        raise Forbidden
    return stored


def _update_comment(session: Session, stored: CommentFacts, expected_version: int, values: dict[str, Any]) -> None:
    """Update a comment that is still at the expected version; otherwise raise ``Conflict`` with the stored comment."""
    at_seen = update(_COMMENT).where(
        _COMMENT.c.id == stored.id, _COMMENT.c.version == expected_version, _COMMENT.c.deleted_at.is_(None)
    )
    if session.scalar(at_seen.values(**values, version=expected_version + 1).returning(_COMMENT.c.id)) is None:
        raise Conflict(comment(session, stored.activity_id, stored.id))


def _set_mentions(session: Session, comment_id: int, text: str, chosen: Collection[int]) -> frozenset[int]:
    """Set the jurisdictions that a comment mentions, in the text or selected; unknown ids are ignored."""
    codes = {row.code: row.id for row in session.execute(select(Jurisdiction.code, Jurisdiction.id))}
    mentioned = mentioned_jurisdiction_ids(text, codes) | (frozenset(chosen) & frozenset(codes.values()))
    session.execute(delete(_MENTION).where(_MENTION.c.comment_id == comment_id))
    if mentioned:
        session.execute(insert(_MENTION), [{"comment_id": comment_id, "jurisdiction_id": id_} for id_ in sorted(mentioned)])
    return mentioned


def _audit_values(version: int, mentioned: frozenset[int]) -> dict[str, Any]:
    return {"version": version, "mentions": sorted(mentioned)}
