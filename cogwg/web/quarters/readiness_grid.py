"""A quarter's reporting status as its page shows it, in words: a row for each jurisdiction, with a cell for each priority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import Contact
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, sort_key
from cogwg.core.calendar import local_day
from cogwg.core.dates import join_list
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import AssignmentFacts, PriorityFacts
from cogwg.reporting.models import PeriodState
from cogwg.reporting.readiness import ExpectedReport, Readiness, ReadinessState
from cogwg.web.http.filters import day_short, plain
from cogwg.web.http.i18n import current_language

TO_CONFIRM = "to-confirm"
NO_CONTACT = "no-contact"
FILTER_NAMES = (*(state.value for state in ReadinessState), TO_CONFIRM, NO_CONTACT)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell for a jurisdiction and a priority; ``kind`` is the name of the shape in front of the text, "" for none."""

    kind: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadinessRow:
    """A jurisdiction with its cells in the order of the priorities; a cell is None if the jurisdiction has no role there.

    ``plan_name`` is the plan's name for the jurisdiction if that differs from its own ("TBS"), else empty.
    """

    id: int
    code: str
    name: Bilingual
    plan_name: Bilingual
    cells: tuple[GridCell | None, ...]
    contacts: tuple[str, ...]
    reports: tuple[ExpectedReport, ...]
    has_role_to_confirm: bool

    @property
    def missing_count(self) -> int:
        return sum(report.is_missing for report in self.reports)

    @property
    def has_no_contact(self) -> bool:
        """Whether the jurisdiction has a role but no contact: no one reports, accepts a role or adds a note for it."""
        return not self.contacts

    def matches(self, filter_name: str) -> bool:
        """Return whether the filter includes this row; "" includes every row."""
        if filter_name == TO_CONFIRM:
            return self.has_role_to_confirm
        if filter_name == NO_CONTACT:
            return self.has_no_contact
        return not filter_name or any(report.state.value == filter_name for report in self.reports)


@dataclass(frozen=True, slots=True)
class ListedReport:
    """A report in the filtered list, with the jurisdictions that report, and how long ago it reached its state."""

    report: ExpectedReport
    carriers: Bilingual
    since: str


def readiness_rows(readiness: Readiness, contacts: Iterable[Contact], today: date) -> list[ReadinessRow]:
    """Return a row for each jurisdiction with a role, in plan order, except that those with missing reports come first."""
    carriers: dict[int, AssignmentFacts] = {}
    for priority in readiness.plan.priorities:
        for a in priority.assignments:
            if a.jurisdiction_id is not None:
                carriers.setdefault(a.jurisdiction_id, a)
    names: dict[int, list[str]] = {}
    for contact in contacts:
        if contact.jurisdiction_id is not None:
            names.setdefault(contact.jurisdiction_id, []).append(contact.name)
    made = [_readiness_row(id_, a, readiness, tuple(names.get(id_, ())), today) for id_, a in carriers.items()]
    return sorted(made, key=lambda row: row.missing_count == 0)


def _readiness_row(
    id_: int, first: AssignmentFacts, readiness: Readiness, contacts: tuple[str, ...], today: date
) -> ReadinessRow:
    priorities = [p for p in readiness.plan.priorities if p.can_report({id_})]
    return ReadinessRow(
        id=id_,
        code=first.jurisdiction_code,
        name=first.full_name,
        plan_name=first.name if first.name not in (first.full_name, first.short) else EMPTY_TEXT,
        cells=tuple(_cell(p, id_, readiness, today) for p in readiness.plan.priorities),
        contacts=contacts,
        reports=tuple(report for p in priorities for report in readiness.expected_reports[p.id]),
        has_role_to_confirm=any(
            a.jurisdiction_id == id_ and a.confirmation is Confirmation.TO_CONFIRM
            for p in readiness.plan.priorities
            for a in p.assignments
        ),
    )


def _cell(priority: PriorityFacts, id_: int, readiness: Readiness, today: date) -> GridCell | None:
    assignment = next((a for a in priority.assignments if a.jurisdiction_id == id_), None)
    if assignment is None:
        return None
    if assignment.confirmation is Confirmation.TO_CONFIRM:
        return GridCell("empty", _("To confirm"), (_("not yet accepted"),))
    if assignment.role is AssignmentRole.PARTNER:
        note = readiness.note_times.get((priority.id, id_))
        if note is None:
            return GridCell("", _("Partner"), (_("no report required"),))
        return GridCell("in", _("Note added"), (_("partner, %(day)s", day=day_short(note)),))
    others = [a.short for a in priority.assignments if a.can_report and a.jurisdiction_id != id_]
    shared = (_("with %(who)s", who=plain(join_list([with_article(name) for name in others]))),) if others else ()
    return _reports_cell(readiness.expected_reports[priority.id], readiness.period.state, shared, today)


