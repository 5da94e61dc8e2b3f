"""The government's own assessments of a commitment, each with its date. A later assessment does not replace earlier ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import Conflict, Invalid, Message, NotFound
from cogwg.ogp.assessing import AssessmentDraft, checked_draft, stated_values, store_correction, store_draft
from cogwg.ogp.editing import NOTHING_CHANGED
from cogwg.ogp.models import Assessment, Commitment
from cogwg.ogp.scales import AssessmentKind


def record_self_assessment(session: Session, identifier: str, draft: AssessmentDraft, *, by: Actor, at: datetime) -> int:
    """Add a self-assessment, under the name of the lead institution; return the id of the audit event.

    Raises ``NotFound`` if there is no such commitment, and ``Invalid`` if the draft has problems.
    """
    commitment = session.scalar(select(Commitment).where(Commitment.identifier == identifier).with_for_update())
    if commitment is None:
        raise NotFound("commitment")
    checked = checked_draft(draft, commitment, (AssessmentKind.SELF,), at)
    assessment = Assessment(commitment=commitment, assessor=commitment.lead, recorded_by=by.id, recorded_at=at)
    session.add(assessment)
    store_draft(assessment, checked)
    session.flush()
    after = {"commitment": identifier, **stated_values(checked)}
    return record_event(session, "assessment.recorded", ("assessment", assessment.id), by=by, at=at, after=after)


def correct_self_assessment(
    session: Session, assessment_id: int, draft: AssessmentDraft, *, version: int, by: Actor, at: datetime
) -> int:
    """Correct a self-assessment, no matter who recorded it; return the id of the audit event.

    Raises ``NotFound`` if there is no such self-assessment, ``Conflict`` if ``version`` is outdated, and ``Invalid`` if the
    draft has problems, or if nothing would change.
    """
    assessment = session.scalar(select(Assessment).where(Assessment.id == assessment_id).with_for_update())
    if assessment is None or assessment.kind is not AssessmentKind.SELF:
        raise NotFound("assessment")
    session.refresh(assessment)
    if assessment.version != version:
        raise Conflict(assessment)
    checked = checked_draft(draft, assessment.commitment, (AssessmentKind.SELF,), at)
    event_id = store_correction(session, assessment, checked, by=by, at=at)
    if event_id is None:
        raise Invalid(("", Message(NOTHING_CHANGED)))
    return event_id
