"""Writing briefings: one verb, one function, one trace."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record
from cogwg.briefing.models import Briefing
from cogwg.briefing.rules import check_new
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import NotFound
from cogwg.plan.models import WorkPlan


def create_briefing(session: Session, *, year: int, meeting_on: date, audience: Bilingual, by: Actor, at: datetime) -> Briefing:
    """Create the briefing of a meeting on the plan of a year.

    Raises ``Invalid`` when the meeting day is unlikely or has one already, or the audience is not said; ``NotFound``
    without a plan.
    """
    plan_id = session.scalar(select(WorkPlan.id).where(WorkPlan.year == year))
    if plan_id is None:
        raise NotFound(f"plan {year}")
    taken = session.scalar(select(Briefing.id).where(Briefing.meeting_on == meeting_on)) is not None
    check_new(meeting_on, audience, today=local_day(at), taken=taken)
    made = Briefing(
        plan_id=plan_id,
        meeting_on=meeting_on,
        audience_en=audience.en,
        audience_fr=audience.fr,
        created_at=at,
        created_by=by.id,
    )
    session.add(made)
    session.flush()
    record(
        session,
        "briefing.created",
        ("briefing", made.id),
        by=by,
        at=at,
        after={"meeting_on": meeting_on.isoformat(), "plan": year, "audience": [audience.en, audience.fr]},
    )
    return made
