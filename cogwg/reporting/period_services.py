"""Commands of co-chairs and the secretariat: change a quarter's state or due time, and return a report.

If the plan is closed, each raises ``Invalid``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.queries import event_after_values
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import a_week_later, local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.core.text_limits import length_problems
from cogwg.plan.closing import check_plan_is_open
from cogwg.plan.models import Activity, Assignment
from cogwg.plan.rules import can_report, check_reason
from cogwg.reporting.models import PeriodException, PeriodState, ReportingPeriod, StatusReport
from cogwg.reporting.queries import ReportFacts, reports_in_period
from cogwg.reporting.rules import check_period_order, check_takes_reports, earlier_due_at, period_state
from cogwg.reporting.services import last_submission
from cogwg.reporting.states import PeriodEvent, ReportEvent, next_period_state, next_report_state


def open_period(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Open a quarter before its first day. Raises ``NotFound`` if there is no such quarter, and ``Invalid`` unless it is
    planned.
    """
    period = _period_for_event(session, period_id, PeriodEvent.OPEN, at)
    period.opened_at = at
    session.flush()
    record_event(session, "period.opened", ("period", period_id), by=by, at=at)


def extend_period(
    session: Session, period_id: int, *, reason: Bilingual, expected_due_at: datetime | None, by: Actor, at: datetime
) -> int:
    """Give all jurisdictions another week, with a reason; return the id of the audit event.

    ``expected_due_at`` is the due time that the form showed. Raises ``NotFound`` if there is no such quarter, ``Conflict`` if
    the due time has changed since, and ``Invalid`` unless the quarter is open and a valid reason is given.
    """
    period = _period_for_event(session, period_id, PeriodEvent.EXTEND, at)
    was = period.due_at
    if was != expected_due_at:
        raise Conflict(was)
    check_reason(reason, N_("Explain why everyone gets another week. The leads will see the reason."))
    period.original_due_at = period.original_due_at or was
    period.due_at, period.extension_reason = a_week_later(was), reason
    session.flush()
    before, after = {"due_at": was.isoformat()}, {"due_at": period.due_at.isoformat(), "reason": [reason.en, reason.fr]}
    return record_event(session, "period.extended", ("period", period_id), by=by, at=at, before=before, after=after)


def set_back_period(
    session: Session, period_id: int, *, reason: Bilingual, expected_due_at: datetime | None, by: Actor, at: datetime
) -> int:
    """Cancel the latest extension of a week, with a reason; return the id of the audit event.

    A quarter that was extended twice keeps the first extension and its reason. ``expected_due_at`` is the due time that the
    form showed. Raises ``NotFound`` if there is no such quarter, ``Conflict`` if the due time has changed since, and
    ``Invalid`` unless the quarter is open and extended, the earlier due time has not passed, and a valid reason is given.
    """
    period = _period_for_event(session, period_id, PeriodEvent.SET_BACK, at)
    was = period.due_at
    if was != expected_due_at:
        raise Conflict(was)
    earlier = earlier_due_at(was, period.original_due_at, at)
    if earlier is None:
        sentence = N_("The extra week cannot be cancelled. The quarter is not extended, or the earlier due time has passed.")
        raise Invalid(("", Message(sentence)))
    check_reason(reason, N_("Explain why you are cancelling the extra week. The leads will see the reason."))
    before = {"due_at": was.isoformat()}
    period.due_at, period.extension_reason = earlier, EMPTY_TEXT
    if earlier == period.original_due_at:
        period.original_due_at = None
    else:
        extensions = event_after_values(session, ("period", period_id), ["period.extended"])
        words = next((after["reason"] for after in extensions if after["due_at"] == earlier.isoformat()), ["", ""])
        period.extension_reason = Bilingual(*words)
    session.flush()
    after = {"due_at": earlier.isoformat(), "reason": [reason.en, reason.fr]}
    return record_event(session, "period.set-back", ("period", period_id), by=by, at=at, before=before, after=after)


