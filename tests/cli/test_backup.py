"""``cogwg backup`` and ``cogwg restore`` on both engines: what is whole, what is refused, what a restore does not revive."""

from __future__ import annotations

import os
import random
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import AccessLink, Person, SignIn
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.accounts.services import create_access_link, start_session
from cogwg.audit.models import AuditEvent
from cogwg.audit.queries import chain_head
from cogwg.audit.services import SYSTEM
from cogwg.backup.files import unfinished_file
from cogwg.backup.locks import own_folder, use_folder
from cogwg.backup.queries import last_backup
from cogwg.backup.removals import Removal, add_removals, read_removals, removals_file, stored_removals
from cogwg.backup.services import back_up
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.schema import head, is_at_head
from cogwg.privacy.removal import remove_identifiers
from tests.cli.test_commands import CommandResult, RunCommand, check_refusal, count_rows, run
from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.privacy.test_removal import ADDRESS, AT, REASON, add_canary, places_of
from tests.releases.facts import facts
from tests.releases.keep import expected_facts
from tests.releases.keep import restore as restore_release
from tests.sessions import ESSENTIAL

__all__ = ["run"]
TODAY = ("--today", "2020-10-05")
CUTS = 12
NOBODY = 65534


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = build_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


@pytest.fixture
def backup(run: RunCommand, url: str, tmp_path: Path) -> Path:
    """A backup of the demo."""
    file = tmp_path / "kept" / "backup"
    file.parent.mkdir()
    result = run("backup", str(file), *TODAY, COGWG_DATABASE_URL=url)
    assert (result.code, result.err) == (0, "")
    return file


def all_rows(url: str) -> dict[str, list[str]]:
    """Return every row of every table but the audit log, whose last events tell of the backup and the restore."""
    with opened(url) as session:
        names = set(inspect(session.connection()).get_table_names()) - {"event", "audit_link", "chain_head"}
        return {name: sorted(str(row) for row in session.execute(text(f'SELECT * FROM "{name}"'))) for name in names}


def actions(url: str) -> list[str]:
    """Return the actions in the audit log."""
    with opened(url) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_backup_says_what_it_holds_and_is_recorded(run: RunCommand, url: str, tmp_path: Path) -> None:
    before = count_rows(url)
    result = run("backup", "today.backup", *TODAY, COGWG_DATABASE_URL=url)
    assert (result.code, result.err) == (0, "")
    file = tmp_path / "today.backup"
    size = f"{file.stat().st_size / 1e6:,.1f} MB"
    assert result.out == (
        f"Wrote and checked today.backup: {size}, {len(before)} tables, {before['event']} events, the latest of 2020-09-24.\n"
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"today.backup", "cogwg.removals"}
    with opened(url) as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.action, event.actor_kind) == ("database.backed-up", "system")
        assert event.after == {
            "revision": head(),
            "events": before["event"],
            "tables": len(before),
            "bytes": file.stat().st_size,
            "file": str(file),
        }
        backup = last_backup(session)
        assert backup is not None
        assert (backup.at, backup.is_gone) == (event.at, False)
        file.unlink()
        assert backup.is_gone


def test_backup_for_a_drill_is_recorded_but_not_as_the_last_backup(run: RunCommand, url: str) -> None:
    result = run("backup", "--for-drill", "--quiet", "now.backup", *TODAY, COGWG_DATABASE_URL=url)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert actions(url)[-1] == "database.copied"
    with opened(url) as session:
        assert last_backup(session) is None


@pytest.mark.parametrize("name", ["file", "deeper/file"])
def test_folder_that_may_not_be_entered_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "deeper").mkdir()
    tmp_path.chmod(0o700 if os.geteuid() == 0 else 0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        with pytest.raises(ConfigurationError, match=r"Permission denied\. Choose a folder that the user .* can write to"):
            back_up(build_engine("sqlite://"), tmp_path / name, tmp_path / "removals", at=real_now())
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o700)


