"""The list of jurisdictions, and a page for each with its roles, its reports for this quarter, its news and a download."""

from __future__ import annotations

from datetime import datetime

from flask import render_template
from werkzeug.wrappers import Response

from cogwg.accounts.contacts import jurisdiction_and_people
from cogwg.accounts.queries import SignedInPerson, jurisdiction, jurisdictions
from cogwg.accounts.wording import ORDER_LABELS
from cogwg.core.calendar import local_day
from cogwg.core.errors import NotFound
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, can_see_return_note, has_permission
from cogwg.reporting.dashboards import (
    SubmittedReport,
    challenges_of,
    report_counts,
    submissions_by_activity,
    submissions_in_period,
)
from cogwg.reporting.news.current import current_milestones
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.reporting.report_progress import is_report_expected, is_report_missing
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.past_day import open_past_page
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.jurisdictions import blueprint
from cogwg.web.jurisdictions.past import past_index, past_page
from cogwg.web.jurisdictions.rows import ActivityRow, JurisdictionRow, RoleSection, roles_by_jurisdiction
from cogwg.web.jurisdictions.tables import reports_table


@blueprint.get("/jurisdictions")
@requires(Permission.READ_REPORTS)
def index(lang: str) -> str:
    """List the jurisdictions of the group with their roles and the number of their reports for this quarter."""
    past = open_past_page()
    if past is not None:
        return past_index(lang, past)
    plan, period = _current_plan(with_activities=False), None
    counted: dict[int, tuple[int, int]] = {}
    if plan is not None:
        period = current_period(periods(session(), plan.id, clocks.now(), clocks.today()))
        if period is not None:
            counted = report_counts(session(), plan.id, period.id)
    roles_by_id = roles_by_jurisdiction(plan)
    rows = []
    for member in jurisdictions(session(), lang):
        roles = tuple(roles_by_id.get(member.id, ()))
        counts = [counted[p.id] for p, a in roles if a.can_report and p.id in counted]
        rows.append(
            JurisdictionRow(member, ORDER_LABELS[member.kind], roles, sum(n for n, _ in counts), sum(n for _, n in counts))
        )
    return render_template("jurisdictions/index.html", plan=plan, period=period, members=rows)


@blueprint.get("/jurisdictions/<code>")
@requires(Permission.READ_REPORTS)
def page(lang: str, code: str) -> str:
    """Show a jurisdiction's roles in the current plan, its reports for this quarter, and its news.

    The page of a past day shows only its roles and activities on that day.
    """
    past = open_past_page()
    if past is not None:
        return past_page(past, code)
    person = current_user()
    sees_contacts = has_permission(person.roles, Permission.SEE_CONTACTS)
    facts, earlier, people = jurisdiction_and_people(session(), code, reader_id=person.person_id, with_leads=sees_contacts)
    plan = _current_plan([facts.id])
    is_own = any(m.jurisdiction_id == facts.id for m in person.lead_memberships)
    period: PeriodFacts | None = None
    roles: tuple[RoleSection, ...] = ()
    if plan is not None:
        period = current_period(periods(session(), plan.id, clocks.now(), clocks.today()), jurisdiction_ids=[facts.id])
        roles = _role_sections(plan, facts.id, period, person)
    awaited = [row for role in roles for row in role.rows if row.is_awaited]
    return render_template(
        "jurisdictions/page.html",
        jurisdiction=facts,
        kind=ORDER_LABELS[facts.kind],
        plan=plan,
        period=period,
        roles=roles,
        asked=awaited,
        sent_count=sum(row.sent_report is not None for role in roles for row in role.rows if role.may_report),
        to_confirm=[r for r in roles if r.assignment.is_to_confirm],
        partner_roles=[r for r in roles if r.assignment.is_partner],
        is_own=is_own,
        milestones=current_milestones(session(), jurisdiction_id=facts.id),
        challenge_state_labels=CHALLENGE_STATE_LABELS,
        challenges=challenges_of(session(), facts.id),
        people_to_ask=people,
        sees_contacts=sees_contacts,
        earlier_names=earlier,
        downloads=download_urls("jurisdictions.reports", lang=lang, code=facts.code),
    )


@blueprint.get("/jurisdictions/<code>/reports.<any(csv, xlsx):kind>")
@requires(Permission.READ_REPORTS)
@limit_downloads
def reports(lang: str, code: str, kind: str) -> Response:
    """Download everything submitted on the activities of the current plan that this jurisdiction reports on."""
    facts = jurisdiction(session(), code)
    plan = _current_plan([facts.id])
    activities = [a for p in plan.priorities if p.can_report({facts.id}) for a in p.activities] if plan is not None else []
    return download_response(
        reports_table(facts.name, activities, submissions_by_activity(session(), [a.id for a in activities]), clocks.today()),
        kind,
    )


def _current_plan(carried_by: list[int] | None = None, *, with_activities: bool = True) -> PlanFacts | None:
    year = clocks.today().year
    try:
        return plan_facts(session(), year, in_effect=True, carried_by=carried_by, with_activities=with_activities)
    except NotFound:
        return None


def _role_sections(
    plan: PlanFacts, jurisdiction_id: int, period: PeriodFacts | None, person: SignedInPerson
) -> tuple[RoleSection, ...]:
    """Return the jurisdiction's roles with their activities; reports show as returned only to people who may read the note."""
    statuses = current_statuses(session(), plan, clocks.today())
    sent = submissions_in_period(session(), period.id, list(statuses)) if period is not None else {}
    sections = []
    for priority in plan.priorities:
        returns = can_see_return_note(person, priority)
        for assignment in priority.assignments:
            if assignment.jurisdiction_id == jurisdiction_id:
                is_reporting = assignment.can_report
                rows = tuple(
                    _activity_row(statuses[a.id], sent.get(a.id), is_reporting and period is not None, returns)
                    for a in priority.activities
                )
                sections.append(RoleSection(priority, assignment, is_reporting, rows))
    return tuple(sections)


def _activity_row(
    current_status: CurrentStatus, sent: SubmittedReport | None, is_reporting: bool, may_see_returns: bool
) -> ActivityRow:
    is_returned = sent is not None and sent.is_returned and may_see_returns
    is_received = sent is not None and not is_returned
    missing = is_report_missing(
        is_expected=is_reporting and _is_asked(current_status, sent), is_submitted=is_received, is_superseded=False
    )
    return ActivityRow(current_status, sent, missing, is_returned, _days_since(current_status.submitted_at))


def _is_asked(current_status: CurrentStatus, sent: SubmittedReport | None) -> bool:
    return is_report_expected(current_status.status, is_begun=sent is not None)


def _days_since(at: datetime | None) -> int | None:
    return max((clocks.today() - local_day(at)).days, 0) if at is not None else None
