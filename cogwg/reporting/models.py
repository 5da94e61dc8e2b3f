"""Tables of reporting.

A ``StatusReport`` is the versioned working copy that the leads of an activity share. A ``Submission`` is a copy made when the
report is submitted; it never changes. The pages of the plan, the history and the decks read submissions only, so they cannot
show a draft.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Base, enum_column
from cogwg.core.stale_columns import STALE
from cogwg.core.status import Status
from cogwg.plan.models import Activity


class PeriodState(StrEnum):
    """The state of a quarter: planned, open, late, then closed. "Frozen" is a term for briefings only."""

    PLANNED = "planned"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"


class ReportState(StrEnum):
    """The state of a report. A submitted report can be returned to its leads."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class ReportSource(StrEnum):
    """How a report was submitted: on a page, with the private link of a reminder, or in a workbook."""

    PAGE = "page"
    LINK = "link"
    WORKBOOK = "workbook"


class ChallengeState(StrEnum):
    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


class ReportingPeriod(Base):
    """A quarter of the plan year; ``key`` is its last month as YYYY-MM.

    Co-chairs and the secretariat can open the quarter before its first day (``opened_at``), and they close it (``closed_at``).
    Otherwise its state follows the clock. ``original_due_at`` is the due time before the first extension, null if there is
    none. ``extension_reason`` is the reason for the last extension in effect.
    """

    __tablename__ = "reporting_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("work_plan.id"))
    key: Mapped[str] = mapped_column(String(7))
    year: Mapped[int]
    quarter: Mapped[int]
    opens_on: Mapped[date]
    due_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    original_due_at: Mapped[datetime | None]
    extension_reason_en: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    extension_reason_fr: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    extension_reason: Mapped[Bilingual] = composite("extension_reason_en", "extension_reason_fr")

    __table_args__ = (
        UniqueConstraint("plan_id", "key"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    )


class PeriodException(Base):
    """The reopening of a quarter for one jurisdiction until a given time, with the reason. Each row applies until
    it expires.
    """

    __tablename__ = "period_exception"

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"), index=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"))
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


_TEXT_OR_MARK = "NOT nothing_to_report OR (progress_en = '' AND progress_fr = '')"
"""A report either describes progress or says that there is nothing to report. Either may also have a challenge."""


