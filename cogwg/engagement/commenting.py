"""The commands for authors of comments: send, edit until a moderator decides, withdraw, appeal, and correct the name and
address.

Authors have no account. They return with a private link, of which only a hash is stored. Audit events contain no text, name or
email address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from cogwg.audit.services import SYSTEM, record_event
from cogwg.core.bilingual import Language
from cogwg.core.db import insert_if_new, table
from cogwg.core.errors import N_, Conflict, DomainError, Invalid, Message, NotFound
from cogwg.core.text_language import guess_language
from cogwg.engagement.comment_rules import CommentDraft, check_appeal, check_author, check_comment
from cogwg.engagement.models import EngagementCycle, EngagementPhase, LegalHold, PublicComment
from cogwg.engagement.scales import (
    TRANSITIONS,
    Channel,
    CommentLanguage,
    CommentState,
    Subject,
)
from cogwg.mail.services import erase_recipient_of

EDITABLE = (CommentState.WAITING, CommentState.HELD)
"""The states before a moderator's decision, in which the author may edit the comment."""
_C = table(PublicComment)


class PhaseNotOpen(DomainError):
    """The phase does not accept comments on this day. ``phase`` has the days on which it does."""

    def __init__(self, phase: EngagementPhase) -> None:
        super().__init__(f"phase {phase.key} takes no comments")
        self.phase = phase


@dataclass(frozen=True, slots=True)
class SentComment:
    """A comment that was sent. ``is_new`` is False if it was stored earlier, when the same form was sent before."""

    id: int
    is_new: bool
    is_same: bool = True
    """Whether the stored text is the one that was sent, or was deleted since."""


def phase_of_cycle(session: Session, cycle: str, phase: str) -> EngagementPhase:
    """Return the phase with this key of the cycle with this key. Raises ``NotFound`` if there is none."""
    statement = (
        select(EngagementPhase)
        .join(EngagementPhase.cycle)
        .where(EngagementCycle.key == cycle, EngagementPhase.key == phase)
        .options(joinedload(EngagementPhase.cycle))
    )
    stored = session.scalars(statement).one_or_none()
    if stored is None:
        raise NotFound(f"phase {cycle}/{phase}")
    return stored


def send_comment(
    session: Session,
    phase: EngagementPhase,
    draft: CommentDraft,
    *,
    page_lang: Language,
    stamp: str,
    link_hash: str,
    today: date,
    at: datetime,
) -> SentComment:
    """Store a comment for moderation. The hash ``stamp`` identifies the form, so that sending it again changes nothing.

    The language of the comment is guessed from its words. Raises ``PhaseNotOpen`` if the phase does not accept comments today,
    and ``Invalid`` if the comment has problems.
    """
    if not phase.accepts_comments(today):
        raise PhaseNotOpen(phase)
    checked = check_comment(draft)
    lang = CommentLanguage(guess_language(checked.text, page_lang).value)
    values = {
        "phase_id": phase.id,
        "about": Subject(checked.about),
        "about_key": checked.about_key,
        "channel": Channel.ONLINE,
        "event": "",
        "lang": lang,
        "page_lang": page_lang,
        "text": checked.text,
        "masks": [],
        "name": checked.name,
        "email": checked.email,
        "link_hash": link_hash,
        "stamp": stamp,
        "received_at": at,
        "state": CommentState.WAITING,
        "note": "",
        "appeal": "",
        "sample": False,
        "version": 1,
    }
    id_ = insert_if_new(session, _C, values)
    if id_ is None:
        known = session.execute(select(_C.c.id, _C.c.text).where(_C.c.stamp == stamp)).one()
        return SentComment(known.id, is_new=False, is_same=known.text in (checked.text, ""))
    after = {"phase": phase.key, "about": checked.about, "channel": Channel.ONLINE.value, "language": lang.value}
    record_event(session, "public-comment.sent", ("public-comment", id_), by=SYSTEM, at=at, after=after)
    return SentComment(id_, is_new=True)


def is_known_comment(session: Session, phase: EngagementPhase, draft: CommentDraft) -> bool:
    """Whether the phase already has a comment with this text, name and address, for example because its author went back and
    sent it again.
    """
    same = (_C.c.phase_id == phase.id, _C.c.text == draft.text, _C.c.name == draft.name, _C.c.email == draft.email)
    return bool(session.scalar(select(exists().where(*same))))


def own_comment(session: Session, link_hash: str, *, for_update: bool = False) -> PublicComment:
    """Return the comment whose private link has the secret with this hash. Raises ``NotFound`` if there is none."""
    statement = select(PublicComment).where(PublicComment.link_hash == link_hash)
    comment = session.scalars(statement.with_for_update() if for_update else statement).one_or_none()
    if comment is None:
        raise NotFound("comment of a private link")
    return comment


def phase_of_comment(session: Session, comment: PublicComment) -> EngagementPhase:
    """Return the phase that a comment was sent to, with its cycle."""
    return session.get_one(EngagementPhase, comment.phase_id, options=[joinedload(EngagementPhase.cycle)])


