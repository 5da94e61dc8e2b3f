"""Queries on news for members of the group, with the jurisdictions of each item and who last changed it.

Facts that are shown outside the group, for example in decks, come from ``current``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.core.errors import NotFound
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone, MilestoneLink
from cogwg.reporting.news.rules import ChallengeDraft, DayOrMonth, MilestoneDraft
from cogwg.reporting.rules import LabelledLink

MILESTONE, LINK, CHALLENGE, RAISED = map(table, (Milestone, MilestoneLink, Challenge, ChallengeJurisdiction))
JURISDICTION, PERSON, EVENT = map(table, (Jurisdiction, Person, AuditEvent))
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class MilestoneNews:
    """A milestone with its jurisdiction and its sources.

    ``changed_by`` is the name of the person who last changed it, empty if it has not changed since it was imported.
    """

    id: int
    jurisdiction_id: int
    code: str
    jurisdiction: Bilingual
    text: Bilingual
    links: tuple[LabelledLink, ...]
    under_way: bool
    happened: DayOrMonth
    reported_on: date
    version: int
    changed_at: datetime | None
    changed_by: str
    changed_by_id: int | None
    withdrawn_at: datetime | None
    stale: Mapping[str, str]

    @property
    def jurisdiction_ids(self) -> tuple[int, ...]:
        return (self.jurisdiction_id,)

    @property
    def editing_jurisdiction_ids(self) -> tuple[int, ...]:
        """The jurisdiction that may edit the milestone."""
        return self.jurisdiction_ids

    @property
    def draft(self) -> MilestoneDraft:
        """The milestone's editable content."""
        return MilestoneDraft(self.text, self.links, self.under_way, str(self.happened))


@dataclass(frozen=True, slots=True)
class Raiser:
    """A jurisdiction that shares a challenge, and whether it may be named outside the group."""

    jurisdiction_id: int
    code: str
    name: Bilingual
    may_be_named: bool


@dataclass(frozen=True, slots=True)
class ChallengeNews:
    """A challenge with the jurisdictions that share it. There are none if it was imported from a source that named none.

    ``author_jurisdiction_id`` is the jurisdiction that raised it, from the audit log; None for an imported challenge.
    """

    id: int
    theme: Bilingual
    text: Bilingual
    state: ChallengeState
    reported_on: date
    version: int
    changed_at: datetime | None
    changed_by: str
    changed_by_id: int | None
    withdrawn_at: datetime | None
    raised_by: tuple[Raiser, ...]
    author_jurisdiction_id: int | None
    stale: Mapping[str, str]

    @property
    def draft(self) -> ChallengeDraft:
        """The challenge's editable content."""
        return ChallengeDraft(self.theme, self.text)

    @property
    def jurisdiction_ids(self) -> tuple[int, ...]:
        return tuple(r.jurisdiction_id for r in self.raised_by)

    @property
    def editing_jurisdiction_ids(self) -> tuple[int, ...]:
        """The jurisdiction that may edit the challenge: the one that raised it, as long as it still shares the challenge.

        Empty if no jurisdiction may edit it; co-chairs and the secretariat always may.
        """
        return tuple(id_ for id_ in self.jurisdiction_ids if id_ == self.author_jurisdiction_id)


News = MilestoneNews | ChallengeNews

_MILESTONES = (
    select(
        *MILESTONE.c,
        *(JURISDICTION.c[name] for name in ("code", "name_en", "name_fr")),
        PERSON.c.name.label("person"),
        *(LINK.c[name] for name in ("url", "label_en", "label_fr")),
    )
    .select_from(
        MILESTONE.join(JURISDICTION, JURISDICTION.c.id == MILESTONE.c.jurisdiction_id)
        .outerjoin(PERSON, PERSON.c.id == MILESTONE.c.changed_by)
        .outerjoin(LINK, LINK.c.milestone_id == MILESTONE.c.id)
    )
    .order_by(MILESTONE.c.reported_on.desc(), MILESTONE.c.id.desc(), LINK.c.position)
)
_ADDED = (
    select(EVENT.c.after)
    .where(EVENT.c.subject_kind == "challenge", EVENT.c.subject_id == CHALLENGE.c.id, EVENT.c.action == "challenge.added")
    .limit(1)
    .scalar_subquery()
)
_CHALLENGES = (
    select(
        *CHALLENGE.c,
        _ADDED.label("added"),
        PERSON.c.name.label("person"),
        *(RAISED.c[name] for name in ("jurisdiction_id", "may_be_named")),
        *(JURISDICTION.c[name] for name in ("code", "name_en", "name_fr")),
    )
    .select_from(
        CHALLENGE.outerjoin(PERSON, PERSON.c.id == CHALLENGE.c.changed_by)
        .outerjoin(RAISED, RAISED.c.challenge_id == CHALLENGE.c.id)
        .outerjoin(JURISDICTION, JURISDICTION.c.id == RAISED.c.jurisdiction_id)
    )
    .order_by(CHALLENGE.c.reported_on.desc(), CHALLENGE.c.id.desc(), JURISDICTION.c.code)
)


