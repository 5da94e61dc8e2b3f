"""Decisions that a meeting made on the slides of a frozen version: record, correct, withdraw and list them.

The version and its files never change. A decision is stored as a series of revisions, which never change either: a correction
is a new revision. The next briefing lists the decisions among its next steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor, record_event
from cogwg.briefing.models import FrozenVersion, RecordedDecision
from cogwg.briefing.queries import find_version_id
from cogwg.briefing.rules import AUDIENCE_LIMIT
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """A decision as entered: what was decided, who must do it, and by when. Only ``text`` is required, in at least
    one language.
    """

    text: Bilingual
    who: Bilingual = EMPTY_TEXT
    by: date | None = None


@dataclass(frozen=True, slots=True)
class DecisionRevision:
    """One revision of a decision: what a person recorded, corrected or withdrew, with the time and the person's name."""

    draft: DecisionDraft
    is_withdrawn: bool
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A decision on a slide of a frozen version, with its revisions, oldest first; ``number`` is its number within
    the version.
    """

    number: int
    slide: str
    revisions: tuple[DecisionRevision, ...]

    @property
    def current(self) -> DecisionRevision:
        return self.revisions[-1]

    @property
    def earlier(self) -> tuple[DecisionRevision, ...]:
        """The revisions that no longer apply, newest first."""
        return self.revisions[-2::-1]


def decisions(session: Session, id: int, number: int) -> list[DecisionFacts]:
    """Return the decisions recorded on a version, in the order in which they were recorded, in one SQL statement."""
    rows = session.execute(
        select(RecordedDecision, Person.name)
        .join(FrozenVersion, FrozenVersion.id == RecordedDecision.version_id)
        .outerjoin(Person, Person.id == RecordedDecision.recorded_by)
        .where(FrozenVersion.briefing_id == id, FrozenVersion.number == number)
        .order_by(RecordedDecision.number, RecordedDecision.revision)
    ).all()
    return [_decision_facts(list(own)) for _number, own in groupby(rows, key=lambda row: row.RecordedDecision.number)]


def decision(session: Session, id: int, number: int, decision_number: int) -> DecisionFacts:
    """Return a decision recorded on a version. Raises ``NotFound`` if there is none with this number."""
    for facts in decisions(session, id, number):
        if facts.number == decision_number:
            return facts
    raise NotFound(f"decision {decision_number}")


def record_decision(
    session: Session, id: int, number: int, slide: str, draft: DecisionDraft, *, by: Actor, at: datetime
) -> int:
    """Record a decision on a slide of a version, and return its number.

    Raises ``NotFound`` if there is no such version, and ``Invalid`` as ``check_decision`` does.
    """
    check_decision(draft)
    version_id = _locked_version_id(session, id, number)
    last = session.scalar(select(func.max(RecordedDecision.number)).where(RecordedDecision.version_id == version_id))
    new_number = 1 + (last or 0)
    session.add(_row(version_id, new_number, 1, slide, draft, is_withdrawn=False, by=by, at=at))
    session.flush()
    after = _audit_values(number, new_number, slide, draft)
    record_event(session, "briefing.decision-recorded", ("briefing", id), by=by, at=at, after=after)
    return new_number


def correct_decision(
    session: Session,
    id: int,
    number: int,
    decision_number: int,
    draft: DecisionDraft,
    *,
    expected_revision: int,
    by: Actor,
    at: datetime,
    is_withdrawn: bool = False,
) -> None:
    """Correct or withdraw a decision by adding a revision. If the stored decision is already the same, change nothing.

    Correcting a decision that was withdrawn restores it. Raises ``NotFound`` if there is no such decision, ``Invalid`` as
    ``check_decision`` does, and ``Conflict`` with the stored decision if it was changed since ``expected_revision``.
    """
    check_decision(draft)
    version_id = _locked_version_id(session, id, number)
    stored = decision(session, id, number, decision_number)
    current = stored.current
    if (current.draft, current.is_withdrawn) == (draft, is_withdrawn):
        return
    if len(stored.revisions) != expected_revision:
        raise Conflict(stored)
    revision = expected_revision + 1
    session.add(_row(version_id, decision_number, revision, stored.slide, draft, is_withdrawn=is_withdrawn, by=by, at=at))
    session.flush()
    action = "briefing.decision-withdrawn" if is_withdrawn else "briefing.decision-corrected"
    before = _audit_values(number, decision_number, stored.slide, current.draft)
    after = _audit_values(number, decision_number, stored.slide, draft)
    record_event(session, action, ("briefing", id), by=by, at=at, before=before, after=after)


def check_decision(draft: DecisionDraft) -> None:
    """Raise ``Invalid`` if a decision has no text in any language, or if a text is too long."""
    problems = [*bilingual_length_problems("text", draft.text), *bilingual_length_problems("who", draft.who, AUDIENCE_LIMIT)]
    if not draft.text:
        problems.append(("text", Message(N_("Enter what was decided, in one language or both."))))
    if problems:
        raise Invalid(*problems)


def _decision_facts(rows: Iterable[Any]) -> DecisionFacts:
    revisions = [
        DecisionRevision(DecisionDraft(row.text, row.who, row.by_on), row.is_withdrawn, row.recorded_at, name or "")
        for row, name in rows
    ]
    first: RecordedDecision = next(iter(rows)).RecordedDecision
    return DecisionFacts(first.number, first.slide, tuple(revisions))


def _locked_version_id(session: Session, id: int, number: int) -> int:
    """Return the id of a version, locked so that no two decisions get the same number. Raises ``NotFound`` if there is no such
    version.
    """
    version_id = find_version_id(session, id, number)
    session.execute(select(FrozenVersion.id).where(FrozenVersion.id == version_id).with_for_update())
    return version_id


def _row(
    version_id: int,
    number: int,
    revision: int,
    slide: str,
    draft: DecisionDraft,
    *,
    is_withdrawn: bool,
    by: Actor,
    at: datetime,
) -> RecordedDecision:
    return RecordedDecision(
        version_id=version_id,
        number=number,
        revision=revision,
        slide=slide,
        text=draft.text,
        who=draft.who,
        by_on=draft.by,
        is_withdrawn=is_withdrawn,
        recorded_at=at,
        recorded_by=by.id,
    )


def _audit_values(number: int, decision_number: int, slide: str, draft: DecisionDraft) -> dict[str, Any]:
    return {
        "number": number,
        "decision": decision_number,
        "slide": slide,
        "text": [draft.text.en, draft.text.fr],
        "who": [draft.who.en, draft.who.fr],
        "by": draft.by.isoformat() if draft.by is not None else None,
    }
