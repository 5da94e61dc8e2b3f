"""Starts. The database has no tables, those of another version, or cannot be opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from cogwg.core.db import build_engine
from cogwg.core.schema import current_revision, head
from tests.bad_day.faults import Tally, fault
from tests.bad_day.people import Crowd, check_stored, serve, settings
from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.releases.keep import restore
from tests.server.process import free_port, run_command


def refused_start(url: str, folder: Path) -> str:
    """Start the site on a database that it cannot use, and return the sentence with which it refuses."""
    done = run_command("serve", "--port", str(free_port()), cwd=folder, **settings(url, folder))
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("cogwg: ")]
    assert "Traceback" not in done.stderr
    return sentence


@fault(
    "The database has no tables",
    done="“cogwg serve” where “cogwg init” never ran.",
    saw="“There is no database at … Run “cogwg init” for a new site …”, or on PostgreSQL “The database has no tables yet. "
    "Run “cogwg init” … to create them.” After that it starts.",
)
def test_missing_schema_is_named_with_the_command(
    engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally
) -> None:
    url = make_database(engine_name, "empty")
    reason = "There is no database at" if engine_name == "sqlite" else "The database has no tables yet."
    sentence = refused_start(url, tmp_path)
    assert reason in sentence
    assert "Run “cogwg init”" in sentence
    assert run_command("init", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    with serve(url, tmp_path) as served:
        assert served.get("/readyz")[0] == 200


@fault(
    "The schema is older",
    done="“cogwg serve” on a database of version 0.1.",
    saw="“The database is at the older revision … Run “cogwg init” to update it.” Nothing is changed until then; afterwards "
    "it starts.",
)
def test_older_schema_is_named_with_the_command(engine_name: str, databases: Databases, tmp_path: Path, tally: Tally) -> None:
    url = restore(databases, "0.1-files", engine_name)
    engine = build_engine(url)
    before = current_revision(engine)
    assert f"The database is at the older revision {before}. Run “cogwg init”" in refused_start(url, tmp_path)
    assert current_revision(engine) == before != head()
    engine.dispose()
    assert run_command("init", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    with serve(url, tmp_path) as served:
        assert served.get("/readyz")[0] == 200
    databases.drop(url)


@fault(
    "The schema is newer",
    done="The schema is moved on under a running site, as by the upgrade of another version, and the site is started again.",
    saw="The running site says at /readyz that it is not ready, and loses nothing. The next start says that the database is "
    "newer than this version, and which version to install.",
)
def test_newer_schema_is_not_ready_and_refused_at_the_start(
    engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally
) -> None:
    url = make_database(engine_name, "seeded")
    engine = build_engine(url)
    with serve(url, tmp_path) as served, Crowd(served.port, "newer", writers=2) as crowd:
        crowd.wait_for_acknowledged(5)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert served.get("/readyz")[0] == 503
    sentence = refused_start(url, tmp_path)
    assert "newer than this version of cogwg. Install the version that created it" in sentence
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{head()}'"))
    engine.dispose()
    check_stored(url, crowd, tally)


@fault(
    "The database is gone at the start",
    done="“cogwg serve” with a folder that does not exist, and with a PostgreSQL that does not run.",
    saw="“There is no database at … Run “cogwg init” for a new site …”, and “Could not connect to the database in "
    "COGWG_DATABASE_URL”, with the reason, each in one line.",
)
def test_database_that_is_gone_is_named_in_one_line(tmp_path: Path, tally: Tally) -> None:
    assert "There is no database at" in refused_start(f"sqlite:///{tmp_path}/none/plan.db", tmp_path)
    gone = refused_start(f"postgresql://nobody@/plan?host={tmp_path}", tmp_path)
    assert "Could not connect to the database in COGWG_DATABASE_URL" in gone
