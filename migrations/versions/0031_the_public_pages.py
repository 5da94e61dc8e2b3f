"""Settings of the public pages: the owner of the data, their jurisdiction and licence, and whether search engines may index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TEXTS = {
    **dict.fromkeys(("owner_en", "owner_fr", "jurisdiction_en", "jurisdiction_fr", "licence_en", "licence_fr"), 120),
    **dict.fromkeys(("licence_url_en", "licence_url_fr"), 254),
    "licence_id": 60,
}


def upgrade() -> None:
    for name, length in TEXTS.items():
        op.add_column("site_settings", sa.Column(name, sa.String(length=length), nullable=True))
    op.add_column("site_settings", sa.Column("search_engines", sa.Boolean(), nullable=True))


def downgrade() -> None:
    for name in ("search_engines", *reversed(TEXTS)):
        op.drop_column("site_settings", name)
