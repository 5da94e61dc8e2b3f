"""``cogwg doctor`` on both engines: what is in order, what to look at, what is wrong, and the exit codes."""

from __future__ import annotations

import re
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from cogwg.accounts.models import Person, SecondFactor
from cogwg.audit.models import ChainHead
from cogwg.audit.services import SYSTEM, record_event
from cogwg.backup.finishing import SUBJECT
from cogwg.backup.services import BACKED_UP
from cogwg.core.calendar import Calendar, real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.sealing import Sealer
from cogwg.core.secret_key import new_secret_key
from cogwg.core.settings import parse_day
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import MESSAGE_RETENTION
from cogwg.mail.services import enqueue
from cogwg.privacy.removal import remove_identifiers
from cogwg.reporting.models import ReportingPeriod
from cogwg.tracker.models import Publication
from tests.bad_day.damage import damage
from tests.cli.test_backup import opened
from tests.cli.test_commands import CommandResult, RunCommand, run
from tests.conftest import MakeDatabase
from tests.databases import Databases
from tests.mail.server import MailServer
from tests.mail.test_outbox import make_email
from tests.privacy.test_removal import AT, REASON, add_canary
from tests.releases.keep import restore as restore_release
from tests.web_client import SECRET_KEY

__all__ = ["run"]
TODAY = "2020-10-05"
NOW = Calendar.from_day(parse_day(TODAY, "")).now()
UNSAFE = (
    "wrong   Database: A change can be lost with fsync off, full_page_writes off, synchronous_commit off."
    " Correct the configuration of PostgreSQL."
)
"""What is said of the cluster of the tests, which need no safety."""
DiskUsage = namedtuple("DiskUsage", "total used free")


@pytest.fixture(autouse=True)
def _no_cron_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Look for cron's file in the folder of the test, not on this machine."""
    monkeypatch.setattr("cogwg.doctor.machine.CRON_FILE", tmp_path / "cron.d" / "cogwg")
    monkeypatch.setattr("cogwg.doctor.machine.SENDMAIL", tmp_path / "sendmail")


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


def examine(run: RunCommand, url: str, *options: str, folder: str = ".", **settings: str) -> tuple[CommandResult, list[str]]:
    """Run the command with settings that are in order; return its result, and its lines without that of the tests' cluster."""
    result = run(
        "doctor", "--today", TODAY, *options, COGWG_DATABASE_URL=url, COGWG_DATA=folder, COGWG_SECRET_KEY=SECRET_KEY, **settings
    )
    assert "Traceback" not in result.err
    return result, [line for line in result.out.splitlines() if line != UNSAFE]


def record_backup(url: str, age: timedelta = timedelta(hours=3)) -> None:
    with opened(url) as session, write_transaction(session):
        record_event(session, BACKED_UP, SUBJECT, by=SYSTEM, at=NOW - age)


def test_healthy_database_is_ok_and_quiet(run: RunCommand, url: str, engine_name: str, make_database: MakeDatabase) -> None:
    record_backup(url)
    assert run("audit", "verify", "--today", TODAY, COGWG_DATABASE_URL=url).code == 0
    result, lines = examine(run, url)
    assert {line[:8] for line in lines} <= {"ok      ", "look at "}
    assert [line for line in lines if line.startswith("look at")] in ([], [line for line in lines if "look at SQLite" in line])
    subjects = [line[8:].partition(":")[0] for line in lines]
    expected = [
        "Settings",
        "Disk",
        "Database",
        "SQLite",
        "Schema",
        "Clock",
        "Audit log",
        "Publications",
        "Secret key",
        "Outbox",
        "Retention",
        "Removed names",
        "Backup",
    ]
    if engine_name == "postgresql":
        expected = [name for name in expected if name not in ("Database", "SQLite")]
    assert subjects == expected
    if engine_name == "sqlite" and not any(line.startswith("look at") for line in lines):
        assert result.code == 0
        assert examine(run, url, "--quiet")[0].out == ""
    else:
        assert result.code == 2


def test_old_or_missing_backup_is_reported(run: RunCommand, url: str) -> None:
    assert "look at Backup: There is no backup. Let cron run “cogwg backup” every night." in examine(run, url)[1]
    for age, level in ((timedelta(days=9), "wrong   "), (timedelta(days=2), "look at ")):
        record_backup(url, age)
        (line,) = (line for line in examine(run, url, "--quiet")[1] if "Backup" in line)
        assert line.startswith(f"{level}Backup: The last one is of 2020-")


