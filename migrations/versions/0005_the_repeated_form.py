"""The tokens of submitted forms with what each made; append-only tables that also refuse replacement on SQLite; and the
language of the reason for freezing a version with open items, unknown for earlier versions.

SQLite's REPLACE deletes the row it displaces without firing the table's DELETE trigger (unless a connection sets
``recursive_triggers``, which another client of the file would not), so an insert over an existing row is refused itself.
PostgreSQL has no REPLACE, and its upsert fires the UPDATE trigger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNIQUE_KEYS = {
    "event": (("id",),),
    "submission": (("id",),),
    "frozen_version": (("id",), ("briefing_id", "number")),
    "frozen_file": (("id",), ("version_id", "format", "lang")),
}
"""The append-only tables, each with the keys by which an insert can displace a row."""


def upgrade() -> None:
    op.create_table(
        "form_token",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("made_kind", sa.String(length=20), nullable=False),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form_token")),
    )
    op.create_index(op.f("ix_form_token_used_at"), "form_token", ["used_at"])
    op.add_column("frozen_version", sa.Column("override_lang", sa.String(length=2), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        for table, keys in UNIQUE_KEYS.items():
            same = " OR ".join(f"({' AND '.join(f'{column} = NEW.{column}' for column in key)})" for key in keys)
            there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {there} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in UNIQUE_KEYS:
            op.execute(f"DROP TRIGGER {table}_refuses_replace")
    op.drop_column("frozen_version", "override_lang")
    op.drop_table("form_token")
