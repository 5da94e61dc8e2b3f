"""The event up to which the history of plans was rebuilt, so that pages can say what the record of a day lacks.

And an index by which the activities that carry on another one are found.

Before 0020, the audit log had only the changes of roles and due dates. A database without a plan keeps its history from the
first, and has no row here.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "plan_history_start",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_plan_history_start_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_history_start")),
    )
    op.create_index(op.f("ix_activity_carried_from_id"), "activity", ["carried_from_id"])
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT count(*) FROM work_plan")).scalar_one():
        last = connection.execute(sa.text("SELECT max(id) FROM event")).scalar_one() or 0
        connection.execute(sa.insert(table).values(id=1, event_id=last, at=datetime.now(UTC)))


def downgrade() -> None:
    op.drop_index(op.f("ix_activity_carried_from_id"), "activity")
    op.drop_table("plan_history_start")
