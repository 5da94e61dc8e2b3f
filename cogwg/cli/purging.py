"""``cogwg purge`` for a daily cron job deletes personal data that is no longer needed.

``cogwg privacy purge`` does the part that is about comments from the public, and can show in advance what it would do.
"""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.backup.removals import keep_removals, removals_file, stored_removals
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.cli.reports import report
from cogwg.core.calendar import real_now
from cogwg.core.db import write_transaction
from cogwg.core.progress import note_progress
from cogwg.core.scrubbing import scrub
from cogwg.core.settings import data_folder, database_url
from cogwg.engagement.identifiers import DueCycle
from cogwg.imports.failed_files import delete_failed_files, failed_files_folder
from cogwg.privacy.comment_purge import TABLES, comments_due, numbers_in_words, purge_comments
from cogwg.privacy.expiry import delete_expired


@click.command()
@options.quiet
@options.data
@options.today
@shows_progress
def purge(quiet: bool, data: Path | None, today: str | None) -> None:
    """Delete personal data that is past its retention period.

    This concerns old emails, sign-in counters, expired sessions and links, tokens of submitted forms, unsaved text, uploaded
    files, the email addresses of deactivated accounts, and what identifies the authors of comments from the public.
    """
    at, now = options.calendar(today).now(), real_now()
    engine = options.ready_engine(data)
    note_progress("Deleting data that is past its retention period")
    with Session(engine) as session, write_transaction(session):
        expired = delete_expired(session, by=SYSTEM, at=at, now=now)
    if expired.comments:
        finish_comment_purge(engine)
    failed = delete_failed_files(failed_files_folder(database_url(os.environ, data), data or data_folder(os.environ)), now)
    accounts = expired.accounts
    deleted = {
        "Deleted emails": expired.messages,
        "Sign-in counters": accounts.counters,
        "Expired sessions and links": accounts.sessions + accounts.links + expired.answer_links,
        "Addresses of deactivated accounts deleted": accounts.addresses,
        "Tokens of submitted forms deleted": expired.forms,
        "Unsaved texts deleted": expired.texts,
        "Uploaded files deleted": expired.files + failed,
        "Pages of uploads deleted": expired.uploads,
        "Author data deleted from comments": expired.comments,
    }
    if any(deleted.values()) or accounts.credentials or accounts.second_factors or accounts.openid_links:
        report(" ".join(f"{what}: {count}." for what, count in deleted.items()), quiet=quiet)


@click.group(cls=options.CommandGroup)
def privacy() -> None:
    """Delete what identifies authors of comments from the public, at the end of its retention period."""


@privacy.command(name="purge")
@click.option("--dry-run", is_flag=True, help="Print what would be deleted, and change nothing.")
@options.quiet
@options.data
@options.today
@shows_progress
def purge_authors(dry_run: bool, quiet: bool, data: Path | None, today: str | None) -> None:
    """Delete what identifies the authors of comments, 18 months after the completion of their cycle.

    Comments under a legal hold are not changed. The database's files are then rewritten, so that the deleted data does not
    remain in their unused space. The daily “cogwg purge” does the same.
    """
    at = options.calendar(today).now()
    engine = options.ready_engine(data)
    note_progress("Looking for comments that are past their retention period")
    with Session(engine) as session:
        cycles = comments_due(session, at=at)
        sentences = [*map(_due_sentence, cycles), *(["Nothing was changed."] if dry_run else [])]
        if not quiet or dry_run:
            click.echo("\n".join(filter(None, sentences)))
        if dry_run:
            return
        note_progress("Deleting author data from comments")
        with write_transaction(session):
            purged = purge_comments(session, by=SYSTEM, at=at)
    finish_comment_purge(engine)
    report(
        f"Author data deleted from comments: {purged.comments}. Emails: {purged.emails}. Published names: {purged.published}. "
        f"Uploaded files: {purged.files}. Unsaved texts: {purged.texts}.",
        quiet=quiet,
    )


def _due_sentence(cycle: DueCycle) -> str:
    due = f"{cycle.key}, kept until {cycle.ended_on}: comments {numbers_in_words(cycle.due).replace(' ', ', ') or 'none'}."
    return f"{due} On legal hold: {len(cycle.held)}." if cycle.held else due


def finish_comment_purge(engine: Engine) -> None:
    """Record the purge, so that it is repeated after a restore of an older backup, and remove what was deleted from the
    database's files.
    """
    with engine.connect() as connection:
        stored = stored_removals(connection)
    file = removals_file(engine.url.render_as_string(hide_password=False), data_folder(os.environ))
    for warning in filter(None, (keep_removals(stored, file), scrub(engine, TABLES))):
        click.echo(warning, err=True)
