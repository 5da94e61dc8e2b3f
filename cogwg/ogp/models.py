"""Tables of OGP commitments. Readers see only published copies, which are in the tables of the package ``tracker``.

Lists are stored as JSON: names and texts as ``[english, french]`` pairs, in order. A text may be in one language only, because
a title that was published in one language is not translated here. Dates are stored in the source's words ("By fall 2027", "Not
specified") with their last possible day, if any, so that they can be sorted and can be overdue.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Numeric, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Base, enum_column
from cogwg.core.stale_columns import HasStaleColumn
from cogwg.core.status import Status
from cogwg.ogp.scales import (
    AssessmentKind,
    CarriedForward,
    CommitmentState,
    Completion,
    Impact,
    Specificity,
    Verifiable,
)

_ONE: ColumnElement[int] = literal_column("1")


class OfferPart(StrEnum):
    """What a civil society organization offers to do for a milestone."""

    LEAD = "lead"
    HELP = "help"


class OfferState(StrEnum):
    """The state of an offer: waiting for an answer (OFFERED), or how it ended."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ActionPlan(Base):
    """An action plan of Canada, from ``start_year`` (its cycle) to ``end_year``."""

    __tablename__ = "action_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    start_year: Mapped[int] = mapped_column(unique=True)
    end_year: Mapped[int]
    title_en: Mapped[str] = mapped_column(String(200))
    title_fr: Mapped[str] = mapped_column(String(200))
    title: Mapped[Bilingual] = composite("title_en", "title_fr")

    __table_args__ = (CheckConstraint("start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name="years_sane"),)


class Commitment(HasStaleColumn, Base):
    """A commitment with its text and facts.

    ``identifier`` is the OGP's, such as "CA0060", or the federal tracker's with the plan's year. It is part of URLs and never
    changes. ``number`` is the number of the commitment in the plan, such as "19". ``text`` is the commitment itself,
    ``description`` why and how it is carried out, and ``result`` the planned result. ``support`` are the supporting
    institutions, ``areas`` the policy areas, ``done`` other completed milestones, and ``questions`` the questions to the
    public. ``enquiries`` is the email address for enquiries. ``follows_id`` is the id of the commitment of an earlier plan
    that this one continues, or None. ``version`` counts the changes to the commitment and its milestones, indicators and
    links.
    """

    __tablename__ = "commitment"
    bilingual_lists = ("support", "areas", "done", "questions")

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("action_plan.id"), index=True)
    identifier: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[str] = mapped_column(String(10), default="")
    position: Mapped[int]
    title_en: Mapped[str] = mapped_column(String(300), default="")
    title_fr: Mapped[str] = mapped_column(String(300), default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    description_fr: Mapped[str] = mapped_column(Text, default="")
    result_en: Mapped[str] = mapped_column(Text, default="")
    result_fr: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[CommitmentState] = mapped_column(enum_column(CommitmentState, "state"))
    starred: Mapped[bool] = mapped_column(default=False)
    lead_en: Mapped[str] = mapped_column(String(200), default="")
    lead_fr: Mapped[str] = mapped_column(String(200), default="")
    support: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    areas: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    done: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    questions: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    enquiries: Mapped[str] = mapped_column(String(254), default="")
    source: Mapped[str] = mapped_column(String(2000), default="")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"), index=True)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    text: Mapped[Bilingual] = composite("text_en", "text_fr")
    description: Mapped[Bilingual] = composite("description_en", "description_fr")
    result: Mapped[Bilingual] = composite("result_en", "result_fr")
    lead: Mapped[Bilingual] = composite("lead_en", "lead_fr")

    plan: Mapped[ActionPlan] = relationship()
    milestones: Mapped[list[CommitmentMilestone]] = relationship(
        back_populates="commitment", order_by="CommitmentMilestone.position", cascade="all, delete-orphan"
    )
    indicators: Mapped[list[Indicator]] = relationship(
        back_populates="commitment", order_by="Indicator.position", cascade="all, delete-orphan"
    )
    assessments: Mapped[list[Assessment]] = relationship(back_populates="commitment", order_by="(Assessment.on, Assessment.id)")
    served_by: Mapped[list[CommitmentLink]] = relationship(back_populates="commitment", cascade="all, delete-orphan")


class CommitmentMilestone(HasStaleColumn, Base):
    """A milestone of a commitment, with its start and end in the source's words. ``end_on`` is the last day that ``end`` can
    mean, or None.
    """

    __tablename__ = "commitment_milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    number: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    start_en: Mapped[str] = mapped_column(String(100), default="")
    start_fr: Mapped[str] = mapped_column(String(100), default="")
    end_en: Mapped[str] = mapped_column(String(100), default="")
    end_fr: Mapped[str] = mapped_column(String(100), default="")
    end_on: Mapped[date | None]
    text: Mapped[Bilingual] = composite("text_en", "text_fr")
    start: Mapped[Bilingual] = composite("start_en", "start_fr")
    end: Mapped[Bilingual] = composite("end_en", "end_fr")

    commitment: Mapped[Commitment] = relationship(back_populates="milestones")

    __table_args__ = (UniqueConstraint("commitment_id", "number"),)


class Indicator(HasStaleColumn, Base):
    """An indicator, which shows whether a commitment is met. ``code`` is the federal tracker's, such as "C01.1.1".

    ``milestone`` is the number of the milestone that it belongs to, or "". ``due_on`` is the last day that ``deadline`` can
    mean, or None.
    """

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    code: Mapped[str] = mapped_column(String(20))
    milestone: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[int]
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    target_en: Mapped[str] = mapped_column(Text, default="")
    target_fr: Mapped[str] = mapped_column(Text, default="")
    deadline_en: Mapped[str] = mapped_column(String(200), default="")
    deadline_fr: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    lead_en: Mapped[str] = mapped_column(String(300), default="")
    lead_fr: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[Bilingual] = composite("text_en", "text_fr")
    target: Mapped[Bilingual] = composite("target_en", "target_fr")
    deadline: Mapped[Bilingual] = composite("deadline_en", "deadline_fr")
    lead: Mapped[Bilingual] = composite("lead_en", "lead_fr")

    commitment: Mapped[Commitment] = relationship(back_populates="indicators")
    actuals: Mapped[list[IndicatorActual]] = relationship(
        back_populates="indicator", order_by="(IndicatorActual.period, IndicatorActual.id)", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("commitment_id", "code"),)


class IndicatorActual(HasStaleColumn, Base):
    """A result of an indicator for a period: a number with its unit, a text, or both.

    ``period`` is the day of collection or the reporting period, as precisely as it is known: YYYY, YYYY-MM or YYYY-MM-DD.
    """

    __tablename__ = "indicator_actual"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    period: Mapped[str] = mapped_column(String(10))
    number: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    unit_en: Mapped[str] = mapped_column(String(60), default="")
    unit_fr: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[Status | None] = mapped_column(enum_column(Status, "status"))
    nothing_to_report: Mapped[bool] = mapped_column(default=False)
    progress_en: Mapped[str] = mapped_column(Text, default="")
    progress_fr: Mapped[str] = mapped_column(Text, default="")
    evidence_en: Mapped[str] = mapped_column(Text, default="")
    evidence_fr: Mapped[str] = mapped_column(Text, default="")
    challenges_en: Mapped[str] = mapped_column(Text, default="")
    challenges_fr: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[Bilingual] = composite("unit_en", "unit_fr")
    progress: Mapped[Bilingual] = composite("progress_en", "progress_fr")
    evidence: Mapped[Bilingual] = composite("evidence_en", "evidence_fr")
    challenges: Mapped[Bilingual] = composite("challenges_en", "challenges_fr")

    indicator: Mapped[Indicator] = relationship(back_populates="actuals")

    __table_args__ = (UniqueConstraint("indicator_id", "period"),)


class CommitmentLink(Base):
    """A link from a commitment to a priority or an activity of the group's plan that contributes to it."""

    __tablename__ = "commitment_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)

    commitment: Mapped[Commitment] = relationship(back_populates="served_by")

    __table_args__ = (
        UniqueConstraint("commitment_id", "priority_id"),
        UniqueConstraint("commitment_id", "activity_id"),
        CheckConstraint("(priority_id IS NULL) <> (activity_id IS NULL)", name="serves_one"),
    )


class Assessment(Base):
    """An assessment of a commitment by one assessor, with its date. It does not replace any other.

    ``assessor`` is the name to show: that of an institution, a report or an organization. ``on`` is YYYY, YYYY-MM or
    YYYY-MM-DD. ``relevance`` is a list of values of ``OgpValue``, ``openness`` maps values of ``OgpValue`` to values of
    ``Openness``, and ``sources`` is a list of ``[url, english label, french label]``. ``recorded_by`` is the id of the person
    who entered it. ``version`` increases with each correction.
    """

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), index=True)
    kind: Mapped[AssessmentKind] = mapped_column(enum_column(AssessmentKind, "kind"))
    assessor_en: Mapped[str] = mapped_column(String(200), default="")
    assessor_fr: Mapped[str] = mapped_column(String(200), default="")
    on: Mapped[str] = mapped_column("assessed_on", String(10))
    completion: Mapped[Completion | None] = mapped_column(enum_column(Completion, "completion"))
    verifiable: Mapped[Verifiable | None] = mapped_column(enum_column(Verifiable, "verifiable"))
    specificity: Mapped[Specificity | None] = mapped_column(enum_column(Specificity, "specificity"))
    impact: Mapped[Impact | None] = mapped_column(enum_column(Impact, "impact"))
    carried_forward: Mapped[CarriedForward | None] = mapped_column(enum_column(CarriedForward, "carried_forward"))
    relevance: Mapped[list[str]] = mapped_column(JSON, default=list)
    openness: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    sample: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    assessor: Mapped[Bilingual] = composite("assessor_en", "assessor_fr")
    text: Mapped[Bilingual] = composite("text_en", "text_fr")

    commitment: Mapped[Commitment] = relationship(back_populates="assessments")
    findings: Mapped[list[AssessmentFinding]] = relationship(back_populates="assessment", cascade="all, delete-orphan")


