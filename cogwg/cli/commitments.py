"""``cogwg commitments import``: read a file of OGP commitments, show what it would change, and save it.

Exit codes: 0 if there are no problems, 1 if rows have problems, 2 if the file is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.cli.collection import paused_collection
from cogwg.cli.progress import shows_progress
from cogwg.core.bilingual import Language
from cogwg.core.calendar import local_day, real_now
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError, Conflict, NotFound
from cogwg.core.progress import note_progress

if TYPE_CHECKING:
    from cogwg.imports.previews import Preview

PROBLEMS = 1
"""The exit code if the file was read and has problems."""


@click.group(cls=options.CommandGroup)
def commitments() -> None:
    """Import OGP commitments from a file."""


@commitments.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would change, and save nothing.")
@click.option("--by", metavar="EMAIL", help="The steward who imports the file. Required unless --dry-run is given.")
@click.option("--lang", type=click.Choice([lang.value for lang in Language]), default="en", show_default=True)
@options.data
@options.today
@paused_collection()
@shows_progress
def import_file(file: Path, dry_run: bool, by: str | None, lang: str, data: Path | None, today: str | None) -> None:
    """Read FILE and save its commitments. FILE is a CSV file, either with the commitments of a country or with what the
    federal tracker published about its fifth or sixth plan.

    If the file has a problem, nothing is saved. The person given with --by can undo the import on the site, on the page of
    their imports.
    """
    from cogwg.audit.services import Actor
    from cogwg.imports.queries import upload_head
    from cogwg.imports.rules import UploadKind
    from cogwg.imports.services import UploadedFile, keep_preview
    from cogwg.ogp.importing.reading import read_commitments
    from cogwg.ogp.importing.services import apply_commitments, check_file

    content, now, at = _content(file), real_now(), options.calendar(today).now()
    note_progress("Reading the file")
    read = read_commitments(content)
    with Session(options.ready_engine(data)) as session:
        person_id = None if dry_run else _steward(session, by)
        note_progress("Comparing the file with what is recorded")
        checked = check_file(session, read, today=local_day(at))
        _print_preview(checked.preview, Language(lang), [facts.identifier for facts, _version in checked.to_save])
        if checked.preview.errors:
            click.echo("Nothing was saved.")
            sys.exit(PROBLEMS)
        if person_id is None or not checked.to_save:
            return
        note_progress("Saving the commitments")
        actor = Actor("person", person_id)
        uploaded = UploadedFile(UploadKind.COMMITMENTS, file.name, content, checked.scope)
        try:
            with write_transaction(session):
                id_ = keep_preview(session, uploaded, checked.preview, checked.payload, by=actor, at=at, now=now)
                head = upload_head(session, id_, person_id)
                apply_commitments(session, head, checked, revision=head.revision, by=actor, at=at, now=now)
        except Conflict:
            raise ConfigurationError(
                "Someone changed a commitment in the meantime. Nothing was saved. Run this again."
            ) from None
    click.echo(f"Saved {_counted(len(checked.to_save), 'commitment')}. Upload {id_}.")


def _steward(session: Session, email: str | None) -> int:
    from cogwg.accounts.queries import person_by_email
    from cogwg.policy import Permission, has_permission

    if email is None:
        raise ConfigurationError("Give --by with the email address of the steward who imports the file, or --dry-run.")
    person = person_by_email(session, email)
    if person is None or person.retired_at is not None:
        raise NotFound(f"active person with the email address {email}")
    if not has_permission([membership.role for membership in person.memberships], Permission.RECORD_COMMITMENTS):
        raise ConfigurationError(f"{email} does not have permission to record commitments.")
    return person.id


def _print_preview(preview: Preview, lang: Language, identifiers: list[str]) -> None:
    """Print a line for each problem, then the counts."""
    from cogwg.workbook.sentences import bilingual

    for problem in preview.problems:
        place = "; ".join(f"row {cell.address}, {cell.sheet}".removesuffix(", ") for cell in problem.cells)
        click.echo(f"{place}: {bilingual(problem.message).text(lang)}")
    if identifiers:
        click.echo(f"Would change: {', '.join(identifiers)}.")
    if preview.left_out:
        click.echo(f"Columns that are not read: {', '.join(preview.left_out)}.")
    counts = (_counted(len(preview.changes), "change"), _counted(len(preview.errors), "problem"))
    click.echo(f"{', '.join(counts)}, {_counted(preview.unchanged, 'commitment')} unchanged.")


def _content(file: Path) -> bytes:
    from cogwg.imports.rules import MIB
    from cogwg.ogp.importing.csv_files import FILE_LIMIT

    try:
        if file.stat().st_size > FILE_LIMIT:
            raise ConfigurationError(f"{file} is too large. A file of commitments can have up to {FILE_LIMIT // MIB} MB.")
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"Could not read {file}: {error.strerror}.") from None


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else f'{word}s'}"
