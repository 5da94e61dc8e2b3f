"""The place of a priority in its plan, which can change. Its number, to which reports and briefings refer, cannot.

The history of each priority gets its place too, so that what was kept is what a new version would contain.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OF_PRIORITIES = "item_id IN (SELECT id FROM plan_item WHERE kind = 'priority')"
TRIGGER = "plan_item_version_refuses_update"


def upgrade() -> None:
    op.add_column("priority", sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE priority SET position = number")
    with _history_open():
        _change_history(
            sqlite="json_set(content, '$.position', json_extract(content, '$.number'))",
            postgresql="(content::jsonb || jsonb_build_object('position', content->'number'))::json",
        )


def downgrade() -> None:
    with _history_open():
        _change_history(sqlite="json_remove(content, '$.position')", postgresql="(content::jsonb - 'position')::json")
    op.drop_column("priority", "position")


def _change_history(*, sqlite: str, postgresql: str) -> None:
    content = sqlite if op.get_bind().dialect.name == "sqlite" else postgresql
    op.execute(f"UPDATE plan_item_version SET content = {content} WHERE {OF_PRIORITIES}")  # noqa: S608


@contextmanager
def _history_open() -> Iterator[None]:
    """Turn off the trigger that refuses changes of the history, and turn it on again."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        stored = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"
        trigger = connection.execute(sa.text(stored), {"name": TRIGGER}).scalar_one()
        op.execute(f"DROP TRIGGER {TRIGGER}")
        yield
        connection.exec_driver_sql(trigger)
        return
    op.execute(f"ALTER TABLE plan_item_version DISABLE TRIGGER {TRIGGER}")
    yield
    op.execute(f"ALTER TABLE plan_item_version ENABLE TRIGGER {TRIGGER}")
