"""Commands with which moderators decide on comments from the public.

Each command checks its input, makes the change, records one audit event and flushes; none commits. ``version`` is the version
that the page showed. Each raises ``NotFound`` if there is no such comment, and ``Conflict``, with the comment as it is stored,
if the comment was changed since or its state does not allow the decision. Events contain no text, name or email address. The
caller then updates what readers see: ``cogwg.tracker.publishing_comments.copy_comments``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.queries import latest_event
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import clean_text
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import length_problems
from cogwg.engagement.masking import Mask, check_masks, joined_masks, stored_masks
from cogwg.engagement.models import EngagementPhase, PublicComment
from cogwg.engagement.scales import TRANSITIONS, CommentState, RefusalReason

NOTE_LIMIT = 1000
SUBJECT = "public-comment"
UNDONE_ACTIONS = frozenset(
    {
        *("public-comment.published", "public-comment.held", "public-comment.released", "public-comment.refusal-proposed"),
        *("public-comment.duplicate-marked", "public-comment.taken-back"),
    }
)
"""The decisions that can be undone. Decisions of a second person cannot, because the author is informed of them."""
_DECISIONS = UNDONE_ACTIONS | {
    *("public-comment.refused", "public-comment.sent-back", "public-comment.appeal-refused", "public-comment.appeal-granted"),
    *("public-comment.decision-undone",),
}


def publish(
    session: Session, comment_id: int, *, masks: Sequence[Mask] = (), version: int, by: Actor, at: datetime
) -> PublicComment:
    """Publish a comment with these masks over its text. Raises ``Invalid`` if a mask is not within the text, or if the text
    was deleted.
    """
    comment = _comment(session, comment_id, version, CommentState.PUBLISHED)
    if comment.state is CommentState.APPEALED:
        raise Conflict(comment)
    before = _values(comment)
    hidden = joined_masks(masks)
    check_masks(comment.text, hidden)
    comment.masks = stored_masks(hidden)
    comment.reason, comment.note, comment.duplicate_of_id = None, "", None
    _decide(session, comment, CommentState.PUBLISHED, by, at)
    record_event(
        session, "public-comment.published", (SUBJECT, comment.id), by=by, at=at, before=before, after=_values(comment)
    )
    return comment


def hold(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Put a comment on hold until someone decides."""
    comment = _comment(session, comment_id, version, CommentState.HELD)
    before = _values(comment)
    _decide(session, comment, CommentState.HELD, by, at)
    record_event(session, "public-comment.held", (SUBJECT, comment.id), by=by, at=at, before=before, after=_values(comment))
    return comment


