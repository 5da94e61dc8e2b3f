"""The database fixtures: what they do without PostgreSQL, and that copies are independent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from cogwg.core.db import build_engine
from tests import databases as ground


@pytest.mark.parametrize(("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_missing_postgresql_skips_or_fails_where_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(ground, "find_postgres_programs", lambda: None)
    monkeypatch.setenv("COGWG_REQUIRE_POSTGRES", required)
    with pytest.raises(outcome, match="apt-get install postgresql"):
        ground.Databases(tmp_path).create("postgresql")


def test_database_copies_are_independent(engine_name: str, make_database: Callable[..., str]) -> None:
    first, second = (build_engine(make_database(engine_name, "seeded")) for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("DELETE FROM standing_slide"))
        connection.execute(text("DELETE FROM milestone_link"))
    with second.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM milestone_link")).scalar_one() == 5
    first.dispose()
    second.dispose()
