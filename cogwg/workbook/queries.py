"""Read the data for a workbook, in a constant number of SQL statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.core.bilingual import EMPTY_TEXT, Language
from cogwg.core.calendar import local_day
from cogwg.core.dates import join_list
from cogwg.core.errors import NotFound
from cogwg.core.text_states import NO_STALE_TEXTS
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.reporting.queries import CurrentStatus, ReportFacts, current_statuses, reports_in_period
from cogwg.reporting.report_progress import is_report_expected
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget
from cogwg.workbook.books import GuideFacts, ReportRow, ReportsBook


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row of a workbook, with the data needed to save it. ``is_expected`` is True if the quarter expects a report.

    ``report`` can be a blank draft, so that a workbook based on an earlier version is still compared with it.
    """

    row: ReportRow
    target: ReportTarget
    report: ReportFacts | None
    is_expected: bool


@dataclass(frozen=True, slots=True)
class StoredReports:
    """The reports of a quarter that a person may write, by the code of the activity.

    ``replaced`` maps the code of each activity that has a report in a later quarter to that quarter.
    """

    plan: PlanFacts
    period: PeriodFacts
    rows: Mapping[str, StoredRow]
    replaced: Mapping[str, PeriodFacts] = field(default_factory=dict)

    @property
    def report_rows(self) -> dict[str, ReportRow]:
        return {code: stored.row for code, stored in self.rows.items()}


def load_reports(
    session: Session,
    year: int,
    key: str,
    *,
    now: datetime,
    reports_for: Callable[[PriorityFacts], Collection[int]],
) -> StoredReports:
    """Return the reports of the quarter with this key that a person may write.

    ``reports_for`` returns the ids of the jurisdictions for which the person may report on a priority, none if they may not.
    Reports that a later quarter has replaced are left out. Raises ``NotFound`` if there is no such plan or quarter.
    """
    plan = plan_facts(session, year)
    today = local_day(now)
    quarters = periods(session, plan.id, now, today)
    period = next((quarter for quarter in quarters if quarter.key == key), None)
    if period is None:
        raise NotFound(f"period {key}")
    later = {quarter.id: quarter for quarter in quarters if quarter.key > period.key}
    statuses = current_statuses(session, plan, today, with_progress=True)
    reports = reports_in_period(session, period.id, list(statuses), with_blank=True)
    rows, replaced = {}, {}
    for priority in plan.priorities:
        jurisdiction_ids = frozenset(reports_for(priority))
        for activity in priority.activities if jurisdiction_ids else ():
            current, report = statuses[activity.id], reports.get(activity.id)
            if current.period_id in later:
                replaced[activity.code] = later[current.period_id]
                continue
            target = ReportTarget(priority, activity, period.id, jurisdiction_ids)
            is_expected = is_report_expected(current.status, is_begun=report is not None and not report.is_blank)
            rows[activity.code] = StoredRow(_report_row(target, current, report), target, report, is_expected)
    return StoredReports(plan, period, rows, replaced)


def reports_book(
    stored: StoredReports, jurisdictions: Collection[tuple[int, str]], lang: Language, written_at: datetime, site: str = ""
) -> ReportsBook:
    """Return the workbook of the expected reports of these jurisdictions (ids and codes); if none are given, of all expected
    reports.

    ``site`` is the URL of the site, if it is known.
    """
    ids = {id_ for id_, _code in jurisdictions}
    reporting = stored.plan.reporting_jurisdictions
    names = tuple(reporting[id_] for id_, _code in jurisdictions if id_ in reporting)
    return ReportsBook(
        period_key=stored.period.key,
        plan_year=stored.plan.year,
        jurisdictions=tuple(code for _id, code in jurisdictions),
        rows=tuple(
            each.row for each in stored.rows.values() if each.is_expected and (not ids or each.target.priority.can_report(ids))
        ),
        written_at=written_at,
        lang=lang,
        guide=GuideFacts(names, stored.period.due_at, site),
    )


def _report_row(target: ReportTarget, current: CurrentStatus, report: ReportFacts | None) -> ReportRow:
    priority, activity = target.priority, target.activity
    is_of_quarter = current.period_id == target.period_id
    return ReportRow(
        code=activity.code,
        activity_id=activity.id,
        title=activity.title,
        due=activity.due.text,
        jurisdictions=join_list([a.full_name for a in priority.assignments if a.can_report]),
        version=report.version if report is not None else 0,
        draft=report.draft if report is not None else ReportDraft(None),
        priority=priority.title,
        previous_status=report.status_before if is_of_quarter and report is not None else current.status,
        previous_progress=EMPTY_TEXT if is_of_quarter else current.progress,
        is_due=current.timeliness,
        stale=report.stale if report is not None else NO_STALE_TEXTS,
    )
