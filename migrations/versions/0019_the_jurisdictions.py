"""A contact and a version of each jurisdiction, and the earlier names of jurisdictions in an append-only table.

The columns are added without a rebuild of the table, which on SQLite would lose the triggers that renew the plan's revisions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("contact_name", 120), ("contact_email", 254)):
        op.add_column("jurisdiction", sa.Column(name, sa.String(length=length), server_default=sa.text("''"), nullable=False))
    op.add_column("jurisdiction", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.create_table(
        "earlier_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_fr", sa.String(length=120), nullable=False),
        sa.Column("short_en", sa.String(length=40), nullable=False),
        sa.Column("short_fr", sa.String(length=40), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_earlier_name_jurisdiction_id_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_name")),
    )
    op.create_index(op.f("ix_earlier_name_jurisdiction_id"), "earlier_name", ["jurisdiction_id"])
    _refuse_changes()


def _refuse_changes() -> None:
    """Make the table append-only. The trigger function for PostgreSQL was created by the first migration."""
    if op.get_bind().dialect.name == "sqlite":
        for name, change in (
            ("update", "UPDATE ON earlier_name"),
            ("delete", "DELETE ON earlier_name"),
            ("replace", "INSERT ON earlier_name WHEN EXISTS (SELECT 1 FROM earlier_name WHERE id = NEW.id)"),
        ):
            op.execute(
                f"CREATE TRIGGER earlier_name_refuses_{name} BEFORE {change} "
                "BEGIN SELECT RAISE(ABORT, 'earlier_name is append-only'); END"
            )
        return
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER earlier_name_refuses_{change.split()[0].lower()} BEFORE {change} ON earlier_name "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("earlier_name")
    for column in ("version", "contact_email", "contact_name"):
        op.drop_column("jurisdiction", column)
