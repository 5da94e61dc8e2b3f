"""``cogwg audit``: verify the hash chain of the audit log, and declare that a backup was restored."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cogwg.accounts.models import Role
from cogwg.accounts.queries import person_by_email, person_names
from cogwg.audit.re_anchoring import re_anchor
from cogwg.audit.services import SYSTEM, Actor
from cogwg.audit.verdict import ReAnchor, Verdict
from cogwg.audit.verification import record_verdict, verify_chain
from cogwg.audit.witness_files import witnesses_of_file
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.core.calendar import TORONTO
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError


@click.group(cls=options.CommandGroup)
def audit() -> None:
    """Verify the audit log, and declare that a backup was restored."""


@audit.command()
@click.option(
    "--witness",
    "files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A receipt email, a finalized deck or a feed that shows the audit log's earlier state. Repeat the option for "
    "several files.",
)
@options.quiet
@options.data
@options.today
@shows_progress
def verify(files: tuple[Path, ...], quiet: bool, data: Path | None, today: str | None) -> None:
    """Check that no one changed, removed or inserted an event of the audit log after it was recorded.

    Exit codes: 0, no fault was found; 1, a fault was found; 2, the check was not possible.
    """
    witnesses = {witness for file in files for witness in witnesses_of_file(file)}
    with Session(options.ready_engine(data)) as session:
        verdict = verify_chain(session, witnesses)
        names = person_names(session, {anchor.person_id for anchor in verdict.anchors if anchor.person_id is not None})
        if verdict.fault is not None or not quiet:
            for line in verdict_lines(verdict, names):
                click.echo(line)
        try:
            with write_transaction(session):
                record_verdict(session, verdict, by=SYSTEM, at=options.calendar(today).now())
        except (ConfigurationError, DBAPIError):
            click.echo("The result could not be recorded in the audit log.", err=True)
    if verdict.fault is not None:
        sys.exit(1)


@audit.command("re-anchor")
@click.option("--reason", required=True, help="Why the backup was restored. The audit log keeps it.")
@click.option("--by", "email", required=True, help="Email address of the person of the secretariat who declares it.")
@options.data
@options.today
def re_anchor_(reason: str, email: str, data: Path | None, today: str | None) -> None:
    """Declare that a backup was restored, so that receipts and decks from before it are not mistaken for proof of a change.

    Do this right after the restore, before the server starts.
    """
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        person = person_by_email(session, email)
        if person is None or person.retired_at is not None or Role.SECRETARIAT not in {m.role for m in person.memberships}:
            raise ConfigurationError(f"{email} is not the email address of an active account of the secretariat.")
        at = options.calendar(today).now()
        restored, head = re_anchor(session, reason, by=Actor("person", person.id), at=at)
    click.echo(f"Recorded the restore of a backup that ended at position {restored.position}.")
    click.echo(f"Before this, the audit log ended at position {head.position}.")


def verdict_lines(verdict: Verdict, names: Mapping[int, str]) -> list[str]:
    """Return the verdict in sentences. ``names`` maps the ids of the people who declared that a backup was restored to their
    names.
    """
    lines = [f"Positions checked: {verdict.count}."]
    if verdict.head is not None and verdict.head.position:
        lines.append(f"Head: position {verdict.head.position}, {_moment(verdict.head.at)}, {verdict.head.witness.start}.")
        lines.append(f"As a witness: {verdict.head.witness}")
    if verdict.unsalted:
        lines.append(f"Recorded before the chain began, and linked as they were then: {verdict.unsalted}.")
    if verdict.erased:
        lines.append(f"Texts that were erased: {verdict.erased}.")
    lines += [_anchor_line(anchor, names) for anchor in verdict.anchors]
    lines += _witness_lines(verdict)
    if verdict.fault is None:
        lines.append("No fault was found.")
    else:
        lines.append(f"First fault: {verdict.fault.words.en}")
        if verdict.faults > 1:
            lines.append(f"Total number of faults: {verdict.faults}.")
    return lines


def _witness_lines(verdict: Verdict) -> Iterable[str]:
    newest = verdict.newest_witness
    if newest is None:
        yield (
            "Without a witness that agrees, this does not rule out that a person with full rights on the database rewrote the "
            "whole log. Use --witness FILE with a receipt email or a finalized deck that was saved elsewhere."
        )
    else:
        yield f"Newest witness that agrees: {newest}. Nothing up to position {newest.position} has changed since then."
    for witness, anchor in verdict.explained:
        yield f"Witness {witness} refers to events that were lost in the restore of {_day(anchor)}."


def _anchor_line(anchor: ReAnchor, names: Mapping[int, str]) -> str:
    """Return the sentence about a declared restore. It is always printed, because a false one would hide a change."""
    who = names.get(anchor.person_id or 0, "an unknown person")
    return (
        f"On {_day(anchor)}, {who} declared the restore of a backup that ended at position {anchor.restored_position}. "
        f"Reason: {anchor.reason}"
    )


def _day(anchor: ReAnchor) -> str:
    return anchor.at.astimezone(TORONTO).date().isoformat()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
