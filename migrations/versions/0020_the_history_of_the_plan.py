"""The history of the plan: the values of each row from one audit event until another; and plans that are being prepared.

The history of what was recorded before is rebuilt from the audit log, which has each change of a role and each move of a due
date with the values before and after. Nothing else of a plan could be changed until now.

Columns are added without a rebuild of the tables, which on SQLite would lose the triggers that renew the plan's revisions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = {"plan": "work_plan", "priority": "priority", "activity": "activity", "assignment": "assignment"}
LEFT_OUT = {"id", "version"}
"""The columns that say nothing about the plan itself."""
ZONE = ZoneInfo("America/Toronto")


def upgrade() -> None:
    for table in KINDS.values():
        op.add_column(table, sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("work_plan", sa.Column("closed_on", sa.Date()))
    for table in ("priority", "activity", "assignment"):
        op.add_column(table, sa.Column("retired_on", sa.Date()))
    for table in ("priority", "activity"):
        _add_reference(table, "carried_from_id", table)
    op.create_table(
        "plan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, native_enum=False, create_constraint=True, name=op.f("ck_plan_item_kind"), length=20),
            nullable=False,
        ),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
        sa.UniqueConstraint("kind", "row_id", name=op.f("uq_plan_item_kind_row_id")),
    )
    op.create_index(op.f("ix_plan_item_year"), "plan_item", ["year"])
    op.create_table(
        "plan_item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("from_event", sa.Integer(), nullable=False),
        sa.Column("until_event", sa.Integer()),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint("until_event > from_event", name=op.f("ck_plan_item_version_until_after_from")),
        sa.ForeignKeyConstraint(["item_id"], ["plan_item.id"], name=op.f("fk_plan_item_version_item_id_plan_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item_version")),
        sa.UniqueConstraint("item_id", "from_event", name=op.f("uq_plan_item_version_item_id_from_event")),
    )
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("carried_from_id", sa.Integer()),
        sa.Column("plan_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer()),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_plan_draft_year_sane")),
        sa.ForeignKeyConstraint(["carried_from_id"], ["work_plan.id"], name=op.f("fk_plan_draft_carried_from_id_work_plan")),
        sa.ForeignKeyConstraint(["plan_id"], ["work_plan.id"], name=op.f("fk_plan_draft_plan_id_work_plan")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_plan_draft_changed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("year", name=op.f("uq_plan_draft_year")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at", "id"])
    _store_history()
    _refuse_changes()


def _add_reference(table: str, column: str, to: str) -> None:
    """Add a nullable foreign key. SQLite can only add one together with its column, and Alembic only as a constraint."""
    name = f"fk_{table}_{column}_{to}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {to} (id)")
        return
    op.add_column(table, sa.Column(column, sa.Integer()))
    op.create_foreign_key(op.f(name), table, to, [column], ["id"])


def _store_history() -> None:
    """Store the history of each row of each plan, as far as the audit log has it."""
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=[*KINDS.values(), "event", "jurisdiction", "plan_item", "plan_item_version"])
    item, version = tables.tables["plan_item"], tables.tables["plan_item_version"]
    event = sa.table("event", *(sa.column(n) for n in ("id", "subject_id", "action", "subject_kind")), sa.column("at"),
                     sa.column("before", sa.JSON), sa.column("after", sa.JSON))  # fmt: skip
    changes: dict[tuple[str, int], list[Any]] = {}
    for row in connection.execute(sa.select(event).where(event.c.subject_kind.in_(KINDS)).order_by(event.c.id)):
        changes.setdefault((row.subject_kind, row.subject_id), []).append(row)
    names = {row.id: row for row in connection.execute(sa.select(tables.tables["jurisdiction"]))}
    years: dict[tuple[str, int], tuple[int, int, date]] = {}
    for kind, name in KINDS.items():
        for row in connection.execute(sa.select(_typed(tables.tables[name])).order_by(sa.text("id"))):
            values = dict(row._mapping)
            if kind == "plan":
                created = next((e.id for e in changes.get(("plan", row.id), []) if e.action == "plan.created"), 0)
                place = (row.year, created, row.adopted_on)
            else:
                place = years["plan", row.plan_id] if kind == "priority" else years["priority", row.priority_id]
            years[kind, row.id] = place
            year, first, adopted_on = place
            item_id = connection.execute(
                sa.insert(item).values(kind=kind, row_id=row.id, year=year).returning(item.c.id)
            ).scalar_one()
            history = list(_versions(kind, values, changes.get((kind, row.id), []), first, adopted_on, names))
            ends = [start for start, _ in history[1:]] + [None]
            connection.execute(
                sa.insert(version),
                [
                    {"item_id": item_id, "from_event": start, "until_event": end, "content": _plain(content)}
                    for (start, content), end in zip(history, ends, strict=True)
                ],
            )


def _typed(table: sa.Table) -> sa.Table:
    """Return the reflected table with the JSON columns of a priority as JSON, on SQLite too."""
    for name in ("consequences", "results"):
        if name in table.c:
            table.c[name].type = sa.JSON()
    return table


def _versions(
    kind: str, now: dict[str, Any], changes: list[Any], first: int, adopted_on: date, names: dict[int, Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the values of a row with the id of the event that set them, the earliest first."""
    changed = {"activity": _due_values, "assignment": _role_values}.get(kind)
    steps = [e for e in changes if changed is not None and _is_change(e)]
    if changed is None or not steps:
        yield first, now
        return
    yield first, {**now, **changed(now, steps[0].before, adopted_on, names)}
    for n, event in enumerate(steps):
        last = n == len(steps) - 1
        at = event.at if isinstance(event.at, datetime) else datetime.fromisoformat(event.at)
        on = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZONE).date()
        yield event.id, now if last else {**now, **changed(now, event.after, on, names)}


