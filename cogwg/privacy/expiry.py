"""The deletion of all personal data that is past its retention period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.form_tokens import TOKEN_LIFETIME, purge_form_tokens
from cogwg.accounts.models import AccessLink, AddressChange, FormToken, SetupLink, SignIn, UnsavedText
from cogwg.accounts.retention import AccountsPurge, purge_accounts
from cogwg.accounts.rules import SESSION_LIFETIME
from cogwg.accounts.unsaved_text import RETENTION, purge_unsaved_texts
from cogwg.audit.services import Actor
from cogwg.imports.models import Upload
from cogwg.imports.retention import is_expired_file, is_expired_upload, purge_uploads
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import MESSAGE_RETENTION
from cogwg.mail.services import purge_messages
from cogwg.privacy.comment_purge import comments_due, purge_comments
from cogwg.reporting.answer_links import ANSWER_LINK_LIFETIME, purge_answer_links
from cogwg.reporting.models import AnswerLink


@dataclass(frozen=True, slots=True)
class ExpiredData:
    """How many emails, items of account data, tokens of submitted forms, unsaved texts, private links in reminders, uploaded
    files and uploads were deleted, and how many comments from the public were cleared of personal information.
    """

    messages: int
    accounts: AccountsPurge
    forms: int
    texts: int
    answer_links: int
    files: int
    uploads: int
    comments: int


def delete_expired(session: Session, *, by: Actor, at: datetime, now: datetime) -> ExpiredData:
    """Delete old emails, sign-in counters, expired sessions and links, tokens of submitted forms, unsaved text, private links
    in reminders, uploads, data that deactivated accounts no longer need, and the personal information about authors of
    comments from the public.
    """
    comments = purge_comments(session, by=by, at=at).comments
    files, uploads = purge_uploads(session, at=at, now=now)
    return ExpiredData(
        messages=purge_messages(session, by=by, at=at, now=now),
        accounts=purge_accounts(session, by=by, at=at, now=now),
        forms=purge_form_tokens(session, now=now),
        texts=purge_unsaved_texts(session, now=now),
        answer_links=purge_answer_links(session, now=now),
        files=files,
        uploads=uploads,
        comments=comments,
    )


def count_expired(session: Session, *, at: datetime, now: datetime) -> int:
    """Return how many rows ``delete_expired`` would delete only because of their age."""
    conditions = (
        (OutboxMessage, OutboxMessage.made_at < at - MESSAGE_RETENTION),
        (SignIn, SignIn.started_at <= now - SESSION_LIFETIME),
        *((link, link.expires_at <= now) for link in (AccessLink, AddressChange, SetupLink)),
        (FormToken, FormToken.used_at < now - TOKEN_LIFETIME),
        (UnsavedText, UnsavedText.kept_at < now - RETENTION),
        (AnswerLink, AnswerLink.expires_at <= now - ANSWER_LINK_LIFETIME),
        (Upload, or_(is_expired_file(now), is_expired_upload(at))),
    )
    rows = sum(session.scalar(select(func.count()).select_from(kind).where(expired)) or 0 for kind, expired in conditions)
    return rows + sum(len(cycle.due) for cycle in comments_due(session, at=at))
