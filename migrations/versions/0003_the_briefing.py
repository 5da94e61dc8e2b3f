"""The briefing: its selections and texts, finalized versions, preview links, comments and checked links.

On SQLite, a table with a new foreign key is rebuilt; ``briefing`` has no check constraints to declare again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NEW = ("next_plan_id", "place_en", "place_fr", "outline", "outline_version", "changed_at", "changed_by")


def upgrade() -> None:
    with op.batch_alter_table("briefing") as table:
        table.add_column(sa.Column("next_plan_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("place_en", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("place_fr", sa.String(length=120), nullable=True))
        table.add_column(sa.Column("outline", sa.JSON(), nullable=True))
        table.add_column(sa.Column("outline_version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("changed_at", INSTANT, nullable=True))
        table.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_briefing_next_plan_id_work_plan"), "work_plan", ["next_plan_id"], ["id"])
        table.create_foreign_key(op.f("fk_briefing_changed_by_person"), "person", ["changed_by"], ["id"])
    op.execute("UPDATE briefing SET place_en = '', place_fr = '', outline = '{}', outline_version = 1")
    with op.batch_alter_table("briefing") as table:
        for column, kind in (("place_en", sa.String(length=120)), ("place_fr", sa.String(length=120))):
            table.alter_column(column, existing_type=kind, nullable=False)
        table.alter_column("outline", existing_type=sa.JSON(), nullable=False)
        table.alter_column("outline_version", existing_type=sa.Integer(), nullable=False)

    op.create_table(
        "frozen_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("deck", sa.Text(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("override_note", sa.Text(), nullable=True),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_frozen_version_number_positive")),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name=op.f("fk_frozen_version_briefing_id_briefing")),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_frozen_version_frozen_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_version")),
        sa.UniqueConstraint("briefing_id", "number", name=op.f("uq_frozen_version_briefing_id_number")),
    )
    _append_only("frozen_version")

    op.create_table(
        "preview_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name=op.f("fk_preview_link_briefing_id_briefing")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_preview_link_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_preview_link_token_hash")),
    )
    op.create_index(op.f("ix_preview_link_briefing_id"), "preview_link", ["briefing_id"])

    op.create_table(
        "slide_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("briefing_id", sa.Integer(), nullable=False),
        sa.Column("slide", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'fr')", name=op.f("ck_slide_comment_lang")),
        sa.ForeignKeyConstraint(["briefing_id"], ["briefing.id"], name=op.f("fk_slide_comment_briefing_id_briefing")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slide_comment_person_id_person")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_slide_comment_settled_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slide_comment")),
    )
    op.create_index(op.f("ix_slide_comment_briefing_id"), "slide_comment", ["briefing_id"])

    op.create_table(
        "link_check",
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link_check")),
    )


def _append_only(table: str) -> None:
    """Make a table append-only: the database refuses changes to what was shown.

    The trigger function for PostgreSQL was created by the first migration.
    """
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{deed} BEFORE {deed.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for deed, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{deed.split()[0].lower()} BEFORE {deed} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table_name in ("link_check", "slide_comment", "preview_link", "frozen_version"):
        op.drop_table(table_name)
    with op.batch_alter_table("briefing") as table:
        table.drop_constraint(op.f("fk_briefing_next_plan_id_work_plan"), type_="foreignkey")
        table.drop_constraint(op.f("fk_briefing_changed_by_person"), type_="foreignkey")
        for column in NEW:
            table.drop_column(column)
