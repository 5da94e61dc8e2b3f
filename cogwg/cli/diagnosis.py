"""``cogwg doctor``, for operators and cron: checks what works, what needs attention, and what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.backup.removals import removals_file
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.core.calendar import real_now
from cogwg.core.db import sqlite_path
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.sealing import Sealer
from cogwg.core.settings import data_folder, database_url, read_settings
from cogwg.doctor import database, machine
from cogwg.doctor.results import CheckResult, Level, wrong


@click.command()
@click.option("--mail", "with_mail", is_flag=True, help="Also connect to the email server. Nothing is sent.")
@click.option("--quiet", is_flag=True, help="Print only what is not in order, for cron.")
@options.data
@options.today
@shows_progress
def doctor(with_mail: bool, quiet: bool, data: Path | None, today: str | None) -> None:
    """Check the configuration, the database, email, the disk, the clock and the last backup. Nothing is changed.

    The exit code is 0 if all is well, 1 if something needs attention, and 2 if something is wrong.
    """
    worst = Level.OK
    for result in _results(data, today, with_mail=with_mail):
        worst = max(worst, result.level)
        if not (quiet and result.level is Level.OK):
            click.echo(str(result))
    click.get_current_context().exit(worst)


def _results(data: Path | None, today: str | None, *, with_mail: bool) -> Iterator[CheckResult]:
    url = database_url(os.environ, data)
    path = sqlite_path(url)
    folder = path.parent if path is not None else data_folder(os.environ)
    yield from machine.check_settings(os.environ)
    if with_mail:
        note_progress("Connecting to the email server")
        yield machine.check_mail_server(os.environ)
    if (cron := machine.check_cron(machine.CRON_FILE, machine.SENDMAIL)) is not None:
        yield cron
    yield machine.check_disk(folder, path)
    if path is not None and (earlier := machine.check_kept_databases(path)) is not None:
        yield earlier
    note_progress("Checking the database")
    try:
        engine = options.open_engine(data)
    except ConfigurationError as error:
        yield wrong("Database", str(error))
        return
    if (damage := database.check_pages(engine)) is not None:
        yield damage
        return
    yield from database.check_database(engine)
    schema = database.check_schema(engine)
    yield schema
    if schema.level is Level.OK:
        yield from _record_results(engine, removals_file(url, data_folder(os.environ)), today)


def _record_results(engine: Engine, removals: Path, today: str | None) -> Iterator[CheckResult]:
    at, now = options.calendar(today).now(), real_now()
    with Session(engine) as session:
        yield database.check_clock(session, at=at)
        note_progress("Checking the audit log")
        yield database.check_audit_log(session, at=at)
        note_progress("Checking the publications")
        yield database.check_publications(session, at=at)
        with suppress(ConfigurationError):  # another check reports invalid settings
            chosen = read_settings(os.environ)
            yield database.check_secret_key(session, Sealer(chosen.secret_key, chosen.fallback_keys))
        note_progress("Checking emails, expired data, removed names and the last backup")
        yield database.check_outbox(session, now=now)
        yield database.check_expired_data(session, at=at, now=now)
        yield database.check_removals(session, removals)
        yield database.check_backup(session, at=at)