def can_edit(comment: PublicComment) -> bool:
    return comment.state in EDITABLE


def can_withdraw(comment: PublicComment) -> bool:
    return CommentState.WITHDRAWN in TRANSITIONS[comment.state]


def can_appeal(comment: PublicComment) -> bool:
    """Return whether the author may appeal, which is possible once, after a refusal."""
    return comment.state is CommentState.REFUSED and comment.appealed_at is None


def edit_comment(session: Session, link_hash: str, text: str, *, version: int, at: datetime) -> PublicComment:
    """Replace the text of a comment on which no moderator has decided yet. If the text is the same, nothing is recorded.

    Raises ``NotFound`` if the link has no comment, ``Conflict`` if the comment was changed since ``version``, and ``Invalid``
    if a moderator has decided, or if the text has problems.
    """
    comment = own_comment(session, link_hash, for_update=True)
    _check_state(can_edit(comment), N_("A moderator has already decided on this comment, so it cannot be edited."))
    draft = CommentDraft(text, about=comment.about.value, about_key=comment.about_key)
    checked = check_comment(draft).text
    if checked == comment.text:
        return comment
    _check_version(comment, version)
    comment.text, comment.masks = checked, []
    comment.lang = CommentLanguage(guess_language(checked, comment.page_lang).value)
    return _changed(session, comment, "public-comment.edited", at=at)


def withdraw_comment(session: Session, link_hash: str, *, at: datetime) -> PublicComment:
    """Withdraw a comment, and delete its text and its author's name and address unless a legal hold keeps them.

    If it was withdrawn before, nothing changes. Raises ``NotFound`` if the link has no comment.
    """
    comment = own_comment(session, link_hash, for_update=True)
    if not can_withdraw(comment):
        return comment
    comment.state = CommentState.WITHDRAWN
    if not is_held(session, comment):
        comment.text = comment.name = comment.email = comment.appeal = comment.note = ""
        comment.masks = []
        _erase_mail(session, comment)
    return _changed(session, comment, "public-comment.withdrawn", at=at)


def appeal_refusal(session: Session, link_hash: str, text: str, *, at: datetime) -> PublicComment:
    """Appeal a refusal to another moderator, which is possible once.

    Raises ``NotFound`` if the link has no comment, and ``Invalid`` if no appeal is possible, or if its text is empty or too
    long.
    """
    comment = own_comment(session, link_hash, for_update=True)
    if comment.state is CommentState.APPEALED:
        return comment
    _check_state(can_appeal(comment), N_("Another moderator has already answered this appeal."))
    comment.appeal, comment.appealed_at, comment.state = check_appeal(text), at, CommentState.APPEALED
    return _changed(session, comment, "public-comment.appealed", at=at)


def correct_author(session: Session, link_hash: str, name: str, email: str, *, version: int, at: datetime) -> PublicComment:
    """Correct the name and email address of the author, or delete those that are given as empty. If nothing changes, nothing
    is recorded.

    Raises ``NotFound`` if the link has no comment, ``Conflict`` if the comment was changed since ``version``, and ``Invalid``
    if the name or address has problems, or while a legal hold keeps them.
    """
    comment = own_comment(session, link_hash, for_update=True)
    checked = check_author(name, email)
    if checked == (comment.name, comment.email):
        return comment
    _check_version(comment, version)
    sentence = N_(
        "The law requires this site to keep your name and email address for now. If you have questions, ask the contact "
        "for this site."
    )
    _check_state(not is_held(session, comment), sentence)
    fields = [
        name for name, old, new in zip(("name", "email"), (comment.name, comment.email), checked, strict=True) if old != new
    ]
    if comment.email != checked[1]:
        _erase_mail(session, comment)
    comment.name, comment.email = checked
    return _changed(session, comment, "public-comment.author-changed", at=at, after={"fields": fields})


def is_held(session: Session, comment: PublicComment) -> bool:
    """Return whether a legal hold on the comment or its phase keeps the personal information about its author."""
    of_comment = or_(LegalHold.comment_id == comment.id, LegalHold.phase_id == comment.phase_id)
    return bool(session.scalar(select(exists().where(of_comment, LegalHold.released_at.is_(None)))))


def mail_key(comment_id: int, outcome: str = "") -> str:
    """Return the key of the email about an outcome of a comment; without ``outcome``, the prefix of the keys of all emails
    about it.
    """
    return f"public-comment:{comment_id}:{outcome}"


def _erase_mail(session: Session, comment: PublicComment) -> None:
    erase_recipient_of(session, mail_key(comment.id), "deleted")


def _check_state(is_possible: bool, sentence: str) -> None:
    if not is_possible:
        raise Invalid(("", Message(sentence)))


def _check_version(comment: PublicComment, version: int) -> None:
    if comment.version != version:
        raise Conflict(comment)


def _changed(
    session: Session, comment: PublicComment, action: str, *, at: datetime, after: dict[str, list[str]] | None = None
) -> PublicComment:
    comment.version += 1
    session.flush()
    record_event(session, action, ("public-comment", comment.id), by=SYSTEM, at=at, after=after)
    return comment
