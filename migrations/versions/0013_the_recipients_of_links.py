"""A note of whom a preview link or a link to a finalized version is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("preview_link", "version_link")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("recipient", sa.String(length=80), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "recipient")
