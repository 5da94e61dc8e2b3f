"""``cogwg init`` creates or upgrades the database; ``cogwg seed`` loads the jurisdictions, the 2020 plan and its news."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.first_account import create_setup_link
from cogwg.backup.postgresql import require_unused
from cogwg.briefing.storing import store_earlier
from cogwg.cli import options
from cogwg.cli.people import ADDRESS_OPTION, link_note
from cogwg.cli.progress import shows_progress
from cogwg.core import migration
from cogwg.core.calendar import real_now
from cogwg.core.db import reason_and_hint, require_writable, sqlite_path, write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.schema import current_revision, head
from cogwg.core.settings import database_url, read_settings
from cogwg.seeding.plan_2020 import seed as load

FIRST_HOUR = "New to cogwg? docs/tutorial/first-hour.md leads from here to a public quarter (en français : premiere-heure.md)."


@click.command()
@ADDRESS_OPTION
@options.data
@shows_progress
def init(address: str, data: Path | None) -> None:
    """Create or upgrade the database, and store any missing files of finalized briefing versions.

    As long as there is no account, also print a link that creates the first one. If a setting that “cogwg serve” requires is
    missing or invalid, such as COGWG_SECRET_KEY, say so. On PostgreSQL, an upgrade is refused while the server runs.
    """
    path = sqlite_path(database_url(os.environ, data))
    is_new = path is not None and not os.path.exists(path)
    engine = options.open_engine(data, create_folder=True)
    require_writable(engine)
    if engine.dialect.name == "postgresql" and current_revision(engine) not in (None, head()):
        with engine.connect() as connection:
            require_unused(connection)
    try:
        migration.upgrade(engine)
    except DBAPIError as error:
        raise ConfigurationError(
            f"Could not create or upgrade the tables. Nothing was changed. {reason_and_hint(error)}"
        ) from None
    click.echo(f"The database is ready: {engine.url.render_as_string(hide_password=True)}")
    if is_new and (note := options.unnamed_place(data)):
        click.echo(note)
    stored = store_earlier(engine, at=options.calendar(None).now())
    if stored.files:
        click.echo(f"Stored {_counted(stored.files, 'file')} for {_counted(stored.versions, 'finalized version')}.")
    with Session(engine) as session, write_transaction(session):
        token = create_setup_link(session, at=options.calendar(None).now(), now=real_now())
    if token:
        click.echo("There is no account yet. To create the first one, for the secretariat, open this link:")
        click.echo(f"{address.rstrip('/')}/en/setup/{token}")
        click.echo(link_note(address))
        click.echo(FIRST_HOUR)
    try:
        read_settings()
    except ConfigurationError as problem:
        click.echo(f"Before you run “cogwg serve”: {problem}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@click.command()
@options.data
@options.today
@shows_progress
def seed(data: Path | None, today: str | None) -> None:
    """Load the jurisdictions, the 2020 work plan, milestones and challenges, and standing slides.

    Existing data is not changed.
    """
    engine = options.ready_engine(data)
    at = options.calendar(today).now()
    note_progress("Loading the plan, milestones and slides")
    with Session(engine) as session, write_transaction(session):
        loaded = load(session, at=at)
    added = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in asdict(loaded).items() if count)
    click.echo(f"Added {added}." if added else "All data is already loaded. Nothing changed.")
