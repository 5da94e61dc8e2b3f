"""What is public about a quarter, as frozen values. This module does not use the record that the values were copied from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import Quarter, last_of_month
from cogwg.core.status import Status, Timeliness, timeliness


class PublishedRole(StrEnum):
    """The role that the plan gives a jurisdiction in a priority."""

    LEAD = "lead"
    PARTNER = "partner"
    NOT_STATED = "not-stated"


class RoleState(StrEnum):
    """Whether a role is held, is waiting for the jurisdiction's answer, or is vacant."""

    CONFIRMED = "confirmed"
    TO_CONFIRM = "to-confirm"
    VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class PublishedJurisdiction:
    """A jurisdiction of the plan; ``code``, such as "on", identifies it in URLs."""

    code: str
    name: Bilingual
    short: Bilingual


@dataclass(frozen=True, slots=True)
class PublishedAssignment:
    """A role in a priority. ``code`` is the jurisdiction's code, empty if the role is vacant; ``name`` is the plan's name for
    the jurisdiction.

    ``since`` is the day on which ``state`` began.
    """

    code: str
    name: Bilingual
    role: PublishedRole
    state: RoleState
    since: date

    @property
    def is_lead(self) -> bool:
        return self.role is PublishedRole.LEAD

    @property
    def is_partner(self) -> bool:
        return self.role is PublishedRole.PARTNER

    @property
    def has_stated_role(self) -> bool:
        """Whether the plan states that the jurisdiction is a lead or a partner."""
        return self.role is not PublishedRole.NOT_STATED

    @property
    def is_vacant(self) -> bool:
        return self.state is RoleState.VACANT

    @property
    def is_to_confirm(self) -> bool:
        return self.state is RoleState.TO_CONFIRM

    @property
    def is_confirmed(self) -> bool:
        return self.state is RoleState.CONFIRMED


