"""Disks. They are full, cannot be written, are damaged, or the file is gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bad_day.damage import damage
from tests.bad_day.faults import Tally, fault
from tests.bad_day.locks import locked
from tests.bad_day.people import Crowd, Writer, check_refusal, check_stored, is_acknowledged, quiet_log, serve
from tests.bad_day.small_disk import SmallDisk
from tests.conftest import MakeDatabase
from tests.server.process import run_command
from tests.server.test_killed_upload import uploaded

PLAN = "/en/plans/2020"


@pytest.fixture
def file(make_database: MakeDatabase) -> Path:
    """The file of a database of SQLite with the sample reports."""
    return Path(make_database("sqlite", "seeded").removeprefix("sqlite:///"))


@fault(
    "The disk is full while people save",
    done="The database is on a disk of 12 MiB. Four people comment; the disk is filled to the last byte, and later emptied.",
    saw="Pages can be read. A save says “The service is temporarily unavailable. Nothing was saved. Try again in a few "
    "minutes.”, with the text and a button that sends it again. When there is room again, it is saved, without a restart.",
)
def test_full_disk_refuses_saves_and_loses_nothing(file: Path, tmp_path: Path, tally: Tally) -> None:
    disk = SmallDisk(file, tmp_path)
    with disk.served as served, quiet_log(served):
        with Crowd(served.port, "full disk") as crowd:
            crowd.wait_for_acknowledged(20)
            disk.fill()
            crowd.wait_for_refused(20)
            assert served.get(PLAN)[0] == served.get("/readyz")[0] == 200
            disk.free()
            crowd.wait_for_acknowledged(20)
        for words, answer in crowd.refused.items():
            check_refusal(answer, words)
        check_stored(disk.copy_database(tmp_path), crowd, tally)


@fault(
    "The disk is full during a backup",
    done="The same disk has no room for the file of “cogwg backup”.",
    saw="The command says that it could not write the backup, exits with 2, and leaves no file. The site goes on.",
)
def test_backup_on_a_full_disk_leaves_no_file_and_the_site_goes_on(file: Path, tmp_path: Path, tally: Tally) -> None:
    disk = SmallDisk(file, tmp_path)
    with disk.served as served, quiet_log(served):
        with Crowd(served.port, "full disk", writers=1) as crowd:
            crowd.wait_for_acknowledged(5)
        disk.fill(but=2 * file.stat().st_size // 3)
        done = disk.run("backup", "file.backup")
        assert done.returncode == 2
        assert done.stderr.startswith("cogwg: Could not write the backup: ")
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
        assert [path.name for path in disk.folder.iterdir() if "backup" in path.name] == []
        assert served.get(PLAN)[0] == 200
        disk.free()
        assert disk.run("backup", "file.backup").returncode == 0
        check_stored(disk.copy_database(tmp_path), crowd, tally)


@fault(
    "The disk is full during an upload",
    done="A lead uploads a workbook of reports while the disk is full, and again when it has room.",
    saw="The upload says that nothing was saved, and to try again. The second time its preview appears.",
)
def test_upload_on_a_full_disk_stores_nothing_and_can_be_tried_again(file: Path, tmp_path: Path, tally: Tally) -> None:
    disk = SmallDisk(file, tmp_path)
    with disk.served as served, quiet_log(served):
        with Crowd(served.port, "full disk", writers=1) as crowd:
            crowd.wait_for_acknowledged(5)
        lead = Writer(served.port)
        disk.fill()
        with pytest.raises(AssertionError, match="503 == 303"):
            uploaded(served.port, lead.client, "full")
        with closing(sqlite3.connect(disk.copy_database(tmp_path).removeprefix("sqlite:///"))) as database:
            assert database.execute("SELECT count(*) FROM upload").fetchone() == (0,)
        disk.free()
        assert lead.client.get(uploaded(served.port, lead.client, "room")).status == 200
        check_stored(disk.copy_database(tmp_path), crowd, tally)


@fault(
    "A page of the database is damaged",
    done="A page of the table of activities is overwritten with noise, on the disk, while the site is stopped.",
    saw="The site starts. Pages that need the damaged table say that the service is unavailable, others work. “cogwg doctor” "
    "says that the database is damaged and to restore a backup; “cogwg backup” refuses to write a backup of it. After a "
    "restore of the last backup everything is there.",
)
def test_damaged_page_is_reported_and_a_backup_brings_everything_back(file: Path, tmp_path: Path, tally: Tally) -> None:
    url = f"sqlite:///{file}"
    with serve(url, tmp_path) as served, Crowd(served.port, "before the damage", writers=2) as crowd:
        crowd.wait_for_acknowledged(20)
    assert run_command("backup", "good", cwd=tmp_path, COGWG_DATABASE_URL=url).returncode == 0
    damage(file, "activity")
    with serve(url, tmp_path) as served, quiet_log(served):
        statuses = {path: served.get(path)[0] for path in (PLAN, "/en/sign-in", "/healthz")}
        assert statuses == {PLAN: 503, "/en/sign-in": 200, "/healthz": 200}
        assert "The service is temporarily unavailable" in served.get(PLAN)[1]
    doctor = run_command("doctor", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert doctor.returncode != 0
    assert "damaged" in doctor.stdout + doctor.stderr
    bad = run_command("backup", "bad", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert (bad.returncode, bad.stderr.count("\n"), (tmp_path / "bad").exists()) == (2, 1, False)
    done = run_command("restore", "good", "--replace", cwd=tmp_path, COGWG_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    check_stored(url, crowd, tally)


@fault(
    "The file of the database is moved away",
    done="Someone moves the file away under the running server, and later back.",
    saw="Saves are refused, with the text kept, and the site reports that it is not ready, so no save goes into the moved "
    "file. When the file is back, saves work again, without a restart.",
)
def test_moved_file_refuses_saves_until_it_is_back(file: Path, tmp_path: Path, tally: Tally) -> None:
    url = f"sqlite:///{file}"
    with serve(url, tmp_path) as served, quiet_log(served):
        with Crowd(served.port, "moved", writers=2) as crowd:
            crowd.wait_for_acknowledged(10)
            files = [file.with_name(f"{file.name}{ending}") for ending in ("", "-wal", "-shm")]
            for each in files:
                each.rename(f"{each}.away")
            known = set(crowd.acknowledged)
            crowd.wait_for_refused(10)
            assert len(crowd.acknowledged - known) <= 2, "at most those that were being answered"
            assert served.get("/readyz")[0] == 503
            for each in files:
                Path(f"{each}.away").rename(each)
            crowd.wait_for_acknowledged(10)
        for words, answer in crowd.refused.items():
            check_refusal(answer, words)
        assert served.get("/readyz")[0] == 200
    check_stored(url, crowd, tally)


@fault(
    "Another program locks the database for 30 seconds",
    done="It holds the lock of a writer on SQLite; on PostgreSQL, it locks the tables of comments and reports.",
    saw="A save waits 5 seconds and then says that nothing was saved, with the text; afterwards saves work.",
)
def test_locked_database_refuses_saves_for_that_time(
    engine_name: str, make_database: MakeDatabase, tmp_path: Path, tally: Tally
) -> None:

    url = make_database(engine_name, "seeded")
    with serve(url, tmp_path) as served, quiet_log(served):
        with Crowd(served.port, "locked", writers=3) as crowd:
            crowd.wait_for_acknowledged(10)
            with locked(url, seconds=30):
                crowd.wait_for_refused(3)
            crowd.wait_for_acknowledged(10)
        for words, answer in crowd.refused.items():
            check_refusal(answer, words)
        assert is_acknowledged(Writer(served.port).comment("afterwards"))
    check_stored(url, crowd, tally)
