"""Invitations to assess a commitment, or all commitments of an action plan.

A person without an invitation can neither see nor assess commitments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Bilingual, clean_line
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.ogp.models import ActionPlan, Assessment, AssessorInvitation, Commitment
from cogwg.ogp.scales import AssessmentKind

NAME_LIMIT = 200
INDEPENDENT_KINDS = (AssessmentKind.MID_TERM, AssessmentKind.END_OF_TERM)
CIVIL_SOCIETY_KINDS = (AssessmentKind.CIVIL_SOCIETY,)


@dataclass(frozen=True, slots=True)
class InvitationDraft:
    """The person to invite and what they assess: a commitment by its identifier, or an action plan by its first year.

    ``assessor`` is the name under which the assessments are shown.
    """

    person_id: int
    identifier: str
    start_year: int | None
    independent: bool
    assessor: Bilingual


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """An invitation for display. ``identifier`` and ``title`` are those of the commitment, or empty for a whole plan."""

    id: int
    person_id: int
    person: str
    independent: bool
    assessor: Bilingual
    identifier: str
    title: Bilingual
    plan: Bilingual
    start_year: int
    invited_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitedCommitment:
    """A commitment that a person may assess now, and the name under which their assessments are shown (``assessor``)."""

    id: int
    identifier: str
    title: Bilingual
    plan: Bilingual
    independent: bool
    assessor: Bilingual


def kinds_of(*, independent: bool) -> tuple[AssessmentKind, ...]:
    """Return the kinds of assessment that the independent reviewer can record or, if not ``independent``, those of civil
    society.
    """
    return INDEPENDENT_KINDS if independent else CIVIL_SOCIETY_KINDS


def assessors(session: Session) -> list[tuple[int, str]]:
    """Return the id and the name of each active person with the role of assessor, sorted by name."""
    people = (
        select(Person.id, Person.name)
        .where(Person.retired_at.is_(None), Person.memberships.any(Membership.role == Role.ASSESSOR))
        .order_by(Person.name, Person.id)
    )
    return [(row.id, row.name) for row in session.execute(people)]


def invitations(session: Session, *, person_id: int | None = None) -> list[InvitationFacts]:
    """Return all invitations, or those of one person: first those that have not ended, then those that have, each with the
    newest first.
    """
    statement = (
        select(AssessorInvitation, Commitment, ActionPlan, Person.name)
        .join(Person, Person.id == AssessorInvitation.person_id)
        .outerjoin(Commitment, Commitment.id == AssessorInvitation.commitment_id)
        .join(ActionPlan, or_(ActionPlan.id == AssessorInvitation.plan_id, ActionPlan.id == Commitment.plan_id))
        .order_by(AssessorInvitation.id.desc())
    )
    if person_id is not None:
        statement = statement.where(AssessorInvitation.person_id == person_id)
    facts = [
        InvitationFacts(
            invitation.id,
            invitation.person_id,
            name,
            invitation.independent,
            invitation.assessor,
            commitment.identifier if commitment else "",
            commitment.title if commitment else Bilingual("", ""),
            plan.title,
            plan.start_year,
            invitation.invited_at,
            invitation.ended_at,
        )
        for invitation, commitment, plan, name in session.execute(statement)
    ]
    return sorted(facts, key=lambda each: each.ended_at is not None)


def invitation_to_assess(
    session: Session, person_id: int | None, commitment_id: int, *, for_update: bool = False
) -> AssessorInvitation | None:
    """Return the invitation with which a person can assess a commitment now, or None.

    An invitation for the commitment itself takes precedence over one for its whole plan. With ``for_update``, the invitation
    is locked until the transaction ends, so that no assessment is recorded while the invitation is being ended.
    """
    statement = (
        _open_invitations(person_id)
        .where(Commitment.id == commitment_id)
        .with_only_columns(AssessorInvitation)
        .order_by(AssessorInvitation.plan_id.is_not(None), AssessorInvitation.id.desc())
        .limit(1)
    )
    if for_update:
        statement = statement.with_for_update(of=AssessorInvitation).execution_options(populate_existing=True)
    invitation: AssessorInvitation | None = session.scalars(statement).first()
    return invitation


def invited_commitment(session: Session, identifier: str, person_id: int) -> tuple[Commitment, AssessorInvitation]:
    """Return a commitment with the invitation to assess it. Raises ``NotFound`` for a commitment that the person may not
    assess now.
    """
    commitment = session.scalars(select(Commitment).where(Commitment.identifier == identifier)).first()
    invitation = invitation_to_assess(session, person_id, commitment.id) if commitment else None
    if commitment is None or invitation is None:
        raise NotFound(f"commitment {identifier}")
    return commitment, invitation


def invited_commitments(session: Session, person_id: int) -> list[InvitedCommitment]:
    """Return the commitments that a person may assess now, each once, those of the newest plan first."""
    rows = session.execute(
        _open_invitations(person_id)
        .join(ActionPlan, ActionPlan.id == Commitment.plan_id)
        .with_only_columns(Commitment, ActionPlan, AssessorInvitation)
        .order_by(
            ActionPlan.start_year.desc(),
            Commitment.position,
            Commitment.id,
            AssessorInvitation.plan_id.is_not(None),
            AssessorInvitation.id.desc(),
        )
    )
    invited: dict[int, InvitedCommitment] = {}
    for commitment, plan, invitation in rows:
        facts = InvitedCommitment(
            commitment.id, commitment.identifier, commitment.title, plan.title, invitation.independent, invitation.assessor
        )
        invited.setdefault(commitment.id, facts)
    return list(invited.values())


def commitments_to_assess(session: Session, person_id: int) -> list[InvitedCommitment]:
    """Return the commitments that a person may assess now and has not assessed yet."""
    recorded = (Assessment.recorded_by == person_id, Assessment.kind != AssessmentKind.SELF)
    assessed = set(session.scalars(select(Assessment.commitment_id).where(*recorded)))
    return [commitment for commitment in invited_commitments(session, person_id) if commitment.id not in assessed]


def _open_invitations(person_id: int | None) -> Select[AssessorInvitation, Commitment]:
    covers = or_(AssessorInvitation.commitment_id == Commitment.id, AssessorInvitation.plan_id == Commitment.plan_id)
    return (
        select(AssessorInvitation, Commitment)
        .join(Commitment, covers)
        .where(AssessorInvitation.person_id == person_id, AssessorInvitation.ended_at.is_(None))
    )


def invite_assessor(session: Session, draft: InvitationDraft, *, by: Actor, at: datetime) -> int:
    """Invite a person to assess a commitment or a whole plan; return the id of the invitation.

    Raises ``NotFound`` for an unknown commitment or plan; and ``Invalid`` if the person does not have the role of assessor, if
    the draft is not for exactly one commitment or plan, if there is no name to show or it is too long, or if the person
    already has the same invitation.
    """
    assessor = Bilingual(clean_line(draft.assessor.en), clean_line(draft.assessor.fr))
    problems = list(bilingual_length_problems("assessor", assessor, NAME_LIMIT))
    if not assessor:
        sentence = N_("Enter the name to show with the assessments, such as the organization’s name.")
        problems.append(("assessor_en", Message(sentence)))
    if draft.person_id not in dict(assessors(session)):
        sentence = N_("Choose a person who has the role of assessor. The secretariat adds people on the People page.")
        problems.append(("person", Message(sentence)))
    commitment_id, plan_id = _target(session, draft)
    if (commitment_id is None) == (plan_id is None):
        problems.append(("target", Message(N_("Choose one commitment, or one action plan."))))
    if problems:
        raise Invalid(*problems)
    same = select(AssessorInvitation.id).where(
        AssessorInvitation.person_id == draft.person_id,
        AssessorInvitation.ended_at.is_(None),
        AssessorInvitation.commitment_id == commitment_id if commitment_id else AssessorInvitation.plan_id == plan_id,
    )
    if session.scalars(same).first() is not None:
        raise Invalid(("person", Message(N_("This person is already invited to make this assessment."))))
    invitation = AssessorInvitation(
        person_id=draft.person_id,
        commitment_id=commitment_id,
        plan_id=plan_id,
        independent=draft.independent,
        assessor=assessor,
        invited_by=by.id,
        invited_at=at,
    )
    session.add(invitation)
    session.flush()
    after = {
        "person": draft.person_id,
        "commitment": draft.identifier or None,
        "plan": draft.start_year,
        "independent": draft.independent,
        "assessor": [assessor.en, assessor.fr],
    }
    record_event(
        session,
        "assessor.invited",
        ("assessor-invitation", invitation.id),
        by=by,
        at=at,
        after={name: value for name, value in after.items() if value is not None},
    )
    return invitation.id


def _target(session: Session, draft: InvitationDraft) -> tuple[int | None, int | None]:
    """Return the ids of the commitment and of the plan in a draft, each None if the draft is not for one."""
    commitment_id = plan_id = None
    if draft.identifier:
        commitment_id = session.scalars(select(Commitment.id).where(Commitment.identifier == draft.identifier)).first()
        if commitment_id is None:
            raise NotFound(f"commitment {draft.identifier}")
    if draft.start_year is not None:
        plan_id = session.scalars(select(ActionPlan.id).where(ActionPlan.start_year == draft.start_year)).first()
        if plan_id is None:
            raise NotFound(f"action plan {draft.start_year}")
    return commitment_id, plan_id


def end_invitation(session: Session, invitation_id: int, *, by: Actor, at: datetime) -> int | None:
    """End an invitation; return the id of the audit event, or None if it had already ended.

    Assessments that were recorded under it stay. Raises ``NotFound`` if there is no such invitation.
    """
    invitation = session.scalars(
        select(AssessorInvitation)
        .where(AssessorInvitation.id == invitation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if invitation is None:
        raise NotFound(f"invitation {invitation_id}")
    if invitation.ended_at is not None:
        return None
    invitation.ended_at = at
    session.flush()
    subject = ("assessor-invitation", invitation.id)
    return record_event(session, "assessor.invitation-ended", subject, by=by, at=at, after={"person": invitation.person_id})
