"""Links that show a draft (preview links) or a frozen version (version links) to people without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor, record_event
from cogwg.briefing.models import (
    Briefing,
    FrozenVersion,
    PreviewLink,
    VersionLink,
)
from cogwg.briefing.queries import find_version_id
from cogwg.briefing.rules import VERSION_LINK_LIFETIME, check_recipient
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class PreviewLinkFacts:
    """An active preview link: who created it, when, and the note that says who it is for. The URL itself is not stored."""

    id: int
    made_at: datetime
    made_by: str
    recipient: str


@dataclass(frozen=True, slots=True)
class VersionLinkFacts(PreviewLinkFacts):
    """An active link to a frozen version, with the time when it expires."""

    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PreviewTarget:
    """The briefing that a preview link shows. ``ended_by`` is the number of the version whose freezing ended the link; None if
    it works.
    """

    briefing_id: int
    audience: Bilingual
    meeting_on: date
    ended_by: int | None


def preview_links(session: Session, briefing_id: int) -> list[PreviewLinkFacts]:
    """Return the active preview links of a briefing, newest first, in one SQL statement."""
    rows = session.execute(
        select(PreviewLink.id, PreviewLink.made_at, Person.name, PreviewLink.recipient)
        .outerjoin(Person, Person.id == PreviewLink.made_by)
        .where(PreviewLink.briefing_id == briefing_id, PreviewLink.revoked_at.is_(None))
        .order_by(PreviewLink.id.desc())
    )
    return [PreviewLinkFacts(id_, made_at, name or "", recipient) for id_, made_at, name, recipient in rows]


def preview_link(session: Session, token_hash: str) -> PreviewTarget:
    """Return the briefing that a preview link shows and, if freezing a version ended the link, that version, in one SQL
    statement.

    Raises ``NotFound`` if there is no such link, or if a person revoked it.
    """
    by_freezing = and_(FrozenVersion.briefing_id == PreviewLink.briefing_id, FrozenVersion.frozen_at == PreviewLink.revoked_at)
    row = session.execute(
        select(
            Briefing.id, Briefing.audience_en, Briefing.audience_fr, Briefing.meeting_on, FrozenVersion.number.label("ended_by")
        )
        .join(PreviewLink, PreviewLink.briefing_id == Briefing.id)
        .outerjoin(FrozenVersion, by_freezing)
        .where(PreviewLink.token_hash == token_hash, or_(PreviewLink.revoked_at.is_(None), FrozenVersion.number.is_not(None)))
        .order_by(FrozenVersion.number)
    ).first()
    if row is None:
        raise NotFound("preview link")
    return PreviewTarget(row.id, Bilingual(row.audience_en, row.audience_fr), row.meeting_on, row.ended_by)


def version_links(session: Session, briefing_id: int, number: int, now: datetime) -> list[VersionLinkFacts]:
    """Return the active links to a frozen version, newest first, in one SQL statement."""
    rows = session.execute(
        select(VersionLink.id, VersionLink.made_at, Person.name, VersionLink.recipient, VersionLink.expires_at)
        .join(FrozenVersion, FrozenVersion.id == VersionLink.version_id)
        .outerjoin(Person, Person.id == VersionLink.made_by)
        .where(FrozenVersion.briefing_id == briefing_id, FrozenVersion.number == number, *_working_link(now))
        .order_by(VersionLink.id.desc())
    )
    return [VersionLinkFacts(id_, made_at, name or "", recipient, expires) for id_, made_at, name, recipient, expires in rows]


def version_link(session: Session, token_hash: str, now: datetime) -> tuple[int, int]:
    """Return the id of the briefing and the number of the frozen version that a link shows, in one SQL statement.

    Raises ``NotFound`` if there is no such link, or if it has expired or was revoked.
    """
    row = session.execute(
        select(FrozenVersion.briefing_id, FrozenVersion.number)
        .join(VersionLink, VersionLink.version_id == FrozenVersion.id)
        .where(VersionLink.token_hash == token_hash, *_working_link(now))
    ).one_or_none()
    if row is None:
        raise NotFound("version link")
    return row.briefing_id, row.number


def _working_link(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return VersionLink.revoked_at.is_(None), VersionLink.expires_at > now


def _noted(recipient: str) -> dict[str, str]:
    return {"recipient": recipient} if recipient else {}


def create_preview_link(session: Session, id: int, token_hash: str, *, by: Actor, at: datetime, recipient: str = "") -> int:
    """Create a preview link and return its id.

    Until the link is revoked, anyone who has it can read the draft. ``recipient`` is a note that says who it is for. Raises
    ``NotFound`` if there is no such briefing, and ``Invalid`` if the note is too long.
    """
    recipient = check_recipient(recipient)
    if session.get(Briefing, id) is None:
        raise NotFound(f"briefing {id}")
    link = PreviewLink(briefing_id=id, token_hash=token_hash, made_at=at, made_by=by.id, recipient=recipient)
    session.add(link)
    session.flush()
    after = {"link": link.id, **_noted(recipient)}
    record_event(session, "briefing.shared", ("briefing", id), by=by, at=at, after=after)
    return link.id


def revoke_preview_link(session: Session, id: int, link_id: int, *, by: Actor, at: datetime) -> None:
    """Revoke a preview link; change nothing if it was already revoked. Raises ``NotFound`` if there is no such link."""
    link = session.scalar(select(PreviewLink).where(PreviewLink.id == link_id, PreviewLink.briefing_id == id))
    if link is None:
        raise NotFound("preview link")
    if link.revoked_at is None:
        link.revoked_at = at
        session.flush()
        record_event(session, "briefing.unshared", ("briefing", id), by=by, at=at, after={"link": link_id})


def create_version_link(
    session: Session, id: int, number: int, token_hash: str, *, by: Actor, at: datetime, recipient: str = ""
) -> int:
    """Create a link to a frozen version and return its id.

    Until the link expires or is revoked, anyone who has it can read the version. ``recipient`` is a note that says who it is
    for. Raises ``NotFound`` if there is no such version, and ``Invalid`` if the note is too long.
    """
    recipient = check_recipient(recipient)
    version_id = find_version_id(session, id, number)
    link = VersionLink(
        version_id=version_id,
        token_hash=token_hash,
        made_at=at,
        made_by=by.id,
        expires_at=at + VERSION_LINK_LIFETIME,
        recipient=recipient,
    )
    session.add(link)
    session.flush()
    after = {"number": number, "link": link.id, **_noted(recipient)}
    record_event(session, "briefing.version-shared", ("briefing", id), by=by, at=at, after=after)
    return link.id


def revoke_version_link(session: Session, id: int, number: int, link_id: int, *, by: Actor, at: datetime) -> None:
    """Revoke a link to a frozen version; change nothing if it was already revoked. Raises ``NotFound`` if there is
    no such link.
    """
    of_version = VersionLink.version_id == find_version_id(session, id, number)
    link = session.scalar(select(VersionLink).where(VersionLink.id == link_id, of_version).with_for_update())
    if link is None:
        raise NotFound("version link")
    if link.revoked_at is None:
        link.revoked_at = at
        session.flush()
        after = {"number": number, "link": link_id}
        record_event(session, "briefing.version-unshared", ("briefing", id), by=by, at=at, after=after)
