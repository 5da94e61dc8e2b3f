"""A person's worklist: who reports, the quarter that accepts reports, and a row for each activity they report on.

The report of one activity needs only its ``ReportContext``; My updates needs the whole ``Worklist``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from cogwg.accounts.queries import ActingPerson, NamedJurisdiction
from cogwg.audit.services import Actor
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import TORONTO, local_day
from cogwg.core.dates import join_list
from cogwg.core.errors import NotFound
from cogwg.plan.queries import PlanFacts, PriorityFacts
from cogwg.policy import can_report_on
from cogwg.reporting.models import PeriodState
from cogwg.reporting.open_periods import PeriodMissingCount
from cogwg.reporting.periods import PeriodFacts, Reopening
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.report_progress import ReportStage
from cogwg.reporting.rules import check_takes_reports
from cogwg.reporting.services import ReportTarget
from cogwg.web.http import htmx
from cogwg.web.http.filters import moment
from cogwg.web.http.i18n import gettext as _
from cogwg.web.reporting.worklist_row import UpdateRow, WorklistItem, group_by_urgency


@dataclass(frozen=True, slots=True)
class BehalfChoice:
    """A jurisdiction that the person may report on behalf of, with the number of its activities."""

    url: str
    name: Bilingual
    count: int


@dataclass(frozen=True, slots=True)
class OtherQuarter:
    """Another quarter that accepts reports, with its URL; ``reopened`` is set if it is reopened for this reader."""

    url: str
    waiting: PeriodMissingCount
    reopened: Reopening | None = None


@dataclass(frozen=True, slots=True)
class StageCount:
    """The number of rows at a stage; the script of the page finds the rows by ``stage`` and counts them again."""

    stage: str
    label: str
    count: int


class NoPlan(NotFound):
    """No plan is in effect yet, so there is nothing to report on."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """The person who reports, and the jurisdictions they report for: their own, or the one they act for."""

    person: ActingPerson
    jurisdiction_names: tuple[Bilingual, ...]
    jurisdiction_ids: frozenset[int]
    acting_for: NamedJurisdiction | None = None

    @property
    def actor(self) -> Actor:
        return Actor("person", self.person.person_id, self._acting_for_id)

    def can_report_on(self, priority: PriorityFacts) -> bool:
        return can_report_on(self.person, priority, self._acting_for_id)

    def sign(self, report: ReportFacts) -> ReportFacts:
        """Return a report that this person just wrote, with the names of its author as ``reports_in_period`` returns them."""
        led = min(self.person.lead_memberships, key=lambda m: m.jurisdiction_id or 0, default=None)
        return replace(
            report,
            changed_by=self.person.name,
            behalf_of=self.acting_for.name if self.acting_for is not None else EMPTY_TEXT,
            changed_by_lead_of=led.name if led is not None else EMPTY_TEXT,
        )

    def also_for(self, *priorities: PriorityFacts) -> Bilingual:
        """Return in words, with articles, the other jurisdictions that share the reports on these priorities."""
        others = {a.jurisdiction_id: a.full_name for p in priorities for a in p.other_reporting(self.jurisdiction_ids)}
        return join_list([with_article(name) for name in others.values()])

    def reports_since(self, priority: PriorityFacts) -> date:
        """Return the first day on which one of these jurisdictions held a role that reports on the priority."""
        own = (a.since for a in priority.assignments if a.can_report and a.jurisdiction_id in self.jurisdiction_ids)
        return min(own, default=date.min)

    def is_from_before(self, report: ReportFacts, since: date) -> bool:
        """Return whether another jurisdiction submitted this report before ``since``."""
        by_others = report.is_submitted and report.written_for and report.written_for not in self.jurisdiction_names
        return bool(by_others) and local_day(report.changed_at) < since

    def url_query(self, period: PeriodFacts | None) -> dict[str, Any]:
        """Return the URL query that selects this jurisdiction's worklist, and a quarter if one is given."""
        return url_query(self.acting_for.code if self.acting_for is not None else "", period)

    @property
    def _acting_for_id(self) -> int | None:
        return self.acting_for.id if self.acting_for is not None else None


