"""Options that several commands share, and access to the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from cogwg.backup.locks import use_folder
from cogwg.core import schema, settings
from cogwg.core.calendar import Calendar
from cogwg.core.db import build_engine, require_file, require_utf8, sqlite_path
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import database_url, parse_day

if TYPE_CHECKING:
    from cogwg.accounts.models import Jurisdiction

Command = Callable[..., Any]
_WHOLE = 1000
"""More characters than the first sentence of any command's help has, so that it is shown whole."""


class CommandGroup(click.Group):
    """A group of commands whose help shows the whole summary of each command."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        shown = [(name, command.get_short_help_str(_WHOLE)) for name, command in commands if command and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(shown)


def data(command: Command) -> Command:
    """Add the option ``--data``: the folder of ``cogwg.db``. The option is ignored if ``COGWG_DATABASE_URL`` is set."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder that contains cogwg.db. Default: ./instance. Ignored if COGWG_DATABASE_URL is set.",
    )(command)


def today(command: Command) -> Command:
    """Add the option ``--today``: the day to use as the current one."""
    return click.option("--today", metavar="YYYY-MM-DD", help="Date to use as today. Default: the current date.")(command)


def quiet(command: Command) -> Command:
    """Add the option ``--quiet`` for cron, which emails all output."""
    return click.option("--quiet", is_flag=True, help="Print only what is wrong or was left undone, for cron.")(command)


def calendar(day: str | None) -> Calendar:
    """Return a calendar on which today is the day of ``--today``; without the option, the calendar that the environment sets.

    Raises ``ConfigurationError`` for an invalid day or setting.
    """
    return settings.calendar(os.environ) if day is None else Calendar.from_day(parse_day(day, "--today"))


def open_engine(folder: Path | None, *, create_folder: bool = False) -> Engine:
    """Return the engine of the database, after checking that it can be reached and is in UTF-8.

    With ``create_folder``, create the folder of an SQLite file first. The engine's connections are closed when the command
    ends, so that SQLite leaves one file; until then, no restore replaces the file. Raises ``ConfigurationError`` if a check
    fails, if the folder cannot be created, if a restore is running, or, without ``create_folder``, if the SQLite file does not
    exist.
    """
    url = database_url(os.environ, folder)
    path = sqlite_path(url)
    if path is not None and create_folder:
        make_folder(path.parent)
    elif path is not None:
        require_file(path)
    if path is not None:
        click.get_current_context().call_on_close(use_folder(path.parent))
    engine = build_engine(url)
    click.get_current_context().call_on_close(engine.dispose)
    require_utf8(engine)
    return engine


def ready_engine(folder: Path | None) -> Engine:
    """Return the engine of the database, checked as in ``open_engine``.

    Also raises ``ConfigurationError`` if the database does not have the schema of this version.
    """
    engine = open_engine(folder)
    schema.require_current_schema(engine)
    return engine


def unnamed_place(folder: Path | None) -> str:
    """Return a sentence on where the database is if neither ``--data`` nor a setting says so; otherwise ""."""
    if folder is not None or os.environ.get("COGWG_DATABASE_URL", "").strip() or os.environ.get("COGWG_DATA"):
        return ""
    return (
        f"COGWG_DATABASE_URL and COGWG_DATA are not set, so this is a separate database, in {Path('instance').resolve()}. To"
        " use the database of a site that is already set up, run “cogwg-run --owner …”, which uses the settings of the site."
    )


def find_jurisdiction(session: Session, code: str | None) -> Jurisdiction:
    """Return the jurisdiction with the code of ``--jurisdiction``. If there is none, raise ``ConfigurationError`` with the
    codes that exist.
    """
    from cogwg.accounts.queries import jurisdictions

    known = {each.code: each for each in jurisdictions(session, "en")}
    if code is not None and code.lower() in known:
        return known[code.lower()]
    if not known:
        raise ConfigurationError("There are no jurisdictions yet. Add one on the site first.")
    problem = f"There is no jurisdiction {code}." if code else "This role is for a jurisdiction, so --jurisdiction is required."
    raise ConfigurationError(f"{problem} Use {', '.join(f'{key} ({each.name.en})' for key, each in known.items())}.")


def make_folder(folder: Path) -> None:
    """Create the data folder. Raises ``ConfigurationError`` if that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"Could not create the data folder {folder}: {error.strerror}.") from None
