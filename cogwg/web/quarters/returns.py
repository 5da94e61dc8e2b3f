"""The page where co-chairs and the secretariat return a submitted report with a note."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.event_messages import ReturnedReport
from cogwg.notices.queries import leads_by_language
from cogwg.notices.services import notify_returned
from cogwg.plan.queries import ActivityFacts, PlanFacts, plan_facts
from cogwg.policy import Permission
from cogwg.reporting import period_services as services
from cogwg.reporting.models import ReportState
from cogwg.reporting.periods import PeriodFacts, current_period, periods
from cogwg.reporting.queries import ReportFacts, reports_in_period
from cogwg.reporting.timeline import draft_at_version
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context
from cogwg.web.quarters import blueprint
from cogwg.web.quarters.forms import ReturnForm
from cogwg.web.reporting.conflicts import DifferenceView, difference_views


@blueprint.route("/plans/<int:year>/activities/<code>/return", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def report_return(lang: str, year: int, code: str) -> BaseResponse:
    """Show the form to return a submitted report with a note; on POST, return the report and email its leads."""
    plan = plan_facts(session(), year, code=code)
    (activity,) = (a for a in plan.activities if a.code == code)
    period, report = _returnable_report(plan, activity)
    activity_url = url_for("activities.page", lang=lang, year=year, code=code)
    if request.method == "GET":
        if period is None or report is None or report.state is not ReportState.SUBMITTED:
            flash(
                _(
                    "There is no report to return. This activity has no submitted report in a quarter that still accepts "
                    "reports."
                )
            )
            return redirect(activity_url, 303)
        return _render_return(plan, activity, period, report, ReturnForm(formdata=None), 200)
    if period is None or report is None:
        raise NotFound("report")
    form, by = ReturnForm(), actor()
    returned = ReturnedReport(
        report_id=report.id,
        version=form.posted_version + 1,
        year=year,
        code=code,
        title=activity.title,
        period=period,
        note=form.note_text,
        by=current_user().name,
        note_lang=Language(lang),
    )
    try:
        with write() as open_session:

            def return_with_emails() -> int:
                services.return_report(
                    open_session, report.id, note=form.note_text, expected_version=form.posted_version, by=by, at=clocks.now()
                )
                notify_returned(open_session, returned, _reporting_ids(plan), by=by, **mail_context())
                return report.id

            form.make_once(open_session, "report", return_with_emails)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_return(plan, activity, period, report, form, 422)
    except Conflict:
        return _changed_since_read(plan, activity, period, report, form)
    flash(_("Returned: %(title)s. The leads will see your note in My updates.", title=activity.title.text(lang)))
    return redirect(activity_url, 303)


def _returnable_report(plan: PlanFacts, activity: ActivityFacts) -> tuple[PeriodFacts | None, ReportFacts | None]:
    """Return the quarter in the URL and its report.

    Without a quarter in the URL, use the latest one that accepts reports and for which a report is submitted. Return None for
    both if there is no such report.
    """
    quarters, key = periods(session(), plan.id, clocks.now(), clocks.today()), request.args.get("period", "")
    named = (
        [current_period(quarters, key)]
        if key
        else [q for q in reversed(quarters) if q.takes_reports_from(_reporting_ids(plan))]
    )
    for period in named:
        report = reports_in_period(session(), period.id, [activity.id]).get(activity.id) if period is not None else None
        if report is not None and (key or report.state is ReportState.SUBMITTED):
            return period, report
    return None, None


def _changed_since_read(
    plan: PlanFacts, activity: ActivityFacts, period: PeriodFacts, report: ReportFacts, form: ReturnForm
) -> Response:
    """Answer 409 because the report changed after the co-chair read it; the note is kept.

    The page shows what the leads changed, so that the new version can be returned, or says that the report was returned before.
    """
    if report.state is not ReportState.SUBMITTED:
        form.form_errors.append(_("This report has already been returned. Your note was not sent. It is kept here."))
        return _render_return(plan, activity, period, report, form, 409)
    form.form_errors.append(_("The report changed since you opened it. Review the changes below. Your note is kept."))
    was = draft_at_version(session(), report.id, form.posted_version)
    return _render_return(
        plan, activity, period, report, form, 409, difference_views(was, report.draft) if was is not None else []
    )


def _render_return(
    plan: PlanFacts,
    activity: ActivityFacts,
    period: PeriodFacts,
    report: ReportFacts,
    form: ReturnForm,
    status: int,
    changed: Sequence[DifferenceView] = (),
) -> Response:
    form.version.data = report.version
    page = render_template(
        "quarters/return.html",
        plan=plan,
        activity=activity,
        period=period,
        report=report,
        form=form,
        changed=changed,
        other_readers=leads_by_language(session(), _reporting_ids(plan)).get(i18n.current_language().other.value, 0),
        is_returnable=report.state is ReportState.SUBMITTED,
    )
    return make_response(page, status)


def _reporting_ids(plan: PlanFacts) -> set[int]:
    """Return the ids of the jurisdictions that report on the priorities of this plan."""
    return {a.jurisdiction_id for p in plan.priorities for a in p.assignments if a.can_report and a.jurisdiction_id is not None}
