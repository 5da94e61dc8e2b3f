"""What a deck is made from: the record as of a day, with the choices of one briefing applied to its news. One value.

``gather`` reads; everything after it is pure. The composer's pages offer what is here, the deck shows what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from cogwg.accounts.models import OrderOfGovernment
from cogwg.briefing import working_group
from cogwg.briefing.compare import plan_changes
from cogwg.briefing.deck import (
    ActivityState,
    ChallengeRow,
    Change,
    DueMove,
    GlanceRow,
    MilestoneRow,
    PriorityState,
    Reference,
)
from cogwg.briefing.outline import Outline, Picked
from cogwg.briefing.overrides import over
from cogwg.briefing.queries import Shown, StandingWords
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import Quarter, end_of_day, last_of_month, local_day
from cogwg.core.dates import NBSP, day, month_of_year
from cogwg.core.scale import Status, Timeliness, timeliness
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts
from cogwg.plan.rules import DueDate
from cogwg.reporting.news.published import ChallengeFacts, GroupFacts, MilestoneFacts, challenges, group_facts
from cogwg.reporting.overall_status import Overall, overall
from cogwg.reporting.plan_history import Course, Move, course
from cogwg.reporting.plan_snapshot import WholePlan, whole_plans
from cogwg.reporting.queries import Standing


@dataclass(frozen=True, slots=True)
class QuarterEnd:
    """What each activity counted as at the end of a quarter: its status, else "no report" (None) or "not yet due"."""

    label: Bilingual
    words: tuple[Status | Timeliness | None, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """The record as of a day: a plan where it stands, news, and what changed ``since`` the last frozen briefing.

    ``heard`` are the ids of milestones that were told before that one was frozen. ``rows`` and ``overall`` go with the
    plan's priorities. ``next`` is the plan that the briefing announces, if it has one. ``milestones`` are newest first;
    ``outline`` says which of them, and of the rest, the deck shows.
    """

    as_of: date
    plan: PlanFacts
    rows: tuple[GlanceRow, ...]
    overall: tuple[Overall, ...]
    quarters: tuple[QuarterEnd, ...]
    kinds: Mapping[OrderOfGovernment, int]
    milestones: tuple[MilestoneFacts, ...]
    challenges: tuple[ChallengeFacts, ...]
    standing: StandingWords
    since: date | None
    changes: tuple[Change, ...]
    outline: Outline
    heard: frozenset[int] = frozenset()
    next: Material | None = None

    @property
    def priorities(self) -> tuple[PriorityState, ...]:
        """What stands behind the slides, of both plans."""
        own = tuple(_behind(self.plan, p, row) for p, row in zip(self.plan.priorities, self.rows, strict=True))
        return own + (self.next.priorities if self.next else ())

    @property
    def sample(self) -> bool:
        invented = any(state.sample for row in self.rows for state in row.states)
        return self.plan.sample or invented or bool(self.next and self.next.sample)

    @property
    def new_milestones(self) -> tuple[MilestoneFacts, ...]:
        """Those told since the last frozen briefing; all where there is none."""
        return tuple(m for m in self.milestones if m.id not in self.heard)

    @property
    def picked_milestones(self) -> tuple[Picked, ...]:
        """The choice among milestones; until one is made, all that are new."""
        chosen = self.outline.milestones
        return tuple(Picked(m.id) for m in self.new_milestones) if chosen is None else chosen

    @property
    def picked_challenges(self) -> tuple[Picked, ...]:
        """The choice among challenges; until one is made, all that are not resolved."""
        chosen = self.outline.challenges
        return tuple(Picked(c.id) for c in self.challenges) if chosen is None else chosen

    @property
    def chosen_milestones(self) -> tuple[MilestoneRow, ...]:
        told = {m.id: m for m in self.milestones}
        return tuple(_milestone(told[p.id], p.wording) for p in self.picked_milestones if p.id in told)

    @property
    def chosen_challenges(self) -> tuple[ChallengeRow, ...]:
        """Those of a theme together, the themes in the order in which they were picked."""
        told = {c.id: c for c in self.challenges}
        picked = [(told[p.id], p.wording) for p in self.picked_challenges if p.id in told]
        themes = list(dict.fromkeys(c.theme for c, _ in picked))
        picked.sort(key=lambda one: themes.index(one[0].theme))
        return tuple(ChallengeRow(c.theme, over(wording, c.text), where(c)) for c, wording in picked)

    @property
    def chosen_changes(self) -> tuple[Change, ...]:
        """The ticked changes in their order; until a choice is made, all."""
        if self.outline.changes is None:
            return self.changes
        found = {c.key: c for c in self.changes}
        ticked = [(found[t.key], t.wording) for t in self.outline.changes if t.key in found]
        return tuple(replace(change, text=over(wording, change.text)) for change, wording in ticked)


def gather(
    session: Session,
    *,
    year: int,
    as_of: date,
    standing: StandingWords,
    outline: Outline | None = None,
    next_year: int | None = None,
    baseline: Shown | None = None,
) -> Material:
    """The record as of a day; five statements whatever the size, and no more with a plan that is announced.

    Raises ``NotFound`` when a year has no plan.
    """
    news = group_facts(session, by=as_of)
    years = [year] if next_year is None else [year, next_year]
    before = end_of_day(as_of)
    plans = whole_plans(session, years, as_of, before=before)
    taken = course(session, [one.plan.id for one in plans.values()], before=before)
    material = replace(
        _plan(plans[year], taken, as_of),
        kinds=news.kinds,
        milestones=tuple(sorted(news.milestones, key=lambda m: m.reported_on, reverse=True)),
        challenges=tuple(challenges(session, by=as_of)),
        standing=standing,
        outline=outline or Outline(),
        next=None if next_year is None else _plan(plans[next_year], taken, as_of),
    )
    return material if baseline is None else _compared(material, baseline, news, plans.values())


def _compared(material: Material, shown: Shown, news: GroupFacts, plans: Iterable[WholePlan]) -> Material:
    """The material beside what was last shown. News is found by the instant, not by the day: what was told or reported on
    the day of the freeze but after it was not shown. Without its deck there are no changes, nor a slide that tells them."""
    heard = frozenset(
        m.id
        for m in news.milestones
        if (news.told_at[m.id] < shown.heard_until if m.id in news.told_at else m.reported_on <= shown.as_of)
    )
    if shown.deck is None:
        return replace(material, heard=heard)
    reported = {
        (one.plan.year, standing.activity.code)
        for one in plans
        for standing in one.standings.values()
        if standing.submitted_at is not None and standing.submitted_at >= shown.heard_until
    }
    time_passed = material.as_of > shown.as_of
    changes = plan_changes(shown.deck.priorities, material.priorities, time_passed=time_passed, reported=reported)
    return replace(material, since=shown.as_of, changes=changes, heard=heard)


def _plan(whole: WholePlan, taken: Course, as_of: date) -> Material:
    """A plan where it stands on a day, without news."""
    plan, found = whole.plan, whole.standings
    return Material(
        as_of=as_of,
        plan=plan,
        rows=tuple(_row(priority, found, taken) for priority in plan.priorities),
        overall=tuple(_overall(priority, found, taken) for priority in plan.priorities),
        quarters=_quarters(plan, taken, as_of),
        kinds={},
        milestones=(),
        challenges=(),
        standing={},
        since=None,
        changes=(),
        outline=Outline(),
    )


def _row(priority: PriorityFacts, found: Mapping[int, Standing], taken: Course) -> GlanceRow:
    states = tuple(
        _state(priority.number, found[activity.id], taken.moves.get(activity.id)) for activity in priority.activities
    )
    return GlanceRow(priority.number, priority.short or priority.title, working_group.carried_by(priority), states)


def _state(number: int, standing: Standing, move: Move | None) -> ActivityState:
    activity = standing.activity
    return ActivityState(
        priority=number,
        code=activity.code,
        title=activity.title,
        text=activity.text or activity.title,
        month=activity.month,
        due_on=activity.due_on,
        due_words=activity.due_words,
        ongoing=activity.ongoing,
        status=standing.status,
        timeliness=standing.timeliness,
        reported_on=local_day(standing.submitted_at) if standing.submitted_at else None,
        nothing_to_report=standing.nothing_to_report,
        sample=standing.sample,
        progress=standing.progress,
        challenge=standing.challenge,
        evidence_note=standing.evidence_note,
        evidence=tuple(Reference(link.url, link.label) for link in standing.evidence),
        moved=DueMove(due_words(move.was), move.reason, move.on) if move else None,
    )


def due_words(due: DueDate) -> Bilingual:
    """September 2020, or its day."""
    return month_of_year(due.year, due.month) if due.day is None else day(date(due.year, due.month, due.day))


def _overall(priority: PriorityFacts, found: Mapping[int, Standing], taken: Course) -> Overall:
    """The word set by hand with its note, else the one computed."""
    word = taken.words.get(priority.id)
    if word is not None and word.status is not None:
        return Overall(word.status, word.note)
    return overall(found[activity.id] for activity in priority.activities)


def _quarters(plan: PlanFacts, taken: Course, as_of: date) -> tuple[QuarterEnd, ...]:
    """The quarters of the plan's year that have begun. A report counts in the quarter it was for, however late it came."""
    ends = []
    standing: dict[int, Status] = {}
    for number in range(1, 5):
        quarter = Quarter(plan.year, number)
        if quarter.opens_on > as_of:
            break
        standing = {**standing, **taken.sent.get(quarter.key, {})}
        on = min(last_of_month(plan.year, number * 3), as_of)
        label = Bilingual(f"Q{number} {plan.year}", f"T{number} {plan.year}")
        ends.append(QuarterEnd(label, tuple(_counted(activity, standing, on) for activity in plan.activities)))
    return tuple(ends)


