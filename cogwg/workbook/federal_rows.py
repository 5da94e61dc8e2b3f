"""Rows of the federal tracker's template, from the submitted reports of a priority in a quarter.

Each commitment that the priority contributes to gets a row for each of its federal indicators. The row has what was reported
on the activities that contribute to the commitment: all activities of the priority, or only those that are linked to the
commitment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.status import Status
from cogwg.ogp.models import Commitment, CommitmentLink, Indicator
from cogwg.plan.queries import ActivityFacts, PriorityFacts
from cogwg.reporting.queries import ReportFacts, reports_in_period

FEDERAL_CODE = re.compile(r"(C\d{2,3})\.\d{1,3}\.\d{1,3}")
_NOTHING = Bilingual("NIL", "NUL")
_ORDER = {status: place for place, status in enumerate(Status)}
_JOINS = Bilingual(": ", "\u00a0: ")


@dataclass(frozen=True, slots=True)
class FederalRows:
    """The rows for a template, the identifiers of the commitments in the rows, and those of commitments without a
    federal code.
    """

    rows: tuple[dict[str, str], ...]
    identifiers: tuple[str, ...]
    without_code: tuple[str, ...]


def federal_rows(session: Session, priority: PriorityFacts, period_id: int, key: str) -> FederalRows:
    """Return the rows for the commitments that a priority contributes to, from the reports submitted for a quarter."""
    activities = {activity.id: activity for activity in priority.activities}
    reports = {
        id_: report for id_, report in reports_in_period(session, period_id, list(activities)).items() if report.is_submitted
    }
    rows: list[dict[str, str]] = []
    filled, without_code = [], []
    for commitment in _served(session, priority):
        ids = {link.activity_id for link in commitment.served_by if link.activity_id in activities}
        if any(link.priority_id == priority.id for link in commitment.served_by):
            ids = set(activities)
        reported = [(activity, reports[id_]) for id_, activity in activities.items() if id_ in ids and id_ in reports]
        indicators = [each for each in commitment.indicators if FEDERAL_CODE.fullmatch(each.code)]
        if not indicators:
            without_code.append(commitment.identifier)
        elif reported:
            filled.append(commitment.identifier)
            rows += [_row(each, reported, key) for each in indicators]
    return FederalRows(tuple(rows), tuple(filled), tuple(without_code))


def _served(session: Session, priority: PriorityFacts) -> Sequence[Commitment]:
    of_priority = CommitmentLink.priority_id == priority.id
    of_activity = CommitmentLink.activity_id.in_([activity.id for activity in priority.activities])
    linked = select(CommitmentLink.commitment_id).where(or_(of_priority, of_activity))
    parts = selectinload(Commitment.indicators), selectinload(Commitment.served_by)
    return session.scalars(
        select(Commitment).where(Commitment.id.in_(linked)).options(*parts).order_by(Commitment.identifier)
    ).all()


def _row(indicator: Indicator, reported: Sequence[tuple[ActivityFacts, ReportFacts]], key: str) -> dict[str, str]:
    statuses = [report.status for _activity, report in reported if report.status is not None]
    progress = [(a, _NOTHING if r.nothing_to_report else r.progress) for a, r in reported]
    match = FEDERAL_CODE.fullmatch(indicator.code)
    row = {
        "reporting_period": key,
        "commitments": match[1] if match else "",
        "milestones": indicator.code.rpartition(".")[0],
        "indicators": indicator.code,
        "status": min(statuses, key=_ORDER.__getitem__).value if statuses else "",
    }
    texts = {
        "progress": [(a, text) for a, text in progress if text is not _NOTHING] or [(reported[0][0], _NOTHING)],
        "evidence": [(a, _evidence(r)) for a, r in reported],
        "challenges": [(a, r.challenge) for a, r in reported],
    }
    for name, parts in texts.items():
        for lang in Language:
            row[f"{name}_{lang.value}"] = _together(parts, lang)
    return row


def _together(parts: Iterable[tuple[ActivityFacts, Bilingual]], lang: Language) -> str:
    """Return the texts of several activities as one text, each with the title of its activity."""
    own = [(activity, text.exact_text(lang)) for activity, text in parts if text.exact_text(lang)]
    if len(own) == 1:
        return own[0][1]
    return "\n\n".join(f"{a.title.text(lang)}{_JOINS.text(lang)}{text}" for a, text in own)


def _evidence(report: ReportFacts) -> Bilingual:
    texts = []
    for lang in Language:
        links = [_JOINS.text(lang).join(filter(None, (link.label.text(lang), link.url))) for link in report.evidence]
        texts.append("\n".join([*links, *filter(None, [report.evidence_note.exact_text(lang)])]))
    return Bilingual(*texts)
