"""Which texts are stale in a language because the other one changed later; who translated the texts of a report; and the
texts that were sent out to be translated.

What changed before this migration is not known: a text is current in both languages if it has both, else missing in one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("status_report", "submission", "contribution", "milestone", "challenge")
"""The tables with texts that can be changed, or copies of them."""


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("stale", sa.JSON(), nullable=True))
    op.add_column("status_report", sa.Column("translated", sa.JSON(), nullable=True))
    op.add_column("submission", sa.Column("translated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission", sa.Column("translated_by", sa.Integer(), nullable=True))
    op.create_table(
        "translation_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_translation_order_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_order")),
    )


def downgrade() -> None:
    op.drop_table("translation_order")
    op.drop_column("submission", "translated_by")
    op.drop_column("submission", "translated_at")
    op.drop_column("status_report", "translated")
    for table in TABLES:
        op.drop_column(table, "stale")
