"""Queries across activities: submissions, one jurisdiction's challenges, and the latest changes of status.

Statuses and texts of reports come from submissions only, so no draft can appear here. Each query is one SQL statement.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import lead_jurisdictions
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import execute_core, named_rows, table
from cogwg.core.status import Status
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.plan.models import Activity, Priority, WorkPlan
from cogwg.reporting.models import (
    Challenge,
    ChallengeJurisdiction,
    ChallengeState,
    ReportingPeriod,
    ReportState,
    StatusReport,
    Submission,
)
from cogwg.reporting.timeline import SubmissionFacts, submission_facts

_S, _R, _Q, _A, _P, _W, _J = map(table, (Submission, StatusReport, ReportingPeriod, Activity, Priority, WorkPlan, Jurisdiction))


@dataclass(frozen=True, slots=True)
class SubmittedReport:
    """The last submission on an activity in a quarter. ``is_returned`` is true if the report has been returned since."""

    activity_id: int
    at: datetime
    late: bool
    behalf_of: Bilingual
    is_returned: bool


_LAST_SUBMISSION_IDS = (
    select(func.max(_S.c.id))
    .where(_S.c.period_id == bindparam("period"), _S.c.activity_id.in_(bindparam("activities", expanding=True)))
    .group_by(_S.c.activity_id)
)
_SUBMISSIONS_IN_PERIOD = (
    select(
        *(_S.c[name] for name in ("activity_id", "submitted_at", "late")),
        *(_J.c[name] for name in ("name_en", "name_fr")),
        _R.c.state,
    )
    .select_from(
        _S.outerjoin(_J, _J.c.id == _S.c.behalf_of).outerjoin(
            _R, and_(_R.c.activity_id == _S.c.activity_id, _R.c.period_id == _S.c.period_id)
        )
    )
    .where(_S.c.id.in_(_LAST_SUBMISSION_IDS))
)


def submissions_in_period(session: Session, period_id: int, activity_ids: Collection[int]) -> dict[int, SubmittedReport]:
    """Return the last submission on each of these activities in a quarter, by activity id."""
    rows = session.execute(_SUBMISSIONS_IN_PERIOD, {"period": period_id, "activities": list(activity_ids)})
    return {
        r.activity_id: SubmittedReport(
            activity_id=r.activity_id,
            at=r.submitted_at,
            late=r.late,
            behalf_of=Bilingual(r.name_en or "", r.name_fr or ""),
            is_returned=r.state is ReportState.RETURNED,
        )
        for r in rows
    }


_IN_PLAN = _A.join(_P, _P.c.id == _A.c.priority_id)
_OF_PLAN = (_P.c.plan_id == bindparam("plan"), _A.c.retired_on.is_(None))
_LATEST_IN_PLAN = (
    select(
        _S.c.activity_id,
        func.max(_S.c.id).label("id"),
        func.max(case((_S.c.period_id == bindparam("period"), 1), else_=0)).label("received"),
    )
    .where(_S.c.activity_id.in_(select(_A.c.id).select_from(_IN_PLAN).where(*_OF_PLAN)))
    .group_by(_S.c.activity_id)
    .subquery()
)
_IS_RECEIVED = func.coalesce(_LATEST_IN_PLAN.c.received, 0)
_IS_EXPECTED = case((or_(_IS_RECEIVED == 1, _S.c.status.is_(None), _S.c.status != Status.COMPLETE), 1), else_=0)
_REPORT_COUNTS = (
    select(_A.c.priority_id, func.sum(_IS_RECEIVED).label("received"), func.sum(_IS_EXPECTED).label("expected"))
    .select_from(
        _IN_PLAN.outerjoin(_LATEST_IN_PLAN, _LATEST_IN_PLAN.c.activity_id == _A.c.id).outerjoin(
            _S, _S.c.id == _LATEST_IN_PLAN.c.id
        )
    )
    .where(*_OF_PLAN)
    .group_by(_A.c.priority_id)
)


def report_counts(session: Session, plan_id: int, period_id: int) -> dict[int, tuple[int, int]]:
    """Map the id of each priority of a plan to the numbers of reports that a quarter has received and that it expects.

    The database counts the expected reports by the same rule as ``report_progress.is_report_expected``.
    """
    rows = execute_core(session, _REPORT_COUNTS, {"plan": plan_id, "period": period_id})
    return {row.priority_id: (row.received, row.expected) for row in named_rows(rows)}


@dataclass(frozen=True, slots=True)
class PeriodSubmission:
    """A submission with its texts and the key of its quarter, but without people's names."""

    period_key: str
    at: datetime
    behalf_of: Bilingual
    submission: SubmissionFacts


