"""Assessments by invited assessors. All of them are kept, and only the author of an assessment can correct it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, clean_line, clean_text
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.core.text_limits import bilingual_length_problems
from cogwg.core.web_addresses import address_problem, complete_address
from cogwg.ogp.inviting import invitation_to_assess, kinds_of
from cogwg.ogp.models import Assessment, AssessmentFinding, Commitment, CommitmentMilestone
from cogwg.ogp.scales import (
    AssessmentKind,
    CarriedForward,
    Completion,
    Impact,
    OgpValue,
    Openness,
    Specificity,
    Verifiable,
)

TEXT_LIMIT, NOTE_LIMIT, LABEL_LIMIT, MAX_SOURCES = 10_000, 500, 200, 10
_ON = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_SCALES: Mapping[str, type[StrEnum]] = {
    "completion": Completion,
    "verifiable": Verifiable,
    "specificity": Specificity,
    "impact": Impact,
    "carried_forward": CarriedForward,
}


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source of an assessment: its URL, and its label."""

    address: str
    label: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """The finding of an assessment about the milestone with this number. If ``completion`` is empty, the milestone is not
    assessed.
    """

    milestone: str
    completion: str
    note: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class AssessmentDraft:
    """An assessment as it was entered in a form. Values on scales are codes, or "" if nothing was chosen.

    ``on`` is YYYY, YYYY-MM or YYYY-MM-DD. ``openness`` are pairs of a value of the OGP and of how much the commitment opened
    government in this respect.
    """

    kind: str
    on: str
    completion: str = ""
    verifiable: str = ""
    specificity: str = ""
    impact: str = ""
    carried_forward: str = ""
    relevance: tuple[str, ...] = ()
    openness: tuple[tuple[str, str], ...] = ()
    text: Bilingual = EMPTY_TEXT
    sources: tuple[SourceDraft, ...] = ()
    findings: tuple[FindingDraft, ...] = ()


class _Labelled(Protocol):
    @property
    def label(self) -> Bilingual: ...


def draft_of(assessment: Assessment) -> AssessmentDraft:
    """Return a stored assessment in the form of a draft, to fill in its form."""
    findings = {finding.milestone_id: finding for finding in assessment.findings}
    of_milestones = [
        (milestone.number, findings[milestone.id]) for milestone in assessment.commitment.milestones if milestone.id in findings
    ]
    degrees = assessment.openness
    scales: dict[str, str] = {name: getattr(assessment, name) or "" for name in _SCALES}
    return AssessmentDraft(
        kind=assessment.kind.value,
        on=assessment.on,
        completion=scales["completion"],
        verifiable=scales["verifiable"],
        specificity=scales["specificity"],
        impact=scales["impact"],
        carried_forward=scales["carried_forward"],
        relevance=tuple(assessment.relevance),
        openness=tuple((value.value, degrees[value.value]) for value in OgpValue if value.value in degrees),
        text=assessment.text,
        sources=tuple(SourceDraft(address, Bilingual(*labels)) for address, *labels in assessment.sources),
        findings=tuple(FindingDraft(number, finding.completion.value, finding.note) for number, finding in of_milestones),
    )


def record_assessment(session: Session, commitment_id: int, draft: AssessmentDraft, *, by: Actor, at: datetime) -> int:
    """Record an assessment of a commitment and return its id. It does not replace any other, not even an earlier one by the
    same person.

    Raises ``NotFound`` if the person is not invited to assess the commitment, and ``Invalid`` if the draft has problems.
    """
    invitation = invitation_to_assess(session, by.id, commitment_id, for_update=True)
    if invitation is None:
        raise NotFound(f"commitment {commitment_id}")
    commitment = session.get_one(Commitment, commitment_id)
    checked = checked_draft(draft, commitment, kinds_of(independent=invitation.independent), at)
    assessment = Assessment(commitment=commitment, assessor=invitation.assessor, recorded_by=by.id, recorded_at=at)
    session.add(assessment)
    store_draft(assessment, checked)
    session.flush()
    after = {"commitment": commitment.identifier, "assessor": _pair(invitation.assessor), **stated_values(checked)}
    record_event(session, "assessment.recorded", ("assessment", assessment.id), by=by, at=at, after=after)
    return assessment.id


