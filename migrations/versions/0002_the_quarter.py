"""The quarter: drafts and returns, exceptions, partners' notes, moved due dates, comments, editable news, and email.

On SQLite, a table with a new foreign key is rebuilt and would lose its check constraints, so they are declared again.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUSES = "('NS', 'LP', 'SP', 'C')"
CHALLENGE = {"state": "state IN ('open', 'mitigated', 'resolved')"}
REPORT = {
    "version_positive": "version > 0",
    "state": "state IN ('draft', 'submitted', 'returned')",
    "status": f"status IN {STATUSES}",
}


def upgrade() -> None:
    _tables()
    for column in ("wants_reminders", "wants_digest", "wants_mentions"):
        op.add_column("person", sa.Column(column, sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("person", sa.Column("feed_hash", sa.String(length=64), nullable=True))
    op.create_index("uq_person_feed_hash", "person", ["feed_hash"], unique=True)
    op.add_column("reporting_period", sa.Column("opened_at", INSTANT, nullable=True))
    for name, checks in (("challenge", CHALLENGE), ("milestone", {})):
        with _rebuilt(name, checks) as table:
            table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
            table.add_column(sa.Column("changed_at", INSTANT, nullable=True))
            table.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
            table.add_column(sa.Column("withdrawn_at", INSTANT, nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_changed_by_person"), "person", ["changed_by"], ["id"])
            if name == "milestone":
                table.add_column(sa.Column("happened_on", sa.Date(), nullable=True))
                table.add_column(sa.Column("month_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    with _rebuilt("status_report", REPORT) as table:
        table.add_column(sa.Column("returned_note", sa.Text(), nullable=True))
        table.add_column(sa.Column("returned_at", INSTANT, nullable=True))
        table.add_column(sa.Column("returned_by", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_status_report_returned_by_person"), "person", ["returned_by"], ["id"])
        table.alter_column("status", existing_type=sa.String(length=20), nullable=True)
        table.create_check_constraint(op.f("ck_status_report_status_when_submitted"), "state = 'draft' OR status IS NOT NULL")


def _rebuilt(name: str, checks: dict[str, str]) -> AbstractContextManager[BatchOperations]:
    """Return the batch operations of a table. SQLite rebuilds it with only these checks; PostgreSQL alters it."""
    given = [sa.CheckConstraint(text, name=op.f(f"ck_{name}_{check}")) for check, text in checks.items()]
    return op.batch_alter_table(name, table_args=given)


def _tables() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'fr')", name=op.f("ck_letter_lang")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_letter_made_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"])
    op.create_index("ix_letter_waiting", "letter", ["next_try_at"])

    op.create_table(
        "overall_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("note_fr", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_overall_status_status")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_overall_status_priority_id_priority")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_overall_status_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overall_status")),
    )
    op.create_index(op.f("ix_overall_status_priority_id"), "overall_status", ["priority_id"])

    op.create_table(
        "period_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_period_exception_jurisdiction_id_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_period_exception_made_by_person")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_period_exception_period_id_reporting_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_exception")),
    )
    op.create_index(op.f("ix_period_exception_period_id"), "period_exception", ["period_id"])

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'fr')", name=op.f("ck_comment_lang")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_comment_activity_id_activity")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_activity_id"), "comment", ["activity_id"])

    op.create_table(
        "mention",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_mention_comment_id_comment"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_mention_jurisdiction_id_jurisdiction")),
        sa.PrimaryKeyConstraint("comment_id", "jurisdiction_id", name=op.f("pk_mention")),
    )

    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_contribution_version_positive")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_contribution_activity_id_activity")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_contribution_changed_by_person")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_contribution_jurisdiction_id_jurisdiction")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_contribution_period_id_reporting_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "activity_id", "period_id", "jurisdiction_id", name=op.f("uq_contribution_activity_id_period_id_jurisdiction_id")
        ),
    )
    op.create_index(op.f("ix_contribution_period_id"), "contribution", ["period_id"])

    op.create_table(
        "due_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        sa.Column("to_day", sa.Integer(), nullable=True),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("reason_fr", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason_en <> '' OR reason_fr <> ''", name=op.f("ck_due_change_reason_given")),
        sa.CheckConstraint("from_month BETWEEN 1 AND 12 AND to_month BETWEEN 1 AND 12", name=op.f("ck_due_change_months")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_due_change_activity_id_activity")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_due_change_changed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_change")),
    )
    op.create_index(op.f("ix_due_change_activity_id"), "due_change", ["activity_id"])


def downgrade() -> None:
    op.execute("DELETE FROM status_report WHERE status IS NULL")
    with _rebuilt("status_report", REPORT) as table:
        if op.get_bind().dialect.name != "sqlite":
            table.drop_constraint(op.f("ck_status_report_status_when_submitted"))
        table.drop_constraint(op.f("fk_status_report_returned_by_person"), type_="foreignkey")
        table.alter_column("status", existing_type=sa.String(length=20), nullable=False)
        for column in ("returned_note", "returned_at", "returned_by"):
            table.drop_column(column)
    for name, checks in (("challenge", CHALLENGE), ("milestone", {})):
        with _rebuilt(name, checks) as table:
            table.drop_constraint(op.f(f"fk_{name}_changed_by_person"), type_="foreignkey")
            more = ("happened_on", "month_only") if name == "milestone" else ()
            for column in ("version", "changed_at", "changed_by", "withdrawn_at", *more):
                table.drop_column(column)
    op.drop_column("reporting_period", "opened_at")
    op.drop_index("uq_person_feed_hash", "person")
    for column in ("wants_reminders", "wants_digest", "wants_mentions", "feed_hash"):
        op.drop_column("person", column)
    for table_name in ("mention", "comment", "letter", "overall_status", "period_exception", "contribution", "due_change"):
        op.drop_table(table_name)
