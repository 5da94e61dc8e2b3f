"""Private links in reminders, how each submitted report reached the product, and the choices to have no such links.

The column of the append-only table is added without a rebuild, which on SQLite would lose its triggers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_answer_link_{column}_{table}"))
            for column, table in (
                ("person_id", "person"),
                ("jurisdiction_id", "jurisdiction"),
                ("period_id", "reporting_period"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
    )
    for column in ("person_id", "period_id"):
        op.create_index(op.f(f"ix_answer_link_{column}"), "answer_link", [column])
    op.execute(
        "ALTER TABLE submission ADD COLUMN source VARCHAR(20) DEFAULT 'page' NOT NULL "
        "CONSTRAINT ck_submission_source CHECK (source IN ('page', 'link', 'workbook'))"
    )
    op.add_column("person", sa.Column("wants_answer_links", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("site_settings", sa.Column("answer_links", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("site_settings", "answer_links")
    op.drop_column("person", "wants_answer_links")
    op.drop_column("submission", "source")
    op.drop_table("answer_link")
