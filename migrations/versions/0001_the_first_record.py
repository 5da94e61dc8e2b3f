"""The first schema: accounts, plan, reports, briefings and the audit log.

Written by hand for both engines; later revisions never change this file. ``event`` and ``submission`` are append-only: the
database itself refuses to change or delete a row, whichever client asks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
APPEND_ONLY = ("event", "submission")


def upgrade() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("theme_en", sa.String(length=60), nullable=False),
        sa.Column("theme_fr", sa.String(length=60), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'mitigated', 'resolved')", name=op.f("ck_challenge_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("key", name=op.f("uq_challenge_key")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("behalf_of", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "id"], unique=False)

    op.create_table(
        "jurisdiction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_fr", sa.String(length=120), nullable=False),
        sa.Column("short_en", sa.String(length=40), nullable=False),
        sa.Column("short_fr", sa.String(length=40), nullable=False),
        sa.CheckConstraint("code = lower(code)", name=op.f("ck_jurisdiction_code_lower")),
        sa.CheckConstraint("kind IN ('federal', 'provincial', 'territorial', 'municipal')", name=op.f("ck_jurisdiction_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jurisdiction")),
        sa.UniqueConstraint("code", name=op.f("uq_jurisdiction_code")),
        sa.UniqueConstraint("name_en", name=op.f("uq_jurisdiction_name_en")),
        sa.UniqueConstraint("name_fr", name=op.f("uq_jurisdiction_name_fr")),
    )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lang", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower")),
        sa.CheckConstraint("lang IN ('en', 'fr')", name=op.f("ck_person_lang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )

    op.create_table(
        "standing_slide",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_standing_slide")),
    )

    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )

    op.create_table(
        "work_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_work_plan_year_sane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_plan")),
        sa.UniqueConstraint("year", name=op.f("uq_work_plan_year")),
    )

    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    op.create_index(op.f("ix_access_link_person_id"), "access_link", ["person_id"], unique=False)

    op.create_table(
        "briefing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("audience_en", sa.String(length=120), nullable=False),
        sa.Column("audience_fr", sa.String(length=120), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_briefing_created_by_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["work_plan.id"], name=op.f("fk_briefing_plan_id_work_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing")),
        sa.UniqueConstraint("meeting_on", name=op.f("uq_briefing_meeting_on")),
    )
    op.create_index(op.f("ix_briefing_plan_id"), "briefing", ["plan_id"], unique=False)

    op.create_table(
        "challenge_jurisdiction",
        sa.Column("challenge_id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"],
            ["challenge.id"],
            name=op.f("fk_challenge_jurisdiction_challenge_id_challenge"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_challenge_jurisdiction_jurisdiction_id_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("challenge_id", "jurisdiction_id", name=op.f("pk_challenge_jurisdiction")),
    )

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("role <> 'lead' OR jurisdiction_id IS NOT NULL", name=op.f("ck_membership_lead_has_jurisdiction")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_membership_jurisdiction_id_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.CheckConstraint("role IN ('lead', 'co-chair', 'secretariat', 'reader')", name=op.f("ck_membership_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("person_id", "role", "jurisdiction_id", name=op.f("uq_membership_person_id_role_jurisdiction_id")),
    )
    op.create_index(op.f("ix_membership_jurisdiction_id"), "membership", ["jurisdiction_id"], unique=False)
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_index(
        "uq_membership_group_role",
        "membership",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("jurisdiction_id IS NULL"),
        postgresql_where=sa.text("jurisdiction_id IS NULL"),
    )

    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_milestone_jurisdiction_id_jurisdiction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sa.UniqueConstraint("key", name=op.f("uq_milestone_key")),
    )
    op.create_index(op.f("ix_milestone_jurisdiction_id"), "milestone", ["jurisdiction_id"], unique=False)

    op.create_table(
        "priority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("title_fr", sa.String(length=300), nullable=False),
        sa.Column("short_en", sa.String(length=60), nullable=False),
        sa.Column("short_fr", sa.String(length=60), nullable=False),
        sa.Column("issue_en", sa.Text(), nullable=False),
        sa.Column("issue_fr", sa.Text(), nullable=False),
        sa.Column("outcome_en", sa.Text(), nullable=False),
        sa.Column("outcome_fr", sa.Text(), nullable=False),
        sa.Column("consequences", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_priority_number_positive")),
        sa.ForeignKeyConstraint(["plan_id"], ["work_plan.id"], name=op.f("fk_priority_plan_id_work_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_priority_plan_id_number")),
    )

    op.create_table(
        "reporting_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=7), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_reporting_period_quarter")),
        sa.ForeignKeyConstraint(["plan_id"], ["work_plan.id"], name=op.f("fk_reporting_period_plan_id_work_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_period")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_reporting_period_plan_id_key")),
    )

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("due_year", sa.Integer(), nullable=False),
        sa.Column("due_month", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("due_words_en", sa.String(length=60), nullable=False),
        sa.Column("due_words_fr", sa.String(length=60), nullable=False),
        sa.Column("ongoing", sa.Boolean(), nullable=False),
        sa.CheckConstraint("due_day IS NULL OR due_day BETWEEN 1 AND 31", name=op.f("ck_activity_day")),
        sa.CheckConstraint("due_month BETWEEN 1 AND 12", name=op.f("ck_activity_month")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_activity_priority_id_priority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("priority_id", "code", name=op.f("uq_activity_priority_id_code")),
        sa.UniqueConstraint("priority_id", "position", name=op.f("uq_activity_priority_id_position")),
    )

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("confirmation", sa.String(length=20), nullable=False),
        sa.Column("assignee_en", sa.String(length=80), nullable=False),
        sa.Column("assignee_fr", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(confirmation = 'vacant') = (jurisdiction_id IS NULL)", name=op.f("ck_assignment_vacant_is_nobody")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_assignment_jurisdiction_id_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_assignment_priority_id_priority")),
        sa.CheckConstraint("role IN ('lead', 'partner', 'not-stated')", name=op.f("ck_assignment_role")),
        sa.CheckConstraint("confirmation IN ('confirmed', 'to-confirm', 'vacant')", name=op.f("ck_assignment_confirmation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("priority_id", "jurisdiction_id", name=op.f("uq_assignment_priority_id_jurisdiction_id")),
        sa.UniqueConstraint("priority_id", "position", name=op.f("uq_assignment_priority_id_position")),
    )
    op.create_index(op.f("ix_assignment_jurisdiction_id"), "assignment", ["jurisdiction_id"], unique=False)

    op.create_table(
        "milestone_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("label_fr", sa.String(length=200), nullable=False),
        sa.CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name=op.f("ck_milestone_link_url_scheme")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_link_milestone_id_milestone"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_link")),
        sa.UniqueConstraint("milestone_id", "position", name=op.f("uq_milestone_link_milestone_id_position")),
    )

    op.create_table(
        "status_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("progress_en", sa.Text(), nullable=False),
        sa.Column("progress_fr", sa.Text(), nullable=False),
        sa.Column("challenge_en", sa.Text(), nullable=False),
        sa.Column("challenge_fr", sa.Text(), nullable=False),
        sa.Column("evidence_note_en", sa.Text(), nullable=False),
        sa.Column("evidence_note_fr", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("behalf_of", sa.Integer(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_status_report_version_positive")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_status_report_activity_id_activity")),
        sa.ForeignKeyConstraint(["behalf_of"], ["jurisdiction.id"], name=op.f("fk_status_report_behalf_of_jurisdiction")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_status_report_changed_by_person")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["reporting_period.id"], name=op.f("fk_status_report_period_id_reporting_period")
        ),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'returned')", name=op.f("ck_status_report_state")),
        sa.CheckConstraint("status IN ('NS', 'LP', 'SP', 'C')", name=op.f("ck_status_report_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_report")),
        sa.UniqueConstraint("activity_id", "period_id", name=op.f("uq_status_report_activity_id_period_id")),
    )
    op.create_index(op.f("ix_status_report_period_id"), "status_report", ["period_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("behalf_of", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("previous_status", sa.String(length=20), nullable=True),
        sa.Column("completed_at", INSTANT, nullable=True),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("progress_en", sa.Text(), nullable=False),
        sa.Column("progress_fr", sa.Text(), nullable=False),
        sa.Column("challenge_en", sa.Text(), nullable=False),
        sa.Column("challenge_fr", sa.Text(), nullable=False),
        sa.Column("evidence_note_en", sa.Text(), nullable=False),
        sa.Column("evidence_note_fr", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("(status = 'C') = (completed_at IS NOT NULL)", name=op.f("ck_submission_complete_has_a_time")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_submission_activity_id_activity")),
        sa.ForeignKeyConstraint(["behalf_of"], ["jurisdiction.id"], name=op.f("fk_submission_behalf_of_jurisdiction")),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_period.id"], name=op.f("fk_submission_period_id_reporting_period")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_submission_submitted_by_person")),
        sa.CheckConstraint("status IN ('NS', 'LP', 'SP', 'C')", name=op.f("ck_submission_status")),
        sa.CheckConstraint("previous_status IN ('NS', 'LP', 'SP', 'C')", name=op.f("ck_submission_previous_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index("ix_submission_latest", "submission", ["activity_id", "id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("label_fr", sa.String(length=200), nullable=False),
        sa.CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name=op.f("ck_evidence_url_scheme")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["status_report.id"], name=op.f("fk_evidence_report_id_status_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("report_id", "position", name=op.f("uq_evidence_report_id_position")),
    )

    for table in APPEND_ONLY:
        refuse_changes(table)


def refuse_changes(table: str) -> None:
    """Make a table append-only, with triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{deed} BEFORE {deed.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    for table in (
        "evidence",
        "submission",
        "status_report",
        "milestone_link",
        "assignment",
        "activity",
        "sign_in",
        "reporting_period",
        "priority",
        "milestone",
        "membership",
        "challenge_jurisdiction",
        "briefing",
        "access_link",
        "work_plan",
        "throttle",
        "standing_slide",
        "person",
        "jurisdiction",
        "event",
        "challenge",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
