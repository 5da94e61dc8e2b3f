"""Queries of commitments, for stewards and for the pages of the plan. Each runs a fixed number of SQL statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.ogp.editing import facts_of
from cogwg.ogp.facts import CommitmentFacts
from cogwg.ogp.gaps import MissingPart, gaps_of
from cogwg.ogp.models import ActionPlan, Assessment, Commitment, CommitmentLink, Indicator
from cogwg.ogp.scales import AssessmentKind
from cogwg.plan.models import Activity, Priority, WorkPlan


@dataclass(frozen=True, slots=True)
class ListedCommitment:
    """A commitment with its stored values, what is missing (in the order in which to fill it in), and the latest
    self-assessment (or None).
    """

    id: int
    version: int
    facts: CommitmentFacts
    plan: Bilingual
    gaps: tuple[MissingPart, ...]
    self_assessment: Assessment | None


@dataclass(frozen=True, slots=True)
class ServedCommitment:
    """The identifier and the title of a commitment."""

    identifier: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class LinkableItem:
    """A priority or, if ``code`` is not empty, an activity, that contributes to a commitment or can be linked to it."""

    id: int
    year: int
    number: int
    code: str
    title: Bilingual
    is_retired: bool = False


def action_plans(session: Session) -> Sequence[ActionPlan]:
    """Return the action plans of Canada, the latest first."""
    return session.scalars(select(ActionPlan).order_by(ActionPlan.start_year.desc())).all()


def listed_commitments(session: Session, today: date) -> list[ListedCommitment]:
    """Return all commitments: the action plans from the latest to the earliest, and the commitments of each in the order of
    the plan.
    """
    rows = session.scalars(
        select(Commitment).join(ActionPlan).order_by(ActionPlan.start_year.desc(), Commitment.position).options(*_WITH_PARTS)
    )
    return [_listed(row, today) for row in rows]


def commitment_row(session: Session, identifier: str) -> Commitment:
    """Return the commitment with this identifier. Raises ``NotFound`` if there is none."""
    row = session.scalar(select(Commitment).where(Commitment.identifier == identifier).options(*_WITH_PARTS))
    if row is None:
        raise NotFound(f"commitment {identifier}")
    return row


def one_commitment(session: Session, identifier: str, today: date) -> ListedCommitment:
    """Return the commitment with this identifier, and what it lacks. Raises ``NotFound`` if there is none."""
    return _listed(commitment_row(session, identifier), today)


def earlier_commitments(session: Session, cycle: int) -> list[ServedCommitment]:
    """Return the commitments of action plans that began before this year, those of the latest plan first."""
    rows = session.execute(
        select(Commitment.identifier, Commitment.title_en, Commitment.title_fr)
        .join(ActionPlan)
        .where(ActionPlan.start_year < cycle)
        .order_by(ActionPlan.start_year.desc(), Commitment.position)
    )
    return [ServedCommitment(identifier, Bilingual(en, fr)) for identifier, en, fr in rows]


def continued_by(session: Session, commitment_id: int) -> list[ServedCommitment]:
    """Return the commitments of later plans that continue this one."""
    rows = session.execute(
        select(Commitment.identifier, Commitment.title_en, Commitment.title_fr)
        .where(Commitment.follows_id == commitment_id)
        .order_by(Commitment.identifier)
    )
    return [ServedCommitment(identifier, Bilingual(en, fr)) for identifier, en, fr in rows]


def linkable_items(session: Session, linked: CommitmentFacts | None = None) -> list[LinkableItem]:
    """Return the priorities and activities that can be linked (not retired, in a plan that is not closed), and those already
    linked.

    They are in the order of the plan, each priority before its activities.
    """
    priorities, activities = (linked.priorities, linked.activities) if linked else ((), ())
    items = _items(session, WorkPlan.closed_on.is_(None) | Priority.id.in_(priorities) | Activity.id.in_(activities))
    heading = {(item.year, item.number) for item in items if item.code and item.id in activities}
    return [
        item
        for item in items
        if not item.is_retired
        or item.id in (activities if item.code else priorities)
        or (not item.code and (item.year, item.number) in heading)
    ]


def serving_items(session: Session, facts: CommitmentFacts) -> list[LinkableItem]:
    """Return the priorities and activities that contribute to a commitment, in the order of the plan."""
    if not facts.priorities and not facts.activities:
        return []
    chosen = Priority.id.in_(facts.priorities) | Activity.id.in_(facts.activities)
    return [item for item in _items(session, chosen) if item.id in (facts.activities if item.code else facts.priorities)]


def served_by_priority(session: Session, priority_id: int) -> list[ServedCommitment]:
    """Return the commitments to which a priority contributes, itself or through one of its activities."""
    own = select(Activity.id).where(Activity.priority_id == priority_id)
    return _served(session, (CommitmentLink.priority_id == priority_id) | CommitmentLink.activity_id.in_(own))


def served_by_activity(session: Session, activity_id: int) -> list[ServedCommitment]:
    """Return the commitments to which an activity contributes."""
    return _served(session, CommitmentLink.activity_id == activity_id)


def _served(session: Session, criterion: ColumnElement[bool]) -> list[ServedCommitment]:
    rows = session.execute(
        select(Commitment.identifier, Commitment.title_en, Commitment.title_fr)
        .where(Commitment.id.in_(select(CommitmentLink.commitment_id).where(criterion)))
        .order_by(Commitment.identifier)
    )
    return [ServedCommitment(identifier, Bilingual(en, fr)) for identifier, en, fr in rows]


_WITH_PARTS = (
    selectinload(Commitment.plan),
    selectinload(Commitment.milestones),
    selectinload(Commitment.indicators).selectinload(Indicator.actuals),
    selectinload(Commitment.served_by),
    selectinload(Commitment.assessments).selectinload(Assessment.findings),
)


def _listed(row: Commitment, today: date) -> ListedCommitment:
    facts = facts_of(row)
    own = next((each for each in reversed(row.assessments) if each.kind is AssessmentKind.SELF), None)
    gaps = gaps_of(facts, has_self_assessment=own is not None, today=today)
    return ListedCommitment(row.id, row.version, facts, row.plan.title, gaps, own)


def _items(session: Session, criterion: ColumnElement[bool]) -> list[LinkableItem]:
    """Return each priority that meets the criterion, itself or through an activity, followed by these activities."""
    rows = session.execute(
        select(WorkPlan.year, Priority, Activity)
        .join(Priority, Priority.plan_id == WorkPlan.id)
        .outerjoin(Activity, Activity.priority_id == Priority.id)
        .where(criterion)
        .order_by(WorkPlan.year.desc(), Priority.position, Priority.number, Activity.position)
    ).all()
    items: list[LinkableItem] = []
    for year, priority, activity in rows:
        own = LinkableItem(priority.id, year, priority.number, "", priority.title, priority.retired_on is not None)
        if own not in items:
            items.append(own)
        if activity is not None:
            is_retired = activity.retired_on is not None or priority.retired_on is not None
            items.append(LinkableItem(activity.id, year, priority.number, activity.code, activity.title, is_retired))
    return items