def submissions_by_activity(session: Session, activity_ids: Collection[int]) -> dict[int, list[PeriodSubmission]]:
    """Return all submissions on these activities, newest first, by activity id.

    A submission that was translated is included once, as of the last translation.
    """
    rows = session.execute(
        select(Submission, ReportingPeriod.key, _J.c.name_en, _J.c.name_fr)
        .join(ReportingPeriod, ReportingPeriod.id == Submission.period_id)
        .outerjoin(_J, _J.c.id == Submission.behalf_of)
        .where(Submission.activity_id.in_(tuple(activity_ids)))
        .order_by(Submission.id.desc())
    )
    submissions: dict[int, list[PeriodSubmission]] = {id_: [] for id_ in activity_ids}
    for s, key, name_en, name_fr in rows:
        translated = [newer for newer in submissions[s.activity_id] if (newer.period_key, newer.at) == (key, s.submitted_at)]
        if translated:
            continue
        submissions[s.activity_id].append(
            PeriodSubmission(key, s.submitted_at, Bilingual(name_en or "", name_fr or ""), submission_facts(s))
        )
    return submissions


@dataclass(frozen=True, slots=True)
class RaisedChallenge:
    """A jurisdiction's challenge as members see it; ``other_count`` is the number of other jurisdictions that share it."""

    id: int
    theme: Bilingual
    text: Bilingual
    state: ChallengeState
    may_be_named: bool
    other_count: int
    stale: StaleTexts


def challenges_of(session: Session, jurisdiction_id: int) -> list[RaisedChallenge]:
    """Return the challenges that a jurisdiction shares, except withdrawn ones; open ones come first.

    Only members of the group may see them.
    """
    own, all_ = aliased(ChallengeJurisdiction), aliased(ChallengeJurisdiction)
    count = select(func.count()).where(all_.challenge_id == Challenge.id).correlate(Challenge).scalar_subquery()
    rows = session.execute(
        select(Challenge, own.may_be_named, count)
        .join(own, own.challenge_id == Challenge.id)
        .where(own.jurisdiction_id == jurisdiction_id, Challenge.withdrawn_at.is_(None))
        .order_by(Challenge.position, Challenge.id)
    )
    challenges = [
        RaisedChallenge(c.id, c.theme, c.text, c.state, named, n - 1, c.stale or NO_STALE_TEXTS) for c, named, n in rows
    ]
    return sorted(challenges, key=lambda c: list(ChallengeState).index(c.state))


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A submission as a change of status from ``before`` to ``after``.

    ``jurisdiction`` is the one that the submitter acted for, or else their own; it is empty if neither is known.
    """

    id: int
    at: datetime
    year: int
    code: str
    title: Bilingual
    before: Status | None
    after: Status
    late: bool
    sample: bool
    jurisdiction: Bilingual


def latest_status_changes(session: Session, *, limit: int = 50) -> list[StatusChange]:
    """Return the latest submissions, newest first, without texts or people's names.

    Translations are left out, and so are activities that were retired.
    """
    led = lead_jurisdictions()
    rows = session.execute(
        select(
            *(_S.c[name] for name in ("id", "submitted_at", "status", "previous_status", "late", "sample")),
            *(_A.c[name] for name in ("code", "title_en", "title_fr")),
            _W.c.year,
            *(_J.c[name] for name in ("name_en", "name_fr")),
        )
        .select_from(
            _S.join(_A, _A.c.id == _S.c.activity_id)
            .join(_P, _P.c.id == _A.c.priority_id)
            .join(_W, _W.c.id == _P.c.plan_id)
            .outerjoin(led, led.c.person_id == _S.c.submitted_by)
            .outerjoin(_J, _J.c.id == func.coalesce(_S.c.behalf_of, led.c.jurisdiction_id))
        )
        .where(_S.c.translated_at.is_(None), _A.c.retired_on.is_(None))
        .order_by(_S.c.id.desc())
        .limit(limit)
    )
    return [
        StatusChange(
            id=r.id,
            at=r.submitted_at,
            year=r.year,
            code=r.code,
            title=Bilingual(r.title_en, r.title_fr),
            before=r.previous_status,
            after=r.status,
            late=r.late,
            sample=r.sample,
            jurisdiction=Bilingual(r.name_en or "", r.name_fr or ""),
        )
        for r in rows
    ]
