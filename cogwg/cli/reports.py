"""Output of commands that cron runs: printed sentences at a terminal, otherwise lines in the log."""

from __future__ import annotations

import logging
import sys

import click

log = logging.getLogger("cogwg.cli")


def report(sentence: str, *, quiet: bool = False) -> None:
    """Print what a command did, or log it if the command does not run at a terminal; with ``quiet``, do neither."""
    if quiet:
        return
    if is_at_terminal():
        click.echo(sentence)
    else:
        log.info(sentence)


def report_problem(sentence: str) -> None:
    """Print a problem on standard error, or log it as a warning if the command does not run at a terminal."""
    if is_at_terminal():
        click.echo(sentence, err=True)
    else:
        log.warning(sentence)


def is_at_terminal() -> bool:
    """Return whether the output of this command goes to a terminal, where a person sees it."""
    return sys.stdout.isatty()
