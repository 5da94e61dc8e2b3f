"""``cogwg briefing export``: export a deck without a browser."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.cli.collection import paused_collection
from cogwg.cli.progress import shows_progress
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.settings import parse_day

if TYPE_CHECKING:
    from cogwg.briefing.deck import Deck
    from cogwg.briefing.queries import BriefingFacts

JOINT_COUNCILS = Bilingual("Joint Councils", "Conseils mixtes")


@click.group(cls=options.CommandGroup)
def briefing() -> None:
    """Export briefings."""


@briefing.command()
@click.option("--meeting", required=True, metavar="YYYY-MM-DD", help="Date of the meeting.")
@click.option("--lang", default="en", show_default=True, help="Language: en or fr.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write. Its extension sets the format: .xlsx (workbook) or .pptx (PowerPoint).",
)
@click.option("--plan", type=int, help="Year of the plan. Default: the meeting year, or the latest plan before it.")
@click.option("--draft", is_flag=True, help="Export the draft, even if there is a finalized version.")
@click.option(
    "--whole", is_flag=True, help="Export every slide. Without this option, the file of a very large plan is a summary."
)
@options.data
@options.today
@paused_collection()
@shows_progress
def export(
    meeting: str, lang: str, out: Path, plan: int | None, draft: bool, whole: bool, data: Path | None, today: str | None
) -> None:
    """Export the deck of a meeting: the latest finalized version, or the draft if there is none.

    If the meeting has no briefing yet, export the standing deck.
    """
    from cogwg.briefing.file_summary import file_summary
    from cogwg.briefing.files import draw_file
    from cogwg.briefing.phrases import state_phrase
    from cogwg.briefing.queries import briefing_for, frozen_deck
    from cogwg.briefing.render import FORMATS
    from cogwg.briefing.storing import file_of

    if lang not in tuple(Language):
        raise ConfigurationError(f"--lang is {lang!r}. Use en or fr.")
    kind = out.suffix[1:].lower() or "xlsx"
    if kind not in FORMATS:
        raise ConfigurationError(f"--out is {str(out)!r}. The name must end in {' or '.join(f'.{key}' for key in FORMATS)}.")
    day = parse_day(meeting, "--meeting")
    calendar = options.calendar(today)
    with Session(options.ready_engine(data)) as session:
        note_progress("Rendering the deck")
        stored = briefing_for(session, day, plan)
        if stored is not None and stored.versions and not draft:
            number, at = stored.versions, calendar.now()
            summary = f"version {number} (finalized)"
            if whole and file_summary(deck := frozen_deck(session, stored.id, number)[1]) is not None:
                session.rollback()
                content = draw_file(deck, kind, Language(lang), whole=True).content
            else:
                content = file_of(session, stored.id, number, kind, Language(lang), by=SYSTEM, at=at).content
        else:
            as_of = calendar.today()
            deck = _compose_deck(session, day, plan, as_of) if stored is None else _drafted(session, stored, as_of)
            session.rollback()
            content = draw_file(deck, kind, Language(lang), whole=whole).content
            state = state_phrase(deck.state, deck.edition).en.replace(NBSP, " ")
            summary = f"{state[:1].lower()}{state[1:]}; {len(deck.slides)} slides, as of {deck.as_of.isoformat()}"
            if not whole and (reason := file_summary(deck)) is not None:
                summary = f"summary of a plan of {reason.activities} activities (every slide: --whole)"
    try:
        out.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"Could not write {out}: {error.strerror}.") from None
    click.echo(f"Wrote {out}: {summary}.")


def _drafted(session: Session, stored: BriefingFacts, today: date) -> Deck:
    from cogwg.briefing.compose import draft_deck, load_briefing_source
    from cogwg.briefing.queries import briefing

    loaded = briefing(session, stored.id)
    return draft_deck(loaded, load_briefing_source(session, loaded, today))


def _compose_deck(session: Session, day: date, plan: int | None, today: date) -> Deck:
    from cogwg.briefing.compose import compose_deck
    from cogwg.plan.lookups import latest_plan_year

    year = plan or latest_plan_year(session, day.year) or day.year
    return compose_deck(session, year=year, meeting_on=day, audience=JOINT_COUNCILS, today=today)