@dataclass(frozen=True, slots=True)
class ReportContext:
    """The context in which a report is read and saved: who reports and when, the plan, and the quarter.

    ``period`` is the quarter that was requested, even a closed one, or else the one to report on; None if no quarter accepts
    reports and none was requested. ``page_period`` is the quarter in the URL of My updates; it is None if the page shows that
    quarter by default. ``later_periods`` are the plan's quarters after ``period``.
    """

    reporter: Reporter
    now: datetime
    plan: PlanFacts
    period: PeriodFacts | None
    page_period: PeriodFacts | None = None
    later_periods: tuple[PeriodFacts, ...] = ()
    has_closed_quarter: bool = False

    @property
    def page_query(self) -> dict[str, Any]:
        """Return the query that keeps a URL on this worklist: the jurisdiction, and the quarter unless it is the default."""
        return self.reporter.url_query(self.page_period)

    @property
    def report_query(self) -> dict[str, Any]:
        """Return the query for a report's URL: the jurisdiction, and always the quarter it was opened for."""
        return self.reporter.url_query(self.period)

    @property
    def is_closed(self) -> bool:
        """Whether the quarter is closed for this person, who can then read its reports but not change them."""
        return (
            self.period is not None
            and self.period.is_closed
            and not self.period.takes_reports_from(self.reporter.jurisdiction_ids)
        )

    def item(self, code: str) -> WorklistItem | None:
        """Return the activity with this code in the plan, even if this person does not report on it; None if there is none."""
        return next((WorklistItem(p, a) for p in self.plan.priorities for a in p.activities if a.code == code), None)

    def target(self, item: WorklistItem) -> ReportTarget:
        """Return the target of a report on this activity. Raises ``Invalid`` if ``period`` is None."""
        if self.period is None:
            check_takes_reports(PeriodState.CLOSED if self.has_closed_quarter else PeriodState.PLANNED)
            raise NotFound("period")
        return ReportTarget(item.priority, item.activity, self.period.id, self.reporter.jurisdiction_ids)

    def fragment_context(self, lang: str) -> dict[str, Any]:
        """Return what the template of a row needs besides the row."""
        return {
            "period": self.period,
            "plan": self.plan,
            "lang": lang,
            "is_closed": self.is_closed,
            "reporter": self.reporter,
            "is_in_list": _is_in_list(lang),
        }


