"""Uploaded files, with what each would change, what was applied, and what was undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COUNTS = ("changes", "problems", "questions", "conflicts", "unchanged")


def upgrade() -> None:
    data = sa.JSON(none_as_null=True)
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("behalf_of", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in COUNTS),
        sa.Column("reason", data, nullable=True),
        sa.Column("failure_id", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("preview", data, nullable=True),
        sa.Column("payload", data, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", data, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone", data, nullable=True),
        sa.CheckConstraint("kind IN ('reports', 'plan')", name=op.f("ck_upload_kind")),
        sa.CheckConstraint("verdict IN ('read', 'refused', 'failed')", name=op.f("ck_upload_verdict")),
        sa.CheckConstraint("undone_at IS NULL OR applied_at IS NOT NULL", name=op.f("ck_upload_undone_after_applied")),
        sa.ForeignKeyConstraint(["behalf_of"], ["jurisdiction.id"], name=op.f("fk_upload_behalf_of_jurisdiction")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_expires_at"), "upload", ["expires_at"])
    op.create_index("ix_upload_of_person", "upload", ["person_id", "id"])


def downgrade() -> None:
    op.drop_table("upload")