def close_period(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Close a late quarter to further reports. Raises ``NotFound`` if there is no such quarter, and ``Invalid`` unless it is
    late.
    """
    period = _period_for_event(session, period_id, PeriodEvent.CLOSE, at)
    period.closed_at = at
    session.flush()
    record_event(session, "period.closed", ("period", period_id), by=by, at=at)


def reopen_for_all(session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
    """Reopen the quarter that was closed last, for all jurisdictions; reports submitted from then on are marked late.

    Raises ``NotFound`` if there is no such quarter, and ``Invalid`` if it is not closed or another quarter of the plan was
    closed later.
    """
    period = _period_for_event(session, period_id, PeriodEvent.REOPEN_ALL, at)
    closed_at = period.closed_at
    later = select(ReportingPeriod.id).where(ReportingPeriod.plan_id == period.plan_id, ReportingPeriod.closed_at > closed_at)
    if session.scalar(later.limit(1)) is not None:
        sentence = N_(
            "You can reopen this quarter for only one jurisdiction at a time, because another quarter has been closed since."
        )
        raise Invalid(("", Message(sentence)))
    period.closed_at = None
    session.flush()
    before = {"closed_at": closed_at.isoformat() if closed_at is not None else None}
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
) -> int:
    """Let one jurisdiction report on a closed quarter until a given time. Its reports are then marked late.

    Return the id of the stored ``PeriodException``. Raises ``NotFound`` if there is no such quarter, and ``Invalid`` if the
    quarter is not closed, the time is missing or past, the jurisdiction is missing, or the reason is missing or too long.
    """
    _period_for_event(session, period_id, PeriodEvent.REOPEN, at)
    problems = list(
        _required_text_problems(
            "reason", reason, N_("Explain why you are reopening the quarter. The jurisdiction will see your explanation.")
        )
    )
    if until is None or until <= at:
        problems.append(("until", Message(N_("Enter today’s date or a later date."))))
    if jurisdiction_id is None:
        problems.insert(0, ("jurisdiction", Message(N_("Select the jurisdiction to reopen the quarter for."))))
    if problems or until is None or jurisdiction_id is None:
        raise Invalid(*problems)
    exception = PeriodException(
        period_id=period_id, jurisdiction_id=jurisdiction_id, until=until, reason=reason, made_at=at, made_by=by.id
    )
    session.add(exception)
    session.flush()
    after = {"jurisdiction": jurisdiction_id, "until": until.isoformat(), "reason": reason}
    record_event(session, "period.reopened", ("period", period_id), by=by, at=at, after=after)
    return exception.id


def return_report(
    session: Session, report_id: int, *, note: str, expected_version: int, by: Actor, at: datetime
) -> ReportFacts:
    """Return a submitted report to its leads with a note that explains why; other people still see the submission.

    The result is the report as it was before. ``expected_version`` is the version that the user read. Raises ``NotFound`` if
    there is no such report, ``Conflict`` if it has changed since, and ``Invalid`` if it cannot be returned now or the note is
    missing or too long.
    """
    report = session.get(StatusReport, report_id, populate_existing=True, with_for_update=True)
    if report is None:
        raise NotFound("report")
    period = session.get_one(ReportingPeriod, report.period_id)
    check_plan_is_open(session, plan_id=period.plan_id)
    check_takes_reports(_state(period, at), is_reopened=_is_reopened(session, report, at))
    last = last_submission(session, report.activity_id)
    if last is not None:
        check_period_order(period.key, last.key)
    (stored,) = reports_in_period(session, report.period_id, [report.activity_id]).values()
    if stored.version != expected_version:
        raise Conflict(stored)
    returned = next_report_state(stored.state, ReportEvent.RETURN)
    if problems := list(
        _required_text_problems("note", note, N_("Explain what is missing or unclear. The leads will see your note."))
    ):
        raise Invalid(*problems)
    report.state, report.returned_note, report.returned_at, report.returned_by = returned, note, at, by.id
    session.flush()
    before = {"state": stored.state.value, "version": stored.version}
    after = {"state": returned.value, "version": report.version, "note": note}
    record_event(session, "report.returned", ("report", report_id), by=by, at=at, before=before, after=after)
    return stored


def _period_for_event(session: Session, period_id: int, event: PeriodEvent, at: datetime) -> ReportingPeriod:
    """Return the quarter with its row locked in the database.

    Raises ``NotFound`` if there is no such quarter, and ``Invalid`` if its plan is closed or the transition table does not
    allow this event now.
    """
    period = session.get(ReportingPeriod, period_id, populate_existing=True, with_for_update=True)
    if period is None:
        raise NotFound("period")
    check_plan_is_open(session, plan_id=period.plan_id)
    next_period_state(_state(period, at), event)
    return period


def _state(period: ReportingPeriod, at: datetime) -> PeriodState:
    return period_state(period.opens_on, period.due_at, period.opened_at, period.closed_at, at, local_day(at))


def _is_reopened(session: Session, report: StatusReport, at: datetime) -> bool:
    """Return whether the report's quarter is currently reopened for a jurisdiction that may report on its activity."""
    rows = session.execute(
        select(Assignment.role, Assignment.confirmation)
        .join(Activity, Activity.priority_id == Assignment.priority_id)
        .join(PeriodException, PeriodException.jurisdiction_id == Assignment.jurisdiction_id)
        .where(
            Activity.id == report.activity_id,
            Assignment.retired_on.is_(None),
            PeriodException.period_id == report.period_id,
            PeriodException.until > at,
        )
    )
    return any(can_report(row.role, row.confirmation) for row in rows)


def _required_text_problems(field: str, text: str, missing_message: str) -> list[tuple[str, Message]]:
    return list(length_problems(field, text)) if text else [(field, Message(missing_message))]