def test_backup_whose_file_is_gone_is_reported(run: RunCommand, url: str, tmp_path: Path) -> None:
    assert run("backup", "today.backup", "--today", TODAY, COGWG_DATABASE_URL=url).code == 0
    assert any(line.startswith("ok      Backup: The last one is of 2020-10-05 ") for line in examine(run, url)[1])
    (tmp_path / "today.backup").unlink()
    (line,) = (line for line in examine(run, url, "--quiet")[1] if "Backup" in line)
    assert line.startswith("look at Backup: ")
    assert line.endswith("today.backup is gone. Find out who moved it, or run “cogwg backup” now.")


def test_changed_copy_and_forgotten_quarter_are_reported(run: RunCommand, databases: Databases) -> None:
    url = databases.create("sqlite", "published")

    def line(*options: str) -> str:
        return next(line for line in examine(run, url, *options)[1] if line[8:].startswith("Publications"))

    assert line() == "ok      Publications: The stored copies of all publications have the published hash."
    with opened(url) as session, write_transaction(session):
        session.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-09").values(closed_at=NOW))
    assert line("--today", "2020-11-30").startswith("ok ")
    forgotten = "look at Publications: Closed for more than 60 days and never published: 2020-09. Remind the secretariat."
    assert line("--today", "2020-12-20") == forgotten
    with opened(url) as session, write_transaction(session):
        session.execute(text("DROP TRIGGER publication_refuses_update"))
        session.execute(update(Publication).where(Publication.key == "2020-06").values(content="{}"))
    assert line().startswith(
        "wrong   Publications: The stored copies of these publications do not have the published hash: 2020-06 (1)."
    )


def test_age_of_the_last_check_and_a_fault_of_the_audit_log_are_reported(run: RunCommand, url: str) -> None:
    line = "look at Audit log: No check was recorded. Let cron run “cogwg audit verify” every week."
    assert line in examine(run, url)[1]
    assert run("audit", "verify", "--today", TODAY, COGWG_DATABASE_URL=url).code == 0
    (line,) = (line for line in examine(run, url)[1] if "Audit log" in line)
    assert line.startswith("ok      Audit log: ")
    assert any(line.startswith("look at Audit log") for line in examine(run, url, "--today", "2020-10-20")[1])
    with opened(url) as session, write_transaction(session):
        session.execute(update(ChainHead).values(hash="0" * 64))
    result, lines = examine(run, url)
    assert result.code == 2
    assert any(line.startswith("wrong   Audit log: The head at position ") for line in lines)


