"""A report describes progress or says "Nothing to report", never both: the database refuses a row with both.

A row with both keeps its text and loses the mark, because the text says more and cannot be restored. Submissions are changed
too, although they are append-only: each later deck takes its text from them, and would print a contradiction. The audit log
says what was changed, for each row, by the system. What a finalized version showed stays as it was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHECK = "text_or_nothing_to_report"
SUBJECTS = {"status_report": "report", "submission": "submission"}
EVENT = sa.table(
    "event",
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("action", sa.String),
    sa.column("actor_kind", sa.String),
    sa.column("subject_kind", sa.String),
    sa.column("subject_id", sa.Integer),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
)


def upgrade() -> None:
    with _changes_allowed("submission"):
        for name, subject in SUBJECTS.items():
            _clear_marks(name, subject)
            with op.batch_alter_table(name) as table:
                text = "NOT nothing_to_report OR (progress_en = '' AND progress_fr = '')"
                table.create_check_constraint(op.f(f"ck_{name}_{CHECK}"), text)


def downgrade() -> None:
    with _changes_allowed("submission"):
        for name in SUBJECTS:
            with op.batch_alter_table(name) as table:
                table.drop_constraint(op.f(f"ck_{name}_{CHECK}"))


@contextmanager
def _changes_allowed(table: str) -> Iterator[None]:
    """Let the block change an append-only table. On SQLite, its triggers are removed and made again: a rebuild loses them."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuses_change")
        yield
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuses_change")
        return
    named = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = op.get_bind().execute(named, {"table": table}).all()
    for trigger in triggers:
        op.execute(f"DROP TRIGGER {trigger.name}")
    yield
    for trigger in triggers:
        op.execute(trigger.sql)


def _clear_marks(name: str, subject: str) -> None:
    """Clear the mark of each row with a text, and add an event for each to the audit log."""
    table = sa.table(
        name,
        sa.column("id"),
        *(sa.column(c) for c in ("progress_en", "progress_fr")),
        sa.column("nothing_to_report", sa.Boolean),
    )
    has_both = table.c.nothing_to_report & ((table.c.progress_en != "") | (table.c.progress_fr != ""))
    connection = op.get_bind()
    ids = connection.scalars(sa.select(table.c.id).where(has_both).order_by(table.c.id)).all()
    if not ids:
        return
    connection.execute(sa.update(table).where(has_both).values(nothing_to_report=False))
    change = {"action": f"{subject}.mark-cleared", "actor_kind": "system", "subject_kind": subject, "at": datetime.now(UTC)}
    values = {"before": {"nothing_to_report": True}, "after": {"nothing_to_report": False}}
    connection.execute(sa.insert(EVENT), [{**change, **values, "subject_id": id_} for id_ in ids])
