"""A second revision of the plan: a value that changes with the plan itself, but not with quarters and submissions.

The server keeps the priorities, roles and activities that My updates and the forms of reports show, and reads them again when
this value has changed. A submission renews the first value only, because it changes the matrix but not the plan.

Both values are in one row and renewed by one statement: with two rows, transactions that renew them in another order could
block each other.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FACTS_TABLES = ("work_plan", "priority", "activity", "due_change", "assignment", "jurisdiction")
"""The tables that ``plan_facts`` reads."""
RENEW_BOTH = """
CREATE OR REPLACE FUNCTION renew_plan_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  renewed text := coalesce(current_setting('cogwg.plan_revision_renewed', true), '');
BEGIN
  IF TG_TABLE_NAME IN ('work_plan', 'priority', 'activity', 'due_change', 'assignment', 'jurisdiction') THEN
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
"""
RENEW_ONE = """
CREATE OR REPLACE FUNCTION renew_plan_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('cogwg.plan_revision_renewed', true), '') = '' THEN
    UPDATE plan_revision SET value = gen_random_uuid();
    PERFORM set_config('cogwg.plan_revision_renewed', 'yes', true);
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column("plan_revision", sa.Column("facts_value", sa.String(length=36), server_default=sa.text("''"), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE plan_revision SET facts_value = hex(randomblob(16))")
        _replace_sqlite_triggers("value = hex(randomblob(16)), facts_value = hex(randomblob(16))")
    else:
        op.execute("UPDATE plan_revision SET facts_value = gen_random_uuid()")
        op.execute(RENEW_BOTH)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace_sqlite_triggers("value = hex(randomblob(16))")
    else:
        op.execute(RENEW_ONE)
    op.drop_column("plan_revision", "facts_value")


def _replace_sqlite_triggers(renewed: str) -> None:
    for table in FACTS_TABLES:
        for change in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_{change}_renews_plan_revision")
            op.execute(
                f"CREATE TRIGGER {table}_{change}_renews_plan_revision AFTER {change.upper()} ON {table} "  # noqa: S608
                f"BEGIN UPDATE plan_revision SET {renewed}; END"
            )
