"""The drills in ``deploy/drills/``: a backup is restored beside the site, checked and served, and nothing of it stays."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy import text

from cogwg.core.db import build_engine
from cogwg.core.schema import current_revision, head
from tests.databases import Databases
from tests.releases.keep import restore
from tests.server.process import PROGRAM, TIMEOUT_SECONDS, environment, run_command
from tests.web_client import SECRET_KEY

DRILLS = Path(__file__).parents[2] / "deploy" / "drills"
PASSED = re.compile(
    r"(?P<drill>[\w ]+) passed: (?P<file>\S+) holds .+ tables, [\d,]+ events.*\. "
    r"It was restored, checked and served in \d+ seconds\.\n"
)


def run_drill(name: str, *arguments: str, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a drill as cron does, with the site's data folder and a folder for temporary files of its own."""
    data, temporary = folder / "data", folder / "temporary"
    for each in (data, temporary):
        each.mkdir(exist_ok=True)
    settings = {"COGWG_DATABASE_URL": url, "COGWG_DATA": str(data), "COGWG_SECRET_KEY": SECRET_KEY}
    done = subprocess.run(
        [str(DRILLS / name), *arguments],
        cwd=folder,
        env=environment(TMPDIR=str(temporary), DRILL_WAIT=str(int(TIMEOUT_SECONDS)), **settings),
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT_SECONDS,
        check=False,
    )
    assert list(temporary.iterdir()) == [], "the drill leaves no file"
    return done


def scratch_databases(databases: Databases, url: str) -> list[str]:
    if url.startswith("sqlite"):
        return []
    engine = build_engine(url)
    with engine.connect() as connection:
        left = list(connection.scalars(text("SELECT datname FROM pg_database WHERE datname LIKE '%drill%'")))
    engine.dispose()
    return left


def test_restore_drill_passes_with_the_newest_backup_and_leaves_nothing(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.create(engine_name, "seeded")
    backups = tmp_path / "backups"
    backups.mkdir()
    for number, name in enumerate(("z-older", "a-newest"), 1):
        done = run_command(
            "backup", str(backups / f"{name}.backup"), cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_DATA=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        os.utime(backups / f"{name}.backup", (number, number))
    done = run_drill("restore", str(backups), PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    passed = PASSED.fullmatch(done.stdout)
    assert passed is not None, done.stdout
    assert (passed["drill"], passed["file"]) == ("Restore drill", "a-newest.backup")
    assert scratch_databases(databases, url) == []
    assert list((tmp_path / "data").iterdir()) == [], "the folder of the site is not used"
    databases.drop(url)


def test_restore_drill_fails_with_a_damaged_backup(engine_name: str, databases: Databases, tmp_path: Path) -> None:
    url = databases.create(engine_name, "record")
    file = tmp_path / "cut.backup"
    done = run_command("backup", str(file), cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    os.truncate(file, file.stat().st_size // 2)
    done = run_drill("restore", str(file), PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Restore drill failed: {file} could not be restored.\n  cogwg: {file} is ")
    assert scratch_databases(databases, url) == []
    databases.drop(url)


def test_restore_drill_without_a_backup_fails(tmp_path: Path) -> None:
    done = run_drill("restore", str(tmp_path), PROGRAM, url=f"sqlite:///{tmp_path}/none.db", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Restore drill failed: there is no backup at {tmp_path}.\n"


def test_upgrade_drill_takes_an_earlier_release_to_this_version_and_leaves_it(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    url = restore(databases, "0.1-files", engine_name)
    engine = build_engine(url)
    before = current_revision(engine)
    engine.dispose()
    done = run_drill("upgrade", PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    passed = PASSED.fullmatch(done.stdout)
    assert passed is not None, done.stdout
    assert (passed["drill"], passed["file"]) == ("Upgrade drill", "now.backup")
    assert current_revision(engine) == before != head()
    engine.dispose()
    assert scratch_databases(databases, url) == []
    databases.drop(url)


def test_upgrade_drill_fails_if_the_database_is_newer_than_the_program(
    engine_name: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.create(engine_name, "record")
    engine = build_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = run_drill("upgrade", PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Upgrade drill failed: ")
    assert "newer than this version" in done.stderr
    assert scratch_databases(databases, url) == []
    databases.drop(url)
