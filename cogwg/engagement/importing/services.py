"""Commands on files of comments: preview what a file would add, save all of it as one step, and undo it.

If a file has an error, nothing is saved. None of the commands commits. The caller must then update the published copies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.engagement.entering import EnteredComment, find_phase, new_comment
from cogwg.engagement.importing.reading import ReadComments, StatedComment, read_comments
from cogwg.engagement.models import CommentTheme, EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import Channel, CommentLanguage
from cogwg.imports import services as uploads
from cogwg.imports.previews import Cell, Change, Preview
from cogwg.imports.queries import UploadHead
from cogwg.imports.rules import Claim

SHOWN = 200
"""How many characters of a comment's text the preview shows."""
_MOST_VALUES = 500
"""How many ids an SQL statement contains at most."""


class CommentsNotClaimed(Exception):
    """The upload cannot be applied. ``claim`` is the reason."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.value)
        self.claim = claim


@dataclass(frozen=True, slots=True)
class CheckedComments:
    """What a file would add. ``payload`` is stored with the preview, so that an outdated preview can be detected."""

    preview: Preview
    scope: str
    to_save: tuple[EnteredComment, ...]

    @property
    def payload(self) -> dict[str, Any]:
        digest = sha256(repr(self.to_save).encode()).hexdigest()
        return {"new": len(self.to_save), "digest": digest}


def check_comments(session: Session, cycle: EngagementCycle, data: bytes, *, today: date) -> CheckedComments:
    """Return what the content of a file would add to a cycle. Raises ``Invalid`` for a file that cannot be read at all."""
    return check_read(session, cycle, read_comments(data, cycle.phases, today))


def check_read(session: Session, cycle: EngagementCycle, read: ReadComments) -> CheckedComments:
    """Return what a file that was read would add. If it has an error, ``to_save`` is empty.

    A row that is already stored is left out, so that uploading the same file again changes nothing. Two equal rows in the file
    are two comments.
    """
    stored = _stored(session, cycle, read.comments)
    new: list[StatedComment] = []
    unchanged = 0
    for each in read.comments:
        if stored[_identity(each.comment)] > 0:
            stored[_identity(each.comment)] -= 1
            unchanged += 1
        else:
            new.append(each)
    changes = tuple(
        Change(
            each.comment.phase,
            f"{each.comment.channel.value} {each.comment.lang.value}",
            Cell("", str(each.row)),
            each.comment.event,
            each.comment.text[:SHOWN],
        )
        for each in new
    )
    preview = Preview(changes, read.problems, unchanged=unchanged, left_out=read.left_out)
    return CheckedComments(preview, cycle.key, () if preview.errors else tuple(each.comment for each in new))


def apply_comments(
    session: Session,
    cycle: EngagementCycle,
    upload: UploadHead,
    checked: CheckedComments,
    *,
    publish: bool,
    revision: int,
    by: Actor,
    at: datetime,
    now: datetime,
) -> list[int]:
    """Save the comments of an uploaded file; return their ids. With ``publish``, they are published at once; otherwise, they
    wait for a moderator.

    ``checked`` must have been computed from the file just before. Raises ``CommentsNotClaimed`` if the upload was already
    applied or can no longer be applied, or if there is nothing to save.
    """
    claimed = uploads.claim(session, upload.id, upload.person_id, revision, at=at, now=now)
    if claimed is not Claim.CLAIMED or not checked.to_save:
        raise CommentsNotClaimed(claimed if claimed is not Claim.CLAIMED else Claim.OUTDATED)
    rows = [
        new_comment(find_phase(cycle, each.phase), each, publish=publish, by=by, at=at, upload_id=upload.id)
        for each in checked.to_save
    ]
    session.add_all(rows)
    session.flush()
    ids = [row.id for row in rows]
    outcome = {"rows": ids, "added": len(ids), "published": publish, "cycle": cycle.key}
    recorded = {"scope": cycle.key, "added": len(ids), "published": publish}
    uploads.record_applied(session, upload.id, outcome, recorded, by=by, at=at)
    return ids


def undo_comments(session: Session, upload: UploadHead, *, by: Actor, at: datetime) -> list[int] | None:
    """Remove the comments that a file added, except those that people have worked on since; return the ids of the removed
    ones.

    Comments that were moderated, that were coded into a theme, or that have duplicates stay. Returns None if the upload was
    already undone.
    """
    if not uploads.claim_undo(session, upload.id, upload.person_id, at=at):
        return None
    own = select(PublicComment.id).where(PublicComment.upload_id == upload.id)
    coded = select(CommentTheme.comment_id)
    followed = select(PublicComment.duplicate_of_id).where(PublicComment.duplicate_of_id.is_not(None))
    untouched = own.where(PublicComment.version == 1, PublicComment.id.not_in(coded), PublicComment.id.not_in(followed))
    removed = list(session.scalars(untouched))
    total = len((upload.outcome or {}).get("rows", ()))
    for ids in _parts(removed):
        gone = delete(PublicComment).where(PublicComment.id.in_(ids))
        session.execute(gone, execution_options={"synchronize_session": False})
    session.expire_all()
    left = total - len(removed)
    recorded = {"scope": upload.scope, "undone": len(removed), "kept": left}
    uploads.record_undone(session, upload.id, {"removed": len(removed), "kept": left}, recorded, by=by, at=at)
    return removed


_Identity = tuple[str, Channel, CommentLanguage, str, str]


def _identity(comment: EnteredComment) -> _Identity:
    return comment.phase, comment.channel, comment.lang, comment.event, comment.text


def _stored(session: Session, cycle: EngagementCycle, comments: Iterable[StatedComment]) -> Counter[_Identity]:
    """Count how often each comment of the file is already stored among the comments that analysts entered."""
    wanted = {_identity(each.comment) for each in comments}
    if not wanted:
        return Counter()
    rows = session.execute(
        select(EngagementPhase.key, PublicComment.channel, PublicComment.lang, PublicComment.event, PublicComment.text)
        .join(EngagementPhase)
        .where(EngagementPhase.cycle_id == cycle.id, PublicComment.entered_by.is_not(None))
    )
    return Counter(identity for row in rows if (identity := tuple(row)) in wanted)


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    all_ids = list(ids)
    return (all_ids[n : n + _MOST_VALUES] for n in range(0, len(all_ids), _MOST_VALUES))
