"""The data that a deck is composed from (``BriefingSource``), as of a day, with the outline of one briefing.

The sources of single facts, which a deck lists, are in ``deck_sources``.

``load_source`` reads the database; all other functions are pure. The editor's pages offer all of this data; the deck shows
what the co-chairs chose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from cogwg.accounts.models import OrderOfGovernment
from cogwg.briefing import working_group
from cogwg.briefing.compare import plan_changes
from cogwg.briefing.decided_steps import NO_DECISIONS, MeetingDecisions
from cogwg.briefing.deck import (
    ActivityState,
    DeckChallenge,
    DeckMilestone,
    DeckNextStep,
    DueMove,
    GlanceRow,
    LateChallenge,
    NextStepsSlide,
    PlanChange,
    PriorityState,
    Reference,
)
from cogwg.briefing.deck_sources import Source
from cogwg.briefing.findings import due_so_far
from cogwg.briefing.gap_sources import StaleText
from cogwg.briefing.outline import Outline, PickedNews
from cogwg.briefing.overrides import with_override
from cogwg.briefing.queries import Baseline, StandingContent
from cogwg.briefing.record_sources import plan_sources
from cogwg.briefing.renames import without_renames
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import Quarter, end_of_day, local_day
from cogwg.core.dates import NBSP
from cogwg.core.status import Status, Timeliness
from cogwg.core.text_states import stale_languages, texts_of_lists
from cogwg.plan.models import Confirmation
from cogwg.plan.plan_texts import activity_texts, priority_texts
from cogwg.plan.queries import PlanFacts, PriorityFacts
from cogwg.reporting.news.current import CurrentChallenge, CurrentMilestone, GroupFacts, current_challenges, group_facts
from cogwg.reporting.overall_status import OverallAssessment, assess_overall
from cogwg.reporting.plan_as_of import PlanAsOf, plans_as_of
from cogwg.reporting.plan_history import DueDateMove, PlanHistory, plan_history
from cogwg.reporting.quarter_ends import quarter_end_statuses
from cogwg.reporting.queries import CurrentStatus
from cogwg.reporting.rules import REPORT_TEXTS, label_texts


@dataclass(frozen=True, slots=True)
class QuarterEndStatuses:
    """What each activity counts as at the end of a quarter: its status or, without a report, "not yet due" or None for "no
    report".
    """

    label: Bilingual
    statuses: tuple[Status | Timeliness | None, ...]


@dataclass(frozen=True, slots=True)
class CountsBefore:
    """Counts for a plan on an earlier day: its activities that were due by then, those that were overdue, and its
    vacant roles.
    """

    due: int
    overdue: int
    vacant: int


@dataclass(frozen=True, slots=True)
class BriefingSource:
    """The data as of a day: a plan with its current statuses, news, and the changes ``since`` the last frozen briefing.

    ``already_reported`` are the ids of milestones that the last frozen briefing covered. ``rows`` and ``overall_assessments``
    are in the order of the plan's priorities. ``announced`` is the source for the next plan, if the briefing announces it.
    ``milestones`` are newest first. ``outline`` determines which of this data the deck shows.
    """

    as_of: date
    plan: PlanFacts
    rows: tuple[GlanceRow, ...]
    overall_assessments: tuple[OverallAssessment, ...]
    quarter_ends: tuple[QuarterEndStatuses, ...]
    counts_by_kind: Mapping[OrderOfGovernment, int]
    milestones: tuple[CurrentMilestone, ...]
    challenges: tuple[CurrentChallenge, ...]
    standing_content: StandingContent
    since: date | None
    changes: tuple[PlanChange, ...]
    outline: Outline
    already_reported: frozenset[int] = frozenset()
    announced: BriefingSource | None = None
    before: CountsBefore | None = None
    """The counts in the last frozen briefing on the same plan; None if there is none, or if it cannot be read."""
    decided: MeetingDecisions = NO_DECISIONS
    """The decisions of the last meeting, which are among the next steps."""
    steps_before: tuple[DeckNextStep, ...] | None = None
    """The next steps in the last frozen briefing; None if it shows none or cannot be read."""
    sources: tuple[Source, ...] = ()
    """The sources of the plan's statuses and roles."""
    stale_texts: Mapping[Bilingual, StaleText] = field(default_factory=dict)
    """The stale texts of the plan, its reports and news."""

    @property
    def priorities(self) -> tuple[PriorityState, ...]:
        """The priorities that the slides are built from: those of the plan, and those of the next plan, if the briefing
        announces it.
        """
        own = tuple(_priority_state(self.plan, p, row) for p, row in zip(self.plan.priorities, self.rows, strict=True))
        return own + (self.announced.priorities if self.announced else ())

    @property
    def sample(self) -> bool:
        invented = any(state.sample for row in self.rows for state in row.states)
        return self.plan.sample or invented or bool(self.announced and self.announced.sample)

    @property
    def new_milestones(self) -> tuple[CurrentMilestone, ...]:
        """The milestones reported since the last frozen briefing; all of them if no briefing was frozen."""
        return tuple(m for m in self.milestones if m.id not in self.already_reported)

    @property
    def picked_milestones(self) -> tuple[PickedNews, ...]:
        """The chosen milestones, or all new ones until a choice is made."""
        chosen = self.outline.milestones
        return tuple(PickedNews(m.id) for m in self.new_milestones) if chosen is None else chosen

    @property
    def picked_challenges(self) -> tuple[PickedNews, ...]:
        """The chosen challenges, or all unresolved ones until a choice is made."""
        chosen = self.outline.challenges
        return tuple(PickedNews(c.id) for c in self.challenges) if chosen is None else chosen

    @property
    def current_milestones(self) -> tuple[tuple[CurrentMilestone, Bilingual], ...]:
        """The chosen milestones as they are stored, each with its wording; those reported since the last frozen briefing come
        first.
        """
        by_id, new = {m.id: m for m in self.milestones}, self._ids_of_new_milestones
        picked = sorted((p for p in self.picked_milestones if p.id in by_id), key=lambda p: p.id not in new)
        return tuple((by_id[p.id], p.wording) for p in picked)

    @property
    def chosen_milestones(self) -> tuple[DeckMilestone, ...]:
        new = self._ids_of_new_milestones
        return tuple(_deck_milestone(m, wording, is_new=m.id in new) for m, wording in self.current_milestones)

    @property
    def _ids_of_new_milestones(self) -> frozenset[int]:
        """The ids of the milestones reported since the last frozen briefing; empty if no briefing was frozen."""
        return frozenset() if self.since is None else frozenset(m.id for m in self.new_milestones)

    @property
    def current_challenges(self) -> tuple[tuple[CurrentChallenge, Bilingual], ...]:
        """The chosen challenges as they are stored, each with its wording, grouped by theme.

        The themes are in the order in which they were first chosen.
        """
        by_id = {c.id: c for c in self.challenges}
        picked = [(by_id[p.id], p.wording) for p in self.picked_challenges if p.id in by_id]
        themes = list(dict.fromkeys(c.theme for c, _ in picked))
        picked.sort(key=lambda pair: themes.index(pair[0].theme))
        return tuple(picked)

    @property
    def chosen_challenges(self) -> tuple[DeckChallenge, ...]:
        picked = self.current_challenges
        return tuple(
            DeckChallenge(c.theme, with_override(wording, c.text), challenge_location(c), c.reported_on)
            for c, wording in picked
        )

    @property
    def late_challenges(self) -> tuple[LateChallenge, ...]:
        """The challenges reported for overdue activities, the longest overdue first."""
        states = [state for row in self.rows for state in row.states if state.timeliness.is_overdue and state.challenge]
        return tuple(
            LateChallenge(state.priority, state.challenge, state.due_on) for state in sorted(states, key=lambda s: s.due_on)
        )

    @property
    def chosen_changes(self) -> tuple[PlanChange, ...]:
        """The chosen changes in the chosen order, or all of them until a choice is made."""
        if self.outline.changes is None:
            return self.changes
        by_key = {c.key: c for c in self.changes}
        ticked = [(by_key[t.key], t.wording) for t in self.outline.changes if t.key in by_key]
        return tuple(replace(change, text=with_override(wording, change.text)) for change, wording in ticked)


