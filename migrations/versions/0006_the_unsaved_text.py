"""Text that a person typed in a form and has not saved yet, kept for this person alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsaved_text",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("controls", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsaved_text_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "form", name=op.f("pk_unsaved_text")),
    )
    op.create_index(op.f("ix_unsaved_text_kept_at"), "unsaved_text", ["kept_at"])


def downgrade() -> None:
    op.drop_table("unsaved_text")
