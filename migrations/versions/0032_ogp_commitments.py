"""OGP commitments with milestones, indicators and assessments; their roles, and publications of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROLES = ("lead", "deputy", "co-chair", "secretariat", "reader")
WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_en", "withdrawal_fr")
FIXED = (
    *("id", "kind", "year", "key", "edition", "published_at", "published_by", "visible_at", "content", "sha256", "witness"),
    "override_reason",
)


def upgrade() -> None:
    _set_roles((*ROLES, "steward", "assessor"))
    _set_kinds(("quarter", "briefing", "commitment"), 20)
    _set_upload_kinds(("reports", "plan", "commitments"))
    _create_tables()


def downgrade() -> None:
    op.drop_table("organization_report")
    op.drop_table("milestone_offer")
    op.drop_table("indicator_actual")
    op.drop_table("commitment_link")
    op.drop_table("assessment_finding")
    op.drop_table("indicator")
    op.drop_table("commitment_milestone")
    op.drop_table("assessor_invitation")
    op.drop_table("assessment")
    op.drop_table("commitment")
    op.drop_table("action_plan")
    op.execute("DELETE FROM membership WHERE role IN ('steward', 'assessor')")
    op.execute("DELETE FROM upload WHERE kind = 'commitments'")
    _set_upload_kinds(("reports", "plan"))
    _set_kinds(("quarter", "briefing"), 10)
    _set_roles(ROLES)


def _set_roles(roles: tuple[str, ...]) -> None:
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("ck_membership_role"))
        table.create_check_constraint(op.f("ck_membership_role"), f"role IN {roles}")


def _set_upload_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("upload") as table:
        table.drop_constraint(op.f("ck_upload_kind"))
        table.create_check_constraint(op.f("ck_upload_kind"), f"kind IN {kinds}")


def _set_kinds(kinds: tuple[str, ...], length: int) -> None:
    """Change which kinds of publications there are; the triggers are made anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("delete", "update", "return", "replace") if is_sqlite else ("delete", "update"):
        op.execute(f"DROP TRIGGER publication_refuses_{name}" + ("" if is_sqlite else " ON publication"))
    other = sa.text("DELETE FROM publication WHERE kind NOT IN :kinds").bindparams(sa.bindparam("kinds", kinds, expanding=True))
    op.execute(other)
    with op.batch_alter_table("publication") as table:
        table.drop_constraint(op.f("ck_publication_kind"))
        table.alter_column("key", existing_type=sa.String(), type_=sa.String(length=length), existing_nullable=False)
        table.create_check_constraint(op.f("ck_publication_kind"), f"kind IN {kinds}")
    if is_sqlite:
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'publication is append-only'); END"
    op.execute(f"CREATE TRIGGER publication_refuses_delete BEFORE DELETE ON publication {refuse}")
    op.execute(f"CREATE TRIGGER publication_refuses_update BEFORE UPDATE OF {', '.join(FIXED)} ON publication {refuse}")
    op.execute(
        f"CREATE TRIGGER publication_refuses_return BEFORE UPDATE OF {', '.join(WITHDRAWAL)} ON publication "
        f"WHEN OLD.withdrawn_at IS NOT NULL {refuse}"
    )
    same = "(id = NEW.id) OR (kind = NEW.kind AND key = NEW.key AND edition = NEW.edition)"
    there = f"EXISTS (SELECT 1 FROM publication WHERE {same})"  # noqa: S608
    op.execute(f"CREATE TRIGGER publication_refuses_replace BEFORE INSERT ON publication WHEN {there} {refuse}")


def _refuse_on_postgresql() -> None:
    refuse = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER publication_refuses_delete BEFORE DELETE ON publication {refuse}")
    op.execute(f"CREATE TRIGGER publication_refuses_update BEFORE UPDATE OF {', '.join(FIXED)} ON publication {refuse}")