def _counted(activity: ActivityFacts, standing: Mapping[int, Status], on: date) -> Status | Timeliness | None:
    status = standing.get(activity.id)
    if status is not None:
        return status
    when = timeliness(activity.due_from, activity.due_on, on, None)
    return Timeliness.NOT_YET_DUE if when is Timeliness.NOT_YET_DUE else None


def _behind(plan: PlanFacts, priority: PriorityFacts, row: GlanceRow) -> PriorityState:
    return PriorityState(
        year=plan.year,
        number=priority.number,
        short=row.short,
        carried_by=row.carried_by,
        vacant=sum(a.confirmation is Confirmation.VACANT for a in priority.assignments),
        to_confirm=sum(a.confirmation is Confirmation.TO_CONFIRM for a in priority.assignments),
        activities=row.states,
    )


def _milestone(told: MilestoneFacts, wording: Bilingual) -> MilestoneRow:
    links = tuple(Reference(link.url, link.label) for link in told.links)
    return MilestoneRow(told.jurisdiction, over(wording, told.text), links)


def where(challenge: ChallengeFacts) -> Bilingual:
    """Whose challenge it is, as far as they agreed: "in some jurisdictions (3)", "(3, Yukon among them)", or by name."""
    total = challenge.jurisdictions
    if not total:
        return EMPTY_TEXT
    named = _comma(challenge.named)
    if len(challenge.named) == total:
        return named
    if total == 1:
        return Bilingual("in one jurisdiction", "dans une administration")
    among = Bilingual(f", {named.en} among them", f", dont{NBSP}{named.fr}") if challenge.named else EMPTY_TEXT
    return Bilingual(f"in some jurisdictions ({total}{among.en})", f"dans certaines administrations ({total}{among.fr})")


def _comma(names: Sequence[Bilingual] | Iterable[Bilingual]) -> Bilingual:
    found = list(names)
    return Bilingual(", ".join(name.en for name in found), ", ".join(name.text("fr") for name in found))
