"""Deputies, who may do what the leads of their jurisdiction may; when each person last signed in; and a version of each
account, so that a change made meanwhile by another person is noticed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _set_checks(
        "role IN ('lead', 'deputy', 'co-chair', 'secretariat', 'reader')",
        "role NOT IN ('lead', 'deputy') OR jurisdiction_id IS NOT NULL",
    )
    op.add_column("person", sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.execute("UPDATE person SET signed_in_at = (SELECT max(started_at) FROM sign_in WHERE sign_in.person_id = person.id)")


def downgrade() -> None:
    op.drop_column("person", "version")
    op.drop_column("person", "signed_in_at")
    op.execute("DELETE FROM membership WHERE role = 'deputy'")
    _set_checks("role IN ('lead', 'co-chair', 'secretariat', 'reader')", "role <> 'lead' OR jurisdiction_id IS NOT NULL")


def _set_checks(role: str, jurisdiction: str) -> None:
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("ck_membership_role"))
        table.drop_constraint(op.f("ck_membership_lead_has_jurisdiction"))
        table.create_check_constraint(op.f("ck_membership_role"), role)
        table.create_check_constraint(op.f("ck_membership_lead_has_jurisdiction"), jurisdiction)