def release(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Return a comment that was on hold to the list of comments to moderate."""
    comment = _comment(session, comment_id, version, CommentState.WAITING)
    if comment.state is not CommentState.HELD:
        raise Conflict(comment)
    before = _values(comment)
    _decide(session, comment, CommentState.WAITING, by, at)
    record_event(session, "public-comment.released", (SUBJECT, comment.id), by=by, at=at, before=before, after=_values(comment))
    return comment


def propose_refusal(
    session: Session, comment_id: int, reason: str, note: str, *, version: int, by: Actor, at: datetime
) -> PublicComment:
    """Propose to refuse a comment, with a note to its author. It is refused once another person confirms this.

    Raises ``Invalid`` if the reason is unknown, the note is too long, or the reason is "other" and there is no note.
    """
    comment = _comment(session, comment_id, version, CommentState.SECOND)
    before = _values(comment)
    comment.reason, comment.note = _checked_refusal(reason, note)
    _decide(session, comment, CommentState.SECOND, by, at)
    after = _values(comment)
    record_event(session, "public-comment.refusal-proposed", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def confirm_refusal(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Confirm, as the second person, that a comment is refused. Its author then sees the reason and may appeal once.

    Raises ``Forbidden`` for the person who proposed the refusal.
    """
    comment = _of_another(session, comment_id, version, CommentState.SECOND, by)
    before = _values(comment)
    comment.state, comment.second_by, comment.version = CommentState.REFUSED, by.id, comment.version + 1
    session.flush()
    record_event(session, "public-comment.refused", (SUBJECT, comment.id), by=by, at=at, before=before, after=_values(comment))
    return comment


def send_back(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Send a comment back to be moderated again, instead of confirming its refusal.

    Raises ``Forbidden`` for the person who proposed the refusal. They can undo their proposal instead.
    """
    comment = _of_another(session, comment_id, version, CommentState.SECOND, by)
    before = _values(comment)
    comment.reason, comment.note = None, ""
    _decide(session, comment, CommentState.WAITING, by, at)
    record_event(
        session, "public-comment.sent-back", (SUBJECT, comment.id), by=by, at=at, before=before, after=_values(comment)
    )
    return comment


def mark_duplicate(
    session: Session, comment_id: int, of_id: int | None, *, version: int, by: Actor, at: datetime
) -> PublicComment:
    """Mark a comment as a duplicate of another one of the same cycle, which then counts for both.

    Raises ``Invalid`` if there is no such other comment in the cycle, or if it is neither published, waiting nor on hold.
    """
    comment = _comment(session, comment_id, version, CommentState.DUPLICATE)
    before = _values(comment)
    original = session.get(PublicComment, of_id) if of_id else None
    if original is None or original.id == comment.id or not _same_cycle(session, comment, original):
        raise Invalid(("of", Message(N_("Enter the number of another comment of this cycle."))))
    if original.state not in (CommentState.WAITING, CommentState.HELD, CommentState.PUBLISHED):
        sentence = N_(
            "Comment %(number)s is neither published nor waiting for a moderator. Enter the number of a comment that is "
            "published or waiting."
        )
        raise Invalid(("of", Message(sentence, {"number": original.id})))
    comment.duplicate_of_id = original.id
    _decide(session, comment, CommentState.DUPLICATE, by, at)
    after = _values(comment)
    record_event(session, "public-comment.duplicate-marked", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def take_back(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Return a published comment, or one that was marked as a duplicate, to moderation."""
    comment = _comment(session, comment_id, version, CommentState.WAITING)
    if comment.state not in (CommentState.PUBLISHED, CommentState.DUPLICATE):
        raise Conflict(comment)
    before = _values(comment)
    comment.duplicate_of_id = None
    _decide(session, comment, CommentState.WAITING, by, at)
    after = _values(comment)
    record_event(session, "public-comment.taken-back", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def grant_appeal(
    session: Session, comment_id: int, *, masks: Sequence[Mask] = (), version: int, by: Actor, at: datetime
) -> PublicComment:
    """Publish a comment whose author appealed.

    Raises ``Forbidden`` for the two people who refused it, and ``Invalid`` if a mask is not within the text.
    """
    comment = _of_another(session, comment_id, version, CommentState.APPEALED, by)
    before = _values(comment)
    hidden = joined_masks(masks)
    check_masks(comment.text, hidden)
    comment.masks, comment.reason, comment.note = stored_masks(hidden), None, ""
    _decide(session, comment, CommentState.PUBLISHED, by, at)
    after = _values(comment)
    record_event(session, "public-comment.appeal-granted", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def refuse_appeal(
    session: Session, comment_id: int, reason: str, note: str, *, version: int, by: Actor, at: datetime
) -> PublicComment:
    """Reject the appeal of an author. The refusal is then final.

    Raises ``Forbidden`` for the two people who refused the comment, and ``Invalid`` as ``propose_refusal`` does.
    """
    comment = _of_another(session, comment_id, version, CommentState.APPEALED, by)
    before = _values(comment)
    comment.reason, comment.note = _checked_refusal(reason, note)
    comment.state, comment.second_by, comment.version = CommentState.REFUSED, by.id, comment.version + 1
    session.flush()
    after = _values(comment)
    record_event(session, "public-comment.appeal-refused", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def undo_decision(session: Session, comment_id: int, *, version: int, by: Actor, at: datetime) -> PublicComment:
    """Undo the last decision on a comment. Only the person who made it can do so.

    The comment returns to its earlier state, but keeps the masks chosen since. Raises ``Forbidden`` for other people, and
    ``Invalid`` for a decision of a second person.
    """
    comment = _comment(session, comment_id, version)
    if comment.decided_by != by.id:
        raise Forbidden
    action, was = latest_event(session, (SUBJECT, comment.id), _DECISIONS)
    if action not in UNDONE_ACTIONS:
        raise Invalid(("", Message(N_("This decision cannot be undone. The author may already know of it."))))
    before = _values(comment)
    comment.reason, comment.note, comment.duplicate_of_id = None, "", was.get("duplicate_of")
    _decide(session, comment, CommentState(was["moderation"]), by, at)
    after = _values(comment)
    record_event(session, "public-comment.decision-undone", (SUBJECT, comment.id), by=by, at=at, before=before, after=after)
    return comment


def _comment(session: Session, comment_id: int, version: int, to: CommentState | None = None) -> PublicComment:
    """Return a comment, locked.

    Raises ``NotFound``, ``Conflict`` if it was changed since ``version`` or may not move to the state ``to``, and ``Invalid``
    if it is to be published but its text was deleted.
    """
    comment = session.get(PublicComment, comment_id, populate_existing=True, with_for_update=True)
    if comment is None:
        raise NotFound(f"comment {comment_id}")
    if comment.version != version or (to is not None and to not in TRANSITIONS[comment.state]):
        raise Conflict(comment)
    if to is CommentState.PUBLISHED and not comment.text:
        raise Invalid(("", Message(N_("The text of this comment was deleted at the end of the period for which it is kept."))))
    return comment


def _of_another(session: Session, comment_id: int, version: int, state: CommentState, by: Actor) -> PublicComment:
    """Return a comment in this state. Raises ``Conflict`` if it is in another state, and ``Forbidden`` if this person refused
    it or confirmed the refusal.
    """
    comment = _comment(session, comment_id, version)
    if comment.state is not state:
        raise Conflict(comment)
    if by.id in (comment.decided_by, comment.second_by):
        raise Forbidden
    return comment


def _decide(session: Session, comment: PublicComment, state: CommentState, by: Actor, at: datetime) -> None:
    comment.state, comment.decided_by, comment.decided_at, comment.second_by = state, by.id, at, None
    comment.version += 1
    session.flush()


def _checked_refusal(reason: str, note: str) -> tuple[RefusalReason, str]:
    clean = clean_text(note)
    problems = list(length_problems("note", clean, NOTE_LIMIT))
    if reason not in list(RefusalReason):
        problems.insert(0, ("reason", Message(N_("Choose a reason. The author will see it."))))
    elif reason == RefusalReason.OTHER and not clean:
        problems.append(("note", Message(N_("Write the reason in the note to the author."))))
    if problems:
        raise Invalid(*problems)
    return RefusalReason(reason), clean


def _same_cycle(session: Session, comment: PublicComment, other: PublicComment) -> bool:
    own, others = (session.get_one(EngagementPhase, each.phase_id).cycle_id for each in (comment, other))
    return own == others


def _values(comment: PublicComment) -> dict[str, Any]:
    """Return the values to record in an audit event, without text, name or email address."""
    values = {
        "moderation": comment.state.value,
        "refusal": comment.reason.value if comment.reason else None,
        "masks": len(comment.masks) or None,
        "duplicate_of": comment.duplicate_of_id,
    }
    return {name: value for name, value in values.items() if value is not None}
