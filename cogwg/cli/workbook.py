"""``cogwg workbook template | check | apply``: write, check and save a workbook without a browser, with the messages of the
site.

Exit codes: 0 if there are no problems, 1 if there are problems, 2 if the file is refused.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.cli.collection import paused_collection
from cogwg.cli.progress import shows_progress
from cogwg.core import settings
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import real_now
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError, Forbidden, NotFound
from cogwg.core.progress import note_progress

if TYPE_CHECKING:
    from datetime import datetime

    from cogwg.accounts.models import Person
    from cogwg.audit.services import Actor
    from cogwg.imports.previews import Cell, Preview
    from cogwg.workbook.services import AppliedReports
    from cogwg.workbook.uploader import Uploader

PROBLEMS = 1
"""The exit code if the workbook was read and has problems."""
LANG_OPTION = click.option("--lang", type=click.Choice([lang.value for lang in Language]), default="en", show_default=True)


@click.group(cls=options.CommandGroup)
def workbook() -> None:
    """Write a workbook of reports, check one that was filled in, and save it."""


@workbook.command()
@click.option("--period", metavar="YYYY-MM", help="Last month of the quarter, for a workbook of reports.")
@click.option("--plan", type=int, metavar="YEAR", help="Year of the plan, for a workbook of the whole plan.")
@click.option(
    "--jurisdiction", metavar="CODE", help="Jurisdiction whose reports the workbook holds, such as on. Default: all of them."
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write (.xlsx).")
@LANG_OPTION
@options.data
@options.today
@paused_collection()
@shows_progress
def template(
    period: str | None,
    plan: int | None,
    jurisdiction: str | None,
    out: Path,
    lang: str,
    data: Path | None,
    today: str | None,
) -> None:
    """Write the workbook of a quarter's reports, or of a whole plan, as they are now. Give either --period or --plan."""
    if (period is None) is (plan is None):
        raise ConfigurationError("Give --period for a workbook of reports, or --plan for one of a plan.")
    calendar = options.calendar(today)
    note_progress("Writing the workbook")
    with Session(options.ready_engine(data)) as session:
        if plan is not None:
            content, what = _plan_workbook(session, plan, Language(lang), calendar.now())
        else:
            content, what = _reports_workbook(session, str(period), jurisdiction, Language(lang), calendar.now())
    try:
        out.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"Could not write {out}: {error.strerror}.") from None
    click.echo(f"Wrote {out}: {what}.")


def _plan_workbook(session: Session, year: int, lang: Language, now: datetime) -> tuple[bytes, str]:
    from cogwg.workbook.plan_queries import plan_book
    from cogwg.workbook.plan_writer import write_plan

    book = plan_book(session, year, lang, now)
    activities = sum(len(priority.activities) for priority in book.plan.priorities)
    priorities = len(book.plan.priorities)
    return write_plan(book), f"{priorities} {'priority' if priorities == 1 else 'priorities'}, {activities} activities"


def _reports_workbook(
    session: Session, period: str, jurisdiction: str | None, lang: Language, now: datetime
) -> tuple[bytes, str]:
    from cogwg.workbook.queries import load_reports, reports_book
    from cogwg.workbook.writer import write_reports

    chosen = [(options.find_jurisdiction(session, jurisdiction).id, jurisdiction)] if jurisdiction else []
    stored = load_reports(session, _year_of(period), period, now=now, reports_for=_everyone().reports_for)
    book = reports_book(stored, chosen, lang, now, settings.public_url(os.environ))
    return write_reports(book), _counted(len(book.rows), "report")


@workbook.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@LANG_OPTION
@options.data
@options.today
@paused_collection()
@shows_progress
def check(file: Path, lang: str, data: Path | None, today: str | None) -> None:
    """Print a line for each problem in FILE, and count the changes that it would make. Nothing is saved.

    What drafts still need before they can be submitted is also printed, but does not count as a problem. Exit codes: 0 if
    there are no problems, 1 if there are problems, questions or conflicts, 2 if the file is refused.
    """
    from cogwg.workbook.previewing import check_reports, read_reports_file

    note_progress("Reading the workbook")
    read = read_reports_file(_content(file), file.name)
    note_progress("Comparing the workbook with the reports")
    with Session(options.ready_engine(data)) as session:
        preview = check_reports(session, read, _everyone(), now=options.calendar(today).now()).preview
    _print_preview(preview, Language(lang))
    sys.exit(_exit_code(preview))


