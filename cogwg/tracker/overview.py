"""What is public, under embargo or withdrawn, as the secretariat sees it. The contents are not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.reporting.periods import ALL_PERIODS, PeriodFacts, periods_from_rows
from cogwg.tracker.models import Publication, PublicationFile, PublicationKind
from cogwg.tracker.storing import digest, load_briefing


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """An edition of a publication. ``override_reason`` is empty if no text was missing or outdated in a language."""

    id: int
    edition: int
    visible_at: datetime
    withdrawn_at: datetime | None
    withdrawal: Bilingual
    override_reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PublicationState:
    """The edition that is public now, and the one that is under embargo; None if there is none.

    ``withdrawn`` is the last edition that was public, if none is public now.
    """

    public: EditionFacts | None = None
    waiting: EditionFacts | None = None
    withdrawn: EditionFacts | None = None


NEVER_PUBLISHED = PublicationState()
_P = table(Publication)
_COLUMNS = (
    *("id", "kind", "key", "edition", "visible_at", "withdrawn_at", "withdrawal_en", "withdrawal_fr", "override_reason"),
    "sha256",
)
_F = table(PublicationFile)
_CONTENTS = select(_P.c.id, _P.c.kind, _P.c.key, _P.c.edition, _P.c.content, _P.c.sha256).order_by(_P.c.key, _P.c.edition)
_FILES = select(_F.c.name, _F.c.content).where(_F.c.publication_id == bindparam("id"))
_EDITIONS = select(*(_P.c[name] for name in _COLUMNS)).order_by(_P.c.key, _P.c.edition)


def publication_states(session: Session, at: datetime) -> dict[tuple[PublicationKind, str], PublicationState]:
    """Return the state of everything that was ever published, by kind and key, in one SQL statement."""
    editions: dict[tuple[PublicationKind, str], list[EditionFacts]] = {}
    for row in named_rows(execute_core(session, _EDITIONS)):
        reason = Bilingual(row.withdrawal_en or "", row.withdrawal_fr or "")
        facts = EditionFacts(
            row.id, row.edition, row.visible_at, row.withdrawn_at, reason, row.override_reason or "", row.sha256
        )
        editions.setdefault((row.kind, row.key), []).append(facts)
    return {key: _state(own, at) for key, own in editions.items()}


def publication_state(session: Session, kind: PublicationKind, key: str, at: datetime) -> PublicationState:
    """Return the state of one publication, such as a quarter."""
    return publication_states(session, at).get((kind, key), NEVER_PUBLISHED)


def public_briefing_version(session: Session, key: str, at: datetime) -> int | None:
    """Return the number of the version that is public for the meeting on the day ``key``, or None."""
    public = (_P.c.kind == PublicationKind.BRIEFING, _P.c.key == key, _P.c.withdrawn_at.is_(None), _P.c.visible_at <= at)
    text = execute_core(session, select(_P.c.content).where(*public)).scalar()
    return None if text is None else load_briefing(text).version


def _state(editions: Iterable[EditionFacts], at: datetime) -> PublicationState:
    public = waiting = withdrawn = None
    for edition in editions:
        if edition.withdrawn_at is not None:
            withdrawn = edition if edition.withdrawn_at >= edition.visible_at else withdrawn
        elif edition.visible_at <= at:
            public = edition
        else:
            waiting = edition
    return PublicationState(public, waiting, withdrawn if public is None else None)


def changed_publications(session: Session) -> list[str]:
    """Return the publications and briefing files that no longer have the hash with which they were published.

    They are named by key and edition, such as "2020-06 (1)", or by key and file name.
    """
    changed = []
    for row in named_rows(execute_core(session, _CONTENTS)):
        if digest(row.content) != row.sha256:
            changed.append(f"{row.key} ({row.edition})")
        elif row.kind is PublicationKind.BRIEFING:
            stored = {file.name: file.content for file in execute_core(session, _FILES, {"id": row.id})}
            changed += [
                f"{row.key}/{file.name}"
                for file in load_briefing(row.content).files
                if sha256(stored.get(file.name, b"")).hexdigest() != file.sha256
            ]
    return changed


def unpublished_quarters(session: Session, at: datetime, *, closed_before: datetime) -> list[str]:
    """Return the keys of quarters that were closed before this time and never published; none if no quarter was
    ever published.
    """
    published = {key for kind, key in publication_states(session, at) if kind is PublicationKind.QUARTER}
    closed = [p for p in quarters_of_all_plans(session, at) if p.closed_at is not None and p.closed_at < closed_before]
    return sorted(period.key for period in closed if period.key not in published) if published else []


def quarters_of_all_plans(session: Session, at: datetime) -> list[PeriodFacts]:
    """Return the quarters of all plans, the latest first, in one SQL statement."""
    rows = execute_core(session, ALL_PERIODS, {"now": at}).all()
    return periods_from_rows(rows, at, local_day(at))[::-1]
