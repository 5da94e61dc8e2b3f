"""What ``env.py`` guarantees to every later revision, tested with invented revisions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from cogwg.core import migration, schema
from cogwg.core.errors import ConfigurationError
from cogwg.core.paths import resource_folder

HEAD = schema.head()
REVISION_SOURCE = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "tried", "{head}", None, None
def upgrade():
    {operations}
def downgrade():
    pass
"""


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Return a function that adds a revision with these operations after the last one."""
    folder = tmp_path / "migrations"
    shutil.copytree(resource_folder("migrations"), folder, ignore=shutil.ignore_patterns("__pycache__"))

    def add(operations: str) -> None:
        (folder / "versions" / "tried.py").write_text(
            REVISION_SOURCE.format(operations=operations, head=HEAD), encoding="utf-8"
        )
        for module in (migration, schema):
            monkeypatch.setattr(module, "resource_folder", lambda _: folder)

    return add


def count_rows(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        tables = ("milestone", "milestone_link", "evidence", "submission")
        return [connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables]


def test_older_database_is_refused_until_init(seeded_engine: Engine, next_revision) -> None:  # type: ignore[no-untyped-def]
    next_revision("pass")
    with pytest.raises(ConfigurationError, match=rf"older revision {HEAD}\. Run “cogwg init”"):
        schema.require_current_schema(seeded_engine)
    migration.upgrade(seeded_engine)
    schema.require_current_schema(seeded_engine)


def test_failed_upgrade_changes_nothing(seeded_engine: Engine, next_revision) -> None:  # type: ignore[no-untyped-def]
    before = count_rows(seeded_engine)
    next_revision(
        'op.create_table("tried", sa.Column("id", sa.Integer)); op.execute("DELETE FROM evidence"); op.drop_table("none")'
    )
    with pytest.raises(DBAPIError):
        migration.upgrade(seeded_engine)
    assert schema.current_revision(seeded_engine) == HEAD
    assert not inspect(seeded_engine).has_table("tried")
    assert count_rows(seeded_engine) == before


def test_table_rebuild_keeps_child_rows(seeded_engine: Engine, next_revision) -> None:  # type: ignore[no-untyped-def]
    before = count_rows(seeded_engine)
    assert all(before)
    next_revision(
        "\n    ".join(
            (
                "with op.batch_alter_table('milestone', recreate='auto') as table:",
                "    table.add_column(sa.Column('place', sa.String(40), nullable=False, server_default=''))",
                "    table.alter_column('text_en', existing_type=sa.Text(), nullable=True)",
            )
        )
    )
    migration.upgrade(seeded_engine)
    assert count_rows(seeded_engine) == before


def test_revision_that_orphans_rows_is_rolled_back(seeded_engine: Engine, next_revision) -> None:  # type: ignore[no-untyped-def]
    before = count_rows(seeded_engine)
    next_revision("op.execute('DELETE FROM status_report')\n    op.execute('DELETE FROM activity')")
    with pytest.raises((ConfigurationError, DBAPIError)):
        migration.upgrade(seeded_engine)
    assert count_rows(seeded_engine) == before
    assert schema.current_revision(seeded_engine) == HEAD
