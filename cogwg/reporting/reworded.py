"""Activities that were reworded since they were last reported on, so that no one reports on outdated wording."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority, WorkPlan
from cogwg.plan.rewordings import REWORDED, combined, rewording_from_event
from cogwg.reporting.models import Submission


@dataclass(frozen=True, slots=True)
class RewordedActivity:
    """An activity that was reworded; ``at`` is the time of the last change."""

    year: int
    code: str
    title: Bilingual
    at: datetime


def reworded_activities(session: Session, jurisdiction_ids: Collection[int], since: datetime) -> list[RewordedActivity]:
    """Return the reworded activities in which these jurisdictions have a confirmed role, in the order of their codes.

    Changes before ``since`` or before the activity's last report are left out, and so are closed plans. Runs one SQL
    statement.
    """
    event, submission = table(AuditEvent), table(Submission)
    own = select(Assignment.priority_id).where(
        Assignment.jurisdiction_id.in_(tuple(jurisdiction_ids)),
        Assignment.confirmation == Confirmation.CONFIRMED,
        Assignment.retired_on.is_(None),
    )
    last_report = select(func.max(submission.c.submitted_at)).where(submission.c.activity_id == Activity.id)
    columns = (
        Activity.id,
        Activity.code,
        Activity.title,
        WorkPlan.year,
        *(event.c[name] for name in ("at", "before", "after")),
    )
    rows = session.execute(
        select(*columns, last_report.correlate(Activity).scalar_subquery().label("reported"))
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .join(event, (event.c.subject_kind == "activity") & (event.c.subject_id == Activity.id))
        .where(event.c.action == REWORDED, event.c.at >= since, Activity.priority_id.in_(own))
        .where(Activity.retired_on.is_(None), WorkPlan.closed_on.is_(None))
        .order_by(WorkPlan.year, Priority.number, Activity.position, event.c.id)
    ).all()
    activities = {row.id: row for row in rows}
    changed = {}
    for id_, last in activities.items():
        own_rows = [row for row in rows if row.id == id_ and (row.reported is None or row.at > row.reported)]
        if combined([rewording_from_event(row.at, row.before, row.after) for row in own_rows]) is not None:
            changed[id_] = RewordedActivity(last.year, last.code, last.title, last.at)
    return list(changed.values())
