"""Build the sources of a deck's facts from the stored reports, overrides, roles and news. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogwg.briefing.decided_steps import planned_steps
from cogwg.briefing.deck import ActivityState, NextStepsSlide, ProgressSlide, Slide
from cogwg.briefing.deck_sources import Source, SourceKind, activity_subject, priority_subject, quarter_subject
from cogwg.briefing.working_group import TO_CONFIRM
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.plan.queries import AssignmentFacts
from cogwg.reporting.plan_as_of import PlanAsOf
from cogwg.reporting.plan_history import PlanHistory

if TYPE_CHECKING:
    from cogwg.briefing.source import BriefingSource


def plan_sources(plan_as_of: PlanAsOf, history: PlanHistory, names: Mapping[int, Bilingual]) -> tuple[Source, ...]:
    """Return the sources of a plan's statuses and roles. ``names`` are the names of the jurisdictions by id."""
    return (*_reports(plan_as_of, names), *_overrides(plan_as_of, history), *_roles(plan_as_of))


def _reports(plan_as_of: PlanAsOf, names: Mapping[int, Bilingual]) -> Iterator[Source]:
    plan, statuses = plan_as_of.plan, plan_as_of.current_statuses
    for activity in plan.activities:
        origin, submitted_at = plan_as_of.report_origins.get(activity.id), statuses[activity.id].submitted_at
        if origin is not None and submitted_at is not None:
            who = EMPTY_TEXT if origin.jurisdiction_id is None else names.get(origin.jurisdiction_id, EMPTY_TEXT)
            subject = activity_subject(plan.year, activity.code)
            yield Source(SourceKind.REPORT, subject, who, local_day(submitted_at), origin.version)


def _overrides(plan_as_of: PlanAsOf, history: PlanHistory) -> Iterator[Source]:
    for priority in plan_as_of.plan.priorities:
        override = history.overrides.get(priority.id)
        if override is not None and override.status is not None:
            subject = priority_subject(plan_as_of.plan.year, priority.number)
            yield Source(SourceKind.OVERRIDE, subject, on=override.set_on, reason=override.note)


def _roles(plan_as_of: PlanAsOf) -> Iterator[Source]:
    for priority in plan_as_of.plan.priorities:
        for assignment in priority.assignments:
            subject = priority_subject(plan_as_of.plan.year, priority.number)
            yield Source(SourceKind.ROLE, subject, _assignee(assignment), assignment.since)


def _assignee(assignment: AssignmentFacts) -> Bilingual:
    """Return the jurisdiction's name, with "(to confirm)" if the role is to be confirmed; empty for a vacant role."""
    name = assignment.full_name
    if not assignment.is_to_confirm or not name:
        return name
    return Bilingual(f"{name.en} ({TO_CONFIRM.en})", f"{name.text('fr')} ({TO_CONFIRM.fr})")


def deck_sources(briefing_source: BriefingSource, slides: Sequence[Slide]) -> tuple[Source, ...]:
    """Return the sources to store in a deck with these slides."""
    announced = briefing_source.announced.sources if briefing_source.announced else ()
    milestones = (
        Source(SourceKind.MILESTONE, str(n), milestone.jurisdiction, milestone.reported_on)
        for n, (milestone, _) in enumerate(briefing_source.current_milestones, 1)
    )
    challenges = (
        Source(SourceKind.CHALLENGE, str(n), on=challenge.reported_on)
        for n, (challenge, _) in enumerate(briefing_source.current_challenges, 1)
    )
    quarters = (source for slide in slides if isinstance(slide, ProgressSlide) for source in _quarters(briefing_source, slide))
    steps = (source for slide in slides if isinstance(slide, NextStepsSlide) for source in _steps(briefing_source, slide))
    return (*briefing_source.sources, *announced, *milestones, *challenges, *steps, *quarters)


def _steps(briefing_source: BriefingSource, slide: NextStepsSlide) -> Iterator[Source]:
    """Yield the sources of the steps that were decided at a meeting or taken from a report.

    A step from a report that is no longer the latest on its activity has no source.
    """
    planned = planned_steps(briefing_source.outline, briefing_source.standing_content, briefing_source.decided)
    reports = list(_reports_with_steps(briefing_source))
    for n, shown in enumerate(slide.steps, 1):
        step = next((step for step in planned if (step.text, step.who) == (shown.text, shown.who)), None)
        if step is None:
            continue
        if step.decision is not None:
            yield Source(SourceKind.DECIDED_STEP, str(n), on=step.decision.on)
            continue
        for state, report in reports:
            if step.offered and step.is_about(state.next_step):
                yield replace(report, kind=SourceKind.REPORTED_STEP, subject=str(n), activities=(state.code,))
                break


def _reports_with_steps(briefing_source: BriefingSource) -> Iterator[tuple[ActivityState, Source]]:
    """Yield the activities whose latest report has a next step, each with the source of that report."""
    reports = {source.subject: source for source in briefing_source.sources if source.kind is SourceKind.REPORT}
    for row in briefing_source.rows:
        for state in row.states:
            report = reports.get(activity_subject(briefing_source.plan.year, state.code))
            if state.next_step and report is not None:
                yield state, report
    if briefing_source.announced is not None:
        yield from _reports_with_steps(briefing_source.announced)


def _quarters(briefing_source: BriefingSource, slide: ProgressSlide) -> Iterator[Source]:
    codes = [activity.code for activity in briefing_source.plan.activities]
    for quarter, end in enumerate(briefing_source.quarter_ends if slide.quarters else (), 1):
        for series, word in enumerate(slide.series_of_quarters, 1):
            counted = tuple(code for code, status in zip(codes, end.statuses, strict=True) if status == word)
            yield Source(SourceKind.QUARTER, quarter_subject(quarter, series), activities=counted)
