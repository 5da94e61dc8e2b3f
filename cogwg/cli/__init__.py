"""The command line: ``cogwg demo | init | seed | serve | briefing | person | sessions | remind | mail | purge``.

Every error is one sentence on standard error with exit code 2; users never see a traceback.
"""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import DBAPIError

from cogwg.cli.briefing import briefing
from cogwg.cli.database import init, seed
from cogwg.cli.mailing import mail, remind
from cogwg.cli.people import person
from cogwg.cli.purging import purge
from cogwg.cli.serving import demo, serve
from cogwg.cli.sessions import sessions
from cogwg.core import logs
from cogwg.core.errors import ConfigurationError, Invalid, NotFound, UnsupportedVersion


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cogwg")
def cogwg() -> None:
    """Run the work plan tracker of the Canada Open Government Working Group."""


for command in (demo, init, seed, serve, briefing, person, sessions, remind, mail, purge):
    cogwg.add_command(command)


def main() -> None:
    """Run a command; print an error as one sentence."""
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
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        _exit_with_error(f"Could not use the database: {reason}.")


def _exit_with_error(sentence: str) -> None:
    click.echo(f"cogwg: {sentence}", err=True)
    sys.exit(2)
