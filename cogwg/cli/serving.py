"""``cogwg serve`` and ``cogwg demo``: start the production server with two worker processes.

The offset of the product's calendar is computed here once, and passed to every worker through the environment.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.accounts.passwords import Passwords
from cogwg.cli import options
from cogwg.core import migration
from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, sqlite_version, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import LOOPBACK, database_url, new_secret_key, parse_day, read_settings

WORKERS = 2
# Threads are for waiting, not for speed: a request whose body stalls occupies a thread until it ends. With 1 thread per
# worker, six stalled uploads blocked all users; with 8 they block none, and pages are as fast (python -m tests.bench threads).
THREADS = 8
DEMO_DAY = "2020-09-24"


@click.command()
@options.data
@options.today
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(data: Path | None, today: str | None, host: str, port: int) -> None:
    """Start the web server."""
    os.environ["COGWG_DATABASE_URL"] = database_url(os.environ, data)
    if today is not None:
        _export_calendar_offset(options.calendar(today))
    if host not in LOOPBACK and not read_settings().secure:
        raise ConfigurationError(f"Other machines can reach --host {host}. Use https and set COGWG_SECURE=1.")
    options.ready_engine(data).dispose()
    _run_server(host, port)


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
    calendar = Calendar.from_day(day)
    options.make_folder(data)
    file = data.resolve() / f"demo-{day.isoformat()}.db"
    if reset:
        for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            part.unlink(missing_ok=True)
    password = os.environ.get("COGWG_DEMO_PASSWORD") or secrets.token_urlsafe(12)
    url = f"sqlite:///{file}"
    people = _prepare_demo_database(url, calendar, password)
    os.environ.update(COGWG_DATABASE_URL=url, COGWG_DEMO="1")
    os.environ.setdefault("COGWG_SECRET_KEY", new_secret_key())
    _export_calendar_offset(calendar)
    _print_demo_instructions(f"http://{'[::1]' if host == '::1' else host}:{port}/", url, today, people, password)
    _run_server(host, port)


def _prepare_demo_database(url: str, calendar: Calendar, password: str) -> list[str]:
    """Upgrade and fill a demo database, and set the password of the demo's people; return their email addresses, in order."""
    from cogwg.briefing.storing import store_earlier
    from cogwg.seeding.demo import seed_demo_briefing, seed_demo_news, seed_demo_people, seed_demo_reports
    from cogwg.seeding.plan_2020 import seed

    engine = build_engine(url)
    migration.upgrade(engine)
    hashed = Passwords().hash(password)
    at = calendar.now()
    with Session(engine) as session, write_transaction(session):
        seed(session, at=at)
        people = [person.email for person in seed_demo_people(session, hashed, at=at)]
        seed_demo_reports(session, up_to=calendar.today())
        seed_demo_briefing(session, today=calendar.today())
        seed_demo_news(session, up_to=calendar.today())
    store_earlier(engine, at=at)
    engine.dispose()
    return people


def _print_demo_instructions(address: str, url: str, today: str, people: list[str], password: str) -> None:
    click.echo(f"cogwg demo at {address}  (today is {today}; the reports are fictional samples)")
    click.echo(f"\nSign in with one of these email addresses and the password: {password}")
    for email in people:
        click.echo(f"  {email}")
    click.echo(f"\nTo use this database with other commands:\n  export COGWG_DATABASE_URL={url}\n")


def _export_calendar_offset(calendar: Calendar) -> None:
    os.environ["COGWG_CALENDAR_OFFSET"] = str(calendar.offset.total_seconds())


def _run_server(host: str, port: int) -> None:
    """Start the server, after checking the settings once, so that an error is one sentence rather than a crashing worker."""
    from granian import Granian
    from granian.constants import Interfaces

    from cogwg.app import create_app

    create_app()
    version, affected = sqlite_version()
    note = " (has a rare checkpoint bug, fixed in 3.51.3; install pysqlite3 if a wheel is available)" if affected else ""
    if os.environ["COGWG_DATABASE_URL"].startswith("sqlite"):
        click.echo(f"SQLite {version}{note}")
    click.echo("Press Ctrl+C to stop.")
    logging.getLogger("_granian").addFilter(_is_worth_logging)
    Granian(
        "cogwg.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return False for the server's warning that there are more threads than cores, because that is intended."""
    return "Python threads" not in record.getMessage()
