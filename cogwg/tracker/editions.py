"""The stored editions of publications: select those that are public or under embargo, and add or withdraw an edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.audit.queries import newest_witness
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.storing import digest

REPLACED = Bilingual("A later version replaces this one.", "Une version plus récente remplace celle-ci.")
CANCELLED = Bilingual(
    "The publication was cancelled before anything became public.",
    "La publication a été annulée avant que quoi que ce soit devienne public.",
)


def editions_of(session: Session, kind: PublicationKind, key: str, *, lock: bool = False) -> list[Publication]:
    """Return all editions with this key in order, including withdrawn ones.

    With ``lock``, they are locked first, so that a withdrawal and a correction cannot run at the same time.
    """
    of_key = Publication.kind == kind, Publication.key == key
    if lock:
        session.execute(select(Publication.id).where(*of_key).with_for_update())
    return list(session.scalars(select(Publication).where(*of_key).order_by(Publication.edition)))


def public_editions(editions: list[Publication], at: datetime) -> list[Publication]:
    return [row for row in editions if row.withdrawn_at is None and row.visible_at <= at]


def waiting_editions(editions: list[Publication], at: datetime) -> list[Publication]:
    """Return the editions that are under embargo."""
    return [row for row in editions if row.withdrawn_at is None and row.visible_at > at]


def next_edition(editions: list[Publication]) -> int:
    return editions[-1].edition + 1 if editions else 1


def add_edition(
    session: Session,
    kind: PublicationKind,
    year: int,
    key: str,
    edition: int,
    text: str,
    *,
    visible_at: datetime,
    by: Actor,
    at: datetime,
    override_reason: str = "",
) -> Publication:
    """Store a publication. Raises ``Conflict`` if another transaction stores one with the same key and edition."""
    publication = Publication(
        kind=kind,
        year=year,
        key=key,
        edition=edition,
        published_at=at,
        published_by=by.id,
        visible_at=visible_at,
        content=text,
        sha256=digest(text),
        witness=newest_witness(session),
        override_reason=override_reason or None,
    )
    session.add(publication)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(key) from error
    return publication


def withdraw_edition(row: Publication, reason: Bilingual, *, by: Actor, at: datetime) -> None:
    row.withdrawn_at, row.withdrawn_by = at, by.id
    row.withdrawal_en, row.withdrawal_fr = reason.en, reason.fr
