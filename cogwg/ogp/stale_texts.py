"""The marks of stale texts of a commitment and its parts: removed when a translation is confirmed, and restored by an undo."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.stale_columns import HasStaleColumn, confirm_texts
from cogwg.core.text_states import CONFIRMED, with_confirmed
from cogwg.ogp.facts import (
    ActualFacts,
    CommitmentFacts,
    IndicatorFacts,
    MilestoneFacts,
    PartText,
    actual_part,
    indicator_part,
    milestone_part,
)
from cogwg.ogp.models import Commitment


def confirm_parts(session: Session, stored: Commitment, still_right: Collection[PartText]) -> list[str]:
    """Mark these texts as current; return the name and the part of each that was stale, as the audit event stores them."""
    confirmed = []
    for part, row in _parts(stored):
        names = [name for own, name in still_right if own == part]
        confirmed += [f"{name} {part}".strip() for name in confirm_texts(session, row, names)]
    return confirmed


def restore_marks(session: Session, facts: CommitmentFacts) -> None:
    """Restore the marks of a commitment's stale texts to those in ``facts``, after a change was undone.

    A text whose translation was confirmed since, and that the undo did not change, stays confirmed.
    """
    stored = session.scalars(select(Commitment).where(Commitment.identifier == facts.identifier)).one()
    marks = {part: each.stale for part, each in _parts_of_facts(facts)}
    for part, row in _parts(stored):
        confirmed = [name for name, lang in (row.stale or {}).items() if lang == CONFIRMED]
        row.stale = with_confirmed(dict(marks.get(part, ())), confirmed)
    session.flush()


def _parts(commitment: Commitment) -> Iterator[tuple[str, HasStaleColumn]]:
    """Yield (part name, row) for the commitment itself and for each of its milestones, indicators and results."""
    yield "", commitment
    yield from ((milestone_part(each.number), each) for each in commitment.milestones)
    for indicator in commitment.indicators:
        yield indicator_part(indicator.code), indicator
        yield from ((actual_part(indicator.code, each.period), each) for each in indicator.actuals)


def _parts_of_facts(
    facts: CommitmentFacts,
) -> Iterator[tuple[str, CommitmentFacts | MilestoneFacts | IndicatorFacts | ActualFacts]]:
    yield "", facts
    yield from ((milestone_part(each.number), each) for each in facts.milestones)
    for indicator in facts.indicators:
        yield indicator_part(indicator.code), indicator
        yield from ((actual_part(indicator.code, each.period), each) for each in indicator.actuals)
