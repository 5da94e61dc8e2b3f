"""Queries on what is public. They read publications only, and return nothing that was withdrawn or is not yet public."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, reduce
from hashlib import sha256

from sqlalchemy import String, bindparam, cast, func, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.errors import NotFound
from cogwg.tracker.models import Publication, PublicationFile, PublicationKind, PublishedCount
from cogwg.tracker.published_comments import CommentOfPublic, comments_of_cycles
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)
from cogwg.tracker.storing import load_briefing, load_commitment, load_cycle, load_heard, load_quarter


@dataclass(frozen=True)
class PublicRecord:
    """Everything that is public at one time.

    ``editions`` are all public editions of quarters, by quarter and then by edition. ``briefings`` are ordered by meeting, and
    ``withdrawals`` by time. ``commitment_editions`` are those of commitments, by identifier and then by edition,
    ``cycle_editions`` and ``heard_editions`` those of engagement cycles and of "What we heard", by key and then by edition;
    only ``whole_record`` reads them. ``comments`` are the published comments of the cycles whose "What we heard" is public,
    the earliest first; they include the comments in its dataset. ``revision`` changes whenever anything in the record does.
    ``on`` is the day of the record; it decides whether a phase of engagement is open.
    """

    editions: tuple[QuarterEdition, ...]
    briefings: tuple[BriefingEdition, ...]
    withdrawals: tuple[WithdrawalNotice, ...]
    revision: str
    commitment_editions: tuple[CommitmentEdition, ...] = ()
    cycle_editions: tuple[CycleEdition, ...] = ()
    heard_editions: tuple[HeardEdition, ...] = ()
    comments: tuple[CommentOfPublic, ...] = ()
    on: date = date.min

    @cached_property
    def commitments(self) -> tuple[CommitmentEdition, ...]:
        """The newest edition of each commitment: the latest action plan first, each in the order of its numbers."""
        newest = {e.content.identifier: e for e in self.commitment_editions}.values()
        return tuple(sorted(newest, key=lambda e: (-e.content.cycle, natural_order(e.content.number), e.content.identifier)))

    def commitment(self, identifier: str, edition: int | None = None) -> CommitmentEdition:
        """Return the newest edition of a commitment, or the given edition. Raises ``NotFound`` if it is not public."""
        own = [e for e in self.editions_of_commitment(identifier) if edition in (None, e.edition)]
        if not own:
            raise NotFound(f"published commitment {identifier}")
        return own[-1]

    def editions_of_commitment(self, identifier: str) -> tuple[CommitmentEdition, ...]:
        """Return the public editions of a commitment in order."""
        return tuple(e for e in self.commitment_editions if e.content.identifier == identifier)

    @cached_property
    def cycles(self) -> tuple[CycleEdition, ...]:
        """The newest edition of each engagement cycle; the cycle that began last comes first."""
        newest = {e.content.key: e for e in self.cycle_editions}.values()
        return tuple(sorted(newest, key=lambda e: (e.content.starts_on, e.content.key), reverse=True))

    def cycle(self, key: str) -> CycleEdition:
        """Return the newest edition of an engagement cycle. Raises ``NotFound`` if none is public."""
        own = [edition for edition in self.cycles if edition.content.key == key]
        if not own:
            raise NotFound(f"published cycle {key}")
        return own[0]

    @property
    def engagement_editions(self) -> tuple[CycleEdition | HeardEdition, ...]:
        """The editions of engagement cycles, then those of "What we heard"."""
        return (*self.cycle_editions, *self.heard_editions)

    @cached_property
    def heards(self) -> tuple[HeardEdition, ...]:
        """The newest edition of "What we heard" of each cycle."""
        return tuple({e.content.cycle: e for e in self.heard_editions}.values())

    def heard(self, cycle: str) -> HeardEdition | None:
        """Return the newest edition of "What we heard" of a cycle; None if it is not public."""
        return next((edition for edition in self.heards if edition.content.cycle == cycle), None)

    @cached_property
    def quarters(self) -> tuple[QuarterEdition, ...]:
        """The newest edition of each quarter, in the order of the quarters."""
        return tuple({(e.content.year, e.content.key): e for e in self.editions}.values())

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of plans with a published quarter, the latest first."""
        return tuple(sorted({e.content.year for e in self.editions}, reverse=True))

    def quarters_of(self, year: int) -> tuple[QuarterEdition, ...]:
        """Return the newest edition of each published quarter of a plan, in order."""
        return tuple(e for e in self.quarters if e.content.year == year)

    def latest(self, year: int | None = None) -> QuarterEdition | None:
        """Return the latest published quarter of a plan or, without ``year``, of the latest plan; None if there is none."""
        own = self.quarters_of(year if year is not None else max(self.years, default=0))
        return own[-1] if own else None

    def quarter(self, key: str, edition: int | None = None) -> QuarterEdition:
        """Return the newest edition of a quarter, or the given edition. Raises ``NotFound`` if it is not public."""
        own = [e for e in self.editions if e.content.key == key and edition in (None, e.edition)]
        if not own:
            raise NotFound(f"published quarter {key}")
        return own[-1]

    @property
    def sample(self) -> bool:
        """Whether a report, an assessment or an engagement cycle is invented, for a demonstration."""
        editions = (self.editions, self.commitment_editions, self.engagement_editions)
        return any(edition.content.sample for own in editions for edition in own)

    @property
    def is_empty(self) -> bool:
        """Whether no quarter, no commitment and no engagement cycle is public."""
        return not self.editions and not self.commitment_editions and not self.cycle_editions

    def updated_at(self) -> datetime | None:
        """Return when something was last published or withdrawn; None if nothing ever was."""
        quarters, briefings = (e.visible_at for e in self.editions), (b.visible_at for b in self.briefings)
        commitments = (e.visible_at for e in self.commitment_editions)
        engagement = (e.visible_at for e in self.engagement_editions)
        withdrawn = (notice.withdrawn_at for notice in self.withdrawals)
        return max((*quarters, *briefings, *commitments, *engagement, *withdrawn), default=None)


