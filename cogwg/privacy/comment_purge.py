"""The deletion of personal information about the authors of comments from the public, wherever it is stored.

It is deleted when the retention period after a cycle's completion is over, and again if an older backup was restored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.unsaved_text import discard_texts_with
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.engagement.commenting import mail_key
from cogwg.engagement.identifiers import (
    ClearedAuthor,
    DueCycle,
    addresses_still_kept,
    clear_comments,
    due_cycles,
    has_identifiers,
    is_held,
)
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
from cogwg.engagement.scales import CommentState, MaskKind
from cogwg.imports.models import Upload
from cogwg.imports.retention import clear_files
from cogwg.imports.rules import UploadKind
from cogwg.mail.services import erase_addresses, replace_in_messages
from cogwg.notices.rules import CancellationReason
from cogwg.tracker.models import PublishedComment
from cogwg.tracker.publishing_comments import copy_comments

PURGED = "comments.identifiers-purged"
REMOVED_TEXT = Bilingual(
    "Deleted with the information that identified the author of the comment.",
    "Supprimé avec les renseignements qui identifiaient l’auteur du commentaire.",
)
"""The text that replaces the subject and text of the emails to the author, in the language of each email."""
NO_ADDRESS = "author@retired.invalid"
TABLES = ("public_comment", "published_comment", "letter", "upload", "unsaved_text")
"""The tables in which data is cleared, and whose files are rewritten after that."""
_MOST_WORDS = 200
"""The most email addresses that one search in the outbox looks for."""


@dataclass(frozen=True, slots=True)
class CommentPurge:
    """How many comments were cleared, and with them how many emails, published names, files and unsaved texts."""

    comments: int = 0
    emails: int = 0
    published: int = 0
    files: int = 0
    texts: int = 0


def comments_due(session: Session, *, at: datetime) -> list[DueCycle]:
    """Return the cycles whose retention period is over, with the comments that a purge would clear, and those under a legal
    hold.
    """
    return due_cycles(session, local_day(at))


def purge_comments(session: Session, *, by: Actor, at: datetime) -> CommentPurge:
    """Clear the comments of cycles whose retention period is over, except those under a legal hold. Each cycle gets one audit
    event.
    """
    done = [_purge(session, cycle.id, cycle.due, by=by, at=at) for cycle in comments_due(session, at=at) if cycle.due]
    return _sum(done)


def purge_again(session: Session, purged: Collection[tuple[datetime, int]], *, by: Actor, at: datetime) -> CommentPurge:
    """Clear the comments again that were cleared after the restored backup was made, even if the backup has legal holds on
    them.

    ``purged`` are the times of the purges and the ids of the comments. A comment that was received after the purge of its id
    is not cleared: it is another comment, to which the restored database gave the same id.
    """
    by_cycle: dict[int, list[int]] = {}
    for id_, cycle_id in _older(session, purged, has_identifiers()):
        by_cycle.setdefault(cycle_id, []).append(id_)
    return _sum([_purge(session, cycle_id, ids, by=by, at=at, repeated=True) for cycle_id, ids in by_cycle.items()])


def withdraw_again(session: Session, withdrawn: Collection[tuple[datetime, int]], *, by: Actor, at: datetime) -> int:
    """Withdraw the comments again that their authors withdrew since the backup; return how many.

    The personal information about the author is deleted too, unless the backup has a legal hold on the comment.
    """
    ids = [id_ for id_, _cycle in _older(session, withdrawn, PublicComment.state != CommentState.WITHDRAWN)]
    held = set(session.scalars(select(PublicComment.id).where(PublicComment.id.in_(ids), is_held())))
    for id_ in ids:
        comment = session.get_one(PublicComment, id_)
        comment.state = CommentState.WITHDRAWN
        comment.version += 1
        record_event(session, "public-comment.withdrawn", ("public-comment", id_), by=by, at=at, after={"repeated": True})
    copy_comments(session, ids)
    clear_elsewhere(session, clear_comments(session, [id_ for id_ in ids if id_ not in held], at=at))
    return len(ids)


def remove_authors_again(session: Session, changed: Collection[tuple[datetime, int]], *, by: Actor, at: datetime) -> int:
    """Delete the name and address of the comments whose authors corrected or deleted them since the backup; return how many.

    Corrected values are lost.
    """
    named = or_(PublicComment.name != "", PublicComment.email != "")
    ids = [id_ for id_, _cycle in _older(session, changed, named)]
    for id_ in ids:
        remove_author(session, session.get_one(PublicComment, id_))
        after = {"fields": ["name", "email"], "repeated": True}
        record_event(session, "public-comment.author-changed", ("public-comment", id_), by=by, at=at, after=after)
    return len(ids)


def remove_author(session: Session, comment: PublicComment) -> None:
    """Delete the name and email address of a comment's author from the comment, its published copy and emails."""
    author = ClearedAuthor(comment.id, comment.name, comment.email, None)
    comment.name = comment.email = ""
    comment.version += 1
    session.flush()
    clear_elsewhere(session, [author])


