"""What is public about a commitment, as frozen values. This module does not use the record that the values were copied from.

Values on scales are stored as the record's codes, such as "substantial". Their labels are also copied, so that the pages and
data of a publication do not depend on the labels in this release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.tracker.values import PublishedLink


@dataclass(frozen=True, slots=True)
class Rating:
    """A value on a scale: its code and its label."""

    code: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class PublishedInstitution:
    """An institution that leads or supports a commitment."""

    name: Bilingual
    is_lead: bool


@dataclass(frozen=True, slots=True)
class PublishedOrganizationReport:
    """A civil society organization's own report on a milestone; ``leads`` is True if it leads the milestone, False
    if it helps.
    """

    organization: Bilingual
    leads: bool
    completion: Rating | None
    text: Bilingual
    on: date
    sample: bool = False


@dataclass(frozen=True, slots=True)
class PublishedCommitmentMilestone:
    """A milestone with its start and end in the source's words. ``end_on`` is the last possible day of the end, None if not
    known.
    """

    number: str
    text: Bilingual
    start: Bilingual = EMPTY_TEXT
    end: Bilingual = EMPTY_TEXT
    end_on: date | None = None
    reports: tuple[PublishedOrganizationReport, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedActual:
    """The result reported for an indicator and a period (YYYY, YYYY-MM or YYYY-MM-DD). ``number`` is a decimal number as text,
    or empty.
    """

    period: str
    number: str = ""
    unit: Bilingual = EMPTY_TEXT
    status: Rating | None = None
    nothing_to_report: bool = False
    progress: Bilingual = EMPTY_TEXT
    evidence: Bilingual = EMPTY_TEXT
    challenges: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class PublishedIndicator:
    """An indicator with its target, its deadline in the source's words, and the reported results, the oldest period first."""

    code: str
    milestone: str
    text: Bilingual
    target: Bilingual = EMPTY_TEXT
    deadline: Bilingual = EMPTY_TEXT
    due_on: date | None = None
    lead: Bilingual = EMPTY_TEXT
    actuals: tuple[PublishedActual, ...] = ()

    @property
    def latest(self) -> PublishedActual | None:
        return self.actuals[-1] if self.actuals else None


@dataclass(frozen=True, slots=True)
class PublishedFinding:
    """An assessment's finding on the milestone with this number."""

    milestone: str
    completion: Rating
    note: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class PublishedAssessment:
    """An assessment of a commitment; ``on`` is its date (YYYY, YYYY-MM or YYYY-MM-DD). ``key`` never changes.

    ``kind`` is "self", "mid-term", "end-of-term" or "civil-society". ``openness`` says, for each value of the OGP that it
    assesses, how much the commitment opened government.
    """

    key: str
    kind: Rating
    assessor: Bilingual
    on: str
    completion: Rating | None = None
    verifiable: Rating | None = None
    specificity: Rating | None = None
    impact: Rating | None = None
    carried_forward: Rating | None = None
    relevance: tuple[Rating, ...] = ()
    openness: tuple[tuple[Rating, Rating], ...] = ()
    text: Bilingual = EMPTY_TEXT
    sources: tuple[PublishedLink, ...] = ()
    findings: tuple[PublishedFinding, ...] = ()
    sample: bool = False

    @property
    def is_self(self) -> bool:
        return self.kind.code == "self"

    def completion_of(self, milestone: str) -> Rating | None:
        """Return how complete this milestone (a number) is according to the assessment; for an empty number, the whole
        commitment.

        Returns None if the assessment does not say this.
        """
        if not milestone:
            return self.completion
        return next((finding.completion for finding in self.findings if finding.milestone == milestone), None)


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """A change that an edition made to what was public before: the day, the values before and after, and the reason.

    ``subject`` is empty for the commitment or cycle itself; otherwise, it names the item, such as "milestone 19.1",
    "indicator C01.1.1", "actual C01.1.1 2018-06" or "assessment CA0060-3". ``field`` is the name of the changed field, empty if
    the whole item was added or removed. Additions have no reason.
    """

    on: date
    subject: str
    field: str
    before: Bilingual
    after: Bilingual
    reason: Bilingual = EMPTY_TEXT

    @property
    def is_addition(self) -> bool:
        """Whether the change only adds to what was public."""
        return not self.before


