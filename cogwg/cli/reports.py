"""Output of commands that cron runs: sentences on a terminal, otherwise lines of the log."""

from __future__ import annotations

import logging
import sys

import click

log = logging.getLogger("cogwg.cli")


def report(sentence: str) -> None:
    """Print what a command did, or log it if the command does not run at a terminal."""
    if is_at_terminal():
        click.echo(sentence)
    else:
        log.info(sentence)


def report_problem(sentence: str) -> None:
    """Report a problem that does not stop the command."""
    if is_at_terminal():
        click.echo(sentence, err=True)
    else:
        log.warning(sentence)


def is_at_terminal() -> bool:
    """Return whether a person sees the output of this command."""
    return sys.stdout.isatty()