def test_file_that_this_user_may_not_read_is_named_without_a_traceback(
    run: RunCommand, make_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_database("sqlite", "bare")
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    removals = tmp_path / "plan.db.removals"

    def refuse(_file: Path) -> None:
        raise PermissionError(13, "Permission denied", str(removals))

    monkeypatch.setattr("cogwg.backup.services.read_removals", refuse)
    refused = run("restore", "file", "--replace", COGWG_DATABASE_URL=url)
    assert (refused.code, refused.err.splitlines()[-1]) == (
        2,
        f"cogwg: Could not use {removals}: Permission denied."
        " Run the command as the user who owns it, for example with “cogwg-run”.",
    )


def test_existing_file_is_never_replaced(run: RunCommand, url: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept")
    check_refusal(run("backup", "there", COGWG_DATABASE_URL=url), "there exists already")
    assert (tmp_path / "there").read_text() == "kept"
    check_refusal(run("backup", "nowhere/file", COGWG_DATABASE_URL=url), "Could not write in", "No such file or directory")


def test_backup_deletes_what_a_killed_one_left(run: RunCommand, url: str, tmp_path: Path) -> None:
    left, others = tmp_path / "file.unfinished-0123abcd", tmp_path / "other.unfinished-0123abcd"
    for path in (left, others):
        path.write_text("left")
    with unfinished_file(tmp_path / "file") as (running, _):
        assert not left.exists()
        assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
        assert running.exists(), "another process is writing it"
    assert {path.name for path in tmp_path.iterdir()} == {"file", "cogwg.removals", others.name}


def test_restored_database_equals_the_backed_up_one(
    run: RunCommand, url: str, backup: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    target = make_database(engine_name, "empty")
    result = run("restore", str(backup), *TODAY, COGWG_DATABASE_URL=target)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0].startswith(f"{backup} is complete: ")
    assert result.out.splitlines()[1:] == [
        "Restored. Sessions ended: 0. Links to set a password revoked: 0. Private links revoked: 0. Names removed again: 0.",
        'Before the server starts, declare the restore: cogwg audit re-anchor --reason "…" --by ADDRESS, '
        "the address of a person of the secretariat.",
    ]
    assert all_rows(target) == all_rows(url)
    written = actions(url)
    assert written[-1] == "database.backed-up"
    assert actions(target) == [*written[:-1], "database.restored"]
    with opened(target) as session, pytest.raises(DBAPIError, match="event is append-only"):
        session.execute(update(AuditEvent).values(action="x"))
    assert run("person", "list", COGWG_DATABASE_URL=target).code == 0


def test_initialized_database_without_data_is_replaced(
    run: RunCommand, url: str, backup: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    target = make_database(engine_name, "bare")
    assert "/en/setup/" in run("init", COGWG_DATABASE_URL=target).out
    assert run("restore", str(backup), COGWG_DATABASE_URL=target).code == 0
    assert all_rows(target) == all_rows(url)


def test_database_with_data_is_replaced_only_on_request(
    run: RunCommand, backup: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    target = make_database(engine_name, "record")
    before = all_rows(target)
    refused = run("restore", str(backup), COGWG_DATABASE_URL=target)
    assert refused.code == 2
    assert refused.err == "cogwg: The database is not empty. To replace it, back it up, then add --replace.\n"
    assert all_rows(target) == before
    result = run("restore", str(backup), "--replace", "--discard-newer", COGWG_DATABASE_URL=target)
    assert result.code == 0, result.err
    assert len(all_rows(target)["person"]) > len(before["person"])
    if engine_name == "sqlite":
        [old_file] = Path(target.removeprefix("sqlite:///")).parent.glob(f"{Path(target).name}.before-restore-*")
        assert str(old_file) in result.out
        assert all_rows(f"sqlite:///{old_file}") == before


def test_newer_events_are_discarded_only_on_request(run: RunCommand, url: str, backup: Path) -> None:
    assert run("audit", "verify", *TODAY, COGWG_DATABASE_URL=url).code == 0
    assert run("restore", str(backup), "--replace", *TODAY, COGWG_DATABASE_URL=url).code == 0, "no work is lost"
    for day, address in (("2020-10-06", "ontario"), ("2020-10-07", "quebec")):
        deactivated = run("person", "deactivate", f"{address}@demo.cogwg.example", "--today", day, COGWG_DATABASE_URL=url)
        assert deactivated.code == 0, deactivated.err
    before = all_rows(url)
    refused = run("restore", str(backup), "--replace", COGWG_DATABASE_URL=url)
    assert refused.code == 2
    held = re.search(
        r"The database holds (\d+ events that are newer than the backup, from .+)\. Nothing was changed\.", refused.err
    )
    assert held is not None, refused.err
    assert re.search(r"from 2020-10-06 \d\d:\d\d EDT to 2020-10-07 ", held[1])
    assert "back the database up first, then add --discard-newer" in refused.err
    assert all_rows(url) == before
    done = run("restore", str(backup), "--replace", "--discard-newer", COGWG_DATABASE_URL=url)
    assert done.code == 0, done.err
    assert f"The earlier database held {held[1]}.\n" in done.out
    assert all_rows(url) != before


def test_event_after_a_restore_is_newer_than_a_backup_of_before(
    run: RunCommand, url: str, backup: Path, tmp_path: Path
) -> None:
    """The restored log is shorter than the backup's, so the event has a number that the backup has too."""
    for address in ("ontario", "quebec", "alberta"):
        assert run("person", "deactivate", f"{address}@demo.cogwg.example", *TODAY, COGWG_DATABASE_URL=url).code == 0
    assert run("backup", "longer", *TODAY, COGWG_DATABASE_URL=url).code == 0
    assert run("restore", str(backup), "--replace", "--discard-newer", *TODAY, COGWG_DATABASE_URL=url).code == 0
    written = run("person", "deactivate", "ontario@demo.cogwg.example", "--today", "2020-10-06", COGWG_DATABASE_URL=url)
    assert written.code == 0, written.err
    refused = run("restore", "longer", "--replace", COGWG_DATABASE_URL=url)
    assert (refused.code, "newer than the backup" in refused.err) == (2, True)


def test_sessions_and_unused_links_of_the_backup_end(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    with opened(url) as session, write_transaction(session):
        person = session.scalars(select(Person)).first()
        assert person is not None
        start_session(session, person.id, now=real_now())
        create_access_link(session, person, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=real_now(), now=real_now())
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    target = make_database(engine_name, "empty")
    result = run("restore", "file", COGWG_DATABASE_URL=target)
    assert "Sessions ended: 1. Links to set a password revoked: 1." in result.out
    with opened(target) as session:
        assert [session.scalar(select(func.count()).select_from(kind)) for kind in (SignIn, AccessLink)] == [0, 0]


@pytest.mark.parametrize("known_to", ["replaced database", "file of the database", "file beside the backups"])
def test_removal_since_the_backup_is_repeated(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str, known_to: str
) -> None:
    with opened(url) as session, write_transaction(session):
        person_id = add_canary(session).id
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    with opened(url) as session, write_transaction(session):
        remove_identifiers(session, session.get_one(Person, person_id), reason=REASON, by=SYSTEM, at=AT + timedelta(days=1))
    target = url if known_to == "replaced database" else make_database(engine_name, "empty")
    (tmp_path / "cogwg.removals").unlink(missing_ok=True)
    with opened(url) as session:
        removals = stored_removals(session.connection())
    if known_to == "file of the database":
        add_removals(removals_file(target, tmp_path), removals)
    if known_to == "file beside the backups":
        assert run("backup", "later", COGWG_DATABASE_URL=url).code == 0
        assert stat.S_IMODE((tmp_path / "cogwg.removals").stat().st_mode) == 0o600
    options = ("--replace", "--discard-newer")
    result = run("restore", "file", *options, COGWG_DATABASE_URL=target, COGWG_DATA=str(tmp_path))
    assert "Names removed again: 1." in result.out, result.err
    with opened(target) as session:
        assert places_of(session, "O'Canary ", ADDRESS) <= {"letter", "event"}
        assert session.get_one(Person, person_id).name.startswith("Former member ")
    assert "canary" not in "".join(run("person", "list", "--all", COGWG_DATABASE_URL=target).out).lower()
    assert read_removals(removals_file(target, tmp_path)) >= removals


def test_restore_without_the_file_of_removals_says_so_unless_the_old_database_knew_them(
    run: RunCommand, backup: Path, make_database: MakeDatabase, engine_name: str, tmp_path: Path
) -> None:
    sentence = f"There is no cogwg.removals in {backup.parent}. Names that were removed after this backup are back."
    data = {"COGWG_DATA": str(tmp_path)}
    target = make_database(engine_name, "empty")
    assert run("restore", str(backup), COGWG_DATABASE_URL=target, **data).err == "", "the backup wrote an empty file"
    (backup.parent / "cogwg.removals").unlink()
    assert run("restore", str(backup), "--replace", COGWG_DATABASE_URL=target, **data).err == ""
    new = make_database(engine_name, "empty")
    assert run("restore", str(backup), COGWG_DATABASE_URL=new, **data).err.startswith(sentence)


def test_removal_of_an_account_that_got_its_number_later_is_not_repeated(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    with opened(url) as session, write_transaction(session):
        person_id = add_canary(session).id
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    add_removals(tmp_path / "cogwg.removals", {Removal(AT - timedelta(days=1), person_id), Removal(AT, 999)})
    target = make_database(engine_name, "empty")
    assert "Names removed again: 0." in run("restore", "file", COGWG_DATABASE_URL=target).out


def test_removals_are_added_once_after_a_cut_line(tmp_path: Path) -> None:
    file = tmp_path / "removals"
    first, second = Removal(AT, 1), Removal(AT, 2)
    add_removals(file, {first})
    file.write_text(file.read_text() + "2020-10-0")
    add_removals(file, {first, second})
    assert read_removals(file) == {first, second}
    assert len(file.read_text().splitlines()) == 3


def test_cut_file_is_refused_and_the_database_stays(run: RunCommand, url: str, backup: Path) -> None:
    content, before = backup.read_bytes(), all_rows(url)
    chance = random.Random(1)
    for length in [len(content) - 1, 0, 10, *(chance.randrange(len(content)) for _ in range(CUTS))]:
        backup.write_bytes(content[:length])
        check_refusal(run("restore", str(backup), "--replace", COGWG_DATABASE_URL=url), str(backup))
    assert all_rows(url) == before


def test_fault_of_the_audit_log_is_said_and_stops_neither_backup_nor_restore(
    run: RunCommand, url: str, make_database: MakeDatabase, engine_name: str
) -> None:
    with opened(url) as session, write_transaction(session):
        if engine_name == "sqlite":
            session.execute(text("DROP TRIGGER event_refuses_update"))
        else:
            session.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE event SET action = 'forged' WHERE id = 3"))
    sentence = (
        "The audit log in the backup has a fault. The event at position 3, or its link, was changed after it was recorded. "
        "Run “cogwg audit verify”.\n"
    )
    result = run("backup", "file", COGWG_DATABASE_URL=url)
    assert (result.code, result.err) == (0, sentence)
    target = make_database(engine_name, "empty")
    result = run("restore", "file", COGWG_DATABASE_URL=target)
    assert (result.code, result.err) == (0, sentence)
    assert run("audit", "verify", COGWG_DATABASE_URL=target).code == 1


def test_witness_from_before_the_restore_agrees_and_a_later_one_is_explained(
    run: RunCommand, url: str, make_database: MakeDatabase, engine_name: str, tmp_path: Path
) -> None:
    def keep_witness(name: str) -> None:
        with opened(url) as session:
            head = chain_head(session)
            assert head is not None
            (tmp_path / name).write_text(str(head.witness))

    def verify(name: str) -> CommandResult:
        return run("audit", "verify", "--witness", name, COGWG_DATABASE_URL=target)

    keep_witness("before.txt")
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    keep_witness("later.txt")
    target = make_database(engine_name, "empty")
    assert run("restore", "file", COGWG_DATABASE_URL=target).code == 0
    assert verify("before.txt").code == 0
    assert verify("later.txt").code == 1
    by = ("--by", "secretariat@demo.cogwg.example")
    assert run("audit", "re-anchor", "--reason", "The disk failed.", *by, COGWG_DATABASE_URL=target).code == 0
    result = verify("later.txt")
    assert (result.code, "No fault was found." in result.out) == (0, True)


def test_file_that_is_no_backup_is_refused(
    run: RunCommand, url: str, tmp_path: Path, make_database: MakeDatabase, engine_name: str
) -> None:
    (tmp_path / "text").write_text("a letter")
    check_refusal(run("restore", "text", COGWG_DATABASE_URL=url), "text is not a backup of cogwg")
    check_refusal(run("restore", "nothing", COGWG_DATABASE_URL=url), "Could not read nothing")
    check_refusal(run("backup", "empty", COGWG_DATABASE_URL=make_database(engine_name, "empty")), "“cogwg init”")
    assert not (tmp_path / "empty").exists()


@pytest.mark.usefixtures("postgresql")
def test_backup_of_the_other_engine_is_refused(run: RunCommand, tmp_path: Path, make_database: MakeDatabase) -> None:
    urls = {kind: make_database(kind, "record") for kind in ("sqlite", "postgresql")}
    for kind, url in urls.items():
        assert run("backup", kind, COGWG_DATABASE_URL=url).code == 0
    for kind, other in (("sqlite", "postgresql"), ("postgresql", "sqlite")):
        result = run("restore", kind, "--replace", COGWG_DATABASE_URL=urls[other])
        assert result.code == 2
        assert "COGWG_DATABASE_URL is for another kind of database" in result.err


def test_backup_of_a_newer_version_is_refused(run: RunCommand, url: str) -> None:
    with opened(url) as session, write_transaction(session):
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = run("backup", "file", COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert "an older or newer schema" in result.err
    check_refusal(run("restore", "file", "--replace", COGWG_DATABASE_URL=url), "9999", "newer than this version")


@ESSENTIAL
@pytest.mark.parametrize("release", ["0.1", "0.1-files"])
def test_backup_of_an_earlier_release_is_restored_and_upgraded(
    run: RunCommand, databases: Databases, make_database: MakeDatabase, engine_name: str, release: str
) -> None:
    source = restore_release(databases, release, engine_name)
    assert run("backup", "file", COGWG_DATABASE_URL=source).code == 0
    databases.drop(source)
    target = make_database(engine_name, "empty")
    result = run("restore", "file", COGWG_DATABASE_URL=target)
    assert result.code == 0, result.err
    expected = expected_facts(release)
    with opened(target) as session:
        assert is_at_head(session.get_bind())  # type: ignore[arg-type]
        actual = facts(session)
    assert actual["reports"] == expected["reports"]
    assert actual["submitted"] == expected["submitted"]


def test_database_in_use_is_not_replaced(run: RunCommand, url: str, backup: Path, engine_name: str) -> None:
    before = all_rows(url)
    with opened(url) as session:
        session.execute(select(Person.id)).all()
        refused = run("restore", str(backup), "--replace", COGWG_DATABASE_URL=url)
        assert refused.code == 2
        assert "Stop the server and pause cron" in refused.err
    assert all_rows(url) == before


def test_database_in_use_is_not_upgraded(run: RunCommand, databases: Databases, postgresql: str) -> None:
    url = restore_release(databases, "0.1", postgresql)
    with opened(url) as session:
        session.execute(text("SELECT 1"))
        check_refusal(run("init", COGWG_DATABASE_URL=url), "another connection. Stop the server and pause cron")
        assert not is_at_head(session.get_bind())  # type: ignore[arg-type]
    assert run("init", COGWG_DATABASE_URL=url).code == 0
    with opened(url) as session:
        session.execute(text("SELECT 1"))
        assert run("init", COGWG_DATABASE_URL=url).code == 0, "there is nothing to upgrade"
    databases.drop(url)


def test_commands_and_a_restore_exclude_each_other(tmp_path: Path) -> None:
    first, second = use_folder(tmp_path), use_folder(tmp_path)
    first()
    with pytest.raises(ConfigurationError, match="in use"):
        own_folder(tmp_path, "in use")
    second()
    end = own_folder(tmp_path, "in use")
    with pytest.raises(ConfigurationError, match="is being restored"):
        use_folder(tmp_path)
    end()
    use_folder(tmp_path)()


def test_damaged_database_is_replaced_and_kept(run: RunCommand, make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("sqlite", "record")
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    expected, database = all_rows(url), tmp_path / "data" / "cogwg.db"
    database.parent.mkdir()
    shutil.copyfile(tmp_path / "file", database)
    database.write_bytes(b"not a database" + database.read_bytes()[14:8000])
    damaged = database.read_bytes()
    refused = run("restore", "file", "--data", "data")
    assert refused.err == "cogwg: The database is not empty. To replace it, back it up, then add --replace.\n"
    assert run("restore", "file", "--data", "data", "--replace").code == 0
    assert all_rows(f"sqlite:///{database}") == expected
    [old_file] = database.parent.glob("*.before-restore-*")
    assert old_file.read_bytes() == damaged


def test_two_restores_in_one_second_keep_both_earlier_databases(
    run: RunCommand, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_database("sqlite", "record")
    assert run("backup", "file", COGWG_DATABASE_URL=url).code == 0
    monkeypatch.setattr("cogwg.cli.backups.real_now", lambda: AT)
    for _time in range(2):
        done = run("restore", "file", "--replace", *TODAY, COGWG_DATABASE_URL=url)
        assert done.code == 0, done.err
    database = Path(url.removeprefix("sqlite:///"))
    assert len(list(database.parent.glob(f"{database.name}.before-restore-*"))) == 2