@dataclass(frozen=True, slots=True)
class ServingItem:
    """A priority or activity that contributes to a commitment: the year, the priority's number, the activity's code (or
    empty), and the title.
    """

    year: int
    priority: int
    activity: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An assessment by another assessor that differs from the latest self-assessment, on a milestone or, if that is empty, on
    the whole commitment.

    ``since`` is the date (YYYY, YYYY-MM or YYYY-MM-DD) of the assessment with which the current difference began. ``sample``
    is True if one of the two assessments is invented.
    """

    milestone: str
    assessment: PublishedAssessment
    says: Rating
    government_says: Rating
    since: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class PublishedCommitment:
    """A commitment as it was published. ``cycle`` is the first year of its action plan.

    ``lineage`` are the identifiers of the commitments of earlier plans that it continues, the latest first. ``published_on``
    is the day of the first edition, and ``changes`` are those of this and earlier editions, the oldest first.
    """

    identifier: str
    cycle: int
    cycle_end: int
    plan_title: Bilingual
    number: str
    title: Bilingual
    state: Rating
    starred: bool
    institutions: tuple[PublishedInstitution, ...] = ()
    areas: tuple[Bilingual, ...] = ()
    text: Bilingual = EMPTY_TEXT
    description: Bilingual = EMPTY_TEXT
    result: Bilingual = EMPTY_TEXT
    milestones: tuple[PublishedCommitmentMilestone, ...] = ()
    indicators: tuple[PublishedIndicator, ...] = ()
    done: tuple[Bilingual, ...] = ()
    questions: tuple[Bilingual, ...] = ()
    enquiries: str = ""
    source: str = ""
    lineage: tuple[str, ...] = ()
    served_by: tuple[ServingItem, ...] = ()
    assessments: tuple[PublishedAssessment, ...] = ()
    published_on: date | None = None
    changes: tuple[PublishedChange, ...] = ()

    @property
    def lead(self) -> PublishedInstitution | None:
        """The institution that leads the commitment, or None."""
        return next((each for each in self.institutions if each.is_lead), None)

    @property
    def support(self) -> tuple[PublishedInstitution, ...]:
        """The institutions that support the commitment."""
        return tuple(each for each in self.institutions if not each.is_lead)

    @property
    def sample(self) -> bool:
        """Whether one of its assessments or reports is invented, for a demonstration."""
        reports = [report for milestone in self.milestones for report in milestone.reports]
        return any(each.sample for each in self.assessments) or any(each.sample for each in reports)

    @property
    def self_assessment(self) -> PublishedAssessment | None:
        """The latest self-assessment, or None."""
        return next((each for each in reversed(self.assessments) if each.is_self), None)

    @property
    def review(self) -> PublishedAssessment | None:
        """The latest assessment by the independent reviewer, or None."""
        return next((each for each in reversed(self.assessments) if each.kind.code in REVIEWS), None)

    @property
    def own_word(self) -> PublishedAssessment | None:
        """The latest self-assessment that says how complete the commitment as a whole is, or None."""
        own = (each for each in reversed(self.assessments) if each.is_self)
        return next((each for each in own if each.completion is not None), None)

    @property
    def reviewers_word(self) -> PublishedAssessment | None:
        """The latest assessment by the reviewer that says how complete the commitment as a whole is, or None."""
        own = (each for each in reversed(self.assessments) if each.kind.code in REVIEWS)
        return next((each for each in own if each.completion is not None), None)

    @property
    def differences(self) -> tuple[Disagreement, ...]:
        """The differences between the latest assessment of each other assessor and the latest self-assessment.

        The reviewer's assessments count as those of one assessor, whatever the name of the report.
        """
        others = [each for each in dict.fromkeys(map(_assessor, self.assessments)) if each != _GOVERNMENT]
        numbers = ("", *(each.number for each in self.milestones))
        differences = (self._difference(number, assessor) for number in numbers for assessor in others)
        return tuple(difference for difference in differences if difference is not None)

    def _difference(self, milestone: str, assessor: _Assessor) -> Disagreement | None:
        """Compare what both said over time, and return the difference that remains at the end, or None."""
        own: tuple[PublishedAssessment, Rating] | None = None
        says: tuple[PublishedAssessment, Rating] | None = None
        since = ""
        for each in self.assessments:
            value = each.completion_of(milestone)
            if value is None or _assessor(each) not in (_GOVERNMENT, assessor):
                continue
            if each.is_self:
                own = each, value
            else:
                says = each, value
            differs = own is not None and says is not None and own[1].code != says[1].code
            since = (since or each.on) if differs else ""
        if not since or own is None or says is None:
            return None
        return Disagreement(milestone, says[0], says[1], own[1], since, own[0].sample or says[0].sample)


REVIEWS = ("mid-term", "end-of-term")
"""The kinds of assessments by the independent reviewer."""
_Assessor = tuple[str, Bilingual]
_GOVERNMENT: _Assessor = ("self", EMPTY_TEXT)


def _assessor(assessment: PublishedAssessment) -> _Assessor:
    """Return a key for the assessor: the government, the independent reviewer, or an organization by its name."""
    if assessment.is_self:
        return _GOVERNMENT
    return ("review", EMPTY_TEXT) if assessment.kind.code in REVIEWS else (assessment.kind.code, assessment.assessor)
