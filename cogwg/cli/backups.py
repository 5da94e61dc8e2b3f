"""``cogwg backup`` writes a checked backup while people work; ``cogwg restore`` puts one in place of the database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cogwg.backup import services
from cogwg.backup.locks import own_folder
from cogwg.backup.removals import removals_file
from cogwg.backup.sqlite import IN_USE
from cogwg.briefing.storing import store_earlier
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, require_utf8, sqlite_path
from cogwg.core.schema import head
from cogwg.core.settings import data_folder, database_url

RE_ANCHOR = 'cogwg audit re-anchor --reason "…" --by ADDRESS, the address of a person of the secretariat.'
NO_REMOVALS = (
    "There is no cogwg.removals in {}. Names that were removed after this backup are back. If any were removed, copy the"
    " cogwg.removals of the newest backup into this folder and restore again with --replace, before the server starts."
)
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@FILE
@click.option("--for-drill", is_flag=True, help="FILE will soon be deleted, so do not count it as the last backup.")
@options.quiet
@options.data
@options.today
@shows_progress
def backup(file: Path, for_drill: bool, quiet: bool, data: Path | None, today: str | None) -> None:
    """Write a backup to a new FILE while people work, and check it. FILE is created only if it is complete."""
    at = options.calendar(today).now()
    engine = options.open_engine(data)
    url = engine.url.render_as_string(hide_password=False)
    removals = removals_file(url, data_folder(os.environ))
    written = services.back_up(engine, file.absolute(), removals, at=at, for_drill=for_drill)
    if not quiet:
        click.echo(f"Wrote and checked {file}: {_size(written.size)}, {written.contents}.")
        if written.unchecked:
            click.echo(written.unchecked)
    _warn_of_fault(written.contents.fault)
    for warning in written.warnings:
        click.echo(warning, err=True)


@click.command()
@FILE
@click.option("--replace", is_flag=True, help="Replace a database that holds data.")
@click.option("--discard-newer", is_flag=True, help="Replace it even if it holds events that are newer than FILE.")
@options.data
@options.today
@shows_progress
def restore(file: Path, replace: bool, discard_newer: bool, data: Path | None, today: str | None) -> None:
    """Check the backup FILE and replace the database with it. Stop the server first.

    An older schema is upgraded. Everyone's sessions end, unused links are revoked, and names that were removed since the
    backup are removed again.
    """
    at = options.calendar(today).now()
    url = database_url(os.environ, data)
    path = sqlite_path(url)
    if path is not None:
        options.make_folder(path.parent)
        click.get_current_context().call_on_close(own_folder(path.parent, IN_USE))
    contents = services.verify(file)
    click.echo(f"{file} is complete: {_size(file.stat().st_size)}, {contents}.")
    engine = build_engine(url)
    click.get_current_context().call_on_close(engine.dispose)
    if path is None:
        require_utf8(engine)
    removals = removals_file(url, data_folder(os.environ))
    done = services.restore(
        engine, file, contents, removals, may_replace=replace, may_discard=discard_newer, at=at, now=real_now()
    )
    if contents.revision != head():
        store_earlier(engine, at=at)
    outcome = done.outcome
    click.echo(
        f"Restored. Sessions ended: {outcome.sessions}. Links to set a password revoked: {outcome.links}. "
        f"Private links revoked: {outcome.private_links}. "
        f"Names removed again: {outcome.removals}."
    )
    if done.discarded is not None:
        click.echo(f"The earlier database held {done.discarded}.")
    if note := options.unnamed_place(data):
        click.echo(note)
    if outcome.comments:
        click.echo(f"Author data deleted from comments: {outcome.comments}.")
    if not done.knows_removals:
        click.echo(NO_REMOVALS.format(file.absolute().parent), err=True)
    click.echo(f"Before the server starts, declare the restore: {RE_ANCHOR}")
    if done.old_file is not None:
        click.echo(f"The earlier database is {done.old_file}. Delete it when you no longer need it: it holds personal data.")
    _warn_of_fault(done.fault)
    if done.warning:
        click.echo(done.warning, err=True)


def _warn_of_fault(fault: str) -> None:
    if fault:
        click.echo(f"The audit log in the backup has a fault. {fault} Run “cogwg audit verify”.", err=True)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