def list_milestones(session: Session, *, code: str = "") -> list[MilestoneNews]:
    """Return all milestones, or those of one jurisdiction (by ``code``), newest first, including withdrawn ones, in one SQL
    statement.
    """
    return _milestones(session, [JURISDICTION.c.code == code] if code else [])


def milestone(session: Session, id_: int) -> MilestoneNews:
    """Return a milestone, withdrawn or not. Raises ``NotFound`` if there is none with this id."""
    return _first_or_not_found(_milestones(session, [MILESTONE.c.id == id_]), f"milestone {id_}")


def list_challenges(session: Session, *, code: str = "") -> list[ChallengeNews]:
    """Return all challenges, or those that one jurisdiction (by ``code``) shares, newest first, including withdrawn ones.

    Runs one SQL statement.
    """
    met = select(RAISED.c.challenge_id).join(JURISDICTION, JURISDICTION.c.id == RAISED.c.jurisdiction_id)
    return _challenges(session, [CHALLENGE.c.id.in_(met.where(JURISDICTION.c.code == code))] if code else [])


def challenge(session: Session, id_: int) -> ChallengeNews:
    """Return a challenge, withdrawn or not. Raises ``NotFound`` if there is none with this id."""
    return _first_or_not_found(_challenges(session, [CHALLENGE.c.id == id_]), f"challenge {id_}")


def themes(session: Session) -> list[Bilingual]:
    """Return the distinct themes of challenges that are not withdrawn, in one SQL statement."""
    columns = CHALLENGE.c.theme_en, CHALLENGE.c.theme_fr
    rows = session.execute(select(*columns).where(CHALLENGE.c.withdrawn_at.is_(None)).distinct().order_by(*columns))
    return [Bilingual(en, fr) for en, fr in rows]


def jurisdictions_sharing_theme(session: Session, theme: Bilingual) -> tuple[tuple[int, Bilingual], ...]:
    """Return the jurisdictions (id and name) that share a challenge with this theme, in one SQL statement."""
    rows = session.execute(
        select(*(JURISDICTION.c[name] for name in ("id", "name_en", "name_fr")))
        .join(RAISED, RAISED.c.jurisdiction_id == JURISDICTION.c.id)
        .join(CHALLENGE, CHALLENGE.c.id == RAISED.c.challenge_id)
        .where(CHALLENGE.c.theme_en == theme.en, CHALLENGE.c.theme_fr == theme.fr, CHALLENGE.c.withdrawn_at.is_(None))
        .distinct()
        .order_by(JURISDICTION.c.id)
    )
    return tuple((id_, Bilingual(en, fr)) for id_, en, fr in rows)


def _milestones(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[MilestoneNews]:
    rows_by_id: dict[int, tuple[Any, list[LabelledLink]]] = {}
    for row in session.execute(_MILESTONES.where(*conditions)):
        links = rows_by_id.setdefault(row.id, (row, []))[1]
        if row.url is not None:
            links.append(LabelledLink(row.url, Bilingual(row.label_en, row.label_fr)))
    return [
        MilestoneNews(
            id=m.id,
            jurisdiction_id=m.jurisdiction_id,
            code=m.code,
            jurisdiction=Bilingual(m.name_en, m.name_fr),
            text=Bilingual(m.text_en, m.text_fr),
            links=tuple(links),
            under_way=m.under_way,
            happened=DayOrMonth(m.happened_on, m.month_only),
            reported_on=m.reported_on,
            version=m.version,
            changed_at=m.changed_at,
            changed_by=m.person or "",
            changed_by_id=m.changed_by,
            withdrawn_at=m.withdrawn_at,
            stale=m.stale or {},
        )
        for m, links in rows_by_id.values()
    ]


def _challenges(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[ChallengeNews]:
    rows_by_id: dict[int, tuple[Any, list[Raiser]]] = {}
    for row in session.execute(_CHALLENGES.where(*conditions)):
        raisers = rows_by_id.setdefault(row.id, (row, []))[1]
        if row.jurisdiction_id is not None:
            name = Bilingual(row.name_en, row.name_fr)
            raisers.append(Raiser(row.jurisdiction_id, row.code, name, row.may_be_named))
    return [
        ChallengeNews(
            id=c.id,
            theme=Bilingual(c.theme_en, c.theme_fr),
            text=Bilingual(c.text_en, c.text_fr),
            state=c.state,
            reported_on=c.reported_on,
            version=c.version,
            changed_at=c.changed_at,
            changed_by=c.person or "",
            changed_by_id=c.changed_by,
            withdrawn_at=c.withdrawn_at,
            raised_by=tuple(raisers),
            author_jurisdiction_id=(c.added or {}).get("jurisdiction"),
            stale=c.stale or {},
        )
        for c, raisers in rows_by_id.values()
    ]


def _first_or_not_found(news: list[Item], description: str) -> Item:
    if not news:
        raise NotFound(description)
    return news[0]
