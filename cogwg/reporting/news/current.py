"""The facts that are shown outside the group: the number of its jurisdictions of each kind, its milestones, and its unresolved
challenges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import EarlierName, Jurisdiction, OrderOfGovernment
from cogwg.accounts.queries import names_by_rename
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone, MilestoneLink
from cogwg.reporting.rules import LabelledLink


@dataclass(frozen=True, slots=True)
class CurrentMilestone:
    """A milestone as it is shown outside the group, with its jurisdiction and sources."""

    id: int
    jurisdiction: Bilingual
    jurisdiction_code: str
    text: Bilingual
    under_way: bool
    reported_on: date
    links: tuple[LabelledLink, ...]
    stale: StaleTexts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The number of the group's jurisdictions of each kind, and their milestones.

    ``reported_at`` maps the id of each milestone to the time at which it was added; imported milestones are not in it.
    ``names`` are the jurisdictions' names by id; ``renames`` has each name of a renamed jurisdiction (see
    ``names_by_rename``).
    """

    counts_by_kind: Mapping[OrderOfGovernment, int]
    milestones: list[CurrentMilestone]
    reported_at: Mapping[int, datetime]
    names: Mapping[int, Bilingual]
    renames: tuple[tuple[Bilingual, Bilingual], ...] = ()


def current_milestones(
    session: Session, *, until: date | None = None, jurisdiction_id: int | None = None
) -> list[CurrentMilestone]:
    """Return the milestones that are not withdrawn, in the order in which they were added, in one SQL statement.

    ``until`` is the last reporting day to include. ``jurisdiction_id`` limits the milestones to those of one jurisdiction.
    """
    return group_facts(session, until=until, jurisdiction_id=jurisdiction_id).milestones


def group_facts(session: Session, *, until: date | None = None, jurisdiction_id: int | None = None) -> GroupFacts:
    """Return facts about the group or one jurisdiction, with the milestones that are not withdrawn, in one SQL statement.

    ``until`` is the last reporting day to include.
    """
    own = and_(Milestone.jurisdiction_id == Jurisdiction.id, Milestone.withdrawn_at.is_(None))
    added = AuditEvent.action == "milestone.added"
    rows = (
        select(Jurisdiction, EarlierName, Milestone, MilestoneLink, AuditEvent.at)
        .outerjoin(EarlierName, EarlierName.jurisdiction_id == Jurisdiction.id)
        .outerjoin(Milestone, own if until is None else and_(own, Milestone.reported_on <= until))
        .outerjoin(MilestoneLink, MilestoneLink.milestone_id == Milestone.id)
        .outerjoin(AuditEvent, and_(AuditEvent.subject_kind == "milestone", AuditEvent.subject_id == Milestone.id, added))
        .order_by(Milestone.id, MilestoneLink.position)
    )
    if jurisdiction_id is not None:
        rows = rows.where(Jurisdiction.id == jurisdiction_id)
    kinds: dict[int, OrderOfGovernment] = {}
    names: dict[int, Bilingual] = {}
    earlier: dict[int, tuple[EarlierName, Jurisdiction]] = {}
    milestones: dict[int, tuple[Milestone, Jurisdiction, dict[int, LabelledLink]]] = {}
    reported_at: dict[int, datetime] = {}
    for j, earlier_name, m, link, at in session.execute(rows):
        kinds[j.id], names[j.id] = j.kind, j.name
        if earlier_name is not None:
            earlier[earlier_name.id] = earlier_name, j
        if m is not None:
            if at is not None:
                reported_at[m.id] = at
            sources = milestones.setdefault(m.id, (m, j, {}))[2]
            if link is not None:
                sources[link.id] = LabelledLink(link.url, link.label)
    return GroupFacts(
        Counter(kinds.values()),
        [
            CurrentMilestone(
                m.id, j.name, j.code, m.text, m.under_way, m.reported_on, tuple(sources.values()), m.stale or NO_STALE_TEXTS
            )
            for m, j, sources in milestones.values()
        ],
        reported_at,
        names,
        names_by_rename(earlier.values()),
    )


@dataclass(frozen=True, slots=True)
class CurrentChallenge:
    """A challenge as it is shown outside the group.

    ``jurisdiction_count`` is the number of jurisdictions that share it; ``named_jurisdictions`` are those of them that agreed
    to be named.
    """

    id: int
    theme: Bilingual
    text: Bilingual
    state: ChallengeState
    reported_on: date
    jurisdiction_count: int
    named_jurisdictions: tuple[Bilingual, ...]
    stale: StaleTexts = field(default_factory=dict, hash=False)


def current_challenges(session: Session, *, until: date | None = None) -> list[CurrentChallenge]:
    """Return the challenges that are neither resolved nor withdrawn, in the order of ``position``, in one SQL statement.

    ``until`` is the last reporting day to include.
    """
    raised = ChallengeJurisdiction
    rows = (
        select(Challenge, raised.may_be_named, Jurisdiction.name_en, Jurisdiction.name_fr)
        .outerjoin(raised, raised.challenge_id == Challenge.id)
        .outerjoin(Jurisdiction, Jurisdiction.id == raised.jurisdiction_id)
        .where(Challenge.state != ChallengeState.RESOLVED, Challenge.withdrawn_at.is_(None))
        .order_by(Challenge.position, Challenge.id, Jurisdiction.code)
    )
    if until is not None:
        rows = rows.where(Challenge.reported_on <= until)
    challenges: dict[int, Challenge] = {}
    counts: Counter[int] = Counter()
    named: dict[int, list[Bilingual]] = {}
    for challenge, may_be_named, name_en, name_fr in session.execute(rows):
        challenges[challenge.id] = challenge
        counts[challenge.id] += name_en is not None
        if may_be_named:
            named.setdefault(challenge.id, []).append(Bilingual(name_en, name_fr))
    return [
        CurrentChallenge(
            c.id,
            c.theme,
            c.text,
            c.state,
            c.reported_on,
            counts[c.id],
            tuple(named.get(c.id, ())),
            c.stale or NO_STALE_TEXTS,
        )
        for c in challenges.values()
    ]