def _is_change(event: Any) -> bool:
    """Whether an event changed values of a plan: a due date, or who holds a role and whether it is confirmed."""
    return event.action == "due.moved" or (
        event.action.startswith("role.")
        and event.before is not None
        and {k: event.before.get(k) for k in ("confirmation", "jurisdiction")}
        != {k: (event.after or {}).get(k) for k in ("confirmation", "jurisdiction")}
    )


def _due_values(_now: dict[str, Any], recorded: dict[str, Any], _on: date, _names: dict[int, Any]) -> dict[str, Any]:
    year, month, *day = (int(part) for part in recorded["due"].split("-"))
    en, fr = recorded["words"]
    return {
        "due_year": year,
        "due_month": month,
        "due_day": day[0] if day else None,
        "due_words_en": en,
        "due_words_fr": fr,
    }


def _role_values(now: dict[str, Any], recorded: dict[str, Any], on: date, names: dict[int, Any]) -> dict[str, Any]:
    """Return who held a role: the name that the plan used is only known where today's holder is the same."""
    id_ = recorded["jurisdiction"]
    if id_ is None:
        assignee = {"assignee_en": "", "assignee_fr": ""}
    elif id_ == now["jurisdiction_id"]:
        assignee = {name: now[name] for name in ("assignee_en", "assignee_fr")}
    else:
        assignee = {"assignee_en": names[id_].short_en, "assignee_fr": names[id_].short_fr}
    return {"jurisdiction_id": id_, "confirmation": recorded["confirmation"], "since": on, **assignee}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as JSON: days in ISO 8601."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    content: dict[str, Any] = json.loads(json.dumps({name: plain[name] for name in plain if name not in LEFT_OUT}))
    return content


def _refuse_changes() -> None:
    """Refuse every change of the history but the closing of an open version."""
    if op.get_bind().dialect.name == "sqlite":
        open_only = (
            "OLD.until_event IS NOT NULL OR NEW.id <> OLD.id OR NEW.item_id <> OLD.item_id "
            "OR NEW.from_event <> OLD.from_event OR NEW.content <> OLD.content"
        )
        for table, name, change in (
            ("plan_item_version", "update", f"UPDATE ON plan_item_version WHEN {open_only}"),
            ("plan_item_version", "delete", "DELETE ON plan_item_version"),
            (
                "plan_item_version",
                "replace",
                "INSERT ON plan_item_version WHEN EXISTS (SELECT 1 FROM plan_item_version WHERE id = NEW.id "
                "OR (item_id = NEW.item_id AND from_event = NEW.from_event))",
            ),
            ("plan_item", "update", "UPDATE ON plan_item"),
            ("plan_item", "delete", "DELETE ON plan_item"),
            (
                "plan_item",
                "replace",
                "INSERT ON plan_item WHEN EXISTS (SELECT 1 FROM plan_item WHERE id = NEW.id "
                "OR (kind = NEW.kind AND row_id = NEW.row_id))",
            ),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {change} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        """
CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.until_event IS NULL AND NEW.id = OLD.id AND NEW.item_id = OLD.item_id
     AND NEW.from_event = OLD.from_event AND NEW.content::text = OLD.content::text THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'plan_item_version is append-only';
END $$
"""
    )
    op.execute(
        "CREATE TRIGGER plan_item_version_refuses_update BEFORE UPDATE OR DELETE ON plan_item_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_history()"
    )
    op.execute(
        "CREATE TRIGGER plan_item_version_refuses_truncate BEFORE TRUNCATE ON plan_item_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER plan_item_refuses_{change.split()[0].lower()} BEFORE {change} ON plan_item "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_event_at"), "event")
    for table in ("plan_draft", "plan_item_version", "plan_item"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_history()")
    for table in ("priority", "activity"):
        op.drop_column(table, "carried_from_id")
    for table in ("priority", "activity", "assignment"):
        op.drop_column(table, "retired_on")
    op.drop_column("work_plan", "closed_on")
    for table in KINDS.values():
        op.drop_column(table, "version")
