"""The hash chain of the audit log. The events that exist are linked as they are, in the order of their ids.

Their texts are hashed without salts (algorithm 1), so they cannot be erased later without breaking the chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from cogwg.audit.chain import GENESIS, UNSALTED, ChainedEvent, link_hash

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BATCH = 1000
TABLES = sa.MetaData()
EVENT = sa.Table(
    "event",
    TABLES,
    sa.Column("id", sa.Integer()),
    sa.Column("at", sa.DateTime(timezone=True)),
    *(sa.Column(name, sa.String()) for name in ("action", "actor_kind")),
    *(sa.Column(name, sa.Integer()) for name in ("actor_id", "behalf_of")),
    sa.Column("subject_kind", sa.String()),
    sa.Column("subject_id", sa.Integer()),
    *(sa.Column(name, sa.JSON()) for name in ("before", "after")),
)


def upgrade() -> None:
    link = op.create_table(
        "audit_link",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("salts", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_link_event_id")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_link_previous")),
    )
    head = op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_chain_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    connection = op.get_bind()
    position, previous, at = 0, GENESIS, datetime.now(UTC)
    for events in _batches(connection):
        links: list[dict[str, Any]] = []
        for event in events:
            position, at = position + 1, event.at
            hash_ = link_hash(position, previous, UNSALTED, event, {})
            links.append({"id": position, "event_id": event.id, "previous": previous, "hash": hash_, "algorithm": UNSALTED})
            previous = hash_
        connection.execute(sa.insert(link), links)
    connection.execute(sa.insert(head).values(id=1, position=position, hash=previous, at=at))
    _refuse_changes()


def _batches(connection: sa.Connection) -> Iterator[list[ChainedEvent]]:
    last = 0
    while rows := connection.execute(sa.select(EVENT).where(EVENT.c.id > last).order_by(EVENT.c.id).limit(BATCH)).all():
        yield [ChainedEvent(*row[:1], row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC), *row[2:]) for row in rows]
        last = rows[-1].id


def _refuse_changes() -> None:
    """Refuse every change of a link. On SQLite, REPLACE would delete a row without the trigger that refuses it."""
    if op.get_bind().dialect.name == "postgresql":
        for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER audit_link_refuses_{change.split()[0].lower()} BEFORE {change} ON audit_link "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        return
    same = "SELECT 1 FROM audit_link WHERE id = NEW.id OR event_id = NEW.event_id OR previous = NEW.previous"
    for name, change in (
        ("update", "UPDATE ON audit_link"),
        ("delete", "DELETE ON audit_link"),
        ("replace", f"INSERT ON audit_link WHEN EXISTS ({same})"),
    ):
        op.execute(
            f"CREATE TRIGGER audit_link_refuses_{name} BEFORE {change} "
            "BEGIN SELECT RAISE(ABORT, 'audit_link is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table("chain_head")
    op.drop_table("audit_link")
