"""The drills in ``deploy/drills/``: a backup is restored beside the site, checked and served, and nothing of it stays."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.backup.queries import last_backup
from cogwg.core.db import build_engine
from cogwg.core.schema import current_revision, head
from tests.databases import Databases
from tests.releases.keep import restore
from tests.server.process import PROGRAM, TIMEOUT_SECONDS, environment, run_command
from tests.web_client import SECRET_KEY

DRILLS = Path(__file__).parents[2] / "deploy" / "drills"
PASSED = re.compile(
    r"(?P<drill>[\w ]+) passed: (?P<file>\S+) of \d{4}-\d\d-\d\d holds .+ tables, [\d,]+ events.*\. "
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
    begin = time.time() - 3600
    for number, name in enumerate(("z-older", "a-newest"), 1):
        done = run_command(
            "backup", str(backups / f"{name}.backup"), cwd=tmp_path, COGWG_DATABASE_URL=url, COGWG_DATA=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        os.utime(backups / f"{name}.backup", (begin + number, begin + number))
    done = run_drill("restore", str(backups), PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    passed = PASSED.fullmatch(done.stdout)
    assert passed is not None, done.stdout
    assert (passed["drill"], passed["file"]) == ("Restore drill", "a-newest.backup")
    assert scratch_databases(databases, url) == []
    assert list((tmp_path / "data").iterdir()) == [], "the folder of the site is not used"
    databases.drop(url)


def test_restore_drill_fails_with_a_folder_whose_newest_backup_is_old(tmp_path: Path) -> None:
    (tmp_path / "old.backup").touch()
    os.utime(tmp_path / "old.backup", (0, 0))
    done = run_drill("restore", str(tmp_path), PROGRAM, url=f"sqlite:///{tmp_path}/none.db", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Restore drill failed: the newest backup, old.backup, is of 19")
    assert "Find out why cron writes none" in done.stderr


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


def test_upgrade_drill_does_not_count_as_a_backup(databases: Databases, tmp_path: Path) -> None:
    url = databases.create("sqlite", "record")
    done = run_drill("upgrade", PROGRAM, url=url, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    engine = build_engine(url)
    with Session(engine) as session:
        assert session.scalar(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)) == "database.copied"
        assert last_backup(session) is None
    engine.dispose()
    databases.drop(url)


def test_upgrade_drill_names_the_program_it_needs(tmp_path: Path) -> None:
    for arguments in ((), (str(tmp_path),), (str(tmp_path / "none"),)):
        done = run_drill("upgrade", *arguments, url=f"sqlite:///{tmp_path}/none.db", folder=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "Name the program of the new version, such as /opt/cogwg-2/bin/cogwg.\n"


def test_drill_of_a_role_that_may_not_create_databases_names_the_owner(
    postgresql: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.create(postgresql, "record")
    role = f"drill_app_{url.split('/')[3].split('?')[0]}"
    databases.cluster.execute(f"CREATE ROLE {role} LOGIN")
    (tmp_path / "some.backup").touch()
    url = url.replace("postgres@", f"{role}@")
    done = run_drill("restore", str(tmp_path), PROGRAM, url=url, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cogwg-run --owner" in done.stderr
    assert "permission denied to create database" in done.stderr
    assert "Traceback" not in done.stderr
    databases.cluster.execute(f"DROP ROLE {role}")


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
