"""Checks of an open database: its configuration, and the jobs that cron should have run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.second_factor import count_sealed_apps
from cogwg.audit.models import AuditEvent
from cogwg.audit.verification import last_verdict, verify_chain
from cogwg.backup.queries import last_backup
from cogwg.backup.removals import read_removals, stored_removals
from cogwg.core.calendar import TORONTO
from cogwg.core.db import DAMAGED, require_writable, sqlite_version
from cogwg.core.errors import ConfigurationError
from cogwg.core.schema import head, require_current_schema
from cogwg.core.sealing import Sealer
from cogwg.doctor.results import CheckResult, look_at, ok, wrong
from cogwg.mail.queries import backlog
from cogwg.privacy.expiry import count_expired
from cogwg.tracker.overview import changed_publications, unpublished_quarters

_SQLITE_VALUES = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
_POSTGRESQL_VALUES = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}
CLOCK_TOLERANCE = timedelta(minutes=5)
MAIL_DELAY = timedelta(hours=1)
"""How long an email may be overdue before the check fails. Cron delivers every five minutes."""
MANY_TRIES = 5
"""The number of tries from which an email counts as tried again and again: it has then waited for more than an hour."""
PURGE_DELAY = timedelta(days=2)
"""How long data may stay after the end of its retention period. Cron deletes it every night."""
LONGEST_VERIFIED_AGE = timedelta(days=8)
LONGEST_UNPUBLISHED = timedelta(days=60)
BACKUP_AGE, LONGEST_BACKUP_AGE = timedelta(hours=36), timedelta(days=7)


def check_schema(engine: Engine) -> CheckResult:
    """Check that the database has the schema of this version."""
    try:
        require_current_schema(engine)
    except ConfigurationError as error:
        return wrong("Schema", str(error))
    return ok("Schema", f"Revision {head()}, that of this version.")


def check_database(engine: Engine) -> Iterator[CheckResult]:
    """Check that the database can be written, that its settings make commits durable, and that its version of SQLite has no
    known bug.
    """
    try:
        require_writable(engine)
    except ConfigurationError as error:
        yield wrong("Database", str(error))
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        different = _different_values(connection, "PRAGMA" if is_sqlite else "SHOW")
    if different:
        advice = "Keep its file on a disk of this machine." if is_sqlite else "Correct the configuration of PostgreSQL."
        yield wrong("Database", f"A change can be lost with {', '.join(different)}. {advice}")
    else:
        yield ok("Database", f"{'SQLite' if is_sqlite else 'PostgreSQL'}. What was saved survives a power cut.")
    if is_sqlite:
        version, is_affected = sqlite_version()
        if is_affected:
            yield look_at(
                "SQLite", f"{version} has a rare checkpoint bug, fixed in 3.51.3. Install pysqlite3 if a wheel is available."
            )
        else:
            yield ok("SQLite", f"{version}.")


def check_pages(engine: Engine) -> CheckResult | None:
    """Read all pages of an SQLite database. Return None if it is not damaged, and for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        with engine.connect() as connection:
            answer = str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except DBAPIError as error:
        answer = str(error.orig)
    if answer == "ok":
        return None
    (first, *_) = answer.removeprefix("*** in database main ***\n").splitlines()
    return wrong("Database", f"{engine.url.database}: {first.rstrip('.')}.{DAMAGED}")


def _different_values(connection: Connection, command: str) -> list[str]:
    """Return the database settings that differ from the required values, with their values."""
    different = []
    for name, wanted in (_SQLITE_VALUES if command == "PRAGMA" else _POSTGRESQL_VALUES).items():
        value = connection.execute(text(f"{command} {name}")).scalar_one()
        if value != wanted:
            different.append(f"{name} {value}")
    return different


def check_clock(session: Session, *, at: datetime) -> CheckResult:
    """Compare the clock with the latest time in the audit log."""
    latest = session.scalar(select(func.max(AuditEvent.at)))
    if latest is not None and latest > at + CLOCK_TOLERANCE:
        return wrong(
            "Clock", f"It is {_time(at)}, but the audit log has events up to {_time(latest)}. Set the clock of this machine."
        )
    return ok("Clock", f"It is {_time(at)}.")


