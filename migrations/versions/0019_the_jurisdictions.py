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

FACTS_TABLES = ("work_plan", "priority", "activity", "due_change", "assignment", "jurisdiction")
"""The tables that ``plan_facts`` read before; now it reads ``earlier_name`` too."""


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
    _renew_plan_revision()


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


def _renew_plan_revision() -> None:
    """Renew both revisions of the plan with each earlier name; see migrations 0012 and 0014."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("insert", "update", "delete"):
            op.execute(
                f"CREATE TRIGGER earlier_name_{change}_renews_plan_revision AFTER {change.upper()} ON earlier_name "  # noqa: S608
                "BEGIN UPDATE plan_revision SET value = hex(randomblob(16)), facts_value = hex(randomblob(16)); END"
            )
        return
    _set_renewing_function((*FACTS_TABLES, "earlier_name"))
    op.execute(
        "CREATE CONSTRAINT TRIGGER earlier_name_renews_plan_revision AFTER INSERT OR UPDATE OR DELETE ON earlier_name "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_plan_revision()"
    )
    op.execute(
        "CREATE TRIGGER earlier_name_truncate_renews_plan_revision AFTER TRUNCATE ON earlier_name "
        "FOR EACH STATEMENT EXECUTE FUNCTION renew_plan_revision()"
    )


def _set_renewing_function(tables: tuple[str, ...]) -> None:
    """Set the function of PostgreSQL that renews the plan's revisions; changes of ``tables`` renew that of the facts too."""
    names = ", ".join(f"'{table}'" for table in tables)
    op.execute(
        f"""
CREATE OR REPLACE FUNCTION renew_plan_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  renewed text := coalesce(current_setting('cogwg.plan_revision_renewed', true), '');
BEGIN
  IF TG_TABLE_NAME IN ({names}) THEN
    IF renewed <> 'facts' THEN
      UPDATE plan_revision SET value = gen_random_uuid(), facts_value = gen_random_uuid();
      PERFORM set_config('cogwg.plan_revision_renewed', 'facts', true);
    END IF;
  ELSIF renewed = '' THEN
    UPDATE plan_revision SET value = gen_random_uuid();
    PERFORM set_config('cogwg.plan_revision_renewed', 'yes', true);
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608
    )


def downgrade() -> None:
    op.drop_table("earlier_name")
    if op.get_bind().dialect.name == "postgresql":
        _set_renewing_function(FACTS_TABLES)
    for column in ("version", "contact_email", "contact_name"):
        op.drop_column("jurisdiction", column)
