"""Copy commitments from the record, and find texts that are missing or outdated in a language.

This is the only module of the package that reads commitments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.text_states import StaleTexts, TextState
from cogwg.ogp.models import (
    Assessment,
    Commitment,
    CommitmentLink,
    CommitmentMilestone,
    Indicator,
    IndicatorActual,
    MilestoneOffer,
    OfferPart,
    OfferState,
    OrganizationReport,
)
from cogwg.ogp.scales import OgpValue, Openness
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.tracker.commitment_changes import Marks, field_marks
from cogwg.tracker.commitments import (
    PublishedActual,
    PublishedAssessment,
    PublishedCommitment,
    PublishedCommitmentMilestone,
    PublishedFinding,
    PublishedIndicator,
    PublishedInstitution,
    PublishedOrganizationReport,
    Rating,
    ServingItem,
)
from cogwg.tracker.values import PublishedLink


@dataclass(frozen=True, slots=True)
class CommitmentGap:
    """A text of a commitment that is missing or outdated in a language. ``subject`` and ``field`` are as in
    ``PublishedChange``.
    """

    subject: str
    field: str
    lang: Language
    state: TextState = TextState.MISSING


@dataclass(frozen=True, slots=True)
class CommitmentCopy:
    """A commitment as it would be published, with the texts that block its publication unless a reason is given.

    ``marks`` are the stored marks of its stale texts.
    """

    content: PublishedCommitment
    gaps: tuple[CommitmentGap, ...]
    marks: Marks = field(default_factory=dict)


def copy_commitments(session: Session, identifiers: Collection[str], public: Collection[str]) -> dict[str, CommitmentCopy]:
    """Return commitments as they would be published, by identifier. Those that do not exist are left out.

    ``public`` are the identifiers of the commitments that are or will be public; no other earlier commitment is included in
    ``lineage``.
    """
    with_parts = (
        selectinload(Commitment.plan),
        selectinload(Commitment.milestones),
        selectinload(Commitment.indicators).selectinload(Indicator.actuals),
        selectinload(Commitment.assessments).selectinload(Assessment.findings),
    )
    rows = list(session.scalars(select(Commitment).where(Commitment.identifier.in_(identifiers)).options(*with_parts)))
    ids = [row.id for row in rows]
    earlier = {id_: (identifier, follows) for id_, identifier, follows in session.execute(_EARLIER)}
    serving, reports = _serving(session, ids), _reports(session, ids)
    copies = {}
    for row in rows:
        lineage = tuple(each for each in _lineage(row.follows_id, earlier) if each in public)
        content = _commitment(row, lineage, tuple(serving.get(row.id, ())), reports)
        copies[row.identifier] = CommitmentCopy(content, tuple(_gaps(content)), field_marks(_stale_texts(row)))
    return copies


def recorded_commitments(session: Session) -> list[str]:
    """Return the identifiers of all recorded commitments, in order."""
    return list(session.scalars(select(Commitment.identifier).order_by(Commitment.identifier)))


_EARLIER = select(Commitment.id, Commitment.identifier, Commitment.follows_id)


def _lineage(follows: int | None, earlier: Mapping[int, tuple[str, int | None]]) -> Iterator[str]:
    passed = set()
    while follows is not None and follows not in passed:
        passed.add(follows)
        identifier, follows = earlier[follows]
        yield identifier


def _serving(session: Session, ids: Collection[int]) -> dict[int, list[ServingItem]]:
    """Return the priorities and activities that contribute to each commitment, by commitment id; retired ones are left out."""
    of_priority = (
        select(CommitmentLink.commitment_id, WorkPlan.year, Priority.number, Priority.title_en, Priority.title_fr)
        .join(Priority, Priority.id == CommitmentLink.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(CommitmentLink.commitment_id.in_(ids), Priority.retired_on.is_(None))
    )
    of_activity = (
        select(
            CommitmentLink.commitment_id, WorkPlan.year, Priority.number, Activity.code, Activity.title_en, Activity.title_fr
        )
        .join(Activity, Activity.id == CommitmentLink.activity_id)
        .join(Priority, Priority.id == Activity.priority_id)
        .join(WorkPlan, WorkPlan.id == Priority.plan_id)
        .where(CommitmentLink.commitment_id.in_(ids), Activity.retired_on.is_(None))
    )
    serving: dict[int, list[ServingItem]] = {}
    for id_, year, number, en, fr in session.execute(of_priority):
        serving.setdefault(id_, []).append(ServingItem(year, number, "", Bilingual(en, fr)))
    for id_, year, number, code, en, fr in session.execute(of_activity):
        serving.setdefault(id_, []).append(ServingItem(year, number, code, Bilingual(en, fr)))
    return {id_: sorted(own, key=lambda item: (-item.year, item.priority, item.activity)) for id_, own in serving.items()}


def _reports(session: Session, ids: Collection[int]) -> dict[int, list[PublishedOrganizationReport]]:
    """Return the reports of organizations whose offers were accepted, by milestone id, the oldest first."""
    asked = (
        select(MilestoneOffer, OrganizationReport)
        .join(OrganizationReport, OrganizationReport.offer_id == MilestoneOffer.id)
        .join(CommitmentMilestone, CommitmentMilestone.id == MilestoneOffer.milestone_id)
        .where(CommitmentMilestone.commitment_id.in_(ids), MilestoneOffer.state == OfferState.ACCEPTED)
        .order_by(OrganizationReport.reported_at, OrganizationReport.id)
    )
    reports: dict[int, list[PublishedOrganizationReport]] = {}
    for offer, report in session.execute(asked):
        reports.setdefault(offer.milestone_id, []).append(
            PublishedOrganizationReport(
                organization=offer.organization,
                leads=offer.part is OfferPart.LEAD,
                completion=_rating(report.completion),
                text=report.text,
                on=local_day(report.reported_at),
                sample=report.sample,
            )
        )
    return reports


def _commitment(
    row: Commitment,
    lineage: tuple[str, ...],
    served_by: tuple[ServingItem, ...],
    reports: Mapping[int, list[PublishedOrganizationReport]],
) -> PublishedCommitment:
    lead = (PublishedInstitution(row.lead, is_lead=True),) if row.lead else ()
    numbers = {milestone.id: milestone.number for milestone in row.milestones}
    return PublishedCommitment(
        identifier=row.identifier,
        cycle=row.plan.start_year,
        cycle_end=row.plan.end_year,
        plan_title=row.plan.title,
        number=row.number,
        title=row.title,
        state=_required_rating(row.state),
        starred=row.starred,
        institutions=(*lead, *(PublishedInstitution(name, is_lead=False) for name in _texts(row.support))),
        areas=_texts(row.areas),
        text=row.text,
        description=row.description,
        result=row.result,
        milestones=tuple(_milestone(each, reports.get(each.id, ())) for each in row.milestones),
        indicators=tuple(map(_indicator, row.indicators)),
        done=_texts(row.done),
        questions=_texts(row.questions),
        enquiries=row.enquiries,
        source=row.source,
        lineage=lineage,
        served_by=served_by,
        assessments=tuple(_assessment(row.identifier, each, numbers) for each in row.assessments),
    )


def _texts(pairs: list[list[str]]) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(en, fr) for en, fr in pairs)


def _rating(value: Any) -> Rating | None:
    return None if value is None else _required_rating(value)


def _required_rating(value: Any) -> Rating:
    return Rating(value.value, value.label)


def _milestone(
    row: CommitmentMilestone, reports: list[PublishedOrganizationReport] | tuple[()]
) -> PublishedCommitmentMilestone:
    return PublishedCommitmentMilestone(row.number, row.text, row.start, row.end, row.end_on, tuple(reports))


def _indicator(row: Indicator) -> PublishedIndicator:
    return PublishedIndicator(
        code=row.code,
        milestone=row.milestone,
        text=row.text,
        target=row.target,
        deadline=row.deadline,
        due_on=row.due_on,
        lead=row.lead,
        actuals=tuple(map(_actual, row.actuals)),
    )


def _actual(row: IndicatorActual) -> PublishedActual:
    return PublishedActual(
        period=row.period,
        number=f"{row.number.normalize():f}" if row.number is not None else "",
        unit=row.unit,
        status=_rating(row.status),
        nothing_to_report=row.nothing_to_report,
        progress=row.progress,
        evidence=row.evidence,
        challenges=row.challenges,
    )


def _assessment(identifier: str, row: Assessment, numbers: Mapping[int, str]) -> PublishedAssessment:
    findings = sorted(row.findings, key=lambda finding: list(numbers).index(finding.milestone_id))
    openness = {OgpValue(value): Openness(degree) for value, degree in row.openness.items()}
    return PublishedAssessment(
        key=f"{identifier}-{row.id}",
        kind=_required_rating(row.kind),
        assessor=row.assessor,
        on=row.on,
        completion=_rating(row.completion),
        verifiable=_rating(row.verifiable),
        specificity=_rating(row.specificity),
        impact=_rating(row.impact),
        carried_forward=_rating(row.carried_forward),
        relevance=tuple(_required_rating(OgpValue(value)) for value in row.relevance),
        openness=tuple((_required_rating(v), _required_rating(openness[v])) for v in OgpValue if v in openness),
        text=row.text,
        sources=tuple(PublishedLink(url, Bilingual(en, fr)) for url, en, fr in row.sources),
        findings=tuple(
            PublishedFinding(numbers[each.milestone_id], _required_rating(each.completion), each.note) for each in findings
        ),
        sample=row.sample,
    )


def _stale_texts(row: Commitment) -> Iterator[tuple[str, StaleTexts]]:
    """Yield the stored marks of stale texts for each subject, as in ``PublishedChange``."""
    yield "", row.stale or {}
    yield from ((f"milestone {each.number}", each.stale or {}) for each in row.milestones)
    for indicator in row.indicators:
        yield f"indicator {indicator.code}", indicator.stale or {}
        for actual in indicator.actuals:
            stale = {"number" if name == "unit" else name: lang for name, lang in (actual.stale or {}).items()}
            yield f"actual {indicator.code} {actual.period}", stale


def _gaps(content: PublishedCommitment) -> Iterator[CommitmentGap]:
    """Yield the texts that exist in one language only, in the order of the page."""
    for subject, name, text in _all_texts(content):
        yield from (CommitmentGap(subject, name, lang) for lang in text.missing_languages)


def _all_texts(content: PublishedCommitment) -> Iterator[tuple[str, str, Bilingual]]:
    for name in ("title", "text", "description", "result"):
        yield "", name, getattr(content, name)
    yield from (("", "lead" if each.is_lead else "support", each.name) for each in content.institutions)
    for name in ("areas", "done", "questions"):
        yield from (("", name, text) for text in getattr(content, name))
    for milestone in content.milestones:
        yield from ((f"milestone {milestone.number}", name, getattr(milestone, name)) for name in ("text", "start", "end"))
        for report in milestone.reports:
            yield f"report {milestone.number} {report.on.isoformat()}", "text", report.text
    for indicator in content.indicators:
        subject = f"indicator {indicator.code}"
        yield from ((subject, name, getattr(indicator, name)) for name in ("text", "target", "deadline", "lead"))
        for actual in indicator.actuals:
            subject = f"actual {indicator.code} {actual.period}"
            yield from ((subject, name, getattr(actual, name)) for name in ("progress", "evidence", "challenges"))
            yield subject, "number", actual.unit
    for assessment in content.assessments:
        subject = f"assessment {assessment.key}"
        yield from ((subject, name, getattr(assessment, name)) for name in ("assessor", "text"))
        yield from ((subject, f"note on {finding.milestone}", finding.note) for finding in assessment.findings)
        yield from ((subject, "sources", link.label) for link in assessment.sources)