def _reports_cell(reports: tuple[ExpectedReport, ...], state: PeriodState, shared: tuple[str, ...], today: date) -> GridCell:
    """Summarize a priority's reports: how many are received, how far along the others are, and how old the last one is."""
    if not reports:
        return GridCell("", _("No report required"), (_("all activities are complete"),))
    last = max((report.last_at for report in reports if report.last_at is not None), default=None)
    age = _("last report %(when)s", when=days_ago(last, today)) if last is not None else _("no report yet")
    if state is PeriodState.PLANNED:
        return GridCell("", _("Not yet due"), (age, *shared))
    received = sum(report.state is ReadinessState.SUBMITTED for report in reports)
    text = _("%(num)s of %(total)s received", num=received, total=len(reports))
    return GridCell(_most_urgent_kind(reports, state), text, (*_outstanding_notes(reports, state), age, *shared))


def _most_urgent_kind(reports: tuple[ExpectedReport, ...], state: PeriodState) -> str:
    """Return the name of the shape for the most urgent of these reports."""
    states = {report.state for report in reports}
    if ReadinessState.RETURNED in states:
        return "returned"
    if state is PeriodState.LATE and any(report.is_missing for report in reports):
        return "late"
    if ReadinessState.DRAFT in states:
        return "draft"
    return "empty" if ReadinessState.NOT_STARTED in states else "in"


def _outstanding_notes(reports: tuple[ExpectedReport, ...], state: PeriodState) -> tuple[str, ...]:
    """Return the notes on missing and late reports, such as "overdue: 1 draft, 2 with no draft yet".

    A report that was not submitted counts as "without a report" if its activity was already reported on in a later quarter.
    """
    missing = {kind: [report for report in reports if report.state is kind and report.is_missing] for kind in ReadinessState}
    superseded = sum(report.state is not ReadinessState.SUBMITTED and report.is_superseded for report in reports)
    parts = []
    if returned := missing[ReadinessState.RETURNED]:
        on = day_short(max(report.since for report in returned if report.since is not None))
        parts.append(ngettext("%(num)s returned on %(day)s", "%(num)s returned on %(day)s", len(returned), day=on))
    if drafts := missing[ReadinessState.DRAFT]:
        parts.append(ngettext("%(num)s draft", "%(num)s drafts", len(drafts)))
    if not_started := missing[ReadinessState.NOT_STARTED]:
        parts.append(ngettext("%(num)s with no draft yet", "%(num)s with no draft yet", len(not_started)))
    if superseded:
        parts.append(ngettext("%(num)s without a report", "%(num)s without a report", superseded))
    text = ", ".join(parts)
    if text and state is PeriodState.LATE and any(report.is_missing for report in reports):
        text = _("overdue: %(reports)s", reports=text)
    late = sum(report.late for report in reports)
    late_text = ngettext("%(num)s submitted late", "%(num)s submitted late", late) if late else ""
    return tuple(filter(None, (text, late_text)))


def days_ago(at: datetime, today: date) -> str:
    """Return in words how many days ago this was: "today", "3 days ago"."""
    days = (today - local_day(at)).days
    return str(ngettext("%(num)s day ago", "%(num)s days ago", days) if days > 0 else _("today"))


def listed_reports(readiness: Readiness, filter_name: str, today: date) -> list[ListedReport]:
    """Return the reports whose state is ``filter_name``, in plan order."""
    listed = []
    for priority in readiness.plan.priorities:
        carriers = join_list([a.short for a in priority.assignments if a.can_report])
        for report in readiness.expected_reports[priority.id]:
            if report.state.value == filter_name:
                since = days_ago(report.since, today) if report.since is not None else ""
                listed.append(ListedReport(report, carriers, since))
    return listed


def received_sentence(readiness: Readiness, priority: PriorityFacts) -> str:
    """Return how many reports of a priority are received, or "" if none is expected."""
    reports = readiness.expected_reports[priority.id]
    if not reports:
        return ""
    return str(
        _(
            "%(num)s of %(total)s received",
            num=sum(report.state is ReadinessState.SUBMITTED for report in reports),
            total=len(reports),
        )
    )


def members_without_role(readiness: Readiness, jurisdictions: Iterable[Jurisdiction]) -> list[Bilingual]:
    """Return the names of the jurisdictions without a role in this plan, in alphabetical order."""
    holding = {a.jurisdiction_id for p in readiness.plan.priorities for a in p.assignments}
    return sorted(
        (j.name for j in jurisdictions if j.id not in holding), key=lambda name: sort_key(name.text(current_language()))
    )
