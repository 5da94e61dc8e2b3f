"""Roles that were offered to jurisdictions and not yet answered, and roles that were declined."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.plan.conditions import plan_with_open_roles
from cogwg.plan.models import Assignment, Confirmation, Priority, WorkPlan
from cogwg.plan.rules import RoleEvent


@dataclass(frozen=True, slots=True)
class OfferedRole:
    """A role offered to a jurisdiction that has not answered yet, with its priority and the day on which it was offered."""

    id: int
    year: int
    number: int
    priority: Bilingual
    jurisdiction: Bilingual
    since: date


def offered_roles(session: Session, year: int, jurisdiction_ids: Collection[int]) -> list[OfferedRole]:
    """Return the roles that are waiting for an answer from these jurisdictions, in the plan in effect in ``year`` and later
    ones.

    A closed plan has none. Runs one SQL statement.
    """
    return _offered(session, year, Assignment.jurisdiction_id.in_(tuple(jurisdiction_ids)))


def unanswered_roles(session: Session, year: int, offered_by: date) -> list[OfferedRole]:
    """Return the roles that were offered on ``offered_by`` or earlier and are still waiting for an answer, from any
    jurisdiction.

    Looks in the same plans as ``offered_roles``. Runs one SQL statement.
    """
    return _offered(session, year, Assignment.since <= offered_by)


def _offered(session: Session, year: int, condition: ColumnElement[bool]) -> list[OfferedRole]:
    rows = session.execute(
        _ROLES.add_columns(Assignment.since)
        .join(Jurisdiction, Jurisdiction.id == Assignment.jurisdiction_id)
        .where(plan_with_open_roles(year), Assignment.confirmation == Confirmation.TO_CONFIRM)
        .where(condition, Assignment.retired_on.is_(None))
        .order_by(WorkPlan.year, Priority.position, Priority.number, Assignment.position)
    )
    return [OfferedRole(r.id, r.year, r.number, r.title, r.jurisdiction, r.since) for r in rows]


@dataclass(frozen=True, slots=True)
class DeclinedRole:
    """A role that a jurisdiction declined and that is still vacant, with its priority and the time at which it was declined."""

    id: int
    year: int
    number: int
    priority: Bilingual
    jurisdiction: Bilingual
    at: datetime


def declined_roles(session: Session, year: int, since: datetime) -> list[DeclinedRole]:
    """Return the roles that were declined at ``since`` or later and are still vacant, oldest first.

    Looks in the same plans as ``offered_roles``. Runs one SQL statement. A role that several jurisdictions declined is
    returned once, for the last of them.
    """
    event = aliased(AuditEvent)
    last_declined = (
        select(func.max(event.id))
        .where(event.subject_kind == "assignment", event.subject_id == Assignment.id)
        .where(event.action == f"role.{RoleEvent.DECLINE}", event.at >= since)
        .scalar_subquery()
    )
    rows = session.execute(
        _ROLES.add_columns(AuditEvent.at, Assignment.since)
        .join(AuditEvent, AuditEvent.id == last_declined)
        .join(Jurisdiction, Jurisdiction.id == AuditEvent.before["jurisdiction"].as_integer())
        .where(plan_with_open_roles(year), Assignment.confirmation == Confirmation.VACANT, Assignment.retired_on.is_(None))
        .order_by(AuditEvent.id)
    )
    still = (r for r in rows if local_day(r.at) == r.since)  # otherwise, a jurisdiction has held the role since
    return [DeclinedRole(r.id, r.year, r.number, r.title, r.jurisdiction, r.at) for r in still]


_ROLES = (
    select(Assignment.id, WorkPlan.year, Priority.number, Priority.title, Jurisdiction.name.label("jurisdiction"))
    .select_from(Assignment)
    .join(Priority, Priority.id == Assignment.priority_id)
    .join(WorkPlan, WorkPlan.id == Priority.plan_id)
)
