"""Copy engagement cycles from the record, and find texts that are missing in a language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.text_states import TextState
from cogwg.engagement.cycles import cycle_row
from cogwg.engagement.models import EngagementCycle, EngagementPhase
from cogwg.engagement.scales import Channel
from cogwg.ogp.models import ActionPlan
from cogwg.tracker.commitment_changes import Marks, field_marks
from cogwg.tracker.commitments import Rating
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.values import PublishedLink


@dataclass(frozen=True, slots=True)
class CycleGap:
    """A text of a cycle that is missing or outdated in a language. ``phase`` is the phase's key, empty for the cycle itself."""

    phase: str
    field: str
    lang: Language
    state: TextState = TextState.MISSING


@dataclass(frozen=True, slots=True)
class CycleCopy:
    """A cycle as it would be published, with the texts that block its publication unless a reason is given.

    ``marks`` are the stored marks of its stale texts.
    """

    content: PublishedCycle
    gaps: tuple[CycleGap, ...]
    marks: Marks = field(default_factory=dict)


def copy_cycle(session: Session, key: str) -> CycleCopy:
    """Return a cycle as it would be published. Raises ``NotFound`` if there is no such cycle."""
    row = cycle_row(session, key)
    plan = session.get(ActionPlan, row.plan_id) if row.plan_id is not None else None
    content = _cycle(row, plan)
    own = {name: lang for name, lang in (row.stale or {}).items() if name not in ("methods", "limits")}
    marks = field_marks([("", own), *((phase.key, phase.stale or {}) for phase in row.phases)])
    return CycleCopy(content, tuple(_gaps(content)), marks)


def _cycle(row: EngagementCycle, plan: ActionPlan | None) -> PublishedCycle:
    return PublishedCycle(
        key=row.key,
        title=row.title,
        summary=row.summary,
        throughout=tuple(Bilingual(*pair) for pair in row.throughout),
        phases=tuple(map(_phase, row.phases)),
        plan=None if plan is None else plan.start_year,
        plan_title=EMPTY_TEXT if plan is None else plan.title,
        completed_on=row.completed_on,
        sample=row.sample,
    )


def _phase(row: EngagementPhase) -> PublishedPhase:
    return PublishedPhase(
        key=row.key,
        position=row.position,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        completed_on=row.cycle.completed_on,
        when=row.when,
        about=row.about,
        asked=row.asked,
        result=row.result,
        result_link=row.result_link,
        channels=tuple(Rating(channel, Channel(channel).label) for channel in row.channels),
        documents=tuple(PublishedLink(url, Bilingual(en, fr)) for url, en, fr in row.documents),
        takes_comments=row.takes_comments,
        publishable=row.publishable,
        report_expected=row.report_expected,
        going_forward=row.going_forward,
        participants=row.participants,
        subjects=tuple(Bilingual(*pair) for pair in row.subjects),
        departments=tuple(Bilingual(*pair) for pair in row.departments),
        rationale=row.rationale,
    )


def _gaps(content: PublishedCycle) -> Iterator[CycleGap]:
    for phase, name, text in _texts(content):
        yield from (CycleGap(phase, name, lang) for lang in text.missing_languages)


def _texts(content: PublishedCycle) -> Iterator[tuple[str, str, Bilingual]]:
    """Yield each text that should be in both languages, with the key of its phase and its field."""
    yield "", "title", content.title
    yield "", "summary", content.summary
    yield from (("", "throughout", line) for line in content.throughout)
    for phase in content.phases:
        for name in ("title", "when", "about", "asked", "result", "participants", "rationale"):
            yield phase.key, name, getattr(phase, name)
        yield from ((phase.key, "documents", link.label) for link in phase.documents)
        for name in ("subjects", "departments"):
            yield from ((phase.key, name, line) for line in getattr(phase, name))