def test_secret_key_that_does_not_fit_is_reported_by_doctor_and_server(
    run: RunCommand, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(url) as session, write_transaction(session):
        person_id = session.scalars(select(Person.id)).first()
        session.add(SecondFactor(person_id=person_id, sealed_secret=Sealer(SECRET_KEY).seal("secret"), begun_at=NOW))
    assert "ok      Secret key: It works for all authenticator apps: 1." in examine(run, url)[1]
    other = {"COGWG_SECRET_KEY": new_secret_key(), "COGWG_DATABASE_URL": url}
    (line,) = (line for line in run("doctor", **other).out.splitlines() if "Secret key" in line)
    assert line.startswith("wrong   Secret key: 1 of 1 authenticator apps were set up with another key")
    assert line.endswith("COGWG_SECRET_KEY_FALLBACKS.")
    assert run("serve", **other).code == 0
    assert "1 of 1 authenticator apps were set up with another key" in caplog.text


def test_earlier_secret_key_can_be_retired_once_the_server_started_with_the_new_one(
    run: RunCommand, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    new, lost = new_secret_key(), new_secret_key()
    with opened(url) as session, write_transaction(session):
        for person_id, key in zip(session.scalars(select(Person.id)), (SECRET_KEY, SECRET_KEY, new), strict=False):
            session.add(SecondFactor(person_id=person_id, sealed_secret=Sealer(key).seal("secret"), begun_at=NOW))

    def line(**settings: str) -> str:
        lines = run("doctor", COGWG_DATABASE_URL=url, **settings).out.splitlines()
        return next(line for line in lines if "Secret key" in line)

    rotated = {"COGWG_SECRET_KEY": new, "COGWG_SECRET_KEY_FALLBACKS": f"{lost},{SECRET_KEY}"}
    assert line(**rotated) == (
        "look at Secret key: 2 of 3 authenticator apps still need a key in COGWG_SECRET_KEY_FALLBACKS. Restart the server,"
        " which encrypts their secrets with the new key."
    )
    assert line(COGWG_SECRET_KEY=new).startswith("wrong   Secret key: 2 of 3 authenticator apps were set up with another key")
    assert run("serve", COGWG_DATABASE_URL=url, **rotated).code == 0
    assert "Secrets of authenticator apps encrypted with the new COGWG_SECRET_KEY: 2." in caplog.text
    for settings in (rotated, {"COGWG_SECRET_KEY": new}):
        assert line(**settings) == "ok      Secret key: It works for all authenticator apps: 3."
    caplog.clear()
    assert run("serve", COGWG_DATABASE_URL=url, **rotated).code == 0
    assert "authenticator apps" not in caplog.text


def test_levels_are_the_exit_code(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "seeded")
    assert examine(run, url)[0].code == 1, "there was no backup"
    record_backup(url, timedelta(days=9))
    assert examine(run, url)[0].code == 2


def test_clock_that_was_set_back_is_wrong(run: RunCommand, url: str) -> None:
    with opened(url) as session, write_transaction(session):
        record_event(session, "test", ("test", 1), by=SYSTEM, at=NOW + timedelta(hours=1))
    result, lines = examine(run, url)
    assert result.code == 2
    (line,) = (line for line in lines if "Clock" in line)
    assert re.match(r"wrong   Clock: It is 2020-10-05 \d\d:\d\d EDT, but ", line)
    assert "Set the clock of this machine." in line


def test_late_and_failed_emails_are_reported_without_their_address(run: RunCommand, url: str) -> None:
    then = real_now() - timedelta(hours=3)
    with opened(url) as session, write_transaction(session):
        enqueue(session, make_email("late", address="canary@example.ca"), by=SYSTEM, at=NOW, now=then)
    result, lines = examine(run, url)
    assert result.code == 2
    assert "wrong   Outbox: Emails due for over an hour: 1. Let cron run “cogwg mail deliver”." in lines
    assert "canary" not in result.out
    with opened(url) as session, write_transaction(session):
        session.execute(update(OutboxMessage).values(next_try_at=None, last_error="down: canary"))
    result, lines = examine(run, url)
    assert "look at Outbox: Emails that were retried many times: 0. Failed: 1. The outbox page says why." in lines
    assert "canary" not in result.out


def test_data_that_purge_left_is_reported(run: RunCommand, url: str) -> None:
    old = NOW - MESSAGE_RETENTION - timedelta(days=3)
    with opened(url) as session, write_transaction(session):
        enqueue(session, make_email("old"), by=SYSTEM, at=old, now=real_now())
    line = "look at Retention: Rows that should have been deleted: 1. Let cron run “cogwg purge” every night."
    assert line in examine(run, url)[1]
    assert run("purge", "--today", TODAY, COGWG_DATABASE_URL=url).code == 0
    assert line not in examine(run, url)[1]


def test_removal_that_no_file_knows_is_reported_until_the_next_backup(run: RunCommand, url: str) -> None:
    with opened(url) as session, write_transaction(session):
        remove_identifiers(session, add_canary(session), reason=REASON, by=SYSTEM, at=AT)
    (line,) = (line for line in examine(run, url)[1] if "Removed names" in line)
    assert line.startswith("look at ")
    assert line.endswith(" lacks: 1. Run “cogwg backup”, which adds them.")
    assert run("backup", "file", COGWG_DATABASE_URL=url, COGWG_DATA=".").code == 0
    assert "ok      Removed names: If a backup is restored, they are removed again." in examine(run, url)[1]


def test_wrong_settings_and_missing_database_are_reported_together(run: RunCommand, tmp_path: Path) -> None:
    result = run("doctor", "--data", str(tmp_path), COGWG_SECRET_KEY="short")
    assert result.code == 2
    assert "wrong   Settings: COGWG_SECRET_KEY" in result.out
    assert "short" not in result.out.partition("Disk")[0].replace("too short", "")
    assert f"wrong   Database: There is no database at {tmp_path}" in result.out


@pytest.mark.parametrize(
    ("hosts", "address", "line"),
    [
        ("plan.example.ca", "https://plan.example.ca:8443", "ok      Settings: The server can start with them."),
        ("other.ca,.example.ca", "https://plan.example.ca", "ok      Settings: The server can start with them."),
        (
            "plan.exmaple.ca,.plan.example.ca.org",
            "https://plan.example.ca",
            "wrong   Settings: COGWG_TRUSTED_HOSTS lacks plan.example.ca, the host of COGWG_PUBLIC_URL, so every page is"
            " refused there. Correct the one that is wrong.",
        ),
        (
            "plan.example.ca",
            "",
            "look at Settings: COGWG_PUBLIC_URL is not set, so links start with http://127.0.0.1:8000. Set it to the web"
            " address of the site.",
        ),
    ],
    ids=["name", "domain", "another", "no address"],
)
def test_address_that_the_server_refuses_is_wrong(
    run: RunCommand, make_database: MakeDatabase, hosts: str, address: str, line: str
) -> None:
    settings = {"COGWG_TRUSTED_HOSTS": hosts, "COGWG_PUBLIC_URL": address}
    result, lines = examine(run, make_database("sqlite"), **settings)
    assert [each for each in lines if "Settings" in each] == [line]
    assert (result.code == 2) == line.startswith("wrong")


def test_settings_with_unknown_names_are_reported_without_their_values(run: RunCommand, make_database: MakeDatabase) -> None:
    mistyped = {"COGWG_SMTP_TLSS": "canary", "COGWG_COLOUR": "canary", "COGWG_ETC": "/etc/cogwg"}
    result, lines = examine(run, make_database("sqlite"), **mistyped)
    assert [line for line in lines if "Settings" in line] == [
        "look at Settings: COGWG_COLOUR is not the name of a setting, so it has no effect. Correct or remove it.",
        "look at Settings: COGWG_SMTP_TLSS is not the name of a setting, so it has no effect. Did you mean COGWG_SMTP_TLS?",
    ]
    assert "canary" not in result.out


def test_missing_file_is_named_and_not_its_folder(run: RunCommand, tmp_path: Path) -> None:
    result = run("doctor", "--data", str(tmp_path), COGWG_SECRET_KEY=SECRET_KEY)
    assert [line for line in result.out.splitlines() if line.startswith("wrong")] == [
        f"wrong   Database: There is no database at {tmp_path}/cogwg.db. Run “cogwg init” for a new site (“cogwg-run"
        " --owner init”); otherwise put the file back, or restore a backup: docs/how-to/back-up-and-restore.md."
    ]
    assert "ok      Disk: " in result.out


def test_folder_that_cannot_be_read_is_named_by_every_check(run: RunCommand, tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)  # too long a name, which root cannot read either
    for command in ("doctor", "backup"):
        arguments = (command, "file") if command == "backup" else (command,)
        result = run(*arguments, "--data", str(folder), COGWG_SECRET_KEY=SECRET_KEY)
        assert result.code == 2
        assert "Traceback" not in result.err
        assert f"The database {folder}/cogwg.db cannot be read: File name too long. Make the user" in result.out + result.err
    lines = run("doctor", "--data", str(folder), COGWG_SECRET_KEY=SECRET_KEY).out.splitlines()
    (line,) = [line for line in lines if "Disk" in line]
    assert line == (
        f"wrong   Disk: {folder} cannot be read: File name too long. Mount or create it, make the user that runs cogwg its"
        " owner, or correct the setting that names it."
    )


def test_file_that_is_not_a_whole_database_says_what_to_do(run: RunCommand, tmp_path: Path) -> None:
    file = tmp_path / "cogwg.db"
    for content in (b"not a database" * 1000, b"SQLite format 3\0" + b"\x10\0\1\1\0@  " + b"\0" * 4072):
        file.write_bytes(content)
        for command in (("doctor",), ("plan", "list"), ("serve",)):
            result = run(*command, "--data", str(tmp_path), COGWG_SECRET_KEY=SECRET_KEY)
            assert result.code == 2
            advice = next(line for line in (result.out + result.err).splitlines() if "restore the last backup" in line)
            assert str(file) in advice, "the file is named"


def test_older_schema_is_wrong(run: RunCommand, databases: Databases, engine_name: str) -> None:
    url = restore_release(databases, "0.1", engine_name)
    result, lines = examine(run, url)
    assert result.code == 2
    assert any(line.startswith("wrong   Schema: The database is at the older revision") for line in lines)
    databases.drop(url)


@pytest.mark.parametrize(("free", "level"), [(50, "wrong   "), (500, "look at "), (5000, "ok      ")])
def test_little_free_space_is_reported(
    run: RunCommand, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr("cogwg.doctor.machine.shutil.disk_usage", lambda _: DiskUsage(0, 0, free * 1_000_000))
    (line,) = (line for line in examine(run, make_database("sqlite"))[1] if "Disk" in line)
    assert line.startswith(f"{level}Disk: {free:,} MB are free in ")


def test_damaged_file_is_wrong_and_says_what_to_do(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "seeded")
    damage(Path(url.removeprefix("sqlite:///")), "activity")
    result, lines = examine(run, url)
    (line,) = [line for line in lines if line.startswith("wrong")]
    assert result.code == 2
    assert line.startswith(f"wrong   Database: {url.removeprefix('sqlite:///')}: ")
    restore = "restore the last backup (docs/how-to/back-up-and-restore.md), and check the disk."
    assert line.endswith(f". The file is damaged. Stop the server, {restore}")


def test_read_only_postgresql_is_wrong(run: RunCommand, make_database: MakeDatabase, postgresql: str) -> None:
    url = make_database(postgresql, "seeded")
    assert not any("read-only" in line for line in examine(run, url)[1])
    engine = build_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = on'))
    engine.dispose()
    result, lines = examine(run, url)
    assert result.code == 2
    assert any(line.startswith("wrong   Database: The database of COGWG_DATABASE_URL is read-only.") for line in lines)


def test_database_that_cannot_be_reached_says_what_to_check(run: RunCommand, tmp_path: Path) -> None:
    (line,) = (line for line in examine(run, f"postgresql://nobody@/plan?host={tmp_path}")[1] if "Database" in line)
    assert line.startswith("wrong   Database: Could not connect to the database in COGWG_DATABASE_URL: ")
    assert line.endswith(
        "Check its user, password, host, port and name, and that PostgreSQL runs there and lets this machine in."
    )


def test_database_that_a_restore_kept_is_mentioned(run: RunCommand, tmp_path: Path) -> None:
    assert run("init", "--data", str(tmp_path)).code == 0
    (tmp_path / "cogwg.db.before-restore-20201005T120000Z").touch()
    result = run("doctor", "--data", str(tmp_path), COGWG_SECRET_KEY=SECRET_KEY)
    assert "look at Earlier databases: cogwg.db.before-restore-20201005T120000Z in " in result.out


def test_cron_that_cannot_email_is_reported(run: RunCommand, make_database: MakeDatabase, tmp_path: Path) -> None:
    url, file = make_database("sqlite"), tmp_path / "cron.d" / "cogwg"

    def cron_lines() -> list[str]:
        return [line for line in examine(run, url)[1] if "Cron" in line]

    assert cron_lines() == []
    file.parent.mkdir()
    file.write_text("MAILTO=\n")
    (line,) = cron_lines()
    assert line.startswith(f"look at Cron: There is no {tmp_path}/sendmail, so the warnings of cron are lost.")
    (tmp_path / "sendmail").touch()
    (line,) = cron_lines()
    assert line == f"look at Cron: MAILTO in {file} is empty, so nobody receives its warnings. Set it to an email address."
    file.write_text("MAILTO=administrator@example.ca\n")
    assert cron_lines() == ["ok      Cron: Cron can email its warnings."]


def test_mail_server_is_asked_only_on_request(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite")
    assert "Email server" not in examine(run, url)[0].out
    assert "look at Email server: No email server is configured." in examine(run, url, "--mail")[0].out
    settings = {"COGWG_SMTP_HOST": "127.0.0.1", "COGWG_MAIL_FROM": "plan@example.ca", "COGWG_SMTP_PORT": "1"}
    assert (
        "wrong   Email server: 127.0.0.1, port 1: The email server could not be reached."
        in examine(run, url, "--mail", **settings)[0].out
    )
    assert "Connection refused. Check COGWG_SMTP_HOST and COGWG_SMTP_PORT" in examine(run, url, "--mail", **settings)[0].out
    with MailServer() as server:
        settings["COGWG_SMTP_PORT"] = str(server.port)
        (line,) = (line for line in examine(run, url, "--mail", **settings, COGWG_SMTP_STARTTLS="1")[1] if "Email" in line)
        assert "STARTTLS extension not supported by server. They are COGWG_SMTP_STARTTLS, COGWG_SMTP_TLS" in line
        line = f"ok      Email server: 127.0.0.1 answers, port {server.port}."
        assert line in examine(run, url, "--mail", **settings)[1]
        assert server.inbox == []
