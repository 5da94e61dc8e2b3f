"""What assessments say, as rows for pages: the government's own assessments beside those of one assessor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.ogp.models import Assessment, Commitment
from cogwg.ogp.scales import COMPLETION_OF_STATUS, OGP_VALUE_LABELS, OPENNESS_LABELS, Completion, OgpValue, Openness
from cogwg.web.http.filters import day, month_year

_STATUSES: Mapping[Completion, Status] = {completion: status for status, completion in COMPLETION_OF_STATUS.items()}


def mark_of(completion: Completion) -> str:
    """Return the code of the mark for how complete something is; "NR", as for no report, if there is no evidence."""
    status = _STATUSES.get(completion)
    return status.value if status is not None else "NR"


def stated_day(on: str) -> str:
    """Return a year, month or day (YYYY, YYYY-MM, YYYY-MM-DD) as a page writes it."""
    if len(on) == 4:
        return on
    return month_year(date.fromisoformat(f"{on}-01")) if len(on) == 7 else day(date.fromisoformat(on))


@dataclass(frozen=True, slots=True)
class PartAssessed:
    """What an assessment says about a milestone or the whole commitment.

    ``differs`` is whether the government's latest self-assessment rates it differently.
    """

    completion: Completion | None
    note: Bilingual
    differs: bool

    @property
    def mark(self) -> str:
        return mark_of(self.completion) if self.completion is not None else ""


@dataclass(frozen=True, slots=True)
class AssessmentColumn:
    """An assessment in a table: who made it, its kind and date, and what it says.

    ``parts`` maps the number of each milestone, and "" for the whole commitment, to what it says about that part.
    """

    assessment: Assessment
    is_own: bool
    when: str
    parts: Mapping[str, PartAssessed]


def assessment_columns(commitment: Commitment, person_id: int) -> list[AssessmentColumn]:
    """Return the self-assessments of a commitment and those that this person recorded, sorted by date.

    Those of other assessors are left out: they are shown to everyone once they are published.
    """
    shown = [each for each in commitment.assessments if each.kind.is_self or each.recorded_by == person_id]
    own = next((each for each in reversed(shown) if each.kind.is_self), None)
    government = _completions(own, commitment) if own is not None else {}
    columns = []
    for assessment in shown:
        says = _completions(assessment, commitment)
        notes = {finding.milestone_id: finding.note for finding in assessment.findings}
        by_number = {milestone.number: notes.get(milestone.id) for milestone in commitment.milestones}
        parts = {
            number: PartAssessed(
                completion,
                by_number.get(number) or Bilingual("", ""),
                not assessment.kind.is_self
                and None not in (completion, government.get(number))
                and completion != government.get(number),
            )
            for number, completion in says.items()
        }
        columns.append(AssessmentColumn(assessment, not assessment.kind.is_self, stated_day(assessment.on), parts))
    return columns


def _completions(assessment: Assessment, commitment: Commitment) -> dict[str, Completion | None]:
    """Map each milestone's number, and "" for the commitment as a whole, to its completion in this assessment, or None."""
    findings = {finding.milestone_id: finding.completion for finding in assessment.findings}
    return {"": assessment.completion, **{each.number: findings.get(each.id) for each in commitment.milestones}}


def opened_government(assessment: Assessment) -> list[tuple[Bilingual, Bilingual]]:
    """Return the OGP values for which an assessment rates how open the commitment made government, each with its rating."""
    return [
        (OGP_VALUE_LABELS[value], OPENNESS_LABELS[Openness(assessment.openness[value.value])])
        for value in OgpValue
        if value.value in assessment.openness
    ]