def load_source(
    session: Session,
    *,
    year: int,
    as_of: date,
    standing_content: StandingContent,
    outline: Outline | None = None,
    next_year: int | None = None,
    baseline: Baseline | None = None,
) -> BriefingSource:
    """Load the data as of a day, in five SQL statements, whatever the size of the plan, with or without the next plan.

    Raises ``NotFound`` if a year has no plan.
    """
    news, challenges = group_facts(session, until=as_of), current_challenges(session, until=as_of)
    years = [year] if next_year is None else [year, next_year]
    before = end_of_day(as_of)
    plans = plans_as_of(session, years, as_of, submitted_before=before)
    history = plan_history(session, [plan_as_of.plan.id for plan_as_of in plans.values()], until=before)
    source = replace(
        _plan_source(plans[year], history, as_of, news.names),
        counts_by_kind=news.counts_by_kind,
        milestones=tuple(sorted(news.milestones, key=lambda m: m.reported_on, reverse=True)),
        challenges=tuple(challenges),
        standing_content=standing_content,
        outline=outline or Outline(),
        announced=None if next_year is None else _plan_source(plans[next_year], history, as_of, news.names),
        stale_texts=_stale_texts(news.milestones, challenges, plans.values()),
    )
    return source if baseline is None else _with_comparison(source, baseline, news, plans.values())


