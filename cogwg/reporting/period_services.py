"""Co-chairs' commands: open a quarter early, close it, undo that, reopen it for one jurisdiction, and return a report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.calendar import local_day
from cogwg.core.db import table
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_limits import length_problems
from cogwg.plan.models import Activity, Assignment
from cogwg.plan.rules import can_report
from cogwg.reporting.models import PeriodException, ReportingPeriod, StatusReport
from cogwg.reporting.queries import ReportFacts, reports_in_period
from cogwg.reporting.rules import check_period_order, check_takes_reports, period_state
from cogwg.reporting.services import last_submission
from cogwg.reporting.states import PeriodEvent, ReportEvent, next_period_state, next_report_state

_PERIOD, _EXCEPTION, _REPORT = map(table, (ReportingPeriod, PeriodException, StatusReport))
_ACTIVITY, _CARRIES = map(table, (Activity, Assignment))


def open_period(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Open a quarter before its first day. Raises ``Invalid`` unless it is planned, and ``NotFound``."""
    _check_event(session, period_id, PeriodEvent.OPEN, at)
    session.execute(update(_PERIOD).where(_PERIOD.c.id == period_id).values(opened_at=at))
    record_event(session, "period.opened", ("period", period_id), by=by, at=at)


def close_period(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Close a late quarter, which then takes no more reports. Raises ``Invalid`` for any other quarter, and ``NotFound``."""
    _check_event(session, period_id, PeriodEvent.CLOSE, at)
    session.execute(update(_PERIOD).where(_PERIOD.c.id == period_id).values(closed_at=at))
    record_event(session, "period.closed", ("period", period_id), by=by, at=at)


def reopen_for_all(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Undo the closing of the last closed quarter, which takes reports from all jurisdictions again, marked late.

    Raises ``Invalid`` for a quarter that is not closed or not the last one closed, and ``NotFound``.
    """
    closed = _check_event(session, period_id, PeriodEvent.REOPEN_ALL, at)
    later = select(_PERIOD.c.id).where(_PERIOD.c.plan_id == closed.plan_id, _PERIOD.c.closed_at > closed.closed_at)
    if session.execute(later.limit(1)).first() is not None:
        sentence = N_(
            "You can reopen this quarter for only one jurisdiction at a time, because another quarter has been closed since."
        )
        raise Invalid(("", Message(sentence)))
    session.execute(update(_PERIOD).where(_PERIOD.c.id == period_id).values(closed_at=None))
    before = {"closed_at": closed.closed_at.isoformat()}
    record_event(session, "period.closing-undone", ("period", period_id), by=by, at=at, before=before)


def reopen_period(
    session: Session,
    period_id: int,
    jurisdiction_id: int | None,
    *,
    until: datetime | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Let one jurisdiction report on a closed quarter until an instant; what it submits is marked late.

    Raises ``Invalid`` for a quarter that is not closed, a time that is missing or past, and a missing reason or
    jurisdiction; ``NotFound``.
    """
    _check_event(session, period_id, PeriodEvent.REOPEN, at)
    problems = list(
        _required_text_problems(
            "reason", reason, N_("Explain why you are reopening the quarter. The jurisdiction will see your explanation.")
        )
    )
    if until is None or until <= at:
        problems.append(("until", Message(N_("Enter today’s date or a later date."))))
    if jurisdiction_id is None:
        problems.insert(0, ("jurisdiction", Message(N_("Select the jurisdiction to reopen the quarter for."))))
    if problems or until is None:
        raise Invalid(*problems)
    told = {"period_id": period_id, "jurisdiction_id": jurisdiction_id, "until": until, "reason": reason}
    session.execute(insert(_EXCEPTION), {**told, "made_at": at, "made_by": by.id})
    after = {"jurisdiction": jurisdiction_id, "until": until.isoformat(), "reason": reason}
    record_event(session, "period.reopened", ("period", period_id), by=by, at=at, after=after)


def return_report(
    session: Session, report_id: int, *, note: str, expected_version: int, by: Actor, at: datetime
) -> ReportFacts:
    """Return a submitted report to its leads with a note that says why; other people still see the submission.

    The result is the report as it was before. ``expected_version`` is the version that was read; raises ``Conflict`` if the
    report changed since, ``Invalid`` and ``NotFound``.
    """
    stored = _report_row(session, report_id)
    period = session.execute(select(*_PERIOD.c).where(_PERIOD.c.id == stored.period_id)).one()
    state = period_state(period.opens_on, period.due_at, period.opened_at, period.closed_at, at, local_day(at))
    check_takes_reports(state, is_reopened=_is_reopened(session, stored, at))
    last = last_submission(session, stored.activity_id)
    if last is not None:
        check_period_order(period.key, last.key)
    (found,) = reports_in_period(session, stored.period_id, [stored.activity_id]).values()
    if found.version != expected_version:
        raise Conflict(found)
    returned = next_report_state(found.state, ReportEvent.RETURN)
    if problems := list(
        _required_text_problems("note", note, N_("Explain what is missing or unclear. The lead will see your note."))
    ):
        raise Invalid(*problems)
    changed = session.execute(
        update(_REPORT)
        .where(_REPORT.c.id == report_id, _REPORT.c.version == expected_version)
        .values(state=returned, version=expected_version + 1, returned_note=note, returned_at=at, returned_by=by.id)
        .returning(_REPORT.c.id)
    ).all()
    if not changed:
        raise Conflict(found)
    before, after = (
        {"state": found.state.value, "version": expected_version},
        {"state": returned.value, "version": expected_version + 1, "note": note},
    )
    record_event(session, "report.returned", ("report", report_id), by=by, at=at, before=before, after=after)
    return found


def _check_event(session: Session, period_id: int, event: PeriodEvent, at: datetime) -> Any:
    """Check that the transition table allows this event now; return the quarter's row, locked."""
    found = session.execute(select(*_PERIOD.c).where(_PERIOD.c.id == period_id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("period")
    next_period_state(period_state(found.opens_on, found.due_at, found.opened_at, found.closed_at, at, local_day(at)), event)
    return found


def _report_row(session: Session, report_id: int) -> Any:
    found = session.execute(
        select(_REPORT.c.activity_id, _REPORT.c.period_id).where(_REPORT.c.id == report_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("report")
    return found


def _is_reopened(session: Session, report: Any, at: datetime) -> bool:
    """Whether the report's quarter is reopened now for a jurisdiction that may report on its activity."""
    rows = session.execute(
        select(_CARRIES.c.role, _CARRIES.c.confirmation)
        .join(_ACTIVITY, _ACTIVITY.c.priority_id == _CARRIES.c.priority_id)
        .join(_EXCEPTION, _EXCEPTION.c.jurisdiction_id == _CARRIES.c.jurisdiction_id)
        .where(_ACTIVITY.c.id == report.activity_id, _EXCEPTION.c.period_id == report.period_id, _EXCEPTION.c.until > at)
    )
    return any(can_report(row.role, row.confirmation) for row in rows)


def _required_text_problems(field: str, text: str, missing_message: str) -> list[tuple[str, Message]]:
    return list(length_problems(field, text)) if text else [(field, Message(missing_message))]
