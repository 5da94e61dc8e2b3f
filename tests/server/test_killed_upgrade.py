"""The upgrade of many groups is killed halfway: what was done is done, the rest is as before, and a second run does it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

from alembic.script import ScriptDirectory

from cogwg.core.db import build_engine
from cogwg.core.migration import alembic_config, downgrade
from cogwg.core.schema import head
from tests.databases import Databases
from tests.server.process import EACH, environment

GROUPS = tuple(f"g{number}" for number in range(1, 7))
HALFWAY = GROUPS.index("g4")


def revision(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (row,) = connection.execute("SELECT version_num FROM alembic_version")
        return str(row[0])


def test_upgrade_of_all_killed_halfway_resumes(databases: Databases, tmp_path: Path) -> None:
    earlier = str(ScriptDirectory.from_config(alembic_config()).get_revision(head()).down_revision)
    files = []
    for name in GROUPS:
        url = databases.create("sqlite", "bare")
        engine = build_engine(url)
        downgrade(engine, earlier)
        engine.dispose()
        files.append(Path(url.removeprefix("sqlite:///")))
        (tmp_path / "groups" / name).mkdir(parents=True)
        (tmp_path / "data" / name).mkdir(parents=True)
        settings = f"COGWG_DATABASE_URL={url}\nCOGWG_DATA={tmp_path}/data/{name}\n"
        (tmp_path / "groups" / name / "cogwg.env").write_text(settings)

    command = [*EACH, str(tmp_path / "groups"), "init"]
    with ExitStack() as writers:
        for file in files[HALFWAY:]:  # so that the upgrade waits there until it is killed
            writers.enter_context(closing(sqlite3.connect(file, isolation_level=None))).execute("BEGIN IMMEDIATE")
        process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(f"{GROUPS[HALFWAY - 1]}: The database is ready".encode()):
                break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert [revision(file) for file in files] == [head()] * HALFWAY + [earlier] * (len(GROUPS) - HALFWAY)

    again = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (0, "")
    assert [revision(file) for file in files] == [head()] * len(GROUPS)