def _stale_texts(
    milestones: Iterable[CurrentMilestone], challenges: Iterable[CurrentChallenge], plans: Collection[PlanAsOf]
) -> dict[Bilingual, StaleText]:
    """Return the stale texts of the plans, their reports and news."""
    stale: dict[Bilingual, Language] = {}
    for milestone in milestones:
        stale |= stale_languages({"text": milestone.text, **label_texts(milestone.links)}, milestone.stale)
    for challenge in challenges:
        stale |= stale_languages({"text": challenge.text, "theme": challenge.theme}, challenge.stale)
    for plan_as_of in plans:
        for status in plan_as_of.current_statuses.values():
            texts = {name: getattr(status, name) for name in REPORT_TEXTS}
            stale |= stale_languages({**texts, **label_texts(status.evidence)}, status.stale)
    stale_texts = {text: StaleText(lang) for text, lang in stale.items()}
    for plan_as_of in plans:
        stale_texts |= _stale_texts_of_plan(plan_as_of.plan)
    return stale_texts


def _stale_texts_of_plan(plan: PlanFacts) -> dict[Bilingual, StaleText]:
    stale_texts: dict[Bilingual, StaleText] = {}
    for priority in plan.priorities:
        own = stale_languages(texts_of_lists(priority_texts(priority)), priority.stale)
        for activity in priority.activities:
            own |= stale_languages(activity_texts(activity), activity.stale)
        stale_texts |= {text: StaleText(lang, (plan.year, priority.number)) for text, lang in own.items()}
    return stale_texts


def _with_comparison(
    briefing_source: BriefingSource, baseline: Baseline, news: GroupFacts, plans: Iterable[PlanAsOf]
) -> BriefingSource:
    """Return the source with the changes since the baseline, the last frozen version for an earlier meeting.

    News and reports are compared by their time, not their day, because the frozen deck did not show what was added later on
    the same day. If this release cannot read the baseline's deck, there are no changes and no slide for them.
    """
    already_reported = frozenset(
        m.id
        for m in news.milestones
        if (news.reported_at[m.id] < baseline.reported_until if m.id in news.reported_at else m.reported_on <= baseline.as_of)
    )
    briefing_source = replace(briefing_source, already_reported=already_reported, decided=baseline.decided)
    if baseline.deck is None:
        return briefing_source
    reported = {
        (plan_as_of.plan.year, status.activity.code)
        for plan_as_of in plans
        for status in plan_as_of.current_statuses.values()
        if status.submitted_at is not None and status.submitted_at >= baseline.reported_until
    }
    time_passed = briefing_source.as_of > baseline.as_of
    changes = plan_changes(baseline.deck.priorities, briefing_source.priorities, has_time_passed=time_passed, reported=reported)
    changes = without_renames(changes, news.renames)
    priorities = [priority for priority in baseline.deck.priorities if priority.year == briefing_source.plan.year]
    due = due_so_far([state for priority in priorities for state in priority.activities], baseline.as_of)
    before = CountsBefore(
        due=len(due),
        overdue=sum(state.timeliness.is_overdue for state in due),
        vacant=sum(priority.vacant for priority in priorities),
    )
    return replace(
        briefing_source,
        since=baseline.as_of,
        changes=changes,
        before=before,
        steps_before=next((s.steps for s in baseline.deck.slides if isinstance(s, NextStepsSlide)), None),
    )


def _plan_source(plan_as_of: PlanAsOf, history: PlanHistory, as_of: date, names: Mapping[int, Bilingual]) -> BriefingSource:
    """Return the source for a plan as of a day, without news, standing texts or changes."""
    plan, statuses = plan_as_of.plan, plan_as_of.current_statuses
    return BriefingSource(
        as_of=as_of,
        plan=plan,
        rows=tuple(_glance_row(priority, statuses, history) for priority in plan.priorities),
        overall_assessments=tuple(_overall_assessment(priority, statuses, history) for priority in plan.priorities),
        quarter_ends=_quarter_ends(plan, history, as_of),
        counts_by_kind={},
        milestones=(),
        challenges=(),
        standing_content={},
        since=None,
        changes=(),
        outline=Outline(),
        sources=plan_sources(plan_as_of, history, names),
    )


