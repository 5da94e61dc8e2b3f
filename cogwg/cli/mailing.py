"""``cogwg remind`` for a daily cron job, and ``cogwg mail deliver`` for a cron job every few minutes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.cli.reports import report, report_problem
from cogwg.core import settings
from cogwg.core.calendar import Calendar, real_now
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.settings import MailSettings, SiteSettings
from cogwg.core.web_addresses import LOOPBACK
from cogwg.mail.delivery import DeliveryResult, FindCancelled
from cogwg.mail.delivery import deliver as empty
from cogwg.mail.queries import due_messages
from cogwg.mail.rules import FailureKind
from cogwg.mail.services import retry_given_up
from cogwg.mail.transport import Transport, create_transport
from cogwg.notices.cancellation import cancelled_messages
from cogwg.notices.reminders import due_emails
from cogwg.notices.reminders import write_reminders as write_due
from cogwg.site_settings.queries import stored_in_site


@click.command()
@click.option("--dry-run", is_flag=True, help="List the emails that would be sent, without sending them.")
@options.quiet
@options.data
@options.today
@shows_progress
def remind(dry_run: bool, quiet: bool, data: Path | None, today: str | None) -> None:
    """Create the reminders and digests that are due, then send the emails waiting in the outbox."""
    site, fixed = settings.public_url(os.environ), settings.fixed_in_site(os.environ)
    calendar = options.calendar(today)
    note_progress("Looking for reminders that are due")
    if dry_run:
        _print_pending_mail(options.ready_engine(data), calendar, fixed, site)
        return
    way = _mail_transport()
    engine = options.ready_engine(data)
    with Session(engine) as session, write_transaction(session):
        written = write_due(session, at=calendar.now(), now=real_now(), site=site, **_reminder_settings(session, fixed))
    if written:
        report(f"Added to the outbox: {len(written)}.", quiet=quiet)
        if not os.environ.get("COGWG_PUBLIC_URL", "").strip():
            report(settings.NO_PUBLIC_URL.format(site))
    _report_result(empty(engine, way, real_now, find_cancelled=_find_cancelled(calendar)), quiet=quiet)


@click.group(cls=options.CommandGroup)
def mail() -> None:
    """Manage the outbox."""


@mail.command()
@options.quiet
@options.data
@options.today
@shows_progress
def deliver(quiet: bool, data: Path | None, today: str | None) -> None:
    """Send the emails waiting in the outbox."""
    way = _mail_transport()
    calendar = options.calendar(today)
    _report_result(empty(options.ready_engine(data), way, real_now, find_cancelled=_find_cancelled(calendar)), quiet=quiet)


@mail.command()
@options.data
@options.today
def retry(data: Path | None, today: str | None) -> None:
    """Put failed emails back into the outbox, for example after you correct a setting."""
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        count = retry_given_up(session, by=SYSTEM, at=options.calendar(today).now(), now=real_now())
    report(f"To retry: {count}. Use “cogwg mail deliver” to send them." if count else "No emails have failed.")


def _find_cancelled(calendar: Calendar) -> FindCancelled:
    return lambda session, messages: cancelled_messages(session, messages, at=calendar.now())


def _mail_transport() -> Transport:
    """Return the transport that the settings choose.

    Raises ``ConfigurationError`` if email is not configured, or if the mail server is on another machine and
    ``COGWG_PUBLIC_URL`` is not set: the links in emails would then work only on this machine.
    """
    chosen: MailSettings = settings.mail_settings(os.environ)
    is_remote = chosen.method == "smtp" and chosen.host not in LOOPBACK
    if is_remote and not os.environ.get("COGWG_PUBLIC_URL", "").strip():
        raise ConfigurationError("COGWG_PUBLIC_URL is not set. Set it to the web address of the site, for the links in emails.")
    return create_transport(chosen, click.echo)


def _reminder_settings(session: Session, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the days on which reminders are sent, and whether they have private links, as parameters.

    What the environment sets overrides what is set in the site.
    """
    in_force = replace(SiteSettings(), **{**stored_in_site(session), **fixed})
    return {"days": in_force.reminder_days, "has_links": in_force.answer_links}


def _print_pending_mail(engine: Engine, calendar: Calendar, fixed: Mapping[str, Any], site: str) -> None:
    with Session(engine) as session:
        messages = due_messages(session, real_now())
        cancelled = cancelled_messages(session, messages, at=calendar.now())
        for message in messages:
            if message.id not in cancelled:
                click.echo(f"{message.address}  waiting: {message.subject}")
        for email in due_emails(session, at=calendar.now(), site=site, **_reminder_settings(session, fixed)):
            click.echo(f"{email.address}  {email.kind}: {email.subject}")


def _report_result(result: DeliveryResult, *, quiet: bool) -> None:
    """Report the result of a delivery. If there was nothing to send, print nothing, because cron emails all output.

    With ``quiet``, report only what was not sent.
    """
    if result.sent or result.waiting or result.given_up:
        is_complete = not (result.waiting or result.given_up)
        report(f"Sent: {result.sent}. To retry: {result.waiting}. Failed: {result.given_up}.", quiet=quiet and is_complete)
    if result.cancelled:
        report(f"Cancelled because they are no longer needed: {result.cancelled}.", quiet=quiet)
    if result.last_error is not None:
        words = result.last_error.kind.label.en
        origin = "Error" if result.last_error.kind is FailureKind.INTERNAL else "Server response"
        response = f" {origin}: {result.last_error.detail}" if result.last_error.detail else ""
        hint = "" if result.last_error.kind.is_final or not result.waiting else " The next run will try again."
        report_problem(f"{words}{hint}{response}")
