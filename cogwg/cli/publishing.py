"""``cogwg publish``: publish a quarter, a correction or commitments without a browser, with the rules of the site.

Exit codes: 0 if published or ready, 1 if a dry run finds open items, 2 if the publication is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.cli.collection import paused_collection
from cogwg.cli.progress import shows_progress
from cogwg.core import dates
from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.calendar import local_day
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError, Conflict, NotFound
from cogwg.core.progress import note_progress
from cogwg.core.settings import parse_day

if TYPE_CHECKING:
    from cogwg.audit.services import Actor
    from cogwg.tracker.publishing_commitments import CommitmentsPreview
    from cogwg.tracker.services import QuarterPreview

COMMITMENTS = "commitments"
BLOCKED = 1
"""The exit code of a dry run that finds open items, which must be resolved or overridden before publication."""


@click.command()
@click.argument("quarter", metavar="YYYY-MM|commitments")
@click.argument("identifiers", metavar="[IDENTIFIER]...", nargs=-1)
@click.option("--by", required=True, metavar="EMAIL", help="The person of the secretariat who publishes it.")
@click.option(
    "--override", default="", metavar="REASON", help="Reason for publishing although a text is missing in one language."
)
@click.option("--reason-en", default="", help="Reason for changing what is public, in English. Everyone can read it.")
@click.option("--reason-fr", default="", help="The same reason, in French.")
@click.option("--on", "day", metavar="YYYY-MM-DD", help="Day on which it becomes public. Default: now.")
@click.option("--dry-run", is_flag=True, help="Print what would become public and any open items, and publish nothing.")
@options.data
@options.today
@paused_collection()
@shows_progress
def publish(
    quarter: str,
    identifiers: tuple[str, ...],
    by: str,
    override: str,
    reason_en: str,
    reason_fr: str,
    day: str | None,
    dry_run: bool,
    data: Path | None,
    today: str | None,
) -> None:
    """Publish commitments, a correction of a published quarter, or a closed quarter (by its last month, such as 2020-06).

    To publish commitments, give "commitments" and their identifiers, such as CA0060. Without identifiers, all new or changed
    commitments are published.

    Exit codes: 0 if published or ready, 1 if a dry run finds open items, 2 if refused.
    """
    if quarter == COMMITMENTS:
        if day is not None:
            raise click.UsageError("Commitments become public at once. Leave out --on.")
        reason = Bilingual(clean_text(reason_en), clean_text(reason_fr))
        _publish_commitments(identifiers, by, clean_text(override), reason, dry_run=dry_run, data=data, today=today)
        return
    if identifiers:
        raise click.UsageError(f"A quarter takes no identifiers: {' '.join(identifiers)}")
    from cogwg.tracker.services import preview_quarter, publish_quarter

    at, visible_on = options.calendar(today).now(), None if day is None else parse_day(day, "--on")
    with Session(options.ready_engine(data)) as session:
        actor = _publisher(session, by)
        note_progress("Reading what would become public")
        preview = preview_quarter(session, quarter, visible_on=visible_on, at=at)
        summary = "\n".join(_lines(preview))
        if dry_run:
            click.echo(f"{summary}\nNothing was published.")
            sys.exit(BLOCKED if _is_blocked(preview, override) else 0)
        note_progress("Publishing the quarter")
        try:
            with write_transaction(session):
                publish_quarter(
                    session,
                    quarter,
                    visible_on=visible_on,
                    override_reason=clean_text(override),
                    correction_reason=Bilingual(clean_text(reason_en), clean_text(reason_fr)),
                    shown=preview.shown,
                    by=actor,
                    at=at,
                )
        except Conflict:
            raise ConfigurationError("The quarter changed in the meantime, so nothing was published. Try again.") from None
    click.echo(summary)
    waits = visible_on is not None and visible_on > local_day(at)
    click.echo(f"It becomes public on {dates.day(visible_on).en}." if waits and visible_on is not None else "It is public.")


def _publish_commitments(
    identifiers: tuple[str, ...],
    by: str,
    override: str,
    reason: Bilingual,
    *,
    dry_run: bool,
    data: Path | None,
    today: str | None,
) -> None:
    from cogwg.tracker.copying_commitments import recorded_commitments
    from cogwg.tracker.publishing_commitments import preview_commitments, publish_commitments

    at = options.calendar(today).now()
    with Session(options.ready_engine(data)) as session:
        actor = _publisher(session, by)
        chosen = identifiers or tuple(recorded_commitments(session))
        note_progress("Reading what would become public")
        preview = preview_commitments(session, chosen, at=at)
        summary = "\n".join(_commitment_lines(preview))
        if dry_run:
            click.echo(f"{summary}\nNothing was published.")
            blocked = not preview.news or bool(preview.gap_count and not override) or (preview.needs_reason and not reason)
            sys.exit(BLOCKED if blocked else 0)
        note_progress("Publishing the commitments")
        try:
            with write_transaction(session):
                publish_commitments(
                    session, chosen, override_reason=override, reason=reason, shown=preview.shown, by=actor, at=at
                )
        except Conflict:
            raise ConfigurationError("A commitment changed in the meantime, so nothing was published. Try again.") from None
    click.echo(f"{summary}\n{'It is' if len(preview.news) == 1 else 'They are'} public.")


def _commitment_lines(preview: CommitmentsPreview) -> Iterator[str]:
    """Yield lines with what would become public about each commitment, and the open items."""
    yield f"{_counted(len(preview.news), 'commitment', 'commitments')} to publish."
    for each in preview.news:
        changes = "new" if each.is_new else _counted(len(each.changes), "change", "changes")
        yield f"{each.identifier}, version {each.edition}: {changes}."
        for gap in each.copy.gaps:
            place = " ".join(filter(None, (gap.subject, gap.field)))
            yield f"{each.identifier}, {place}: {gap.lang.value} is {gap.state.value}."
    if preview.needs_reason:
        yield "This changes something that is public: give the reason with --reason-en and --reason-fr."


def _publisher(session: Session, address: str) -> Actor:
    from cogwg.accounts.queries import person_by_email
    from cogwg.audit.services import Actor
    from cogwg.policy import Permission, has_permission

    person = person_by_email(session, address)
    if person is None or person.retired_at is not None:
        raise NotFound(f"active person with the email address {address}")
    if not has_permission({m.role for m in person.memberships}, Permission.PUBLISH):
        raise ConfigurationError(f"{address} does not have permission to publish. Only the secretariat does.")
    return Actor("person", person.id)


def _lines(preview: QuarterPreview) -> Iterator[str]:
    """Yield lines with what would become public, then lines with the open items."""
    content, period = preview.copy.content, preview.period
    counts = (
        _counted(len(content.activities), "activity", "activities"),
        _counted(len(content.reports), "report", "reports"),
        _counted(len(content.milestones), "milestone", "milestones"),
        _counted(len(content.challenges), "challenge", "challenges"),
    )
    yield f"Quarter {period.quarter} of {period.year}, version {preview.edition}: {', '.join(counts)}."
    if preview.is_correction:
        yield f"{_counted(len(preview.corrections), 'value', 'values')} to correct."
        for change in preview.corrections:
            before, after = change.before.text("en"), change.after.text("en")
            yield f"{change.subject}, {change.field or 'whole item'}: “{before}” → “{after}”"
    if not period.is_closed:
        yield "The quarter is not closed."
    for gap in preview.copy.gaps:
        yield f"{gap.subject}, {gap.field}: {gap.lang.value} is {gap.state.value}."


def _is_blocked(preview: QuarterPreview, override: str) -> bool:
    nothing_to_do = preview.is_correction and not preview.corrections
    return nothing_to_do or not preview.period.is_closed or bool(preview.copy.gaps and not override.strip())


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