def _older(
    session: Session, removals: Collection[tuple[datetime, int]], condition: ColumnElement[bool]
) -> list[tuple[int, int]]:
    """Return the id of each comment, and of its cycle, that meets the condition and was received before the time of its
    removal.
    """
    times = {id_: when for when, id_ in sorted(removals)}
    rows = session.execute(
        select(PublicComment.id, EngagementPhase.cycle_id, PublicComment.received_at)
        .join(EngagementPhase, EngagementPhase.id == PublicComment.phase_id)
        .where(condition)
        .order_by(PublicComment.id)
    )
    return [(row.id, row.cycle_id) for row in rows if row.id in times and row.received_at <= times[row.id]]


def numbers_in_words(numbers: Iterable[int]) -> str:
    """Return numbers as a text, with consecutive numbers as a range, such as "1-40 42"."""
    rows: list[list[int]] = []
    for number in sorted(numbers):
        if rows and rows[-1][1] == number - 1:
            rows[-1][1] = number
        else:
            rows.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in rows)


def numbers_from_words(words: str) -> list[int]:
    """Return the numbers in a text that ``numbers_in_words`` returned."""
    ends = [part.partition("-") for part in words.split()]
    return [number for first, _dash, last in ends for number in range(int(first), int(last or first) + 1)]


def clear_elsewhere(session: Session, authors: Sequence[ClearedAuthor], upload_ids: Collection[int] = ()) -> CommentPurge:
    """Clear the data about the authors of cleared comments in other tables: published names, emails, files and unsaved texts.

    An email address that another comment still has stays in emails to it.
    """
    ids = [author.comment_id for author in authors]
    named = PublishedComment.id.in_(ids), PublishedComment.name != ""
    published = session.scalar(select(func.count()).select_from(PublishedComment).where(*named)) or 0
    copy_comments(session, ids)
    files = clear_files(session, {*upload_ids, *(author.upload_id for author in authors if author.upload_id is not None)})
    given = {author.email.lower() for author in authors if author.email}
    gone = sorted(given - addresses_still_kept(session, given))
    keys = [mail_key(id_) for id_ in ids]
    emails = erase_addresses(session, gone, keys, NO_ADDRESS, REMOVED_TEXT, CancellationReason.AUTHOR_REMOVED)
    for some in (gone[start : start + _MOST_WORDS] for start in range(0, len(gone), _MOST_WORDS)):
        pattern = "|".join(re.escape(address) for address in some)
        emails += replace_in_messages(
            session, re.compile(rf"(?<![\w.])(?:{pattern})(?!\w)", re.IGNORECASE), MaskKind.EMAIL.note
        )
    names = {author.name for author in authors if " " in author.name}
    texts = discard_texts_with(session, [*gone, *names]) if gone or names else 0
    return CommentPurge(len(ids), emails, published, files, texts)


def _purge(
    session: Session, cycle_id: int, ids: Sequence[int], *, by: Actor, at: datetime, repeated: bool = False
) -> CommentPurge:
    key = session.scalar(select(EngagementCycle.key).where(EngagementCycle.id == cycle_id))
    uploads = session.scalars(select(Upload.id).where(Upload.kind == UploadKind.COMMENTS, Upload.scope == key)).all()
    done = clear_elsewhere(session, clear_comments(session, ids, at=at), uploads)
    after = {"numbers": numbers_in_words(ids), "emails": done.emails, "published-names": done.published, "files": done.files}
    after |= {"repeated": True} if repeated else {}
    record_event(session, PURGED, ("engagement-cycle", cycle_id), by=by, at=at, after=after)
    return done


def _sum(done: Sequence[CommentPurge]) -> CommentPurge:
    return CommentPurge(*(sum(getattr(each, name) for each in done) for name in CommentPurge.__slots__))
