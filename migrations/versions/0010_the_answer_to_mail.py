"""Where answers to an email go, the choice of an email about finalized versions, and links that show one to anyone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("reply_to", sa.String(length=254), server_default=sa.text("''"), nullable=False))
        letter.add_column(sa.Column("choice_url", sa.String(length=300), server_default=sa.text("''"), nullable=False))

    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("wants_finalized", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "version_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_version_link_made_by_person")),
        sa.ForeignKeyConstraint(["version_id"], ["frozen_version.id"], name=op.f("fk_version_link_version_id_frozen_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_version_link_token_hash")),
    )
    op.create_index(op.f("ix_version_link_version_id"), "version_link", ["version_id"])


def downgrade() -> None:
    op.drop_table("version_link")
    with op.batch_alter_table("person") as person:
        person.drop_column("wants_finalized")
    with op.batch_alter_table("letter") as letter:
        letter.drop_column("choice_url")
        letter.drop_column("reply_to")
