"""An index by which the audit log finds what one person did, among the events of many years."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_actor", "event", ["actor_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_event_actor", "event")