def correct_assessment(
    session: Session, assessment_id: int, draft: AssessmentDraft, *, version: int, by: Actor, at: datetime
) -> int | None:
    """Correct an assessment that the person recorded; return the id of the audit event, or None if nothing changed.

    Raises ``NotFound`` for another person's assessment, ``Forbidden`` if the invitation has ended, ``Conflict`` with the
    assessment if ``version`` is outdated, and ``Invalid`` if the draft has problems.
    """
    assessment = own_assessment(session, assessment_id, by.id, for_update=True)
    invitation = invitation_to_assess(session, by.id, assessment.commitment_id, for_update=True)
    if invitation is None:
        raise Forbidden
    if version != assessment.version:
        raise Conflict(assessment)
    kinds = kinds_of(independent=assessment.kind is not AssessmentKind.CIVIL_SOCIETY)
    return store_correction(session, assessment, checked_draft(draft, assessment.commitment, kinds, at), by=by, at=at)


def store_correction(
    session: Session, assessment: Assessment, checked: AssessmentDraft, *, by: Actor, at: datetime
) -> int | None:
    """Store the corrected values of an assessment; return the id of the audit event, or None if nothing changed."""
    before, after = stated_values(draft_of(assessment)), stated_values(checked)
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    if not changed:
        return None
    store_draft(assessment, checked)
    assessment.version += 1
    session.flush()
    return record_event(
        session,
        "assessment.corrected",
        ("assessment", assessment.id),
        by=by,
        at=at,
        before={name: before.get(name) for name in changed},
        after={name: after.get(name) for name in changed},
    )


def own_assessment(session: Session, assessment_id: int, person_id: int | None, *, for_update: bool = False) -> Assessment:
    """Return an assessment that this person recorded as an assessor. Raises ``NotFound`` if there is none, or if another
    person recorded it.
    """
    statement = select(Assessment).where(
        Assessment.id == assessment_id, Assessment.recorded_by == person_id, Assessment.kind != AssessmentKind.SELF
    )
    if for_update:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    assessment = session.scalars(statement).first()
    if assessment is None or person_id is None:
        raise NotFound(f"assessment {assessment_id}")
    return assessment


def own_assessments(session: Session, person_id: int) -> list[Assessment]:
    """Return the assessments that a person recorded as an assessor, the newest first."""
    statement = (
        select(Assessment)
        .where(Assessment.recorded_by == person_id, Assessment.kind != AssessmentKind.SELF)
        .order_by(Assessment.on.desc(), Assessment.id.desc())
    )
    return list(session.scalars(statement))


def checked_draft(
    draft: AssessmentDraft, commitment: Commitment, kinds: tuple[AssessmentKind, ...], at: datetime
) -> AssessmentDraft:
    """Return a draft with its texts cleaned. Raises ``Invalid`` with all its problems."""
    clean = replace(
        draft,
        on=clean_line(draft.on),
        relevance=tuple(dict.fromkeys(draft.relevance)),
        openness=tuple((value, degree) for value, degree in draft.openness if degree),
        text=Bilingual(clean_text(draft.text.en), clean_text(draft.text.fr)),
        sources=tuple(source for source in map(_clean_source, draft.sources) if source.address or source.label),
        findings=tuple(finding for finding in map(_clean_finding, draft.findings) if finding.completion or finding.note),
    )
    numbers = [milestone.number for milestone in commitment.milestones]
    if problems := [*_scale_problems(clean, kinds), *_text_problems(clean, numbers), *_day_problems(clean.on, at)]:
        raise Invalid(*problems)
    if not (clean.completion or clean.findings or clean.text):
        raise Invalid(
            ("completion", Message(N_("Assess how complete the commitment or one of its milestones is, or enter some text.")))
        )
    return clean


def _clean_source(source: SourceDraft) -> SourceDraft:
    return SourceDraft(complete_address(source.address), Bilingual(clean_line(source.label.en), clean_line(source.label.fr)))


def _clean_finding(finding: FindingDraft) -> FindingDraft:
    return replace(finding, note=Bilingual(clean_line(finding.note.en), clean_line(finding.note.fr)))


def _scale_problems(draft: AssessmentDraft, kinds: tuple[AssessmentKind, ...]) -> Iterator[tuple[str, Message]]:
    if draft.kind not in [kind.value for kind in kinds]:
        yield "kind", _not_on(draft.kind, kinds)
    for name, scale in _SCALES.items():
        yield from _scale_problem(name, getattr(draft, name), scale)
    for value in draft.relevance:
        yield from _scale_problem("relevance", value, OgpValue)
    for value, degree in draft.openness:
        yield from _scale_problem("openness", value, OgpValue)
        yield from _scale_problem(f"openness_{value}", degree, Openness)
    for finding in draft.findings:
        yield from _scale_problem(f"finding_{finding.milestone}", finding.completion, Completion)


