"""``cogwg sessions end``: end every session, and revoke every link to set a password and every private link in reminders.

Use this after restoring a backup, or after data was stolen.
"""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.accounts.services import end_all_sessions, revoke_all_links
from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.core.db import write_transaction
from cogwg.reporting.answer_links import revoke_all_answer_links


@click.group(cls=options.CommandGroup)
def sessions() -> None:
    """End everyone's sessions."""


@sessions.command()
@options.data
@options.today
def end(data: Path | None, today: str | None) -> None:
    """End every session and revoke every unused link to set a password. People must then sign in again.

    The private links in reminders are revoked, too.
    """
    at = options.calendar(today).now()
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        ended = end_all_sessions(session, by=SYSTEM, at=at)
        revoked = revoke_all_links(session, by=SYSTEM, at=at)
        private = revoke_all_answer_links(session, by=SYSTEM, at=at)
    click.echo(f"Sessions ended: {ended}. Links to set a password revoked: {revoked}. Private links revoked: {private}.")