def _glance_row(priority: PriorityFacts, current_statuses: Mapping[int, CurrentStatus], history: PlanHistory) -> GlanceRow:
    states = tuple(
        _activity_state(priority.number, current_statuses[activity.id], history.due_date_moves.get(activity.id))
        for activity in priority.activities
    )
    return GlanceRow(priority.number, priority.short or priority.title, working_group.carried_by(priority), states)


def _activity_state(number: int, current_status: CurrentStatus, move: DueDateMove | None) -> ActivityState:
    activity = current_status.activity
    return ActivityState(
        priority=number,
        code=activity.code,
        title=activity.title,
        text=activity.text or activity.title,
        month=activity.month,
        due_on=activity.due_on,
        due_words=activity.due_words,
        ongoing=activity.ongoing,
        status=current_status.status,
        timeliness=current_status.timeliness,
        reported_on=local_day(current_status.submitted_at) if current_status.submitted_at else None,
        nothing_to_report=current_status.nothing_to_report,
        sample=current_status.sample,
        progress=current_status.progress,
        challenge=current_status.challenge,
        evidence_note=current_status.evidence_note,
        evidence=tuple(Reference(link.url, link.label) for link in current_status.evidence),
        moved=DueMove(move.previous_due.text, move.reason, move.decided_on) if move else None,
        next_step=current_status.next_step,
    )


def _overall_assessment(
    priority: PriorityFacts, current_statuses: Mapping[int, CurrentStatus], history: PlanHistory
) -> OverallAssessment:
    """Return the override of the overall status with its note or, without an override, the computed status with its reason."""
    override = history.overrides.get(priority.id)
    if override is not None and override.status is not None:
        return OverallAssessment(override.status, override.note)
    return assess_overall(current_statuses[activity.id] for activity in priority.activities)


def _quarter_ends(plan: PlanFacts, history: PlanHistory, as_of: date) -> tuple[QuarterEndStatuses, ...]:
    """Return the statuses at the end of each quarter of the plan's year that has begun; for the current quarter,
    as of ``as_of``.
    """
    begun = [quarter for number in range(1, 5) if (quarter := Quarter(plan.year, number)).opens_on <= as_of]
    ends = [(quarter.key, min(local_day(quarter.due_at), as_of)) for quarter in begun]
    counted = quarter_end_statuses(plan, history.statuses_by_quarter, ends)
    labels = (Bilingual(f"Q{quarter.number} {plan.year}", f"T{quarter.number} {plan.year}") for quarter in begun)
    return tuple(QuarterEndStatuses(label, statuses) for label, statuses in zip(labels, counted, strict=True))


def _priority_state(plan: PlanFacts, priority: PriorityFacts, row: GlanceRow) -> PriorityState:
    return PriorityState(
        year=plan.year,
        number=priority.number,
        short=row.short,
        carried_by=row.carried_by,
        vacant=sum(a.confirmation is Confirmation.VACANT for a in priority.assignments),
        to_confirm=sum(a.confirmation is Confirmation.TO_CONFIRM for a in priority.assignments),
        activities=row.states,
    )


def _deck_milestone(milestone: CurrentMilestone, wording: Bilingual, *, is_new: bool) -> DeckMilestone:
    links = tuple(Reference(link.url, link.label) for link in milestone.links)
    text = with_override(wording, milestone.text)
    return DeckMilestone(milestone.jurisdiction, text, links, is_new, milestone.under_way)


def challenge_location(challenge: CurrentChallenge) -> Bilingual:
    """Return where a challenge occurs, naming only jurisdictions that agreed to be named; empty if no jurisdiction shares it.

    For example: "in some jurisdictions (3)" or "in some jurisdictions (3, including the Northwest Territories)". If all of
    them agreed, only their names are returned.
    """
    total = challenge.jurisdiction_count
    if not total:
        return EMPTY_TEXT
    named = _comma_joined(challenge.named_jurisdictions)
    if len(challenge.named_jurisdictions) == total:
        return named
    if total == 1:
        return Bilingual("in one jurisdiction", "dans une administration")
    among = EMPTY_TEXT
    if challenge.named_jurisdictions:
        some = _comma_joined([with_article(name) for name in challenge.named_jurisdictions])
        among = Bilingual(f", including {some.en}", f", dont{NBSP}{some.fr}")
    return Bilingual(f"in some jurisdictions ({total}{among.en})", f"dans certaines administrations ({total}{among.fr})")


def _comma_joined(names: Sequence[Bilingual] | Iterable[Bilingual]) -> Bilingual:
    listed = list(names)
    return Bilingual(", ".join(name.en for name in listed), ", ".join(name.text("fr") for name in listed))