def check_backup(session: Session, *, at: datetime) -> CheckResult:
    """Check the age of the last backup, and that its file still exists."""
    last = last_backup(session)
    if last is None:
        return look_at("Backup", "There is no backup. Let cron run “cogwg backup” every night.")
    sentence = f"The last one is of {_time(last.at)}."
    if at - last.at > LONGEST_BACKUP_AGE:
        return wrong("Backup", f"{sentence} Find out why cron does not run “cogwg backup”.")
    if last.is_gone:
        return look_at("Backup", f"{sentence} {last.file} is gone. Find out who moved it, or run “cogwg backup” now.")
    if at - last.at > BACKUP_AGE:
        return look_at("Backup", f"{sentence} Find out why cron does not run “cogwg backup”.")
    return ok("Backup", sentence)


def check_audit_log(session: Session, *, at: datetime) -> CheckResult:
    """Verify the chain of the audit log, and check when a check was last recorded.

    The chain is verified here, too, because a log with a fault may be unable to record the result of a check.
    """
    verdict, last = verify_chain(session), last_verdict(session)
    if verdict.fault is not None:
        return wrong("Audit log", f"{verdict.fault.words.en} Run “cogwg audit verify”.")
    if last is None or at - last.at > LONGEST_VERIFIED_AGE:
        when = f"The last recorded check is of {_time(last.at)}." if last else "No check was recorded."
        return look_at("Audit log", f"{when} Let cron run “cogwg audit verify” every week.")
    return ok("Audit log", f"{verdict.count:,} events, none changed. The last recorded check is of {_time(last.at)}.")


def check_publications(session: Session, *, at: datetime) -> CheckResult:
    """Check that publications still match their hashes and, if quarters are published at all, that none was forgotten."""
    if changed := changed_publications(session):
        sentence = f"The stored copies of these publications do not have the published hash: {', '.join(changed)}."
        return wrong("Publications", f"{sentence} Find out who changed the database, and restore a backup.")
    if forgotten := unpublished_quarters(session, at, closed_before=at - LONGEST_UNPUBLISHED):
        sentence = f"Closed for more than {LONGEST_UNPUBLISHED.days} days and never published: {', '.join(forgotten)}."
        return look_at("Publications", f"{sentence} Remind the secretariat.")
    return ok("Publications", "The stored copies of all publications have the published hash.")


def check_secret_key(session: Session, sealer: Sealer) -> CheckResult:
    """Check that the current secret key decrypts the secrets of all authenticator apps."""
    apps = count_sealed_apps(session, sealer)
    if apps.unreadable:
        return wrong(
            "Secret key",
            f"{apps.unreadable} of {apps.number} authenticator apps were set up with another key, so their codes are refused."
            " Add that key to COGWG_SECRET_KEY_FALLBACKS.",
        )
    if apps.older:
        return look_at(
            "Secret key",
            f"{apps.older} of {apps.number} authenticator apps still need a key in COGWG_SECRET_KEY_FALLBACKS. Restart the"
            " server, which encrypts their secrets with the new key.",
        )
    return ok("Secret key", f"It works for all authenticator apps: {apps.number}.")


def check_outbox(session: Session, *, now: datetime) -> CheckResult:
    """Check that emails are sent in time."""
    waiting = backlog(session, due_before=now - MAIL_DELAY, tries=MANY_TRIES)
    if waiting.overdue:
        return wrong("Outbox", f"Emails due for over an hour: {waiting.overdue}. Let cron run “cogwg mail deliver”.")
    if waiting.retried or waiting.failed:
        return look_at(
            "Outbox",
            f"Emails that were retried many times: {waiting.retried}. Failed: {waiting.failed}. The outbox page says why.",
        )
    return ok("Outbox", "No email is late.")


def check_expired_data(session: Session, *, at: datetime, now: datetime) -> CheckResult:
    """Check that personal data is deleted at the end of its retention period."""
    number = count_expired(session, at=at - PURGE_DELAY, now=now - PURGE_DELAY)
    if number:
        return look_at("Retention", f"Rows that should have been deleted: {number}. Let cron run “cogwg purge” every night.")
    return ok("Retention", "No personal data is kept for too long.")


def check_removals(session: Session, file: Path) -> CheckResult:
    """Check that a restored backup would repeat every removal of a name."""
    try:
        missing = stored_removals(session.connection()) - read_removals(file)
    except OSError as error:
        return wrong("Removed names", f"{file} cannot be read: {error.strerror}. Make the user that runs cogwg its owner.")
    if missing:
        return look_at("Removed names", f"Names that {file} lacks: {len(missing)}. Run “cogwg backup”, which adds them.")
    return ok("Removed names", "If a backup is restored, they are removed again.")


def _time(at: datetime) -> str:
    return f"{at.astimezone(TORONTO):%Y-%m-%d %H:%M %Z}"
