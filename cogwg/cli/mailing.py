"""``cogwg remind`` for a daily cron line, and ``cogwg mail deliver`` for one of every few minutes."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.core import settings
from cogwg.core.calendar import Calendar, real_now
from cogwg.core.db import write
from cogwg.core.errors import Unusable
from cogwg.core.settings import LOOPBACK, Mail
from cogwg.mail.delivery import Delivered, Moot
from cogwg.mail.delivery import deliver as empty
from cogwg.mail.queries import due_letters
from cogwg.mail.rules import Trouble
from cogwg.mail.transport import Transport, transport
from cogwg.notices.cancellation import moot
from cogwg.notices.services import letters_due
from cogwg.notices.services import remind as write_due


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent, a line a mail, and change nothing.")
@options.data
@options.today
def remind(dry_run: bool, data: Path | None, today: str | None) -> None:
    """Write the reminders and digests that are due into the outbox, each once, and send what waits there."""
    site, days = settings.public_url(os.environ), settings.remind_days(os.environ)
    calendar = options.calendar(today)
    if dry_run:
        _say_what_would_go(options.ready_engine(data), calendar, days, site)
        return
    way = _way()
    engine = options.ready_engine(data)
    with Session(engine) as session, write(session):
        written = write_due(session, at=calendar.now(), now=real_now(), days=days, site=site)
    click.echo(f"Written: {len(written)}.")
    _tell(empty(engine, way, real_now, moot=_moot(calendar)))


@click.group()
def mail() -> None:
    """Work with the outbox."""


@mail.command()
@options.data
def deliver(data: Path | None) -> None:
    """Send what waits in the outbox, each letter once."""
    way = _way()
    calendar = options.calendar(None)
    _tell(empty(options.ready_engine(data), way, real_now, moot=_moot(calendar)))


def _moot(calendar: Calendar) -> Moot:
    return lambda session, letters: moot(session, letters, at=calendar.now())


def _way() -> Transport:
    """How mail leaves. Raises ``Unusable`` also when its links would lead to nobody but this machine."""
    chosen: Mail = settings.mail(os.environ)
    away = chosen.how == "smtp" and chosen.host not in LOOPBACK
    if away and not os.environ.get("COGWG_PUBLIC_URL", "").strip():
        raise Unusable("COGWG_PUBLIC_URL is not set; links in mail need the address people reach the product by.")
    return transport(chosen, click.echo)


def _say_what_would_go(engine: Engine, calendar: Calendar, days: tuple[int, ...], site: str) -> None:
    with Session(engine) as session:
        waiting = due_letters(session, real_now())
        void = moot(session, waiting, at=calendar.now())
        for letter in waiting:
            if letter.id not in void:
                click.echo(f"{letter.address}  waits: {letter.subject}")
        for post in letters_due(session, at=calendar.now(), days=days, site=site):
            click.echo(f"{post.address}  {post.kind}: {post.subject}")


def _tell(done: Delivered) -> None:
    click.echo(f"Sent: {done.sent}. To be tried again: {done.waiting}. Given up: {done.given_up}.")
    if done.withdrawn:
        click.echo(f"Withdrawn, because they are no longer needed: {done.withdrawn}.")
    if done.trouble is not None:
        words = done.trouble.trouble.words.en
        said = f" It said: {done.trouble.detail}" if done.trouble.detail else ""
        hint = " Nothing is lost; the next run tries again." if done.trouble.trouble is not Trouble.ADDRESS else ""
        click.echo(f"{words}{said}{hint}", err=True)
