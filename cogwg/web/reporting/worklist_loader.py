"""Loading a worklist: the jurisdiction, the quarter, and the rows, in a constant number of SQL statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import current_app, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from cogwg.accounts.queries import ActingPerson, NamedJurisdiction, jurisdiction, jurisdictions, person_names
from cogwg.core.calendar import local_day
from cogwg.core.errors import Forbidden, NotFound
from cogwg.plan.facts_cache import PlanFactsCache
from cogwg.plan.queries import PlanFacts, PriorityFacts
from cogwg.plan.rewordings import Rewording, rewordings_since
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import most_urgent_period, other_periods, periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import CurrentStatus, ReportFacts, current_statuses, reports_in_period
from cogwg.reporting.saved_reports import SavedReport
from cogwg.web.http.filters import person_name
from cogwg.web.http.i18n import current_language
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.worklist import BehalfChoice, NoPlan, ReportContext, Reporter, Worklist, url_query
from cogwg.web.reporting.worklist_row import LaterReport, UpdateRow, WorklistItem, participants, report_form_key

_EXTENSION = "cogwg.plan_facts"


@blueprint.record_once
def init(state: BlueprintSetupState) -> None:
    state.app.extensions[_EXTENSION] = PlanFactsCache()


def _plan_facts(session: Session, year: int, **limits: Any) -> PlanFacts:
    plans: PlanFactsCache = current_app.extensions[_EXTENSION]
    return plans.plan_facts(session, year, **limits)


def load_worklist(
    session: Session,
    who: ActingPerson,
    now: datetime,
    behalf: str,
    *,
    year: int | None = None,
    quarter: str = "",
    code: str | None = None,
    with_texts: bool = False,
) -> Worklist:
    """Return a person's worklist, or that of the jurisdiction with the code ``behalf``, if the person may report on its behalf.

    ``quarter`` is the key of the period to report on; by default it is the most urgent one of the plan of ``year``, or of all
    plans. ``code`` limits the plan to the priority of one activity, and the rows to that activity, for the page of its report.
    With ``with_texts``, the rows have all texts of the last reports.
    Raises ``Forbidden`` if the person may not report on behalf of others, ``NotFound`` for an unknown jurisdiction, plan
    or period, and ``NoPlan`` while no plan is in effect.
    """
    reporter = _reporter(session, who, behalf)
    ids = reporter.jurisdiction_ids
    quarters = periods_with_missing_counts(session, now, local_day(now), jurisdiction_ids=ids)
    in_year = [q for q in quarters if year in (None, q.period.year)]
    period = current_period([q.period for q in in_year], quarter, ids) if quarter else most_urgent_period(in_year, ids)
    chooses = reporter.acting_for is None and has_permission(who.roles, Permission.REPORT_ON_BEHALF)
    plan_year = year or (period.year if period is not None else local_day(now).year)
    try:
        carried_by = None if chooses or code is not None else ids
        plan = _plan_facts(session, plan_year, in_effect=period is None and year is None, code=code, carried_by=carried_by)
    except NotFound as missing:
        raise missing if year is not None else NoPlan("plan") from None
    if plan.is_closed and period is None:  # nothing in it can be reported, noted or answered any more
        plan = replace(plan, priorities=())
    own = replace(plan, priorities=tuple(p for p in plan.priorities if p.can_report(ids)))
    drawn = own if code is None else _with_only(own, code)
    is_default = period == most_urgent_period(quarters, ids) == current_period([q.period for q in quarters], "", ids)
    context = ReportContext(
        reporter=reporter,
        now=now,
        plan=plan,
        period=period,
        page_period=None if is_default else period,
        later_periods=_later_periods([q.period for q in quarters], period),
        has_closed_quarter=any(q.period.is_closed for q in quarters if q.period.year == plan.year),
    )
    return Worklist(
        context=context,
        rows=_rows(session, drawn, context, with_texts=with_texts),
        other_quarters=tuple(other_periods(quarters, period, ids)),
        behalf_choices=tuple(_behalf_choices(session, plan)) if chooses else (),
        partner_priorities=() if chooses else tuple(p for p in plan.priorities if p.can_contribute(ids)),
        just_closed=_just_closed([q.period for q in quarters], period),
        next_period=next((q.period for q in quarters if period is not None and q.period.opens_on > period.opens_on), None),
    )


def load_report_context(
    session: Session, who: ActingPerson, now: datetime, behalf: str, *, year: int, code: str, quarter: str
) -> ReportContext:
    """Return the context of one activity's report in the quarter with this key; its plan has only the activity's priority.

    ``load_row`` reads the row when it is needed. Raises the same errors as ``load_worklist``, and ``NotFound`` for an unknown
    activity.
    """
    reporter = _reporter(session, who, behalf)
    plan = _plan_facts(session, year, code=code)
    quarters = periods(session, plan.id, now, local_day(now))
    period = current_period(quarters, quarter)
    return ReportContext(reporter, now, plan, period, later_periods=_later_periods(quarters, period))


def load_row(session: Session, context: ReportContext, item: WorklistItem) -> UpdateRow:
    """Return the current row of this activity; the plan is not read again."""
    plan = replace(context.plan, priorities=(_priority_with_only(item),))
    (row,) = _rows(session, plan, context, with_texts=True)
    return row


def saved_row(session: Session, context: ReportContext, item: WorklistItem, saved: SavedReport) -> UpdateRow:
    """Return what ``load_row`` returns after this person's save, without reading what was just written."""
    report, id_ = context.reporter.sign(saved.report), item.activity.id
    names = _translator_names(session, [report])
    statuses = {id_: saved.current_status}
    rewordings = _rewordings(session, statuses)
    (row,) = _rows_of_priority(context, _priority_with_only(item), statuses, {id_: report}, names, rewordings)
    return row


