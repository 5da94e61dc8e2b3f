"""Engagement with the public: cycles, phases, comments, themes, versions of "What we heard", and legal holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ROLES = ("lead", "deputy", "co-chair", "secretariat", "reader", "steward", "assessor")
KINDS = ("quarter", "briefing", "commitment")
UPLOAD_KINDS = ("reports", "plan", "commitments")
WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "withdrawal_en", "withdrawal_fr")
FIXED = (
    *("id", "kind", "year", "key", "edition", "published_at", "published_by", "visible_at", "content", "sha256", "witness"),
    "override_reason",
)
TABLES = (
    *("legal_hold", "comment_theme", "public_comment", "heard_version", "engagement_theme", "engagement_phase"),
    *("engagement_cycle", "published_comment", "published_count"),
)


def upgrade() -> None:
    _set_roles((*ROLES, "moderator", "analyst"))
    _set_kinds((*KINDS, "cycle", "heard"), 20, 40)
    _set_upload_kinds((*UPLOAD_KINDS, "comments"))
    _create_tables()
    _keep_versions()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM membership WHERE role IN ('moderator', 'analyst')")
    op.execute("DELETE FROM upload WHERE kind = 'comments'")
    _set_upload_kinds(UPLOAD_KINDS)
    _set_kinds(KINDS, 40, 20)
    _set_roles(ROLES)


def _set_roles(roles: tuple[str, ...]) -> None:
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("ck_membership_role"))
        table.create_check_constraint(op.f("ck_membership_role"), f"role IN {roles}")


def _set_upload_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("upload") as table:
        table.drop_constraint(op.f("ck_upload_kind"))
        table.create_check_constraint(op.f("ck_upload_kind"), f"kind IN {kinds}")


def _set_kinds(kinds: tuple[str, ...], old_length: int, length: int) -> None:
    """Change which kinds of publications there are; the triggers are made anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("delete", "update", "return", "replace") if is_sqlite else ("delete", "update"):
        op.execute(f"DROP TRIGGER publication_refuses_{name}" + ("" if is_sqlite else " ON publication"))
    other = sa.text("DELETE FROM publication WHERE kind NOT IN :kinds").bindparams(sa.bindparam("kinds", kinds, expanding=True))
    op.execute(other)
    with op.batch_alter_table("publication") as table:
        table.drop_constraint(op.f("ck_publication_kind"))
        table.alter_column(
            "key", existing_type=sa.String(length=old_length), type_=sa.String(length=length), existing_nullable=False
        )
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


