"""``cogwg serve`` starts the production server, and ``cogwg demo`` a demo of the product.

If ``--today`` sets another date, the offset of the product's calendar is computed once, here, and passed to every worker
through the environment.
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.passwords import Passwords
from cogwg.accounts.second_factor import reseal_apps, store_resealed
from cogwg.backup.locks import use_folder
from cogwg.cli import options
from cogwg.cli.kept_sessions import end_other_sessions, keep_sessions, sessions_file
from cogwg.cli.progress import shown_progress
from cogwg.cli.reports import is_at_terminal
from cogwg.cli.running_servers import among_servers, count_connections
from cogwg.core.calendar import Calendar, real_now
from cogwg.core.db import build_engine, checkpoint, sqlite_version, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.sealing import Sealer
from cogwg.core.secret_key import new_secret_key
from cogwg.core.settings import (
    NO_PUBLIC_URL,
    Settings,
    data_folder,
    database_url,
    parse_day,
    read_settings,
    server_port,
    worker_count,
)
from cogwg.core.web_addresses import LOOPBACK
from cogwg.doctor.database import check_secret_key
from cogwg.doctor.results import Level
from cogwg.server import memory
from cogwg.server.listener import Listener

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("cogwg.server")
SQLITE_SLOTS = 1
"""How many requests a worker runs at once. More would wait for SQLite's locks and for each other. With 16 people saving, the
99th percentile of the time per request was 950 ms with 8 slots, and 150 ms with one slot, which also allowed 25% more saves a
second."""
POSTGRESQL_SLOTS = 8
"""How many requests a worker runs at once on PostgreSQL, which has no such lock: other requests can run while one waits for
the database."""
DEMO_DAY = "2020-09-24"
NO_PROXY = (
    "COGWG_PROXIES is 0, so the server expects people to reach it without a proxy: it ends slow connections itself, and uses "
    "the IP address of a connection as the client's. If there is a proxy, set COGWG_PROXIES=1; otherwise everyone shares the "
    "proxy's address and one limit on failed sign-ins."
)
RESEALED = "Secrets of authenticator apps encrypted with the new COGWG_SECRET_KEY: %d."
NO_PUBLIC_URL_FOR_COMMANDS = (
    "Set it to the web address of the site, for the server and for the commands that write emails, such as “cogwg remind”."
)
NOT_THE_KEPT_SESSIONS = (
    "They are not the sessions stored when the server last stopped: it did not stop properly, or the database was restored "
    "or changed."
)
NOT_ONE_FILE = (
    "Another program has the database open, so the latest changes are still in the file that ends in -wal. "
    "Copy the database only as docs/how-to/run.md says."
)


@click.command()
@options.data
@options.today
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="Default: COGWG_PORT, or 8000.")
def serve(data: Path | None, today: str | None, host: str, port: int | None) -> None:
    """Start the web server.

    COGWG_SECRET_KEY must be set. If COGWG_PUBLIC_URL is not set, the links in emails start with the server's own address.
    """
    port = port or server_port(os.environ)
    os.environ["COGWG_PORT"] = str(port)  # the settings page shows it
    os.environ["COGWG_DATABASE_URL"] = database_url(os.environ, data)
    if today is not None:
        _export_calendar_offset(options.calendar(today))
    if host not in LOOPBACK and not read_settings().secure:
        raise ConfigurationError(f"Other machines can reach --host {host}. Use https and set COGWG_SECURE=1.")
    has_public_url = bool(os.environ.get("COGWG_PUBLIC_URL", "").strip())
    if not has_public_url and host in LOOPBACK:
        os.environ["COGWG_PUBLIC_URL"] = _local_url(host, port)
    with _listening(host, port) as listener:
        options.ready_engine(data).dispose()
        _run_server(listener, has_public_url=has_public_url)


@click.command()
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=Path("instance"), help="Folder for the demo databases."
)
@click.option("--today", default=DEMO_DAY, show_default=True, metavar="YYYY-MM-DD", help="Date to use as today.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Delete the demo database of this date and build a new one.")
def demo(data: Path, today: str, host: str, port: int, reset: bool) -> None:
    """Start a demo with the 2020 work plan and clearly marked sample reports, on this machine only."""
    if host not in LOOPBACK:
        raise ConfigurationError(f"The demo runs on this machine only. --host {host} is not a loopback address. Use 127.0.0.1.")
    day = parse_day(today, "--today")
    os.environ["COGWG_PORT"] = str(port)
    read_settings({**os.environ, "COGWG_DEMO": "1"})
    with _listening(host, port) as listener:
        with shown_progress():
            _prepare_demo(data, day, f"{_local_url(host, port)}/", reset=reset)
        _run_server(listener)


def _local_url(host: str, port: int) -> str:
    return f"http://{'[::1]' if host == '::1' else host}:{port}"


@contextmanager
def _listening(host: str, port: int) -> Iterator[Listener]:
    """Listen on this address and port during the block.

    Commands do this before anything else, so that a second server on the same port stops before it changes data. Until the
    server runs, SIGTERM ends the process at once. It does not raise an exception such as ``SystemExit``, which would be lost
    if the signal came while Python runs a finalizer. A database transaction that is interrupted is rolled back when the file
    is next opened.
    """
    previous = signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        with closing(Listener(host, port, workers=worker_count(os.environ))) as listener:
            yield listener
    finally:
        signal.signal(signal.SIGTERM, previous)


def _prepare_demo(data: Path, day: date, address: str, *, reset: bool) -> None:
    """Prepare the database and the environment of the demo, and print how to use it."""
    calendar = Calendar.from_day(day)
    options.make_folder(data)
    click.get_current_context().call_on_close(use_folder(data))
    file = data.resolve() / f"demo-{day.isoformat()}.db"
    if reset:
        for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            part.unlink(missing_ok=True)
    password = os.environ.get("COGWG_DEMO_PASSWORD") or secrets.token_urlsafe(12)
    url = f"sqlite:///{file}"
    people = _prepare_demo_database(url, calendar, password)
    os.environ.update(COGWG_DATABASE_URL=url, COGWG_DEMO="1")
    os.environ.setdefault("COGWG_SECRET_KEY", new_secret_key())
    os.environ.setdefault("COGWG_PUBLIC_URL", address.rstrip("/"))
    _export_calendar_offset(calendar)
    _print_demo_instructions(address, url, day.isoformat(), people, password)


def _prepare_demo_database(url: str, calendar: Calendar, password: str) -> list[str]:
    """Upgrade a demo database, load the demo's data, and set the password of its people; return their email addresses."""
    from cogwg.briefing.storing import store_earlier
    from cogwg.core.migration import upgrade
    from cogwg.seeding.commitments import seed_demo_commitments
    from cogwg.seeding.demo import (
        seed_demo_briefing,
        seed_demo_commitment_people,
        seed_demo_commitment_publications,
        seed_demo_news,
        seed_demo_people,
        seed_demo_publications,
        seed_demo_reports,
    )
    from cogwg.seeding.engagement import (
        seed_demo_cycle_publications,
        seed_demo_engagement,
        seed_demo_engagement_people,
    )
    from cogwg.seeding.heard import seed_demo_heard
    from cogwg.seeding.plan_2020 import adoption_noon, seed

    engine = build_engine(url)
    try:
        upgrade(engine)
        hashed = Passwords().hash(password)
        at = calendar.now()
        note_progress("Loading the plan and the sample reports")
        with Session(engine) as session, write_transaction(session):
            seed(session, at=min(at, adoption_noon()))
            seed_demo_commitments(session, at=min(at, adoption_noon()))
            seed_demo_engagement(session, at=min(at, adoption_noon()))
            seeded = [
                *seed_demo_people(session, hashed, at=at),
                *seed_demo_commitment_people(session, hashed, at=at),
                *seed_demo_engagement_people(session, hashed, at=at),
            ]
            people = [person.email for person in seeded]
            seed_demo_reports(session, up_to=calendar.today())
            note_progress("Preparing the sample briefing and what is published")
            seed_demo_briefing(session, today=calendar.today())
            seed_demo_news(session, up_to=calendar.today())
            seed_demo_publications(session, up_to=calendar.today())
            seed_demo_commitment_publications(session, up_to=calendar.today())
            seed_demo_cycle_publications(session, up_to=calendar.today())
            seed_demo_heard(session, up_to=calendar.today())
        store_earlier(engine, at=at)
    finally:
        engine.dispose()
    return people


