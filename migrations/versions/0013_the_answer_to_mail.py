"""Where an answer to an email goes, and where its recipient chooses which emails to receive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("reply_to", sa.String(length=254), server_default=sa.text("''"), nullable=False))
        letter.add_column(sa.Column("choice_url", sa.String(length=300), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.drop_column("choice_url")
        letter.drop_column("reply_to")