def natural_order(number: str) -> tuple[tuple[int, str], ...]:
    """Return the sort key that puts numbers such as "2", "10" and "19.1" in their natural order."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", number) if part)


_P, _F, _N = map(table, (Publication, PublicationFile, PublishedCount))
_NOW = bindparam("now", type_=_P.c.visible_at.type)
_H = _P.alias("heard")
_REPORTED = select(_H.c.key).where(_H.c.kind == PublicationKind.HEARD, _H.c.withdrawn_at.is_(None), _H.c.visible_at <= _NOW)
_OF_COMMENTS = select(func.coalesce(func.sum(_N.c.revision), 0)).where(_N.c.cycle.in_(_REPORTED)).scalar_subquery()
"""A number that increases with each change to a comment of a cycle whose "What we heard" is public."""
_OF_STATE = (_P.c.id, _P.c.kind, _P.c.year, _P.c.key, _P.c.edition, _P.c.visible_at, _P.c.sha256, _P.c.witness)
_VISIBLE = (
    select(*_OF_STATE, _P.c.withdrawn_at, _P.c.withdrawal_en, _P.c.withdrawal_fr, _OF_COMMENTS.label("comments"))
    .where(_P.c.visible_at <= _NOW)
    .order_by(_P.c.key, _P.c.edition)
)
_FACTS_IN_SQL = (
    *(cast(column, String) for column in (_P.c.id, _P.c.visible_at)),
    *(_P.c.sha256, _P.c.witness),
    *(func.coalesce(cast(column, String), "") for column in (_P.c.withdrawn_at, _P.c.withdrawal_en, _P.c.withdrawal_fr)),
)
_REVISION = select(
    func.aggregate_strings(reduce(lambda facts, fact: facts + " " + fact, _FACTS_IN_SQL), ", "), _OF_COMMENTS
).where(_P.c.visible_at <= _NOW)
"""The facts about what is public, joined to one text. If they were read row by row, every public page would become slower each
year."""
_CONTENTS = select(_P.c.id, _P.c.content).where(_P.c.id.in_(bindparam("ids", expanding=True)), _P.c.withdrawn_at.is_(None))
_FILE = (
    select(_F.c.content)
    .join(_P, _P.c.id == _F.c.publication_id)
    .where(_F.c.publication_id == bindparam("id"), _F.c.name == bindparam("name"), _P.c.withdrawn_at.is_(None))
    .where(_P.c.visible_at <= _NOW)
)


@dataclass(frozen=True, slots=True)
class StateRow:
    """A publication that was or is public, without its content. ``comments`` is the same in all rows (see ``_OF_COMMENTS``)."""

    id: int
    kind: PublicationKind
    year: int
    key: str
    edition: int
    visible_at: datetime
    sha256: str
    witness: str
    withdrawn_at: datetime | None
    withdrawal_en: str | None
    withdrawal_fr: str | None
    comments: int = 0


@dataclass(frozen=True, slots=True)
class PublicState:
    """What is public, without the contents. Pages rendered from the contents are current as long as ``revision``
    is the same.
    """

    rows: tuple[StateRow, ...]
    revision: str


NOTHING_PUBLIC = PublicState((), "")
"""The state before anything is published; nothing has to be read for it."""


def public_revision(session: Session, now: datetime) -> str:
    """Return a value that changes whenever ``public_state`` does; empty before anything is published.

    Runs one SQL statement that returns one row.
    """
    facts, comments = execute_core(session, _REVISION, {"now": now}).one()
    return sha256(f"{comments} {facts}".encode()).hexdigest()[:16] if facts else ""


def public_state(session: Session, now: datetime) -> PublicState:
    """Return what is public at this time, without the contents, in one SQL statement."""
    rows = tuple(StateRow(*row) for row in named_rows(execute_core(session, _VISIBLE, {"now": now})))
    return PublicState(rows, sha256(repr(rows).encode()).hexdigest()[:16])


def public_record(session: Session, now: datetime, state: PublicState | None = None) -> PublicRecord:
    """Return the quarters and briefings that are public at this time, in two SQL statements, or one if ``state`` is given."""
    state = state or public_state(session, now)
    kinds = (PublicationKind.QUARTER, PublicationKind.BRIEFING)
    public = [row for row in state.rows if row.withdrawn_at is None and row.kind in kinds]
    contents = _contents(session, public)
    quarters, briefings = [], []
    for row in public:
        if row.id not in contents:  # it was withdrawn after the state was read
            continue
        if row.kind is PublicationKind.QUARTER:
            content, text = load_quarter(contents[row.id]), contents[row.id]
            quarters.append(QuarterEdition(row.id, row.edition, row.visible_at, row.sha256, row.witness, content, text))
        else:
            briefing = load_briefing(contents[row.id])
            briefings.append(BriefingEdition(row.id, row.visible_at, row.sha256, row.witness, briefing))
    return PublicRecord(tuple(quarters), tuple(briefings), tuple(_notices(state)), state.revision)


def whole_record(session: Session, now: datetime, state: PublicState | None = None) -> PublicRecord:
    """Return everything that is public at this time, in three SQL statements, or two if ``state`` is given.

    If any "What we heard" is public, one more statement reads its comments.
    """
    state = state or public_state(session, now)
    kinds = (PublicationKind.COMMITMENT, PublicationKind.CYCLE, PublicationKind.HEARD)
    public = [row for row in state.rows if row.withdrawn_at is None and row.kind in kinds]
    contents = _contents(session, public)
    commitments, cycles, heards = [], [], []
    for row in public:
        text = contents.get(row.id)
        if text is None:  # it was withdrawn after the state was read
            continue
        facts = (row.id, row.edition, row.visible_at, row.sha256, row.witness)
        if row.kind is PublicationKind.COMMITMENT:
            commitments.append(CommitmentEdition(*facts, load_commitment(text), text))
        elif row.kind is PublicationKind.CYCLE:
            cycles.append(CycleEdition(*facts, load_cycle(text), text))
        else:
            heards.append(HeardEdition(*facts, load_heard(text), text))
    return replace(
        public_record(session, now, state),
        commitment_editions=tuple(commitments),
        cycle_editions=tuple(cycles),
        heard_editions=tuple(heards),
        comments=comments_of_cycles(session, {edition.content.cycle for edition in heards}),
        on=local_day(now),
    )


def _contents(session: Session, rows: list[StateRow]) -> dict[int, str]:
    """Return the stored contents of those publications that are still public, by id."""
    stored = execute_core(session, _CONTENTS, {"ids": [row.id for row in rows]}).all() if rows else []
    return {row.id: row.content for row in stored}


def _notices(state: PublicState) -> list[WithdrawalNotice]:
    """Return a notice for each publication that was withdrawn after it was public, unless it has been published again."""
    public = {(row.kind, row.key) for row in state.rows if row.withdrawn_at is None}
    notices = {}
    for row in state.rows:
        at = row.withdrawn_at
        if at is None or at < row.visible_at or (row.kind, row.key) in public:
            continue
        reason = Bilingual(row.withdrawal_en or "", row.withdrawal_fr or "")
        notices[row.kind, row.key] = WithdrawalNotice(
            row.id, row.kind, row.year, row.key, row.edition, row.visible_at, at, reason
        )
    return sorted(notices.values(), key=lambda notice: notice.withdrawn_at)


def published_file(session: Session, publication_id: int, name: str, now: datetime) -> bytes:
    """Return a file of a published briefing. Raises ``NotFound`` if there is none, or it is not public."""
    content = execute_core(session, _FILE, {"id": publication_id, "name": name, "now": now}).scalar()
    if content is None:
        raise NotFound(f"published file {name}")
    return bytes(content)
