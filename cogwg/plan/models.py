"""Tables of the yearly plan. Titles are exactly as in the adopted plan; short titles are separate columns.

``version`` of a row is incremented by each command that changes it, so that a form can send back which version it showed. A
row whose ``retired_on`` is set has left the plan on that day; it stays, because reports and briefings refer to it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, literal_column
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import Base, enum_column
from cogwg.core.stale_columns import HasStaleColumn


class AssignmentRole(StrEnum):
    """The role that an assignment gives to a jurisdiction; the plan does not always state it."""

    LEAD = "lead"
    PARTNER = "partner"
    NOT_STATED = "not-stated"


class Confirmation(StrEnum):
    """The state of an assignment. A vacancy ("TBD") is stored as a row, so that it can be counted and followed up."""

    CONFIRMED = "confirmed"
    TO_CONFIRM = "to-confirm"
    VACANT = "vacant"


class WorkPlan(Base):
    """The plan of one year."""

    __tablename__ = "work_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    title_en: Mapped[str] = mapped_column(String(200))
    title_fr: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(2000), default="")
    adopted_on: Mapped[date]
    sample: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=literal_column("1"))
    title: Mapped[Bilingual] = composite("title_en", "title_fr")

    priorities: Mapped[list[Priority]] = relationship(back_populates="plan", order_by="(Priority.position, Priority.number)")

    __table_args__ = (CheckConstraint("year BETWEEN 2000 AND 2100", name="year_sane"),)


def _number_of(context: DefaultExecutionContext) -> int:
    number: int = context.get_current_parameters()["number"]  # type: ignore[no-untyped-call]
    return number


class Priority(HasStaleColumn, Base):
    """A priority of a plan. The issue leads to ``consequences``, and the expected outcome leads to ``results``.

    Both are lists of ``[english, french]`` pairs, in order. ``position`` is the priority's place in the plan. It can change;
    ``number`` cannot, because reports and briefings refer to it.
    """

    __tablename__ = "priority"
    bilingual_lists = ("consequences", "results")

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("work_plan.id"))
    number: Mapped[int]
    position: Mapped[int] = mapped_column(default=_number_of, server_default=literal_column("0"))
    title_en: Mapped[str] = mapped_column(String(300))
    title_fr: Mapped[str] = mapped_column(String(300))
    short_en: Mapped[str] = mapped_column(String(60))
    short_fr: Mapped[str] = mapped_column(String(60))
    issue_en: Mapped[str] = mapped_column(Text)
    issue_fr: Mapped[str] = mapped_column(Text)
    outcome_en: Mapped[str] = mapped_column(Text)
    outcome_fr: Mapped[str] = mapped_column(Text)
    consequences: Mapped[list[list[str]]] = mapped_column(JSON)
    results: Mapped[list[list[str]]] = mapped_column(JSON)
    retired_on: Mapped[date | None]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=literal_column("1"))
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    short: Mapped[Bilingual] = composite("short_en", "short_fr")
    issue: Mapped[Bilingual] = composite("issue_en", "issue_fr")
    outcome: Mapped[Bilingual] = composite("outcome_en", "outcome_fr")

    plan: Mapped[WorkPlan] = relationship(back_populates="priorities")
    activities: Mapped[list[Activity]] = relationship(back_populates="priority", order_by="Activity.position")
    assignments: Mapped[list[Assignment]] = relationship(back_populates="priority", order_by="Assignment.position")

    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )


class Activity(HasStaleColumn, Base):
    """An activity with a due month; ``due_day`` is the day of that month, or None if the plan gives only the month.

    ``due_words`` is the plan's own wording of the due date, such as "October" or "ongoing", if any.
    """

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    title_en: Mapped[str] = mapped_column(String(200))
    title_fr: Mapped[str] = mapped_column(String(200))
    text_en: Mapped[str] = mapped_column(Text)
    text_fr: Mapped[str] = mapped_column(Text)
    due_year: Mapped[int]
    due_month: Mapped[int]
    due_day: Mapped[int | None]
    due_words_en: Mapped[str] = mapped_column(String(60), default="")
    due_words_fr: Mapped[str] = mapped_column(String(60), default="")
    ongoing: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[date | None]
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default=literal_column("1"))
    title: Mapped[Bilingual] = composite("title_en", "title_fr")
    text: Mapped[Bilingual] = composite("text_en", "text_fr")
    due_words: Mapped[Bilingual] = composite("due_words_en", "due_words_fr")

    priority: Mapped[Priority] = relationship(back_populates="activities")

    __table_args__ = (
        UniqueConstraint("priority_id", "code"),
        UniqueConstraint("priority_id", "position"),
        CheckConstraint("due_month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("due_day IS NULL OR due_day BETWEEN 1 AND 31", name="day"),
    )


class DueAnswer(StrEnum):
    """The answer to a request to move a due date."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class DueRequest(Base):
    """A lead's request to move a due date, with the reason; ``answer`` is null until a co-chair answers it."""

    __tablename__ = "due_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"))
    from_year: Mapped[int]
    from_month: Mapped[int]
    from_day: Mapped[int | None]
    to_year: Mapped[int]
    to_month: Mapped[int]
    to_day: Mapped[int | None]
    reason_en: Mapped[str] = mapped_column(Text, default="")
    reason_fr: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[DueAnswer | None] = mapped_column(enum_column(DueAnswer, "answer"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Bilingual] = composite("reason_en", "reason_fr")

    __table_args__ = (
        CheckConstraint("from_month BETWEEN 1 AND 12 AND to_month BETWEEN 1 AND 12", name="months"),
        CheckConstraint("reason_en <> '' OR reason_fr <> ''", name="reason_given"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_dated"),
    )


class DueChange(Base):
    """A move of a due date after the plan was adopted (re-baselining): the old date, the new one, and the reason."""

    __tablename__ = "due_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    from_year: Mapped[int]
    from_month: Mapped[int]
    from_day: Mapped[int | None]
    to_year: Mapped[int]
    to_month: Mapped[int]
    to_day: Mapped[int | None]
    reason_en: Mapped[str] = mapped_column(Text, default="")
    reason_fr: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Bilingual] = composite("reason_en", "reason_fr")

    __table_args__ = (
        CheckConstraint("from_month BETWEEN 1 AND 12 AND to_month BETWEEN 1 AND 12", name="months"),
        CheckConstraint("reason_en <> '' OR reason_fr <> ''", name="reason_given"),
    )


class Assignment(Base):
    """The assignment of a priority to a jurisdiction, or a vacancy.

    ``assignee`` is the name the plan uses (such as "TBS" for Canada); empty for a vacancy. ``since`` is the day on which the
    current ``confirmation`` began.
    """

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    position: Mapped[int]
    jurisdiction_id: Mapped[int | None] = mapped_column(ForeignKey("jurisdiction.id"), index=True)
    role: Mapped[AssignmentRole] = mapped_column(enum_column(AssignmentRole, "role"))
    confirmation: Mapped[Confirmation] = mapped_column(enum_column(Confirmation, "confirmation"))
    assignee_en: Mapped[str] = mapped_column(String(80), default="")
    assignee_fr: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date]
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default=literal_column("1"))
    assignee: Mapped[Bilingual] = composite("assignee_en", "assignee_fr")

    priority: Mapped[Priority] = relationship(back_populates="assignments")
    jurisdiction: Mapped[Jurisdiction | None] = relationship()

    __table_args__ = (
        UniqueConstraint("priority_id", "position"),
        UniqueConstraint("priority_id", "jurisdiction_id"),
        CheckConstraint("(confirmation = 'vacant') = (jurisdiction_id IS NULL)", name="vacant_is_nobody"),
    )


