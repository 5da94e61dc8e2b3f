"""The deck of a briefing as immutable values, with texts in both languages.

``compose`` builds a deck from the stored data, and renderers use only the deck, so later changes to the data do not affect a
stored deck. This module imports only ``cogwg.core`` (languages and status), not the plan or its reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cogwg.briefing.deck_sources import Source
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import Status, Timeliness

Month = tuple[int, int]
"""A due month as (year, month). Each has its own column in the plan at a glance, even if it does not end a quarter."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A link; if the label is empty, the URL itself is shown."""

    url: str
    label: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class LabelledPoint:
    """A label with its text; ``urgent`` marks something that is still to be decided."""

    label: Bilingual
    text: Bilingual
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DueMove:
    """A due date that was moved after the plan was adopted: the old date in words, the reason, and the day of the decision."""

    before: Bilingual
    reason: Bilingual
    on: date


@dataclass(frozen=True, slots=True)
class ActivityState:
    """An activity as the deck shows it. ``status`` is None if there is no report.

    ``progress``, ``challenge``, ``next_step`` and the evidence are those of the latest report; the other texts come from the
    plan.
    """

    priority: int
    code: str
    title: Bilingual
    text: Bilingual
    month: Month
    due_on: date
    due_words: Bilingual
    ongoing: bool
    status: Status | None
    timeliness: Timeliness
    reported_on: date | None = None
    nothing_to_report: bool = False
    sample: bool = False
    progress: Bilingual = EMPTY_TEXT
    challenge: Bilingual = EMPTY_TEXT
    evidence_note: Bilingual = EMPTY_TEXT
    evidence: tuple[Reference, ...] = ()
    moved: DueMove | None = None
    next_step: Bilingual = EMPTY_TEXT

    @property
    def is_silent(self) -> bool:
        """Whether the activity has no report although its due month has begun; the slides then show "no report"."""
        return self.status is None and self.timeliness.has_begun

    @property
    def is_later(self) -> bool:
        """Whether the activity has no report and is not yet due; the slides then show only "not yet due"."""
        return self.status is None and not self.timeliness.has_begun

    @property
    def has_report(self) -> bool:
        """Whether the latest report has a text, or says that there is nothing to report."""
        return bool(self.nothing_to_report or self.progress or self.challenge or self.next_step)

    @property
    def has_evidence(self) -> bool:
        return bool(self.evidence or self.evidence_note)


@dataclass(frozen=True, slots=True)
class PriorityState:
    """A priority as of the deck's day. It is stored even if no slide shows it, because two decks are compared by their
    priorities.

    ``vacant`` and ``to_confirm`` are the numbers of its roles that are vacant or to be confirmed.
    """

    year: int
    number: int
    short: Bilingual
    carried_by: Bilingual
    vacant: int
    to_confirm: int
    activities: tuple[ActivityState, ...]


class ChangeKind(StrEnum):
    """The kinds of changes to a plan between two briefings, the most urgent first."""

    SLIPPED = "slipped"
    SILENT = "silent"
    DUE_MOVED = "due-moved"
    LEAD_CHANGED = "lead-changed"
    FORWARD = "forward"
    ADDED = "added"
    DROPPED = "dropped"

    @property
    def words(self) -> Bilingual:
        return CHANGE_WORDS[self]

    @property
    def reason_label(self) -> Bilingual:
        """The label for the ``reason`` of a change of this kind, such as "Challenge" or "Progress"."""
        return REASON_LABELS.get(self, Bilingual("Reason", "Raison"))


