"""``cogwg purge`` for a daily cron job: deletes personal data that is no longer needed."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.cli.reports import report
from cogwg.core.calendar import real_now
from cogwg.core.db import write_transaction
from cogwg.core.settings import data_folder, database_url
from cogwg.imports.failed_files import delete_failed_files, failed_files_folder
from cogwg.privacy.expiry import delete_expired


@click.command()
@options.quiet
@options.data
@options.today
def purge(quiet: bool, data: Path | None, today: str | None) -> None:
    """Delete personal data that is past its retention period.

    This concerns old emails, sign-in counters, expired sessions and links, tokens of submitted forms, unsaved text, uploaded
    files, and the addresses of deactivated accounts.
    """
    at, now = options.calendar(today).now(), real_now()
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        expired = delete_expired(session, by=SYSTEM, at=at, now=now)
    failed = delete_failed_files(failed_files_folder(database_url(os.environ, data), data or data_folder(os.environ)), now)
    accounts = expired.accounts
    deleted = {
        "Deleted emails": expired.messages,
        "Sign-in counters": accounts.counters,
        "Expired sessions and links": accounts.sessions + accounts.links + expired.answer_links,
        "Deactivated accounts cleared": accounts.addresses,
        "Tokens of submitted forms deleted": expired.forms,
        "Unsaved texts deleted": expired.texts,
        "Uploaded files deleted": expired.files + failed,
        "Pages of uploads deleted": expired.uploads,
    }
    if any(deleted.values()) or accounts.credentials or accounts.second_factors or accounts.openid_links:
        report(" ".join(f"{what}: {count}." for what, count in deleted.items()), quiet=quiet)
