"""What is published: copies of quarters and briefings, with the briefings' files. Nothing but a withdrawal changes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_en", "withdrawal_fr")
FIXED = (
    *("id", "kind", "year", "key", "edition", "published_at", "published_by", "visible_at", "content", "sha256", "witness"),
    "override_reason",
)
UNIQUE_KEYS = {"publication": (("id",), ("kind", "key", "edition")), "publication_file": (("id",), ("publication_id", "name"))}


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("published_at", instant, nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("visible_at", instant, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", instant, nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawal_en", sa.Text(), nullable=True),
        sa.Column("withdrawal_fr", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('quarter', 'briefing')", name=op.f("ck_publication_kind")),
        sa.CheckConstraint("edition > 0", name=op.f("ck_publication_edition_positive")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_en IS NULL) AND (withdrawn_at IS NULL) = (withdrawal_fr IS NULL)",
            name=op.f("ck_publication_withdrawal_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_publication_published_by_person")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_publication_withdrawn_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("kind", "key", "edition", name=op.f("uq_publication_kind_key_edition")),
    )
    op.create_table(
        "publication_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_file_publication_id_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_file")),
        sa.UniqueConstraint("publication_id", "name", name=op.f("uq_publication_file_publication_id_name")),
    )
    op.create_index(op.f("ix_publication_file_publication_id"), "publication_file", ["publication_id"])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, '{} is append-only'); END"
    for table in UNIQUE_KEYS:
        op.execute(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse.format(table)}")
    op.execute(
        "CREATE TRIGGER publication_file_refuses_update BEFORE UPDATE ON publication_file " + refuse.format("publication_file")
    )
    op.execute(
        f"CREATE TRIGGER publication_refuses_update BEFORE UPDATE OF {', '.join(FIXED)} ON publication "
        + refuse.format("publication")
    )
    op.execute(
        f"CREATE TRIGGER publication_refuses_return BEFORE UPDATE OF {', '.join(WITHDRAWAL)} ON publication "
        "WHEN OLD.withdrawn_at IS NOT NULL " + refuse.format("publication")
    )
    for table, keys in UNIQUE_KEYS.items():
        same = " OR ".join(f"({' AND '.join(f'{column} = NEW.{column}' for column in key)})" for key in keys)
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        op.execute(f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {there} {refuse.format(table)}")


def _refuse_on_postgresql() -> None:
    refuse = "EXECUTE FUNCTION refuse_change()"
    for table in UNIQUE_KEYS:
        op.execute(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}")
        op.execute(f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
    op.execute(f"CREATE TRIGGER publication_file_refuses_update BEFORE UPDATE ON publication_file FOR EACH ROW {refuse}")
    op.execute(
        f"CREATE TRIGGER publication_refuses_update BEFORE UPDATE OF {', '.join(FIXED)} ON publication FOR EACH ROW {refuse}"
    )
    op.execute(
        f"CREATE TRIGGER publication_refuses_return BEFORE UPDATE OF {', '.join(WITHDRAWAL)} ON publication "
        f"FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) {refuse}"
    )


def downgrade() -> None:
    op.drop_table("publication_file")
    op.drop_table("publication")