CHANGE_WORDS = {
    ChangeKind.SLIPPED: Bilingual("Fell behind", "A pris du retard"),
    ChangeKind.SILENT: Bilingual("No update", "Sans mise à jour"),
    ChangeKind.DUE_MOVED: Bilingual("Due date moved", "Échéance déplacée"),
    ChangeKind.LEAD_CHANGED: Bilingual("Lead changed", "Changement de responsable"),
    ChangeKind.FORWARD: Bilingual("Made progress", "A progressé"),
    ChangeKind.ADDED: Bilingual("Added", "Ajout"),
    ChangeKind.DROPPED: Bilingual("Removed", "Retrait"),
}
REASON_LABELS = {
    ChangeKind.SLIPPED: Bilingual("Challenge", "Défi"),
    ChangeKind.SILENT: Bilingual("Report", "Rapport"),
    ChangeKind.FORWARD: Bilingual("Progress", "Progrès"),
}


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change to the plan: what changed, the values before and after, the reason if one was given, and the source.

    ``code`` is empty if the change is to the whole priority. ``text`` is the title of the activity or the short title of the
    priority, or a co-chair's wording.
    """

    kind: ChangeKind
    year: int
    priority: int
    code: str
    text: Bilingual
    before: Bilingual
    after: Bilingual
    reason: Bilingual
    source: Bilingual

    @property
    def key(self) -> str:
        """The key that identifies this change in an outline, such as "forward:2020:3.2"."""
        return f"{self.kind.value}:{self.year}:{self.code or self.priority}"


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide: its title, the question that it answers (``answers``), and its finding (``message``).

    ``key`` identifies the slide within its deck ("glance", "priority-3", "text-1"). Comments and the outline refer to it.
    """

    title: Bilingual
    answers: Bilingual
    message: Bilingual
    key: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class TitleSlide(Slide):
    """The cover. ``message`` is the name of the report.

    The other lines give the Councils, the plan and the version, and say that the deck also exists in the other language.
    The class and ``edition_line`` (the version) keep these names because stored decks contain them.
    """

    councils: Bilingual
    plan_line: Bilingual
    edition_line: Bilingual
    twin_line: Bilingual
    twin_name: Bilingual = EMPTY_TEXT
    """The name of the group in the other language; older stored decks have it in ``twin_line``."""


@dataclass(frozen=True, slots=True)
class ContentsSlide(Slide):
    """The list of the other slides, which renderers build from the deck itself."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A large number, what it counts, and a short comparison or explanation; ``urgent`` is True if it requires action."""

    value: int
    label: Bilingual
    note: Bilingual
    urgent: bool = False
    is_overdue: bool = False
    """Whether the number counts overdue activities, which have the darkest colour."""
    counts_roles: bool = False
    """Whether the number counts roles instead of activities."""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A priority in the summary: the number of its activities that are complete, overdue, due (``due_now``), and not yet due
    (``later``).

    ``due`` is the number of activities that should be complete by the deck's day, and ``complete_of_due`` how many of these
    are.
    """

    number: int
    short: Bilingual
    complete: int
    overdue: int
    due_now: int
    later: int
    due: int
    complete_of_due: int


@dataclass(frozen=True, slots=True)
class DueActivity:
    """One of the first activities to be due, with its priority's confirmed leads and partners, and the roles that
    are undecided.
    """

    priority: int
    title: Bilingual
    carried_by: Bilingual
    undecided: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that is requested, who makes it, and by when; ``by`` is empty if no date is set."""

    text: Bilingual
    who: Bilingual
    by: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class SummarySlide(Slide):
    """The summary for a deputy minister: figures, priorities, the decisions requested, and what changed since the last
    meeting.

    Before anything is due, ``rows`` is empty, and ``first_due`` and ``upcoming`` (the number of activities on each due day)
    show what is due when.
    """

    figures: tuple[Figure, ...]
    rows: tuple[SummaryRow, ...]
    decisions: tuple[Decision, ...]
    moved: Bilingual
    first_due: tuple[DueActivity, ...] = ()
    upcoming: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PointsSlide(Slide):
    """A few numbered points (purpose, why it matters); ``name`` is a short name for lists of slides and worksheet tabs."""

    name: Bilingual
    points: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class TextSlide(Slide):
    """Free text in paragraphs; it may be longer than a page."""

    paragraphs: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class GroupSlide(Slide):
    """The working group: facts about it, and the priorities that each jurisdiction leads or partners on."""

    facts: tuple[LabelledPoint, ...]
    carriers: tuple[LabelledPoint, ...]


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """A priority with its leads and partners, and the ``states`` of its activities in the order of the plan."""

    number: int
    short: Bilingual
    carried_by: Bilingual
    states: tuple[ActivityState, ...]


