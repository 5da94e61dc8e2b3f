"""Copy a quarter from the record, and find texts that are missing or outdated in a language.

This is the only module of the package that reads the plan and its reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import Quarter, last_of_month, local_day
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.text_states import TextState, outdated_language, text_state, texts_of_lists
from cogwg.plan.models import DueChange
from cogwg.plan.plan_texts import activity_texts, priority_texts
from cogwg.plan.queries import ActivityFacts, AssignmentFacts, PlanFacts, PriorityFacts
from cogwg.reporting.models import (
    Challenge,
    ChallengeJurisdiction,
    ChallengeState,
    Milestone,
    MilestoneLink,
    ReportingPeriod,
    Submission,
)
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import submitted_texts
from cogwg.reporting.rules import LABEL_PREFIX
from cogwg.tracker.values import (
    PublishedActivity,
    PublishedAssignment,
    PublishedChallenge,
    PublishedDue,
    PublishedJurisdiction,
    PublishedLink,
    PublishedMilestone,
    PublishedMove,
    PublishedPriority,
    PublishedQuarter,
    PublishedReport,
    PublishedRole,
    RoleState,
    SubjectKind,
)


@dataclass(frozen=True, slots=True)
class TextGap:
    """A text that is missing or outdated in a language. ``field`` is its name, which for a link's label is "label" and the
    link's URL.

    ``kind`` is None for a text of the plan, whose ``subject`` is the number of a priority or the code of an activity.
    """

    kind: SubjectKind | None
    subject: str
    field: str
    lang: Language
    state: TextState


@dataclass(frozen=True, slots=True)
class QuarterCopy:
    """A quarter as it would be published, with the texts that block its publication unless a reason is given."""

    content: PublishedQuarter
    gaps: tuple[TextGap, ...]


def copy_quarter(
    session: Session,
    plan: PlanFacts,
    period: PeriodFacts,
    *,
    on: date,
    first: PublishedQuarter | None = None,
    earlier: PublishedQuarter | None = None,
) -> QuarterCopy:
    """Return a quarter as it would be published on the day ``on``, in five SQL statements.

    The copy has the last report on each activity up to this quarter, and the milestones and challenges reported up to the
    quarter's last day. Later changes to a milestone or a challenge belong to later quarters.

    For a correction, ``first`` is the quarter's public edition: the plan stays as it was published, and only reports and the
    texts of milestones and challenges are read again. ``plan`` must then include the retired activities.

    ``earlier`` is the last public quarter: texts of the plan that have changed in only one language since then are outdated in
    the other.
    """
    quarter = Quarter(period.year, period.quarter)
    last_day = last_of_month(quarter.year, quarter.number * 3)
    submissions = _last_submissions(session, plan, period.key)
    reports, gaps = _reports(plan, period, submissions, first)
    milestones, milestone_gaps = _milestones(session, last_day, first.milestones if first is not None else ())
    challenges, challenge_gaps = _challenges(session, last_day, first.challenges if first is not None else ())
    if first is None:
        priorities, jurisdictions = _priorities(session, plan, submissions), _jurisdictions(session)
        plan_gaps = [*_plan_gaps(plan), *_stale_texts(plan, earlier)]
    else:
        priorities, jurisdictions, plan_gaps = _with_statuses(first.priorities, plan, submissions), first.jurisdictions, []
    content = PublishedQuarter(
        year=plan.year,
        key=period.key,
        plan_title=plan.title if first is None else first.plan_title,
        plan_link=plan.link if first is None else first.plan_link,
        adopted_on=plan.adopted_on,
        due_on=local_day(period.due_at) if first is None else first.due_on,
        published_on=on if first is None else first.published_on,
        priorities=priorities,
        jurisdictions=jurisdictions,
        reports=reports,
        milestones=milestones,
        challenges=challenges,
        corrections=() if first is None else first.corrections,
        sample=any(row.sample for row in submissions.values()),
    )
    return QuarterCopy(content, (*plan_gaps, *gaps, *milestone_gaps, *challenge_gaps))


_S, _PERIOD, _J, _MOVE = map(table, (Submission, ReportingPeriod, Jurisdiction, DueChange))
_M, _L, _C, _RAISED = map(table, (Milestone, MilestoneLink, Challenge, ChallengeJurisdiction))
_NEWEST = (
    select(func.max(_S.c.id))
    .join(_PERIOD, _PERIOD.c.id == _S.c.period_id)
    .where(_S.c.activity_id.in_(bindparam("activities", expanding=True)), _PERIOD.c.key <= bindparam("key"))
    .group_by(_S.c.activity_id)
)
_FIRST = _S.alias()
_BEFORE_QUARTER = (
    select(_FIRST.c.previous_status)
    .where(_FIRST.c.activity_id == _S.c.activity_id, _FIRST.c.period_id == _S.c.period_id)
    .order_by(_FIRST.c.id)
    .limit(1)
    .scalar_subquery()
)
_LAST_SUBMISSIONS = (
    select(*_S.c, _PERIOD.c.key, _BEFORE_QUARTER.label("status_before"))
    .join(_PERIOD, _PERIOD.c.id == _S.c.period_id)
    .where(_S.c.id.in_(_NEWEST))
)
_MOVES = (
    select(*_MOVE.c)
    .where(_MOVE.c.activity_id.in_(bindparam("activities", expanding=True)))
    .order_by(_MOVE.c.activity_id, _MOVE.c.id)
)
_JURISDICTIONS = select(_J.c.code, _J.c.name_en, _J.c.name_fr, _J.c.short_en, _J.c.short_fr).order_by(_J.c.code)
_MILESTONES = (
    select(*_M.c, _J.c.code, _L.c.url, _L.c.label_en, _L.c.label_fr)
    .select_from(_M.join(_J, _J.c.id == _M.c.jurisdiction_id).outerjoin(_L, _L.c.milestone_id == _M.c.id))
    .where(_M.c.withdrawn_at.is_(None), _M.c.reported_on <= bindparam("until"))
    .order_by(_M.c.reported_on, _M.c.id, _L.c.position)
)
_CHALLENGES = (
    select(
        *_C.c,
        select(func.count()).where(_RAISED.c.challenge_id == _C.c.id).correlate(_C).scalar_subquery().label("jurisdictions"),
    )
    .where(_C.c.withdrawn_at.is_(None), _C.c.reported_on <= bindparam("until"))
    .order_by(_C.c.position, _C.c.id)
)


def _last_submissions(session: Session, plan: PlanFacts, key: str) -> dict[int, Any]:
    """Return the last submission on each activity for the quarters up to this one, by activity id."""
    asked = {"activities": [activity.id for activity in plan.activities], "key": key}
    return {row.activity_id: row for row in named_rows(execute_core(session, _LAST_SUBMISSIONS, asked))}


def _reports(
    plan: PlanFacts, period: PeriodFacts, submissions: Mapping[int, Any], first: PublishedQuarter | None
) -> tuple[tuple[PublishedReport, ...], list[TextGap]]:
    reports, gaps = [], []
    published = {} if first is None else {activity.code: first.report_on(activity.code) for activity in first.activities}
    for priority in plan.priorities:
        codes = tuple(role.jurisdiction_code for role in priority.assignments if role.can_report)
        for activity in priority.activities:
            row = submissions.get(activity.id)
            if row is None or row.period_id != period.id or (first is not None and activity.code not in published):
                continue
            before = published.get(activity.code)
            reports.append(_report(activity, codes if before is None else before.jurisdictions, row))
            gaps += _gaps(SubjectKind.REPORT, activity.code, submitted_texts(row), row.stale)
    return tuple(reports), gaps


def _report(activity: ActivityFacts, codes: tuple[str, ...], row: Any) -> PublishedReport:
    return PublishedReport(
        activity=activity.code,
        jurisdictions=codes,
        status=row.status,
        previous_status=row.status_before,
        submitted_on=local_day(row.submitted_at),
        completed_on=_completed_on(row),
        late=row.late,
        sample=row.sample,
        nothing_to_report=row.nothing_to_report,
        progress=Bilingual(row.progress_en, row.progress_fr),
        challenge=Bilingual(row.challenge_en, row.challenge_fr),
        evidence_note=Bilingual(row.evidence_note_en, row.evidence_note_fr),
        next_step=Bilingual(row.next_step_en, row.next_step_fr),
        evidence=tuple(PublishedLink(e["url"], Bilingual(e.get("label_en", ""), e.get("label_fr", ""))) for e in row.evidence),
        outdated=_outdated(row),
    )


def _completed_on(row: Any) -> date | None:
    return local_day(row.completed_at) if row.completed_at is not None else None


def _priorities(session: Session, plan: PlanFacts, submissions: Mapping[int, Any]) -> tuple[PublishedPriority, ...]:
    moves: dict[int, list[PublishedMove]] = {}
    ids = [activity.id for activity in plan.activities]
    for row in named_rows(execute_core(session, _MOVES, {"activities": ids})):
        before = PublishedDue(row.from_year, row.from_month, row.from_day)
        after = PublishedDue(row.to_year, row.to_month, row.to_day)
        reason = Bilingual(row.reason_en, row.reason_fr)
        moves.setdefault(row.activity_id, []).append(PublishedMove(local_day(row.changed_at), before, after, reason))
    return tuple(_priority(priority, moves, submissions) for priority in plan.priorities)


def _priority(
    priority: PriorityFacts, moves: Mapping[int, list[PublishedMove]], submissions: Mapping[int, Any]
) -> PublishedPriority:
    return PublishedPriority(
        number=priority.number,
        title=priority.title,
        short=priority.short,
        issue=priority.issue,
        outcome=priority.outcome,
        consequences=priority.consequences,
        results=priority.results,
        assignments=tuple(map(_assignment, priority.assignments)),
        activities=tuple(
            _with_status(_activity(activity, moves.get(activity.id, ())), submissions.get(activity.id))
            for activity in priority.activities
        ),
    )


def _assignment(role: AssignmentFacts) -> PublishedAssignment:
    return PublishedAssignment(
        role.jurisdiction_code, role.name, PublishedRole(role.role.value), RoleState(role.confirmation.value), role.since
    )


def _activity(activity: ActivityFacts, moves: list[PublishedMove] | tuple[()]) -> PublishedActivity:
    return PublishedActivity(
        code=activity.code,
        title=activity.title,
        text=activity.text,
        due=PublishedDue(activity.due_year, activity.due_month, activity.due_day),
        due_words=activity.due_words,
        ongoing=activity.ongoing,
        moves=tuple(moves),
    )


def _with_status(activity: PublishedActivity, row: Any) -> PublishedActivity:
    if row is None:
        return replace(activity, status=None, reported_in="", completed_on=None)
    return replace(activity, status=row.status, reported_in=row.key, completed_on=_completed_on(row))


def _with_statuses(
    priorities: tuple[PublishedPriority, ...], plan: PlanFacts, submissions: Mapping[int, Any]
) -> tuple[PublishedPriority, ...]:
    """Return published priorities with the statuses of the current submissions."""
    by_code = {activity.code: submissions.get(activity.id) for activity in plan.activities}
    return tuple(
        replace(priority, activities=tuple(_with_status(each, by_code.get(each.code)) for each in priority.activities))
        for priority in priorities
    )


def _jurisdictions(session: Session) -> tuple[PublishedJurisdiction, ...]:
    rows = named_rows(execute_core(session, _JURISDICTIONS))
    return tuple(
        PublishedJurisdiction(row.code, Bilingual(row.name_en, row.name_fr), Bilingual(row.short_en, row.short_fr))
        for row in rows
    )


def _milestones(
    session: Session, until: date, published: tuple[PublishedMilestone, ...]
) -> tuple[tuple[PublishedMilestone, ...], list[TextGap]]:
    before = {milestone.key: milestone for milestone in published}
    rows: dict[int, Any] = {}
    links: dict[int, list[PublishedLink]] = {}
    for row in named_rows(execute_core(session, _MILESTONES, {"until": until})):
        rows.setdefault(row.id, row)
        if row.url is not None:
            links.setdefault(row.id, []).append(PublishedLink(row.url, Bilingual(row.label_en, row.label_fr)))
    milestones, gaps = [], []
    for row in rows.values():
        text, own = Bilingual(row.text_en, row.text_fr), tuple(links.get(row.id, ()))
        milestone = PublishedMilestone(
            key=row.key,
            jurisdiction=row.code,
            text=text,
            under_way=row.under_way,
            reported_on=row.reported_on,
            happened_on=row.happened_on,
            month_only=row.month_only,
            links=own,
            outdated=_outdated(row),
        )
        milestones.append(_before_its_end(milestone, before.get(row.key), until))
        texts = {"text": text, **{f"{LABEL_PREFIX}{link.url}": link.label for link in own}}
        gaps += _gaps(SubjectKind.MILESTONE, row.key, texts, row.stale)
    return tuple(milestones), gaps


def _before_its_end(milestone: PublishedMilestone, published: PublishedMilestone | None, until: date) -> PublishedMilestone:
    """Return a milestone as it was at the end of the quarter.

    A milestone that was published as under way stays under way, unless it had happened by then.
    """
    happened = milestone.happened_on is not None and milestone.happened_on <= until
    if published is None or not published.under_way or milestone.under_way or happened:
        return milestone
    return replace(milestone, under_way=True, happened_on=published.happened_on, month_only=published.month_only)


def _challenges(
    session: Session, until: date, published: tuple[PublishedChallenge, ...]
) -> tuple[tuple[PublishedChallenge, ...], list[TextGap]]:
    before = {challenge.key: challenge for challenge in published}
    challenges, gaps = [], []
    for row in named_rows(execute_core(session, _CHALLENGES, {"until": until})):
        own = before.get(row.key)
        if own is None and row.state is ChallengeState.RESOLVED:
            continue
        theme, text = Bilingual(row.theme_en, row.theme_fr), Bilingual(row.text_en, row.text_fr)
        state, count = (row.state.value, row.jurisdictions) if own is None else (own.state, own.jurisdiction_count)
        challenges.append(PublishedChallenge(row.key, theme, text, state, row.reported_on, count, _outdated(row)))
        gaps += _gaps(SubjectKind.CHALLENGE, row.key, {"theme": theme, "text": text}, row.stale)
    return tuple(challenges), gaps


def _outdated(row: Any) -> tuple[str, ...]:
    """Return the languages in which any text of a row is stale."""
    return tuple(sorted(set((row.stale or {}).values())))


def _gaps(kind: SubjectKind, subject: str, texts: Mapping[str, Bilingual], stale: Mapping[str, str] | None) -> list[TextGap]:
    return [
        TextGap(kind, subject, name, lang, state)
        for name, text in texts.items()
        for lang in Language
        if (state := text_state(text, lang, (stale or {}).get(name))) in (TextState.MISSING, TextState.STALE)
    ]


def _plan_gaps(plan: PlanFacts) -> Iterator[TextGap]:
    """Yield the texts of the plan that are missing in a language."""
    for (subject, name), text in _plan_texts(plan.priorities):
        yield from (TextGap(None, subject, name, lang, TextState.MISSING) for lang in text.missing_languages)


def _stale_texts(plan: PlanFacts, earlier: PublishedQuarter | None) -> Iterator[TextGap]:
    """Yield the texts of the plan that are marked as stale or, without a mark, changed in one language only since ``earlier``.

    A confirmed translation also has a mark, so it is not compared.
    """
    before = dict(_plan_texts(earlier.priorities)) if earlier is not None else {}
    marks = {(str(p.number), name): lang for p in plan.priorities for name, lang in p.stale.items()}
    marks |= {(activity.code, name): lang for activity in plan.activities for name, lang in activity.stale.items()}
    for key, text in _plan_texts(plan.priorities):
        if (lang := outdated_language(before.get(key, EMPTY_TEXT), text, marks.get(key))) is not None:
            yield TextGap(None, *key, lang, TextState.STALE)


def _plan_texts(
    priorities: Iterable[PriorityFacts] | Iterable[PublishedPriority],
) -> Iterator[tuple[tuple[str, str], Bilingual]]:
    """Yield the texts of a plan by subject (the number of a priority or the code of an activity) and name."""
    for priority in priorities:
        yield from (((str(priority.number), name), text) for name, text in texts_of_lists(priority_texts(priority)).items())
        for activity in priority.activities:
            yield from (((activity.code, name), text) for name, text in activity_texts(activity).items())