def _priority_with_only(item: WorklistItem) -> PriorityFacts:
    return replace(item.priority, activities=(item.activity,))


def _with_only(plan: PlanFacts, code: str) -> PlanFacts:
    """Return the plan with only the activity that has this code."""
    own = (replace(p, activities=tuple(a for a in p.activities if a.code == code)) for p in plan.priorities)
    return replace(plan, priorities=tuple(p for p in own if p.activities))


def _reporter(session: Session, who: ActingPerson, behalf: str) -> Reporter:
    if not behalf:
        return Reporter(who, tuple(m.name for m in who.lead_memberships), who.lead_jurisdiction_ids)
    if not has_permission(who.roles, Permission.REPORT_ON_BEHALF):
        raise Forbidden
    chosen = jurisdiction(session, behalf)
    return Reporter(who, (chosen.name,), frozenset({chosen.id}), NamedJurisdiction(chosen.id, behalf, chosen.name))


def _later_periods(quarters: Iterable[PeriodFacts], period: PeriodFacts | None) -> tuple[PeriodFacts, ...]:
    return tuple(q for q in quarters if period is not None and q.key > period.key)


def _just_closed(quarters: Sequence[PeriodFacts], period: PeriodFacts | None) -> PeriodFacts | None:
    """Return the quarter before this one if it is closed."""
    earlier = [quarter for quarter in quarters if period is not None and quarter.key < period.key]
    return earlier[-1] if earlier and earlier[-1].is_closed else None


def _rows(session: Session, plan: PlanFacts, context: ReportContext, *, with_texts: bool = False) -> tuple[UpdateRow, ...]:
    """Return a row for each activity of this part of the plan, in the order of the plan.

    Unless ``with_texts`` is true, the rows have only the progress of the last reports, which a form quotes.
    """
    if not plan.priorities:
        return ()
    period = context.period
    statuses = current_statuses(session, plan, local_day(context.now), with_texts=with_texts, with_progress=True)
    reports = reports_in_period(session, period.id, list(statuses)) if period is not None else {}
    names = _translator_names(session, reports.values())
    rewordings = _rewordings(session, statuses)
    return tuple(
        row
        for priority in plan.priorities
        for row in _rows_of_priority(context, priority, statuses, reports, names, rewordings)
    )


def _rewordings(session: Session, statuses: Mapping[int, CurrentStatus]) -> dict[int, Rewording]:
    """Map activities to how they were reworded since their last report. Most were never changed, and need no SQL statement."""
    changed = {id_: status.submitted_at for id_, status in statuses.items() if status.activity.version > 1}
    return rewordings_since(session, changed) if changed else {}


def _rows_of_priority(
    context: ReportContext,
    priority: PriorityFacts,
    statuses: Mapping[int, CurrentStatus],
    reports: Mapping[int, ReportFacts],
    translators: Mapping[int, str],
    rewordings: Mapping[int, Rewording],
) -> Iterator[UpdateRow]:
    later = {quarter.id: quarter for quarter in context.later_periods}
    also_for, jurisdictions_of = context.reporter.also_for(priority), participants(priority)
    lang, query = current_language().value, tuple(context.report_query.items())
    since, is_closed = context.reporter.reports_since(priority), context.is_closed
    for activity in priority.activities:
        status, report = statuses[activity.id], reports.get(activity.id)
        last = later.get(status.period_id or 0)
        place = lang, context.plan.year, activity.code, query
        yield UpdateRow(
            status,
            priority,
            report,
            _report_url("reporting.report", *place),
            confirm_url=_report_url("reporting.translation_confirm", *place),
            translators=translators,
            later_report=_later_report(context, last, activity.id) if last is not None else None,
            also_for=also_for,
            participants=jurisdictions_of,
            is_from_before=report is not None and context.reporter.is_from_before(report, since),
            form_key=report_form_key(context.period, activity.id) if context.period is not None else "",
            is_closed=is_closed,
            rewording=rewordings.get(activity.id),
        )


def _translator_names(session: Session, reports: Iterable[ReportFacts]) -> dict[int, str]:
    names = person_names(session, {text["by"] for report in reports for text in report.translated.values()})
    return {id_: person_name(name) for id_, name in names.items()}


@lru_cache(maxsize=4096)
def _report_url(endpoint: str, lang: str, year: int, code: str, query: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, lang=lang, year=year, code=code, **dict(query))


def _later_report(context: ReportContext, quarter: PeriodFacts, activity_id: int) -> LaterReport:
    query = context.reporter.url_query(quarter)
    url = url_for("reporting.my_updates", lang=current_language().value, **query, _anchor=f"update-{activity_id}")
    return LaterReport(quarter.quarter, quarter.year, url)


def _behalf_choices(session: Session, plan: PlanFacts) -> Iterator[BehalfChoice]:
    """Yield the jurisdictions that report in this plan, sorted by name."""
    lang = current_language().value
    for reporting in jurisdictions(session, lang):
        count = sum(len(p.activities) for p in plan.priorities if p.can_report({reporting.id}))
        if count:
            url = url_for("reporting.my_updates", lang=lang, **url_query(reporting.code))
            yield BehalfChoice(url, reporting.name, count)