class AssessmentFinding(Base):
    """The finding of an assessment about one milestone: how complete it is, with a note of one line."""

    __tablename__ = "assessment_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    milestone_id: Mapped[int] = mapped_column(ForeignKey("commitment_milestone.id"), index=True)
    completion: Mapped[Completion] = mapped_column(enum_column(Completion, "completion"))
    note_en: Mapped[str] = mapped_column(String(500), default="")
    note_fr: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[Bilingual] = composite("note_en", "note_fr")

    assessment: Mapped[Assessment] = relationship(back_populates="findings")

    __table_args__ = (UniqueConstraint("assessment_id", "milestone_id"),)


class AssessorInvitation(Base):
    """An invitation with which a person can assess one commitment, or all commitments of an action plan, until ``ended_at``.

    ``independent`` is True for the independent reviewer, who records mid-term and end-of-term assessments, and False for civil
    society. ``assessor`` is the name under which their assessments are shown.
    """

    __tablename__ = "assessor_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("action_plan.id"))
    independent: Mapped[bool]
    assessor_en: Mapped[str] = mapped_column(String(200), default="")
    assessor_fr: Mapped[str] = mapped_column(String(200), default="")
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    assessor: Mapped[Bilingual] = composite("assessor_en", "assessor_fr")

    __table_args__ = (CheckConstraint("(commitment_id IS NULL) <> (plan_id IS NULL)", name="for_one"),)