@workbook.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="EMAIL", help="The person who saves it, with their roles.")
@LANG_OPTION
@options.data
@options.today
@paused_collection()
@shows_progress
def apply(file: Path, by: str, lang: str, data: Path | None, today: str | None) -> None:
    """Save FILE for a person, who gets the receipt by email.

    Reports with problems or conflicts are not saved, and a text that was emptied in FILE is not deleted: decide on these on
    the site. The exit codes are those of check.
    """
    from cogwg.accounts.queries import person_by_email
    from cogwg.audit.services import Actor
    from cogwg.imports.queries import stored_preview, upload_head
    from cogwg.imports.rules import UploadKind
    from cogwg.imports.services import UploadedFile, keep_preview
    from cogwg.policy import uploader
    from cogwg.workbook.previewing import Answers, check_reports, read_reports_file, ready_codes
    from cogwg.workbook.services import apply_reports

    content, now, at = _content(file), real_now(), options.calendar(today).now()
    note_progress("Reading the workbook")
    read = read_reports_file(content, file.name)
    note_progress("Comparing the workbook with the reports")
    with Session(options.ready_engine(data)) as session:
        person = person_by_email(session, by)
        if person is None or person.retired_at is not None:
            raise NotFound(f"active person with the email address {by}")
        who = uploader(person, person.id, _ids_of(session, read.jurisdictions))
        checked = check_reports(session, read, who, now=at)
        preview = checked.preview
        _print_preview(preview, Language(lang))
        undecided = {conflict.subject for conflict in preview.conflicts}
        undecided |= {code for question in preview.questions if not question.field for code in question.subjects}
        if set(ready_codes(checked.payload)) <= undecided:
            click.echo("Nothing was saved.")
            sys.exit(PROBLEMS)
        note_progress("Saving the reports")
        actor = Actor("person", person.id, checked.behalf_of)
        uploaded = UploadedFile(UploadKind.REPORTS, file.name, content, checked.scope)
        with write_transaction(session):
            id_ = keep_preview(session, uploaded, preview, checked.payload, by=actor, at=at, now=now)
            head = upload_head(session, id_, person.id)
            stored = stored_preview(session, id_, person.id, now)
            answers = Answers(left_out=frozenset(undecided))
            try:
                applied = apply_reports(session, head, stored, answers, who, revision=head.revision, at=at, now=now)
            except Forbidden:
                raise ConfigurationError(f"{by} does not have permission to report on these activities.") from None
            _queue_emails(session, person, head.id, applied, actor, at=at, now=now)
    click.echo(f"Saved {_counted(len(applied.codes), 'report')}: {', '.join(applied.codes)}. Upload {id_}.")
    sys.exit(_exit_code(preview))


def _queue_emails(
    session: Session, person: Person, id_: int, applied: AppliedReports, by: Actor, *, at: datetime, now: datetime
) -> None:
    from cogwg.notices.event_messages import Sender
    from cogwg.notices.services import notify_resubmitted, notify_saved_upload
    from cogwg.notices.upload_messages import SavedLine, SavedUpload

    stored, site = applied.stored, settings.public_url(os.environ)
    upload = SavedUpload(id_, applied.event_id, tuple(SavedLine(*line) for line in applied.lines))
    notify_saved_upload(session, stored.period, upload, by=by, at=at, now=now, site=site)
    names = tuple(m.jurisdiction.name for m in person.memberships if m.jurisdiction is not None)
    on_behalf = (stored.plan.reporting_jurisdictions[by.behalf_of],) if by.behalf_of is not None else names
    sender = Sender(person.name, on_behalf, is_on_behalf=by.behalf_of is not None)
    token = f"upload-{applied.event_id}"
    notify_resubmitted(session, stored.period, applied.submitted, sender, token=token, by=by, at=at, now=now, site=site)


def _exit_code(preview: Preview) -> int:
    return PROBLEMS if preview.errors or preview.questions or preview.conflicts else 0


def _print_preview(preview: Preview, lang: Language) -> None:
    """Print a line for each problem and conflict, then the counts."""
    for line in _lines(preview, lang):
        click.echo(line)
    counts = (
        _counted(len(preview.changes), "change"),
        _counted(len(preview.errors), "problem"),
        _counted(len(preview.questions), "question"),
        _counted(len(preview.conflicts), "conflict"),
        f"{preview.unchanged} unchanged",
    )
    click.echo(", ".join(counts) + ".")


def _lines(preview: Preview, lang: Language) -> Iterator[str]:
    from cogwg.workbook.sentences import bilingual

    for problem in preview.problems:
        sentence = bilingual(problem.message).text(lang).replace("\n", " ")
        about = f" ({', '.join(problem.subjects)})" if problem.subjects else ""
        mark = f"{Bilingual('Before submitting', 'Avant de soumettre').text(lang)}: " if problem in preview.later else ""
        yield f"{_place(problem.cells)}{mark}{sentence}{about}"
    for conflict in preview.conflicts:
        yield f"{_place((conflict.cell,))}Changed on the site since the download ({conflict.subject})."


def _place(cells: tuple[Cell, ...]) -> str:
    by_sheet: dict[str, list[str]] = {}
    for cell in cells:
        by_sheet.setdefault(cell.sheet, []).append(cell.address)
    return "".join(f"{sheet} {', '.join(addresses)}: " for sheet, addresses in by_sheet.items())


def _everyone() -> Uploader:
    """Return an uploader who may see every report, for commands that save nothing."""
    from cogwg.workbook.uploader import Uploader

    return Uploader(0, frozenset(), lambda _priority, behalf_of: behalf_of is not None)


def _ids_of(session: Session, codes: tuple[str, ...]) -> list[int]:
    from cogwg.accounts.queries import jurisdictions

    ids = {each.code: each.id for each in jurisdictions(session, Language.EN)}
    return [ids[code] for code in codes if code in ids]


def _content(file: Path) -> bytes:
    from cogwg.imports.rules import MIB, SIZE_LIMIT

    try:
        if file.stat().st_size > SIZE_LIMIT:
            raise ConfigurationError(f"{file} is too large. A workbook can have up to {SIZE_LIMIT // MIB} MB.")
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"Could not read {file}: {error.strerror}.") from None


def _year_of(period: str) -> int:
    year, _, month = period.partition("-")
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and month in ("03", "06", "09", "12")):
        raise ConfigurationError(f"--period is {period!r}. Use the last month of a quarter, such as 2020-09.")
    return int(year)


def _counted(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else f'{word}s'}"
