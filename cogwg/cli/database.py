"""``cogwg init`` creates or upgrades the database; ``cogwg seed`` loads the jurisdictions, the 2020 plan and its news."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.briefing.storing import store_earlier
from cogwg.cli import options
from cogwg.core import migration
from cogwg.core.db import write_transaction
from cogwg.seeding.plan_2020 import seed as load


@click.command()
@options.data
def init(data: Path | None) -> None:
    """Create or upgrade the database, and store any missing files of finalized briefing versions."""
    engine = options.open_engine(data, create_folder=True)
    migration.upgrade(engine)
    click.echo(f"The database is ready: {engine.url.render_as_string(hide_password=True)}")
    stored = store_earlier(engine, at=options.calendar(None).now())
    if stored.files:
        click.echo(f"Stored {_counted(stored.files, 'file')} for {_counted(stored.versions, 'finalized version')}.")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@click.command()
@options.data
@options.today
def seed(data: Path | None, today: str | None) -> None:
    """Load the jurisdictions, the 2020 work plan, milestones and challenges, and standing slides.

    Existing data is not changed.
    """
    engine = options.ready_engine(data)
    at = options.calendar(today).now()
    with Session(engine) as session, write_transaction(session):
        loaded = load(session, at=at)
    added = ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in asdict(loaded).items() if count)
    click.echo(f"Added {added}." if added else "All data is already loaded. Nothing changed.")
