"""The accounts at an OpenID Connect provider with which people sign in, and sessions that began there with two steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("is_strong", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "openid_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_openid_link_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_openid_link")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_openid_link_issuer_subject")),
    )


def downgrade() -> None:
    op.drop_table("openid_link")
    op.drop_column("sign_in", "is_strong")