def _keep_versions() -> None:
    """Refuse changes of finalized versions, as for briefings."""
    table = "heard_version"
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for deed in ("update", "delete"):
            op.execute(f"CREATE TRIGGER {table}_refuses_{deed} BEFORE {deed.upper()} ON {table} {refuse}")
        same = "(id = NEW.id) OR (cycle_id = NEW.cycle_id AND number = NEW.number)"
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608
        op.execute(f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")
        return
    for deed, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{deed.split()[0].lower()} BEFORE {deed} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def _create_tables() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "published_comment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cycle", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("about_key", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("lang", sa.String(length=4), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("published_at", instant, nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_comment")),
    )
    op.create_index(op.f("ix_published_comment_cycle"), "published_comment", ["cycle"], unique=False)
    op.create_index(op.f("ix_published_comment_revision"), "published_comment", ["revision"], unique=False)
    op.create_table(
        "published_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_count")),
        sa.UniqueConstraint("cycle", "phase", name=op.f("uq_published_count_cycle_phase")),
    )
    op.create_table(
        "engagement_cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_fr", sa.Text(), nullable=False),
        sa.Column("throughout", sa.JSON(), nullable=False),
        sa.Column("methods_en", sa.Text(), nullable=False),
        sa.Column("methods_fr", sa.Text(), nullable=False),
        sa.Column("limits_en", sa.Text(), nullable=False),
        sa.Column("limits_fr", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["action_plan.id"], name=op.f("fk_engagement_cycle_plan_id_action_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_cycle")),
        sa.UniqueConstraint("key", name=op.f("uq_engagement_cycle_key")),
    )
    op.create_index(op.f("ix_engagement_cycle_plan_id"), "engagement_cycle", ["plan_id"], unique=False)
    op.create_table(
        "engagement_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("when_en", sa.String(length=200), nullable=False),
        sa.Column("when_fr", sa.String(length=200), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("about_fr", sa.Text(), nullable=False),
        sa.Column("asked_en", sa.Text(), nullable=False),
        sa.Column("asked_fr", sa.Text(), nullable=False),
        sa.Column("result_en", sa.Text(), nullable=False),
        sa.Column("result_fr", sa.Text(), nullable=False),
        sa.Column("result_link", sa.String(length=2000), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("takes_comments", sa.Boolean(), nullable=False),
        sa.Column("most_per_network", sa.Integer(), nullable=False),
        sa.Column("publishable", sa.Boolean(), nullable=False),
        sa.Column("report_expected", sa.Boolean(), nullable=False),
        sa.Column("going_forward", sa.Boolean(), nullable=False),
        sa.Column("participants_en", sa.Text(), nullable=False),
        sa.Column("participants_fr", sa.Text(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("rationale_en", sa.Text(), nullable=False),
        sa.Column("rationale_fr", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_engagement_phase_dates_in_order")),
        sa.CheckConstraint("most_per_network > 0", name=op.f("ck_engagement_phase_limit_positive")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["engagement_cycle.id"], name=op.f("fk_engagement_phase_cycle_id_engagement_cycle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_phase")),
        sa.UniqueConstraint("cycle_id", "key", name=op.f("uq_engagement_phase_cycle_id_key")),
    )
    op.create_table(
        "engagement_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("title_fr", sa.String(length=200), nullable=False),
        sa.Column("heard_en", sa.Text(), nullable=False),
        sa.Column("heard_fr", sa.Text(), nullable=False),
        sa.Column(
            "disposition",
            sa.String(length=20),
            nullable=True,
        ),
        sa.Column("response_en", sa.Text(), nullable=False),
        sa.Column("response_fr", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('taken-up', 'partly', 'not-taken-up')", name=op.f("ck_engagement_theme_disposition")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["engagement_cycle.id"], name=op.f("fk_engagement_theme_cycle_id_engagement_cycle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_theme")),
    )
    op.create_index(op.f("ix_engagement_theme_cycle_id"), "engagement_theme", ["cycle_id"], unique=False)
    op.create_table(
        "heard_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("finalized_at", instant, nullable=False),
        sa.Column("finalized_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["engagement_cycle.id"], name=op.f("fk_heard_version_cycle_id_engagement_cycle")),
        sa.ForeignKeyConstraint(["finalized_by"], ["person.id"], name=op.f("fk_heard_version_finalized_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_version")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_heard_version_cycle_id_number")),
    )
    op.create_index(op.f("ix_heard_version_cycle_id"), "heard_version", ["cycle_id"], unique=False)
    op.create_table(
        "public_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=False),
        sa.Column(
            "about",
            sa.String(length=20),
            nullable=False,
        ),
        sa.Column("about_key", sa.String(length=60), nullable=False),
        sa.Column(
            "channel",
            sa.String(length=20),
            nullable=False,
        ),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column(
            "lang",
            sa.String(length=20),
            nullable=False,
        ),
        sa.Column(
            "page_lang",
            sa.String(length=20),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("masks", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("stamp", sa.String(length=64), nullable=True),
        sa.Column("received_at", instant, nullable=False),
        sa.Column(
            "state",
            sa.String(length=20),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.String(length=20),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_at", instant, nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("identifiers_removed_at", instant, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("about IN ('phase', 'commitment', 'milestone', 'priority')", name=op.f("ck_public_comment_about")),
        sa.CheckConstraint(
            "channel IN ('online', 'in-person', 'email', 'social-media', 'webinar')", name=op.f("ck_public_comment_channel")
        ),
        sa.CheckConstraint("lang IN ('en', 'fr', 'both')", name=op.f("ck_public_comment_lang")),
        sa.CheckConstraint("page_lang IN ('en', 'fr')", name=op.f("ck_public_comment_page_lang")),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'second', 'refused', 'appealed', 'published', 'duplicate', 'withdrawn')",
            name=op.f("ck_public_comment_state"),
        ),
        sa.CheckConstraint(
            "reason IN ('advertising', 'hateful', 'names-a-person', 'off-topic', 'other')",
            name=op.f("ck_public_comment_reason"),
        ),
        sa.CheckConstraint(
            "duplicate_of_id IS NULL OR duplicate_of_id <> id", name=op.f("ck_public_comment_not_its_own_duplicate")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_public_comment_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["public_comment.id"], name=op.f("fk_public_comment_duplicate_of_id_public_comment")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_public_comment_entered_by_person")),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["engagement_phase.id"], name=op.f("fk_public_comment_phase_id_engagement_phase")
        ),
        sa.ForeignKeyConstraint(["second_by"], ["person.id"], name=op.f("fk_public_comment_second_by_person")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_public_comment_upload_id_upload")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_comment")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_public_comment_link_hash")),
        sa.UniqueConstraint("stamp", name=op.f("uq_public_comment_stamp")),
    )
    op.create_index(op.f("ix_public_comment_duplicate_of_id"), "public_comment", ["duplicate_of_id"], unique=False)
    op.create_index(op.f("ix_public_comment_phase_id"), "public_comment", ["phase_id"], unique=False)
    op.create_index(op.f("ix_public_comment_state"), "public_comment", ["state"], unique=False)
    op.create_index(op.f("ix_public_comment_upload_id"), "public_comment", ["upload_id"], unique=False)
    op.create_table(
        "comment_theme",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("coded_by", sa.Integer(), nullable=True),
        sa.Column("coded_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["coded_by"], ["person.id"], name=op.f("fk_comment_theme_coded_by_person")),
        sa.ForeignKeyConstraint(["comment_id"], ["public_comment.id"], name=op.f("fk_comment_theme_comment_id_public_comment")),
        sa.ForeignKeyConstraint(["theme_id"], ["engagement_theme.id"], name=op.f("fk_comment_theme_theme_id_engagement_theme")),
        sa.PrimaryKeyConstraint("comment_id", "theme_id", name=op.f("pk_comment_theme")),
    )
    op.create_index(op.f("ix_comment_theme_theme_id"), "comment_theme", ["theme_id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phase_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Integer(), nullable=True),
        sa.Column("placed_at", instant, nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", instant, nullable=True),
        sa.CheckConstraint("(phase_id IS NULL) <> (comment_id IS NULL)", name=op.f("ck_legal_hold_holds_one")),
        sa.ForeignKeyConstraint(["comment_id"], ["public_comment.id"], name=op.f("fk_legal_hold_comment_id_public_comment")),
        sa.ForeignKeyConstraint(["phase_id"], ["engagement_phase.id"], name=op.f("fk_legal_hold_phase_id_engagement_phase")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_legal_hold_placed_by_person")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_legal_hold_released_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_comment_id"), "legal_hold", ["comment_id"], unique=False)
    op.create_index(op.f("ix_legal_hold_phase_id"), "legal_hold", ["phase_id"], unique=False)
