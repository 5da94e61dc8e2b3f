"""The revision of the plan: a value that changes with every change to what the plan's matrix shows, whoever makes it.

The server keeps drawn matrices and draws one again when the value has changed. Triggers renew the value, so that no service,
command or other client of the database can forget it. It is random and not a number that increases, because a restored backup
would count to the same numbers again.

On PostgreSQL the value is renewed at the end of a transaction, once: renewing locks the one row, and a transaction that then
waited for another lock could block one that waits for this row. A later migration that changes rows of these tables and then
alters them executes ``SET CONSTRAINTS ALL IMMEDIATE`` in between.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SHOWN_TABLES = (
    *("work_plan", "priority", "activity", "due_change", "assignment", "jurisdiction"),
    *("reporting_period", "period_exception", "submission"),
)
"""The tables that the queries of the matrix read."""
RENEW = """
CREATE FUNCTION renew_plan_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('cogwg.plan_revision_renewed', true), '') = '' THEN
    UPDATE plan_revision SET value = gen_random_uuid();
    PERFORM set_config('cogwg.plan_revision_renewed', 'yes', true);
  END IF;
  RETURN NULL;
END $$
"""
"""The setting ends with the transaction."""


def upgrade() -> None:
    op.create_table(
        "plan_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=36), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_plan_revision_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_revision")),
    )
    op.execute("INSERT INTO plan_revision (id, value) VALUES (1, 'first')")
    if op.get_bind().dialect.name == "sqlite":
        for table in SHOWN_TABLES:
            for change in ("insert", "update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_{change}_renews_plan_revision AFTER {change.upper()} ON {table} "  # noqa: S608
                    "BEGIN UPDATE plan_revision SET value = hex(randomblob(16)); END"
                )
        return
    op.execute(RENEW)
    for table in SHOWN_TABLES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_renews_plan_revision AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_plan_revision()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_truncate_renews_plan_revision AFTER TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION renew_plan_revision()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in SHOWN_TABLES:
            for change in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_{change}_renews_plan_revision")
    else:
        op.execute("DROP FUNCTION renew_plan_revision() CASCADE")
    op.drop_table("plan_revision")
