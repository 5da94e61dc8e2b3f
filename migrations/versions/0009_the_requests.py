"""Requests for vacant roles and for later due dates, and the extension of a quarter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _extension_reason(lang: str) -> sa.Column[str]:
    return sa.Column(f"extension_reason_{lang}", sa.Text(), server_default=sa.text("''"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_role_request_asked_by_person")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_role_request_assignment_id_assignment")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_role_request_jurisdiction_id_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
        sa.UniqueConstraint("assignment_id", "jurisdiction_id", name=op.f("uq_role_request_assignment_id_jurisdiction_id")),
    )
    op.create_table(
        "due_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        sa.Column("to_day", sa.Integer(), nullable=True),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("reason_fr", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("accepted", "declined", name="answer", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_month BETWEEN 1 AND 12 AND to_month BETWEEN 1 AND 12", name=op.f("ck_due_request_months")),
        sa.CheckConstraint("reason_en <> '' OR reason_fr <> ''", name=op.f("ck_due_request_reason_given")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_due_request_answer_dated")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_due_request_activity_id_activity")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_due_request_answered_by_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_due_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_due_request_jurisdiction_id_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_request")),
    )
    op.create_index(op.f("ix_due_request_activity_id"), "due_request", ["activity_id"])
    op.add_column("reporting_period", sa.Column("original_due_at", sa.DateTime(timezone=True), nullable=True))
    for lang in ("en", "fr"):
        op.add_column("reporting_period", _extension_reason(lang))


def downgrade() -> None:
    for name in ("extension_reason_fr", "extension_reason_en", "original_due_at"):
        op.drop_column("reporting_period", name)
    op.drop_table("due_request")
    op.drop_table("role_request")