@dataclass(frozen=True, slots=True)
class PublishedDue:
    """A due month or, if ``day`` is given, a due day."""

    year: int
    month: int
    day: int | None = None

    @property
    def text(self) -> Bilingual:
        """The date in words: "September 2020" or, if it has a day, "September 15, 2020"."""
        return dates.month_of_year(self.year, self.month) if self.day is None else dates.day(self.last_day)

    @property
    def month_key(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The exact due day, or the last day of the month."""
        if self.day is not None:
            return date(self.year, self.month, self.day)
        return last_of_month(self.year, self.month)


@dataclass(frozen=True, slots=True)
class PublishedMove:
    """A due date that was moved after the plan was adopted, with the reason.

    An activity's moves are in order, the first one first.
    """

    on: date
    before: PublishedDue
    after: PublishedDue
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class PublishedLink:
    """A link to a source; the label may be empty, or in one language only."""

    url: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class PublishedActivity:
    """An activity with its last report up to the quarter.

    ``status`` is None if there is no report. ``reported_in`` is the key of the quarter of the last report, such as "2020-06",
    or empty. ``completed_on`` is the day on which the status "Complete" was submitted.
    """

    code: str
    title: Bilingual
    text: Bilingual
    due: PublishedDue
    due_words: Bilingual
    ongoing: bool
    moves: tuple[PublishedMove, ...] = ()
    status: Status | None = None
    reported_in: str = ""
    completed_on: date | None = None

    @property
    def original_due(self) -> PublishedDue | None:
        """The due date before the first move; None if it was never moved, or was moved back to that date."""
        return self.moves[0].before if self.moves and self.moves[0].before != self.due else None

    def timeliness_on(self, day: date) -> Timeliness:
        return timeliness(self.due.first_day, self.due.last_day, day, self.completed_on)


@dataclass(frozen=True, slots=True)
class PublishedPriority:
    """A priority with its roles, and its activities by due date."""

    number: int
    title: Bilingual
    short: Bilingual
    issue: Bilingual
    outcome: Bilingual
    consequences: tuple[Bilingual, ...]
    results: tuple[Bilingual, ...]
    assignments: tuple[PublishedAssignment, ...]
    activities: tuple[PublishedActivity, ...]


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """The report on an activity in the quarter.

    ``activity`` is the activity's code, and ``jurisdictions`` are the codes of the jurisdictions that report on it.

    ``previous_status`` is the status before the quarter, None if there was no report.
    """

    activity: str
    jurisdictions: tuple[str, ...]
    status: Status
    previous_status: Status | None
    submitted_on: date
    completed_on: date | None
    late: bool
    sample: bool
    nothing_to_report: bool
    progress: Bilingual = EMPTY_TEXT
    challenge: Bilingual = EMPTY_TEXT
    evidence_note: Bilingual = EMPTY_TEXT
    next_step: Bilingual = EMPTY_TEXT
    evidence: tuple[PublishedLink, ...] = ()
    outdated: tuple[str, ...] = ()
    """The languages in which a text is older than in the other one. Milestones and challenges also have this field."""


@dataclass(frozen=True, slots=True)
class PublishedMilestone:
    """A jurisdiction's achievement, done or under way. ``key`` never changes.

    ``happened_on`` is the day on which it happened, if given; with ``month_only``, only the year and month are known.
    """

    key: str
    jurisdiction: str
    text: Bilingual
    under_way: bool
    reported_on: date
    happened_on: date | None = None
    month_only: bool = False
    links: tuple[PublishedLink, ...] = ()
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedChallenge:
    """A challenge that jurisdictions share, without their names. ``key`` never changes.

    ``state`` is "open" or "mitigated". ``jurisdiction_count`` is 0 if the source does not say who raised it.
    """

    key: str
    theme: Bilingual
    text: Bilingual
    state: str
    reported_on: date
    jurisdiction_count: int
    outdated: tuple[str, ...] = ()


class SubjectKind(StrEnum):
    """The kind of item that a correction is about."""

    REPORT = "report"
    MILESTONE = "milestone"
    CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that was corrected after publication: the day, the value published before, the value published now, and the
    reason.

    ``subject`` is an activity's code or the key of a milestone or challenge. ``field`` is the name of the corrected field,
    empty if the whole item was added or removed.
    """

    on: date
    kind: SubjectKind
    subject: str
    field: str
    before: Bilingual
    after: Bilingual
    reason: Bilingual


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """The number of activities, and how many of them were complete and how many overdue."""

    total: int
    complete: int
    overdue: int


@dataclass(frozen=True, slots=True)
class PublishedQuarter:
    """A quarter as it was published.

    ``key`` is its last month as YYYY-MM. ``published_on`` is the day from which the first edition was public; activities are
    due or overdue as of that day. ``milestones`` and ``challenges`` were reported up to the last day of the quarter.
    ``corrections`` are those of this and earlier editions, the oldest first. ``sample`` is True if reports are invented.
    """

    year: int
    key: str
    plan_title: Bilingual
    plan_link: str
    adopted_on: date
    due_on: date
    published_on: date
    priorities: tuple[PublishedPriority, ...]
    jurisdictions: tuple[PublishedJurisdiction, ...]
    reports: tuple[PublishedReport, ...]
    milestones: tuple[PublishedMilestone, ...]
    challenges: tuple[PublishedChallenge, ...]
    corrections: tuple[Correction, ...] = ()
    sample: bool = False

    @property
    def quarter(self) -> Quarter:
        return Quarter.from_month(int(self.key[:4]), int(self.key[5:]))

    @property
    def activities(self) -> tuple[PublishedActivity, ...]:
        return tuple(activity for priority in self.priorities for activity in priority.activities)

    def timeliness(self, activity: PublishedActivity) -> Timeliness:
        """Return the timeliness of an activity as of the day on which the quarter was published."""
        return activity.timeliness_on(self.published_on)

    def is_overdue(self, activity: PublishedActivity) -> bool:
        return self.timeliness(activity).is_overdue

    def counts(self, activities: Sequence[PublishedActivity]) -> PublishedCounts:
        """Return how many of these activities were complete, and how many overdue, when the quarter was published."""
        complete = sum(activity.status is Status.COMPLETE for activity in activities)
        return PublishedCounts(len(activities), complete, sum(map(self.is_overdue, activities)))

    def priority(self, number: int) -> PublishedPriority | None:
        """Return the priority with this number, or None."""
        return next((priority for priority in self.priorities if priority.number == number), None)

    def jurisdiction(self, code: str) -> PublishedJurisdiction | None:
        """Return the jurisdiction with this code, or None."""
        return next((jurisdiction for jurisdiction in self.jurisdictions if jurisdiction.code == code), None)

    def report_on(self, code: str) -> PublishedReport | None:
        """Return the quarter's report on the activity with this code, or None."""
        return next((report for report in self.reports if report.activity == code), None)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a published briefing. ``format`` is "xlsx" or "pptx"; ``size`` is in bytes."""

    name: str
    format: str
    lang: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PublishedBriefing:
    """A finalized version of a briefing as it was published; ``version`` is its number."""

    year: int
    meeting_on: date
    version: int
    finalized_on: date
    audience: Bilingual
    place: Bilingual
    title: Bilingual
    files: tuple[PublishedFile, ...] = ()
    sample: bool = False