@dataclass(frozen=True, slots=True)
class Worklist:
    """The rows of My updates, the other quarters that accept reports, and the jurisdictions to report on behalf of."""

    context: ReportContext
    rows: tuple[UpdateRow, ...]
    other_quarters: tuple[PeriodMissingCount, ...]
    behalf_choices: tuple[BehalfChoice, ...]
    partner_priorities: tuple[PriorityFacts, ...]
    next_period: PeriodFacts | None
    just_closed: PeriodFacts | None = None
    """The quarter before the shown one if it is closed; its missing reports can only be submitted once it is reopened."""

    @property
    def is_all_submitted(self) -> bool:
        """Whether each report that is expected this quarter is submitted."""
        rows = self.expected_rows
        return bool(rows) and all(row.is_submitted for row in rows)

    @property
    def expected_rows(self) -> list[UpdateRow]:
        """Return the rows whose report is expected this quarter and was submitted or still can be."""
        return [row for row in self.rows if row.is_asked]

    def row(self, code: str) -> UpdateRow:
        """Return the row of this activity. Raises ``NotFound`` if it is not on this worklist."""
        for row in self.rows:
            if row.current_status.activity.code == code:
                return row
        raise NotFound(code)

    def with_only(self, row: UpdateRow) -> Worklist:
        """Return the worklist with this row alone, for the page of one report."""
        return replace(self, rows=(row,))

    def with_first_open(self) -> Worklist:
        """Return the worklist with the form open in the first row on the page that needs work.

        If there is none or the quarter is closed, return it unchanged.
        """
        in_order = (row for group in group_by_urgency(self.expected_rows) for row in group.rows)
        first = next((row for row in in_order if row.needs_work), None)
        if first is None or self.context.is_closed:
            return self
        return replace(self, rows=tuple(row.as_form() if row is first else row for row in self.rows))

    def page_context(self, lang: str) -> dict[str, Any]:
        """Return the template context of the My updates page."""
        shown = [r for r in self.rows if r.is_open or r.is_asked]
        hidden = [r for r in self.rows if not (r.is_open or r.is_asked)]
        superseded = [r for r in hidden if r.is_superseded]
        changeable = [r for r in shown if r.later_report is None]
        reporter, period = self.context.reporter, self.context.period
        return {
            "plan": self.context.plan,
            "plan_year": self.context.plan.year,
            "plan_closed_on": self.context.plan.closed_on if period is None else None,
            "period": period,
            "reopened": period.reopening_for(reporter.jurisdiction_ids) if period is not None else None,
            "other_quarters": [
                OtherQuarter(
                    url_for("reporting.my_updates", lang=lang, **reporter.url_query(other.period)),
                    other,
                    other.period.reopening_for(reporter.jurisdiction_ids),
                )
                for other in self.other_quarters
            ],
            "jurisdiction_names": reporter.jurisdiction_names,
            "groups": list(group_by_urgency([*shown, *superseded], is_closed=self.context.is_closed)),
            "can_change": bool(changeable) or not superseded + shown,
            "changeable_count": len(changeable) if len(changeable) < len(shown) else 0,
            "returned_count": sum(r.is_returned for r in shown),
            "shown_count": len(shown),
            "remaining_count": sum(not r.is_submitted for r in shown),
            "submitted_rows": [r for r in shown if r.is_submitted and not r.is_open],
            "misses_language": any(r.misses_language for r in shown),
            "stage_counts": _stage_counts(shown),
            "is_all_submitted": self.is_all_submitted,
            "last_submitted_at": max((r.report.changed_at for r in shown if r.report is not None), default=None),
            "next_period": self.next_period,
            "worklist_url": url_for("reporting.my_updates", lang=lang, **self.context.page_query),
            "submit_url": url_for("reporting.submit", lang=lang, **self.context.page_query),
            "complete_rows": [r for r in hidden if not r.is_superseded],
            "reporter": reporter,
            "acting_for": reporter.acting_for,
            "behalf_choices": self.behalf_choices,
            "local_due_time": self._local_due_time(),
            "is_closed": self.context.is_closed,
            "is_in_list": _is_in_list(lang),
            "partner_priorities": self.partner_priorities,
            "just_closed": self.just_closed,
            "has_no_own_reports": bool(shown) and all(r.is_from_before for r in shown),
            "own_jurisdiction_ids": reporter.person.lead_jurisdiction_ids,
        }

    def _local_due_time(self) -> str | None:
        """Return the due time in the person's own time zone; None without a quarter, or if it is the same as the group's."""
        if self.context.period is None:
            return None
        own = ZoneInfo(self.context.reporter.person.time_zone)
        due = self.context.period.due_at
        if due.astimezone(own).utcoffset() == due.astimezone(TORONTO).utcoffset():
            return None
        return moment(due)


def _is_in_list(lang: str) -> bool:
    """Whether the browser shows My updates, where the next row opens after a save, rather than the page of one report."""
    return htmx.shown_path() == url_for("reporting.my_updates", lang=lang)


def _stage_counts(rows: Iterable[UpdateRow]) -> list[StageCount]:
    labels = {
        ReportStage.TO_DO: _("To do:"),
        ReportStage.TO_CORRECT: _("To correct:"),
        ReportStage.READY: _("Ready to submit:"),
        ReportStage.SUBMITTED: _("Submitted:"),
    }
    counts = Counter(row.stage for row in rows)
    return [StageCount(stage.value, label, counts[stage]) for stage, label in labels.items()]


def url_query(code: str, period: PeriodFacts | None = None) -> dict[str, Any]:
    """Return the URL query that selects a jurisdiction's worklist ("" for one's own), and a quarter if one is given."""
    return {**({"for": code} if code else {}), **({"period": period.key} if period is not None else {})}
