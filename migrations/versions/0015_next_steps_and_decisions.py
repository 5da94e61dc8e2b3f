"""The next step of a report, and the decisions of a meeting in an append-only table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REPORT_TABLES = ("status_report", "submission")


def upgrade() -> None:
    for table in REPORT_TABLES:
        for lang in ("en", "fr"):
            op.add_column(table, sa.Column(f"next_step_{lang}", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("slide", sa.String(length=40), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("who_en", sa.String(length=120), nullable=False),
        sa.Column("who_fr", sa.String(length=120), nullable=False),
        sa.Column("by_on", sa.Date(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_decision_number_positive")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_decision_revision_positive")),
        sa.CheckConstraint("text_en <> '' OR text_fr <> ''", name=op.f("ck_decision_has_text")),
        sa.ForeignKeyConstraint(["version_id"], ["frozen_version.id"], name=op.f("fk_decision_version_id_frozen_version")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_decision_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("version_id", "number", "revision", name=op.f("uq_decision_version_id_number_revision")),
    )
    _refuse_changes()


def _refuse_changes() -> None:
    """Make the table append-only. The trigger function for PostgreSQL was created by the first migration."""
    if op.get_bind().dialect.name == "sqlite":
        same = "id = NEW.id OR (version_id = NEW.version_id AND number = NEW.number AND revision = NEW.revision)"
        for name, change in (
            ("update", "UPDATE ON decision"),
            ("delete", "DELETE ON decision"),
            ("replace", f"INSERT ON decision WHEN EXISTS (SELECT 1 FROM decision WHERE {same})"),  # noqa: S608
        ):
            op.execute(
                f"CREATE TRIGGER decision_refuses_{name} BEFORE {change} "
                "BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END"
            )
        return
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER decision_refuses_{change.split()[0].lower()} BEFORE {change} ON decision "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("decision")
    for table in REPORT_TABLES:
        for lang in ("en", "fr"):
            op.drop_column(table, f"next_step_{lang}")