@dataclass(frozen=True, slots=True)
class GlanceSlide(Slide):
    """The plan as a matrix of priorities and due months."""

    months: tuple[Month, ...]
    rows: tuple[GlanceRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineSlide(Slide):
    """The plan over time: the activities of each priority by due day, with a line at the deck's day."""

    rows: tuple[GlanceRow, ...]


@dataclass(frozen=True, slots=True)
class LateActivity:
    """An overdue activity with the number of days since its due day."""

    title: Bilingual
    days: int


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """A priority, with the number of its activities in each of the slide's ``series``, in the same order.

    ``late`` are its overdue activities, the longest overdue first; older stored decks do not have them.
    """

    number: int
    short: Bilingual
    counts: tuple[int, ...]
    late: tuple[LateActivity, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """The end of a quarter, with the number of the plan's activities in each of the slide's ``series_of_quarters``."""

    label: Bilingual
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProgressSlide(Slide):
    """Progress by priority, the furthest behind first.

    Each series is a status, a timeliness, or None for "no report". ``series`` are the series of the priorities' bars.

    ``quarters`` has the counts for the whole plan at the end of each quarter that has begun. The current quarter is counted as
    of the deck's day.
    """

    series: tuple[Status | Timeliness | None, ...]
    rows: tuple[ProgressRow, ...]
    quarters: tuple[QuarterRow, ...] = ()
    quarter_series: tuple[Status | Timeliness | None, ...] = ()
    """The series of the quarters if they differ from those of the priorities; older stored decks do not have them."""

    @property
    def series_of_quarters(self) -> tuple[Status | Timeliness | None, ...]:
        return self.quarter_series or self.series

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(sum(row.counts[n] for row in self.rows) for n in range(len(self.series)))


@dataclass(frozen=True, slots=True)
class DeckMilestone:
    """A jurisdiction's milestone, with links to its sources; ``is_new`` is True if it was reported since the last meeting."""

    jurisdiction: Bilingual
    text: Bilingual
    links: tuple[Reference, ...]
    is_new: bool = False
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class DeckChallenge:
    """A challenge. ``where`` says where it occurs, such as "in some jurisdictions (3)".

    ``where`` names only jurisdictions that agreed to be named. ``since`` is the day on which the challenge was reported; None
    in older stored decks.
    """

    theme: Bilingual
    text: Bilingual
    where: Bilingual = EMPTY_TEXT
    since: date | None = None


@dataclass(frozen=True, slots=True)
class LateChallenge:
    """The challenge reported for an overdue activity, which was due on ``due_on``."""

    priority: int
    text: Bilingual
    due_on: date


@dataclass(frozen=True, slots=True)
class MilestonesSlide(Slide):
    """Jurisdictions' milestones, and their challenges grouped by theme."""

    milestones: tuple[DeckMilestone, ...]
    challenges: tuple[DeckChallenge, ...]
    late: tuple[LateChallenge, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedSlide(Slide):
    """The changes that were chosen as talking points; ``since`` is the as-of day of the last frozen briefing."""

    since: date
    changes: tuple[PlanChange, ...]


class DeckStepState(StrEnum):
    """The state of a next step compared with the last meeting, in the order in which the slide lists them."""

    NEW = "new"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_closed(self) -> bool:
        return self in (DeckStepState.DONE, DeckStepState.DROPPED)


@dataclass(frozen=True, slots=True)
class DeckNextStep:
    """A next step, its open parts (``children``), who is responsible and by when; ``by`` is a date in words, empty if no date
    is set.

    ``done_parts`` and ``dropped_parts`` are the parts that were done or dropped since the last meeting, empty if the whole
    step was.
    """

    text: Bilingual
    children: tuple[Bilingual, ...] = ()
    state: DeckStepState = DeckStepState.OPEN
    who: Bilingual = EMPTY_TEXT
    by: Bilingual = EMPTY_TEXT
    done_parts: tuple[Bilingual, ...] = ()
    dropped_parts: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStepsSlide(Slide):
    """The group's next steps: new ones, open ones, and those that were done or dropped since the last meeting."""

    steps: tuple[DeckNextStep, ...]


@dataclass(frozen=True, slots=True)
class DeckAsk:
    """A request, who decides on it, and by when. The label names the priority.

    Decks of earlier releases have neither ``who`` nor ``by``; an empty ``who`` means the audience, and an empty ``by`` that no
    date is set.
    """

    label: Bilingual
    text: Bilingual
    who: Bilingual = EMPTY_TEXT
    by: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class AsksSlide(Slide):
    """The requests to the Councils."""

    asks: tuple[DeckAsk, ...]


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A priority in the annex's list, with its leads and partners."""

    number: int
    title: Bilingual
    carried_by: Bilingual


@dataclass(frozen=True, slots=True)
class AnnexSlide(Slide):
    """The slide before the priority slides: a list of the priorities, and a footnote that links to the full plan."""

    rows: tuple[AnnexRow, ...]
    footnote: Reference | None


@dataclass(frozen=True, slots=True)
class PrioritySlide(Slide):
    """One priority: its issue and consequences, its expected outcome and results, its leads and partners, and its activities.

    ``undecided`` names the roles that are vacant or to be confirmed; it is empty when there are none. ``status`` is the
    overall status with its reason, ``highlight`` is one line of progress that a co-chair wrote, and ``asks`` are requests to
    the Councils.
    """

    number: int
    issue: Bilingual
    consequences: tuple[Bilingual, ...]
    outcome: Bilingual
    results: tuple[Bilingual, ...]
    carried_by: Bilingual
    undecided: Bilingual
    activities: tuple[ActivityState, ...]
    status: Bilingual = EMPTY_TEXT
    highlight: Bilingual = EMPTY_TEXT
    asks: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSlide(Slide):
    """The data behind the slides: a row for each activity, with the short title of its priority."""

    rows: tuple[tuple[Bilingual, ActivityState], ...]


@dataclass(frozen=True, slots=True)
class SourcesSlide(Slide):
    """The last slide, which lists the sources of all facts. Renderers build the list from the deck itself."""


class DeckState(StrEnum):
    """What a deck is: a frozen version, the draft of one, or the standing deck, which belongs to no stored briefing."""

    VERSION = "version"
    DRAFT = "draft"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Deck:
    """A briefing's slides in order. ``as_of`` is the last day whose reports count.

    ``sample`` is True if the deck contains sample data. ``edition`` is the number of the frozen version or, for a draft, the
    number that the version would get; it has no meaning for a standing deck. The field keeps this name because stored decks
    contain it. ``priorities`` are all priorities that the slides were built from, even if no slide shows them, so that two
    decks can be compared.
    """

    group: Bilingual
    audience: Bilingual
    meeting_on: date
    as_of: date
    plan_year: int
    edition: int
    sample: bool
    slides: tuple[Slide, ...]
    place: Bilingual = EMPTY_TEXT
    state: DeckState = DeckState.VERSION
    priorities: tuple[PriorityState, ...] = ()
    agenda_item: Bilingual = EMPTY_TEXT
    classification: Bilingual = EMPTY_TEXT
    """The classification of the document, such as "Unclassified"; every page shows it."""
    sources: tuple[Source, ...] = ()
    """The sources that the slides do not show; empty in decks of earlier releases."""
    witness: str = ""
    """The head of the audit log just before the version was finalized, which can reveal later changes to the log."""

    @property
    def rows(self) -> tuple[tuple[Bilingual, ActivityState], ...]:
        """The rows of the data slide, one for each activity; empty if the deck has no data slide."""
        return next((slide.rows for slide in self.slides if isinstance(slide, DataSlide)), ())
