"""The command line: ``cogwg demo | init | seed | serve | audit | briefing | plan | person | sessions | remind | mail | purge |
backup | restore | doctor | workbook | archive | commitments | privacy | each``.

An expected error is explained on standard error, without a traceback; the exit code is then 2.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NamedTuple

import click

from cogwg.cli.collection import paused_collection
from cogwg.core import logs
from cogwg.core.errors import ConfigurationError, Invalid, NotFound, UnsupportedVersion


class _Source(NamedTuple):
    """A command's module, which is imported only when the command is used, and the command's summary for the help."""

    module: str
    summary: str


COMMANDS = {
    "archive": _Source("archive", "Write what was published about a closed year to a folder, with a program that checks it."),
    "audit": _Source("audit", "Verify the audit log, and declare that a backup was restored."),
    "backup": _Source("backups", "Write a backup to a new FILE while people work, and check it."),
    "briefing": _Source("briefing", "Export briefings."),
    "commitments": _Source("commitments", "Import OGP commitments from a file."),
    "demo": _Source("serving", "Start a demo with the 2020 work plan and clearly marked sample reports."),
    "doctor": _Source("diagnosis", "Check the configuration, the database, email, the disk, the clock and the last backup."),
    "each": _Source("groups", "Run a COMMAND for each group of a FOLDER, one after another."),
    "init": _Source("database", "Create or upgrade the database, and store any missing files of finalized briefing versions."),
    "mail": _Source("mailing", "Manage the outbox."),
    "person": _Source(
        "people",
        "Add, list, deactivate and reactivate people, reset passwords and two-step sign-in, and export what is stored.",
    ),
    "plan": _Source("plans", "List the plans, and count what a carry-over would create."),
    "privacy": _Source(
        "purging", "Delete what identifies authors of comments from the public, at the end of its retention period."
    ),
    "publish": _Source(
        "publishing",
        "Publish commitments, a correction of a published quarter, or a closed quarter (by its last month, such as 2020-06).",
    ),
    "purge": _Source("purging", "Delete personal data that is past its retention period."),
    "remind": _Source("mailing", "Create the reminders and digests that are due, then send the emails waiting in the outbox."),
    "restore": _Source("backups", "Check the backup FILE and replace the database with it."),
    "seed": _Source("database", "Load the jurisdictions, the 2020 work plan, milestones and challenges, and standing slides."),
    "serve": _Source("serving", "Start the web server."),
    "sessions": _Source("sessions", "End everyone's sessions."),
    "workbook": _Source("workbook", "Write a workbook of reports, check one that was filled in, and save it."),
}


class Program(click.Group):
    """A group of commands that imports a command's module only when the command is used.

    Importing all the modules takes five times as long as showing the help.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with paused_collection():
            command: click.Command = getattr(import_module(f"cogwg.cli.{COMMANDS[cmd_name].module}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, source.summary) for name, source in COMMANDS.items()])


def _print_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        from cogwg.core.version import version_in_words

        click.echo(f"cogwg {version_in_words()}")
        ctx.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version.")
def cogwg() -> None:
    """Run the work plan tracker of the Canada Open Government Working Group."""


def main() -> None:
    """Run a command. If an expected error occurs, explain it without a traceback and exit with code 2."""
    logs.configure()
    try:
        cogwg(standalone_mode=True)
    except ConfigurationError as refusal:
        _exit_with_error(str(refusal))
    except NotFound as refusal:
        _exit_with_error(f"There is no {refusal}.")
    except UnsupportedVersion as refusal:
        _exit_with_error(str(refusal))
    except Invalid as refusal:
        _exit_with_error(" ".join(message.in_english for _, message in refusal.problems))
    except PermissionError as error:
        if error.filename is None:
            raise
        advice = "Run the command as the user who owns it, for example with “cogwg-run”."
        _exit_with_error(f"Could not use {error.filename}: {error.strerror}. {advice}")
    except Exception as error:
        from sqlalchemy.exc import DBAPIError  # imported already if it was raised

        if not isinstance(error, DBAPIError):
            raise
        from cogwg.core.db import reason_and_hint

        _exit_with_error(f"Could not use the database: {reason_and_hint(error)}")


def _exit_with_error(sentence: str) -> None:
    click.echo(f"cogwg: {sentence}", err=True)
    sys.exit(2)