class StatusReport(Base):
    """The one report on an activity in a quarter, shared by its leads. ``version`` is used to detect conflicting changes.

    A draft may have no ``status`` yet. ``returned_note`` says why a report was returned; submitting the report again clears
    the note. ``translated`` maps the name of each text that a translator wrote to ``{"lang", "by", "at"}``, until a lead
    changes or confirms the text.
    """

    __tablename__ = "status_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"), index=True)
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState, "state"))
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[Status | None] = mapped_column(enum_column(Status, "status"))
    nothing_to_report: Mapped[bool] = mapped_column(default=False)
    progress_en: Mapped[str] = mapped_column(Text, default="")
    progress_fr: Mapped[str] = mapped_column(Text, default="")
    challenge_en: Mapped[str] = mapped_column(Text, default="")
    challenge_fr: Mapped[str] = mapped_column(Text, default="")
    evidence_note_en: Mapped[str] = mapped_column(Text, default="")
    evidence_note_fr: Mapped[str] = mapped_column(Text, default="")
    next_step_en: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    next_step_fr: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    behalf_of: Mapped[int | None] = mapped_column(ForeignKey("jurisdiction.id"))
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE)
    translated: Mapped[dict[str, dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    returned_note: Mapped[str | None] = mapped_column(Text)
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    progress: Mapped[Bilingual] = composite("progress_en", "progress_fr")
    challenge: Mapped[Bilingual] = composite("challenge_en", "challenge_fr")
    evidence_note: Mapped[Bilingual] = composite("evidence_note_en", "evidence_note_fr")
    next_step: Mapped[Bilingual] = composite("next_step_en", "next_step_fr")

    activity: Mapped[Activity] = relationship()
    period: Mapped[ReportingPeriod] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.position", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("activity_id", "period_id"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("state = 'draft' OR status IS NOT NULL", name="status_when_submitted"),
        CheckConstraint(_TEXT_OR_MARK, name="text_or_nothing_to_report"),
    )


class Evidence(Base):
    """A link that supports a report; the label may be in one language only."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("status_report.id", ondelete="CASCADE"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    label_en: Mapped[str] = mapped_column(String(200), default="")
    label_fr: Mapped[str] = mapped_column(String(200), default="")
    label: Mapped[Bilingual] = composite("label_en", "label_fr")

    __table_args__ = (
        UniqueConstraint("report_id", "position"),
        CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name="url_scheme"),
    )


class Submission(Base):
    """A report as it was submitted. The history is in the order of ``id``. Triggers prevent changing or deleting a row.

    ``completed_at`` is when "Complete" was submitted; submitting "Complete" again keeps the earlier time. ``evidence`` is a
    list of ``{"url", "label_en", "label_fr"}``. ``previous_status`` is the status shown before this submission, None if there
    was no report.

    A translation of a submitted text is another row: a copy of the submission with the translation, with the translator's id
    (``translated_by``) and the time (``translated_at``).
    """

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"))
    report_version: Mapped[int]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    behalf_of: Mapped[int | None] = mapped_column(ForeignKey("jurisdiction.id"))
    late: Mapped[bool] = mapped_column(default=False)
    sample: Mapped[bool] = mapped_column(default=False)
    status: Mapped[Status] = mapped_column(enum_column(Status, "status"))
    previous_status: Mapped[Status | None] = mapped_column(enum_column(Status, "previous_status"))
    completed_at: Mapped[datetime | None]
    nothing_to_report: Mapped[bool] = mapped_column(default=False)
    progress_en: Mapped[str] = mapped_column(Text, default="")
    progress_fr: Mapped[str] = mapped_column(Text, default="")
    challenge_en: Mapped[str] = mapped_column(Text, default="")
    challenge_fr: Mapped[str] = mapped_column(Text, default="")
    evidence_note_en: Mapped[str] = mapped_column(Text, default="")
    evidence_note_fr: Mapped[str] = mapped_column(Text, default="")
    next_step_en: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    next_step_fr: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE)
    translated_at: Mapped[datetime | None]
    translated_by: Mapped[int | None]
    source: Mapped[ReportSource] = mapped_column(
        enum_column(ReportSource, "source"), default=ReportSource.PAGE, server_default=text("'page'")
    )
    progress: Mapped[Bilingual] = composite("progress_en", "progress_fr")
    challenge: Mapped[Bilingual] = composite("challenge_en", "challenge_fr")
    evidence_note: Mapped[Bilingual] = composite("evidence_note_en", "evidence_note_fr")
    next_step: Mapped[Bilingual] = composite("next_step_en", "next_step_fr")

    __table_args__ = (
        Index("ix_submission_latest", "activity_id", "id"),
        CheckConstraint("(status = 'C') = (completed_at IS NOT NULL)", name="complete_has_a_time"),
        CheckConstraint(_TEXT_OR_MARK, name="text_or_nothing_to_report"),
    )


class AnswerLink(Base):
    """A private link in a reminder, which lets one person report for one jurisdiction and quarter without signing in.

    Only the SHA-256 of its token is stored. ``event_id`` is the audit event of its creation: after a later event about the
    person's roles or account, the link no longer works. ``made_at`` and ``revoked_at`` are in the product's calendar,
    ``expires_at`` is a time of the system clock.
    """

    __tablename__ = "answer_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"), index=True)
    event_id: Mapped[int]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Contribution(Base):
    """A partner's note on an activity in a quarter, beside the leads' report; one per jurisdiction."""

    __tablename__ = "contribution"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("reporting_period.id"), index=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"))
    version: Mapped[int] = mapped_column(default=1)
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_fr: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE)
    text: Mapped[Bilingual] = composite("text_en", "text_fr")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("activity_id", "period_id", "jurisdiction_id"),
        CheckConstraint("version > 0", name="version_positive"),
    )


class OverallStatus(Base):
    """An override of a priority's overall status, with the note that explains why; the latest row applies.

    A row without a ``status`` clears the override: from then on, the overall status is computed again.
    """

    __tablename__ = "overall_status"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"), index=True)
    status: Mapped[Status | None] = mapped_column(enum_column(Status, "status"))
    note_en: Mapped[str] = mapped_column(Text, default="")
    note_fr: Mapped[str] = mapped_column(Text, default="")
    set_at: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[Bilingual] = composite("note_en", "note_fr")


class Milestone(Base):
    """A jurisdiction's achievement (the deck's "accomplishment"), done or under way.

    ``reported_on`` is the day on which it was reported. ``happened_on`` is the day on which it happened, if given; with
    ``month_only``, only the year and month are known.
    """

    __tablename__ = "milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"), index=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    text_en: Mapped[str] = mapped_column(Text)
    text_fr: Mapped[str] = mapped_column(Text)
    under_way: Mapped[bool] = mapped_column(default=False)
    reported_on: Mapped[date]
    happened_on: Mapped[date | None]
    month_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE)
    text: Mapped[Bilingual] = composite("text_en", "text_fr")

    jurisdiction: Mapped[Jurisdiction] = relationship()
    links: Mapped[list[MilestoneLink]] = relationship(order_by="MilestoneLink.position", cascade="all, delete-orphan")


class MilestoneLink(Base):
    """A link that supports a milestone; the label may be in one language only."""

    __tablename__ = "milestone_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id", ondelete="CASCADE"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(String(2000))
    label_en: Mapped[str] = mapped_column(String(200))
    label_fr: Mapped[str] = mapped_column(String(200))
    label: Mapped[Bilingual] = composite("label_en", "label_fr")

    __table_args__ = (
        UniqueConstraint("milestone_id", "position"),
        CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name="url_scheme"),
    )


class Challenge(Base):
    """A challenge that jurisdictions share. Outside the group, only jurisdictions that agreed to be named are named.

    ``position`` sets the usual order of challenges in decks. ``raised_by`` are the jurisdictions that share it; it is empty if
    the challenge was imported from a source that does not name them.
    """

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int]
    theme_en: Mapped[str] = mapped_column(String(60))
    theme_fr: Mapped[str] = mapped_column(String(60))
    text_en: Mapped[str] = mapped_column(Text)
    text_fr: Mapped[str] = mapped_column(Text)
    state: Mapped[ChallengeState] = mapped_column(enum_column(ChallengeState, "state"), default=ChallengeState.OPEN)
    reported_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_at: Mapped[datetime | None]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    stale: Mapped[dict[str, str] | None] = mapped_column(STALE)
    theme: Mapped[Bilingual] = composite("theme_en", "theme_fr")
    text: Mapped[Bilingual] = composite("text_en", "text_fr")

    raised_by: Mapped[list[ChallengeJurisdiction]] = relationship(cascade="all, delete-orphan")


class ChallengeJurisdiction(Base):
    """A jurisdiction that shares a challenge, and whether it may be named outside the group."""

    __tablename__ = "challenge_jurisdiction"

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    may_be_named: Mapped[bool] = mapped_column(default=False)


class TranslationOrder(Base):
    """Texts that were sent for translation together, as they were at that time, in the order of the file.

    ``texts`` is a list of ``{"key", "into", "source", "target", "notes", "limit"}``; ``target`` is the stale translation, or
    empty if there is none.
    """

    __tablename__ = "translation_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    texts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