class RoleRequest(Base):
    """A jurisdiction's request for a vacant role.

    It is deleted when it is withdrawn, when the role is offered to this jurisdiction, or when any jurisdiction accepts the
    role.
    """

    __tablename__ = "role_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("assignment_id", "jurisdiction_id"),)


class PlanItemKind(StrEnum):
    """The kinds of rows whose history is kept."""

    PLAN = "plan"
    PRIORITY = "priority"
    ACTIVITY = "activity"
    ASSIGNMENT = "assignment"


class PlanItem(Base):
    """A row of a plan that has a history. It stays when the row is deleted, so ``row_id`` is not a foreign key."""

    __tablename__ = "plan_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PlanItemKind] = mapped_column(enum_column(PlanItemKind, "kind"))
    row_id: Mapped[int]
    year: Mapped[int] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("kind", "row_id"),)


class PlanItemVersion(Base):
    """The values that a row of a plan had from one audit event until another; ``until_event`` is null for today's values.

    Triggers refuse every change except setting ``until_event``.
    """

    __tablename__ = "plan_item_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("plan_item.id"))
    from_event: Mapped[int]
    until_event: Mapped[int | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint("item_id", "from_event"),
        CheckConstraint("until_event > from_event", name="until_after_from"),
    )


class PlanHistoryStart(Base):
    """The last audit event before the history of plans was kept. The table has one row, or none if history was kept from the
    first event.

    The earlier history was rebuilt from the audit log, which has the changes to roles and due dates. ``at`` is the time of the
    upgrade by the system clock.
    """

    __tablename__ = "plan_history_start"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class PlanDraft(Base):
    """A plan that is being prepared. Only its editors' pages read it; adopting it creates a ``WorkPlan``.

    ``content`` is the JSON of a ``DraftPlan``. ``carried_from_id`` is the plan that it was carried over from, ``plan_id`` the
    plan that was adopted from it.
    """

    __tablename__ = "plan_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    content: Mapped[str] = mapped_column(Text)
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("work_plan.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("work_plan.id"))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("year BETWEEN 2000 AND 2100", name="year_sane"),)


class PlanRevision(Base):
    """Random values, in the table's only row: ``value`` changes whenever anything shown in the plan's matrix changes, and
    ``facts_value`` only when the plan itself does, not when quarters or submissions do.

    Database triggers, which the migrations create, set the new values.
    """

    __tablename__ = "plan_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(36))
    facts_value: Mapped[str] = mapped_column(String(36), server_default=literal_column("''"))

    __table_args__ = (CheckConstraint("id = 1", name="single"),)