def _print_demo_instructions(address: str, url: str, today: str, people: list[str], password: str) -> None:
    click.echo(f"cogwg demo at {address}  (today is {today}; the reports are fictional samples)")
    click.echo(f"\nSign in with one of these email addresses and the password: {password}")
    for email in people:
        click.echo(f"  {email}")
    click.echo(f"\nTo use this database with other commands:\n  export COGWG_DATABASE_URL={url}")
    click.echo(f"  export COGWG_PUBLIC_URL={os.environ['COGWG_PUBLIC_URL']}")
    click.echo("\nThen, to print the emails that are waiting (without the date, reminders of the demo would be too old):")
    click.echo(f"  COGWG_MAIL=console cogwg mail deliver --today {today}\n")


def _export_calendar_offset(calendar: Calendar) -> None:
    os.environ["COGWG_CALENDAR_OFFSET"] = str(calendar.offset.total_seconds())


def _run_server(listener: Listener, *, has_public_url: bool = True) -> None:
    """Serve until a signal ends the server.

    Before that, check the settings, so that an invalid one is reported in a sentence instead of crashing a worker; encrypt the
    secrets of authenticator apps with the newest secret key; and, unless another server is running, end sessions that may come
    from a backup. At the end, keep the sessions for the next start, and merge the files of an SQLite database into one.
    """
    from cogwg.app import create_app, require_ready_database
    from cogwg.server.supervisor import Supervisor
    from cogwg.web.http.database import db
    from cogwg.web.http.preserved_form import MAX_RETURNED_BYTES

    url = os.environ["COGWG_DATABASE_URL"]
    app = create_app()
    settings: Settings = app.extensions["cogwg.settings"]
    is_sqlite = url.startswith("sqlite")
    if not settings.demo:
        _log_start(settings, listener, is_sqlite=is_sqlite, has_public_url=has_public_url)
    stored = sessions_file(url, data_folder(os.environ))
    with _engine(url) as engine:
        with Session(engine) as session:
            sealer = Sealer(settings.secret_key, settings.fallback_keys)
            key = check_secret_key(session, sealer)
            if settings.fallback_keys:
                resealed = reseal_apps(session, sealer)
                session.rollback()
                if resealed:
                    with write_transaction(session):
                        store_resealed(session, resealed)
                    log.info(RESEALED, len(resealed))
        if key.level is Level.WRONG:
            log.error("COGWG_SECRET_KEY: %s", key.sentence)

    def end_sessions_of_a_backup() -> None:
        with _engine(url) as engine:
            if ended := end_other_sessions(engine, stored, at=settings.calendar.now()):
                log.info("Sessions ended: %d. %s", ended, NOT_THE_KEPT_SESSIONS)

    def load_app() -> Flask:
        """Check the database in this worker, and return the application, which the workers share in memory."""
        require_ready_database(app)
        with app.app_context():
            count_connections(db.engine)
        return app

    if settings.demo or is_at_terminal():
        click.echo("Press Ctrl+C to stop.")
    with among_servers(url, end_sessions_of_a_backup):
        memory.return_large_blocks()
        gc.freeze()  # garbage collection skips the objects loaded so far, so workers share their memory and exit faster
        supervisor = Supervisor(
            listener,
            load_app,
            workers=settings.workers,
            slots=SQLITE_SLOTS if is_sqlite else POSTGRESQL_SLOTS,
            max_body=MAX_RETURNED_BYTES,
            is_behind_proxy=settings.proxy_count > 0,
        )
        app.extensions["cogwg.worker_restarts"] = supervisor.restarts.read
        try:
            supervisor.run()
        finally:
            with suppress(DBAPIError), _engine(url) as engine:
                keep_sessions(engine, stored, now=real_now())
            if not checkpoint(url):
                log.warning(NOT_ONE_FILE)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    """Open an engine for the block, then close its connections, so that none is open when workers start."""
    engine = build_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _log_start(settings: Settings, listener: Listener, *, is_sqlite: bool, has_public_url: bool) -> None:
    log.info("Listening on %s, port %d. Workers: %d.", listener.host, listener.port, settings.workers)
    if is_sqlite:
        version, affected = sqlite_version()
        if affected:
            log.warning(
                "SQLite %s has a rare checkpoint bug, fixed in 3.51.3. Install pysqlite3 if a wheel is available.", version
            )
        else:
            log.info("SQLite %s.", version)
    if not has_public_url:
        log.warning("%s %s", NO_PUBLIC_URL.format(settings.public_url), NO_PUBLIC_URL_FOR_COMMANDS)
    if not settings.proxy_count:
        log.warning(NO_PROXY)
