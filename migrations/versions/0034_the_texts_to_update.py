"""Which texts are stale because the other language was changed later.

What changed before this migration is not known: a text is current in both languages if it has both, else missing in one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = (
    *("priority", "activity"),
    *("commitment", "commitment_milestone", "indicator", "indicator_actual"),
    *("engagement_cycle", "engagement_phase", "engagement_theme"),
)


def upgrade() -> None:
    _end_pending_triggers()
    for table in TABLES:
        op.add_column(table, sa.Column("stale", sa.JSON(), nullable=True))


def downgrade() -> None:
    _end_pending_triggers()
    for table in TABLES:
        op.drop_column(table, "stale")


def _end_pending_triggers() -> None:
    """Run the triggers that wait for the end of the transaction: PostgreSQL alters no table whose triggers wait."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("SET CONSTRAINTS ALL DEFERRED")
