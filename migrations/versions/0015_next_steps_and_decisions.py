"""The next step of a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REPORT_TABLES = ("status_report", "submission")


def upgrade() -> None:
    for table in REPORT_TABLES:
        for lang in ("en", "fr"):
            op.add_column(table, sa.Column(f"next_step_{lang}", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    for table in REPORT_TABLES:
        for lang in ("en", "fr"):
            op.drop_column(table, f"next_step_{lang}")