def _create_tables() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "action_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("end_year", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name=op.f("ck_action_plan_years_sane")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_plan")),
        sa.UniqueConstraint("start_year", name=op.f("uq_action_plan_start_year")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("title_fr", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("description_fr", sa.Text(), nullable=False),
        sa.Column("result_en", sa.Text(), nullable=False),
        sa.Column("result_fr", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starred", sa.Boolean(), nullable=False),
        sa.Column("lead_en", sa.String(length=200), nullable=False),
        sa.Column("lead_fr", sa.String(length=200), nullable=False),
        sa.Column("support", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("enquiries", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("state IN ('active', 'inactive', 'withdrawn')", name=op.f("ck_commitment_state")),
        sa.ForeignKeyConstraint(["follows_id"], ["commitment.id"], name=op.f("fk_commitment_follows_id_commitment")),
        sa.ForeignKeyConstraint(["plan_id"], ["action_plan.id"], name=op.f("fk_commitment_plan_id_action_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("identifier", name=op.f("uq_commitment_identifier")),
    )
    op.create_index(op.f("ix_commitment_follows_id"), "commitment", ["follows_id"], unique=False)
    op.create_index(op.f("ix_commitment_plan_id"), "commitment", ["plan_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("assessor_en", sa.String(length=200), nullable=False),
        sa.Column("assessor_fr", sa.String(length=200), nullable=False),
        sa.Column("assessed_on", sa.String(length=10), nullable=False),
        sa.Column("completion", sa.String(length=20), nullable=True),
        sa.Column("verifiable", sa.String(length=20), nullable=True),
        sa.Column("specificity", sa.String(length=20), nullable=True),
        sa.Column("impact", sa.String(length=20), nullable=True),
        sa.Column("carried_forward", sa.String(length=20), nullable=True),
        sa.Column("relevance", sa.JSON(), nullable=False),
        sa.Column("openness", sa.JSON(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('self', 'mid-term', 'end-of-term', 'civil-society')", name=op.f("ck_assessment_kind")),
        sa.CheckConstraint(
            "completion IN ('no-evidence', 'not-started', 'limited', 'substantial', 'complete')",
            name=op.f("ck_assessment_completion"),
        ),
        sa.CheckConstraint("verifiable IN ('yes', 'no')", name=op.f("ck_assessment_verifiable")),
        sa.CheckConstraint("specificity IN ('none', 'low', 'medium', 'high')", name=op.f("ck_assessment_specificity")),
        sa.CheckConstraint("impact IN ('none', 'minor', 'moderate', 'transformative')", name=op.f("ck_assessment_impact")),
        sa.CheckConstraint("carried_forward IN ('yes', 'no', 'unclear')", name=op.f("ck_assessment_carried_forward")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_assessment_commitment_id_commitment")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_assessment_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_commitment_id"), "assessment", ["commitment_id"], unique=False)
    op.create_table(
        "assessor_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("assessor_en", sa.String(length=200), nullable=False),
        sa.Column("assessor_fr", sa.String(length=200), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.CheckConstraint("(commitment_id IS NULL) <> (plan_id IS NULL)", name=op.f("ck_assessor_invitation_for_one")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_assessor_invitation_commitment_id_commitment")
        ),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_assessor_invitation_invited_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessor_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["plan_id"], ["action_plan.id"], name=op.f("fk_assessor_invitation_plan_id_action_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessor_invitation")),
    )
    op.create_index(op.f("ix_assessor_invitation_person_id"), "assessor_invitation", ["person_id"], unique=False)
    op.create_table(
        "commitment_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("start_en", sa.String(length=100), nullable=False),
        sa.Column("start_fr", sa.String(length=100), nullable=False),
        sa.Column("end_en", sa.String(length=100), nullable=False),
        sa.Column("end_fr", sa.String(length=100), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_milestone_commitment_id_commitment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_milestone")),
        sa.UniqueConstraint("commitment_id", "number", name=op.f("uq_commitment_milestone_commitment_id_number")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("milestone", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("target_en", sa.Text(), nullable=False),
        sa.Column("target_fr", sa.Text(), nullable=False),
        sa.Column("deadline_en", sa.String(length=200), nullable=False),
        sa.Column("deadline_fr", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lead_en", sa.String(length=300), nullable=False),
        sa.Column("lead_fr", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_indicator_commitment_id_commitment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("commitment_id", "code", name=op.f("uq_indicator_commitment_id_code")),
    )
    op.create_table(
        "assessment_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=20), nullable=False),
        sa.Column("note_en", sa.String(length=500), nullable=False),
        sa.Column("note_fr", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "completion IN ('no-evidence', 'not-started', 'limited', 'substantial', 'complete')",
            name=op.f("ck_assessment_finding_completion"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_finding_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["commitment_milestone.id"], name=op.f("fk_assessment_finding_milestone_id_commitment_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_finding")),
        sa.UniqueConstraint("assessment_id", "milestone_id", name=op.f("uq_assessment_finding_assessment_id_milestone_id")),
    )
    op.create_index(op.f("ix_assessment_finding_milestone_id"), "assessment_finding", ["milestone_id"], unique=False)
    op.create_table(
        "commitment_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("priority_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(priority_id IS NULL) <> (activity_id IS NULL)", name=op.f("ck_commitment_link_serves_one")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_commitment_link_activity_id_activity")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_link_commitment_id_commitment")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_commitment_link_priority_id_priority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_link")),
        sa.UniqueConstraint("commitment_id", "activity_id", name=op.f("uq_commitment_link_commitment_id_activity_id")),
        sa.UniqueConstraint("commitment_id", "priority_id", name=op.f("uq_commitment_link_commitment_id_priority_id")),
    )
    op.create_index(op.f("ix_commitment_link_activity_id"), "commitment_link", ["activity_id"], unique=False)
    op.create_index(op.f("ix_commitment_link_priority_id"), "commitment_link", ["priority_id"], unique=False)
    op.create_table(
        "indicator_actual",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit_en", sa.String(length=60), nullable=False),
        sa.Column("unit_fr", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("progress_en", sa.Text(), nullable=False),
        sa.Column("progress_fr", sa.Text(), nullable=False),
        sa.Column("evidence_en", sa.Text(), nullable=False),
        sa.Column("evidence_fr", sa.Text(), nullable=False),
        sa.Column("challenges_en", sa.Text(), nullable=False),
        sa.Column("challenges_fr", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('NS', 'LP', 'SP', 'C')", name=op.f("ck_indicator_actual_status")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_actual_indicator_id_indicator")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_actual")),
        sa.UniqueConstraint("indicator_id", "period", name=op.f("uq_indicator_actual_indicator_id_period")),
    )
    op.create_table(
        "milestone_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("organization_en", sa.String(length=200), nullable=False),
        sa.Column("organization_fr", sa.String(length=200), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("offered_by", sa.Integer(), nullable=False),
        sa.Column("offered_at", instant, nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("part IN ('lead', 'help')", name=op.f("ck_milestone_offer_part")),
        sa.CheckConstraint("state IN ('offered', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_milestone_offer_state")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_milestone_offer_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["commitment_milestone.id"], name=op.f("fk_milestone_offer_milestone_id_commitment_milestone")
        ),
        sa.ForeignKeyConstraint(["offered_by"], ["person.id"], name=op.f("fk_milestone_offer_offered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_offer")),
    )
    op.create_index(op.f("ix_milestone_offer_milestone_id"), "milestone_offer", ["milestone_id"], unique=False)
    op.create_table(
        "organization_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=20), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=False),
        sa.Column("reported_at", instant, nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "completion IN ('no-evidence', 'not-started', 'limited', 'substantial', 'complete')",
            name=op.f("ck_organization_report_completion"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["milestone_offer.id"], name=op.f("fk_organization_report_offer_id_milestone_offer")
        ),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_organization_report_reported_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_report")),
    )
    op.create_index(op.f("ix_organization_report_offer_id"), "organization_report", ["offer_id"], unique=False)
