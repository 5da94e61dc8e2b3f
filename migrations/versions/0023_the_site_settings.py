"""The settings that the secretariat changes in the site, in one row; none is set at first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("hosted_by_en", sa.String(length=120), nullable=True),
        sa.Column("hosted_by_fr", sa.String(length=120), nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("remind_days", sa.String(length=40), nullable=True),
        sa.Column("remind_after", sa.String(length=40), nullable=True),
        sa.Column("require_second_factor", sa.Boolean(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_settings_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_settings")),
    )
    op.execute("INSERT INTO site_settings (id) VALUES (1)")


def downgrade() -> None:
    op.drop_table("site_settings")