def _scale_problem(field: str, value: str, scale: type[StrEnum]) -> Iterator[tuple[str, Message]]:
    if value and value not in [each.value for each in scale]:
        yield field, _not_on(value, tuple(scale))


def _not_on(value: str, scale: tuple[_Labelled, ...]) -> Message:
    sentence = N_("“%(value)s” is not on this scale. Choose one of these: %(choices)s.")
    choices = Bilingual(*("; ".join(each.label.exact_text(lang) for each in scale) for lang in ("en", "fr")))
    return Message(sentence, {"value": value[:60], "choices": choices})


def _text_problems(draft: AssessmentDraft, numbers: list[str]) -> Iterator[tuple[str, Message]]:
    yield from bilingual_length_problems("text", draft.text, TEXT_LIMIT)
    for finding in draft.findings:
        name = f"finding_{finding.milestone}"
        if finding.milestone not in numbers:
            sentence = N_("This commitment has no milestone %(number)s.")
            yield name, Message(sentence, {"number": finding.milestone[:20]})
        elif not finding.completion:
            yield name, Message(N_("Choose how complete this milestone is, or remove the note."))
        yield from bilingual_length_problems(f"note_{finding.milestone}", finding.note, NOTE_LIMIT)
    if len(draft.sources) > MAX_SOURCES:
        yield "sources", Message(N_("Enter at most %(limit)s sources."), {"limit": MAX_SOURCES})
    for number, source in enumerate(draft.sources, 1):
        if problem := address_problem(source.address):
            yield f"source_{number}", problem
        yield from bilingual_length_problems(f"label_{number}", source.label, LABEL_LIMIT)


def _day_problems(on: str, at: datetime) -> Iterator[tuple[str, Message]]:
    """Yield a problem if the text is not a year, a month or a day, or if it is in the future."""
    parts = _ON.fullmatch(on)
    try:
        first = date(*(int(part or 1) for part in parts.groups())) if parts else None
    except ValueError:
        first = None
    if first is None or first.year < 2000:
        yield "on", Message(N_("Enter the date of the assessment as 2018, 2018-06 or 2018-06-30."))
    elif first > local_day(at):
        yield "on", Message(N_("The date of an assessment cannot be in the future."))


def store_draft(assessment: Assessment, draft: AssessmentDraft) -> None:
    """Copy the values of a checked draft to an assessment."""
    assessment.kind, assessment.on = AssessmentKind(draft.kind), draft.on
    for name, scale in _SCALES.items():
        value = getattr(draft, name)
        setattr(assessment, name, scale(value) if value else None)
    assessment.relevance = [value.value for value in OgpValue if value.value in draft.relevance]
    assessment.openness = dict(draft.openness)
    assessment.text = draft.text
    assessment.sources = [[source.address, source.label.en, source.label.fr] for source in draft.sources]
    milestones = {milestone.number: milestone for milestone in assessment.commitment.milestones}
    stored = {finding.milestone_id: finding for finding in assessment.findings}
    assessment.findings = [_finding(stored, milestones[each.milestone], each) for each in draft.findings]


def _finding(stored: dict[int, AssessmentFinding], milestone: CommitmentMilestone, draft: FindingDraft) -> AssessmentFinding:
    finding = stored.get(milestone.id) or AssessmentFinding(milestone_id=milestone.id)
    finding.completion, finding.note = Completion(draft.completion), draft.note
    return finding


def stated_values(draft: AssessmentDraft) -> dict[str, Any]:
    """Return the values of an assessment as the audit log stores them. Empty values are left out."""
    values: dict[str, Any] = {
        "assessment_kind": draft.kind,
        "assessed_on": draft.on,
        **{name: getattr(draft, name) for name in _SCALES},
        "relevance": [value.value for value in OgpValue if value.value in draft.relevance],
        "openness": dict(draft.openness),
        "text": _pair(draft.text) if draft.text else None,
        "sources": [[source.address, *_pair(source.label)] for source in draft.sources],
        "findings": {each.milestone: [each.completion, *_pair(each.note)] for each in draft.findings},
    }
    return {name: value for name, value in values.items() if value}


def _pair(text: Bilingual) -> list[str]:
    return [text.en, text.fr]