class MilestoneOffer(Base):
    """A civil society organization's offer to lead a milestone or to help with it, and the answer.

    Once the offer is accepted, the organization can report on the milestone in addition to the institution.
    """

    __tablename__ = "milestone_offer"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("commitment_milestone.id"), index=True)
    organization_en: Mapped[str] = mapped_column(String(200), default="")
    organization_fr: Mapped[str] = mapped_column(String(200), default="")
    part: Mapped[OfferPart] = mapped_column(enum_column(OfferPart, "part"))
    message: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[OfferState] = mapped_column(enum_column(OfferState, "state"))
    offered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default=_ONE)
    organization: Mapped[Bilingual] = composite("organization_en", "organization_fr")

    reports: Mapped[list[OrganizationReport]] = relationship(back_populates="offer", order_by="OrganizationReport.id")


class OrganizationReport(Base):
    """A report by a civil society organization on a milestone that it leads or helps with. Pages show that it is the
    organization's.
    """

    __tablename__ = "organization_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("milestone_offer.id"), index=True)
    completion: Mapped[Completion | None] = mapped_column(enum_column(Completion, "completion"))
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_at: Mapped[datetime]
    sample: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Bilingual] = composite("text_en", "text_fr")

    offer: Mapped[MilestoneOffer] = relationship(back_populates="reports")
