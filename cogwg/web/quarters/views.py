"""A quarter's page for co-chairs: opening, closing and reopening the quarter, and returning a report with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts.queries import jurisdictions
from cogwg.audit.services import Actor
from cogwg.core.calendar import end_of_day
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.event_messages import ReturnedReport
from cogwg.notices.services import notify_returned
from cogwg.plan.queries import ActivityFacts, PlanFacts, plan_facts
from cogwg.policy import Permission
from cogwg.reporting import period_services as services
from cogwg.reporting.models import ReportState
from cogwg.reporting.periods import PeriodFacts, current_period, last_closed_period, periods
from cogwg.reporting.queries import ReportFacts, reports_in_period
from cogwg.reporting.readiness import readiness
from cogwg.reporting.states import PERIOD_TRANSITIONS, PeriodEvent
from cogwg.reporting.timeline import draft_at_version
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_with_action
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.quarters import blueprint
from cogwg.web.quarters.forms import ReopenForm, ReturnForm
from cogwg.web.reporting.conflicts import DifferenceView, difference_views


@blueprint.get("/plans/<int:year>/quarters/<key>")
@requires(Permission.MANAGE_PERIODS)
def quarter_page(lang: str, year: int, key: str) -> BaseResponse:
    """Show a quarter's state, and what a co-chair can do with it now."""
    return _render_quarter(year, key, ReopenForm(formdata=None), 200)


@blueprint.get("/plans/<int:year>/quarters/<key>/close")
@requires(Permission.MANAGE_PERIODS)
def quarter_confirm_close(lang: str, year: int, key: str) -> BaseResponse | str:
    """Show what closing means, and whose reports are missing, before the quarter is closed."""
    plan, period, _quarters = _load_quarter(year, key)
    if (period.state, PeriodEvent.CLOSE) not in PERIOD_TRANSITIONS:
        return redirect(url_for("quarters.quarter_page", lang=lang, year=year, key=key), 303)
    missing = readiness(session(), plan, period).missing_counts()
    total = sum(count for _name, count in missing)
    return render_template("quarters/close.html", plan=plan, period=period, missing=missing, total=total)


@blueprint.post("/plans/<int:year>/quarters/<key>/open")
@requires(Permission.MANAGE_PERIODS)
def quarter_open(lang: str, year: int, key: str) -> BaseResponse:
    """Open a planned quarter before its first day."""
    _plan, period, _quarters = _load_quarter(year, key)
    return _change_state(
        period, services.open_period, _("Quarter %(quarter)s of %(year)s is open.", **_sentence_values(period))
    )


@blueprint.post("/plans/<int:year>/quarters/<key>/close")
@requires(Permission.MANAGE_PERIODS)
def quarter_close(lang: str, year: int, key: str) -> BaseResponse:
    """Close a quarter; the confirmation offers to undo it."""
    _plan, period, _quarters = _load_quarter(year, key)
    done = _("Quarter %(quarter)s of %(year)s is closed. It no longer accepts reports.", **_sentence_values(period))
    undo_url = url_for("quarters.quarter_undo_close", lang=lang, year=year, key=key)
    return _change_state(period, services.close_period, done, undo_url)


@blueprint.post("/plans/<int:year>/quarters/<key>/undo")
@requires(Permission.MANAGE_PERIODS)
def quarter_undo_close(lang: str, year: int, key: str) -> BaseResponse:
    """Reopen, for all jurisdictions, the quarter that was closed last."""
    _plan, period, _quarters = _load_quarter(year, key)
    done = _(
        "Quarter %(quarter)s of %(year)s is reopened for all jurisdictions. New reports will be marked late.",
        **_sentence_values(period),
    )
    return _change_state(period, services.reopen_for_all, done)


@blueprint.post("/plans/<int:year>/quarters/<key>/reopen")
@requires(Permission.MANAGE_PERIODS)
def quarter_reopen(lang: str, year: int, key: str) -> BaseResponse:
    """Reopen a closed quarter for one jurisdiction until the end of a day, with a reason."""
    _plan, period, _quarters = _load_quarter(year, key)
    form = ReopenForm()
    known_ids = {str(j.id) for j in jurisdictions(session(), lang)}
    jurisdiction_id = int(form.jurisdiction.data) if form.jurisdiction.data in known_ids else None
    until = end_of_day(form.until.data) if form.until.data is not None and form.until.data.year < 9999 else None

    def reopen(open_session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
        reason = form.reason_text
        form.make_once(
            open_session,
            "exception",
            lambda: services.reopen_period(open_session, period_id, jurisdiction_id, until=until, reason=reason, by=by, at=at),
        )

    return _change_state(
        period, reopen, _("Quarter %(quarter)s of %(year)s is reopened.", **_sentence_values(period)), form=form
    )


@blueprint.route("/plans/<int:year>/activities/<code>/return", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def report_return(lang: str, year: int, code: str) -> BaseResponse:
    """Return a submitted report with a note; others still see what was submitted."""
    plan = plan_facts(session(), year, code=code)
    (activity,) = (a for a in plan.activities if a.code == code)
    period, report = _returnable_report(plan, activity)
    activity_url = url_for("activities.page", lang=lang, year=year, code=code)
    if request.method == "GET":
        if period is None or report is None or report.state is not ReportState.SUBMITTED:
            flash(
                _(
                    "You cannot return a report for this activity now. The activity has no submitted report in a "
                    "quarter that accepts reports."
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

    Without a quarter in the URL, it is the latest one that accepts reports and whose report is submitted. Both are None if
    there is no such report.
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

    The page shows what the leads changed, and the new version can be returned; or it says that the report was already returned.
    """
    if report.state is not ReportState.SUBMITTED:
        form.form_errors.append(_("Another person has already returned this report. Your note was not sent. It is kept here."))
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
        is_returnable=report.state is ReportState.SUBMITTED,
    )
    return make_response(page, status)


def _reporting_ids(plan: PlanFacts) -> set[int]:
    """Return the ids of the jurisdictions that report on the priorities of this plan."""
    return {a.jurisdiction_id for p in plan.priorities for a in p.assignments if a.can_report and a.jurisdiction_id is not None}


def _load_quarter(year: int, key: str) -> tuple[PlanFacts, PeriodFacts, list[PeriodFacts]]:
    plan = plan_facts(session(), year)
    quarters = periods(session(), plan.id, clocks.now(), clocks.today())
    period = current_period(quarters, key)
    if period is None:
        raise NotFound(key)
    return plan, period, quarters


def _render_quarter(year: int, key: str, form: ReopenForm, status: int) -> Response:
    plan, period, quarters = _load_quarter(year, key)
    lang = request.view_args["lang"] if request.view_args else "en"
    named = jurisdictions(session(), lang)
    reporting = [j for j in named if any(p.can_report({j.id}) for p in plan.priorities)]
    form.jurisdiction.choices = [("", "–"), *((str(j.id), j.name.text(lang)) for j in reporting)]
    page = render_template(
        "quarters/quarter.html",
        plan=plan,
        period=period,
        form=form,
        allowed_events=[event.name.lower() for event in PeriodEvent if (period.state, event) in PERIOD_TRANSITIONS],
        is_undoable=last_closed_period(quarters) == period,
        reopened=[(j.name, period.reopenings[j.id].last_day) for j in named if j.id in period.reopenings],
    )
    return make_response(page, status)


def _sentence_values(period: PeriodFacts) -> dict[str, int]:
    """Return the quarter and year, as values for sentences that name the quarter."""
    return {"quarter": period.quarter, "year": period.year}


def _change_state(
    period: PeriodFacts, change: Callable[..., None], done: str, undo_url: str = "", *, form: ReopenForm | None = None
) -> BaseResponse:
    """Change a quarter's state and confirm it on its page; answer 422 if its state does not allow the change."""
    key, by = period.key, actor()
    try:
        with write() as open_session:

            def make_change() -> int:
                change(open_session, period.id, by=by, at=clocks.now())
                return period.id

            if form is None:
                SingleUseForm().make_once(open_session, "period", make_change)
            else:
                make_change()
    except Invalid as refusal:
        form = form or ReopenForm()
        forms.add_errors(form, refusal)
        return _render_quarter(period.year, key, form, 422)
    if undo_url:
        flash_with_action(done, _("Undo"), undo_url)
    else:
        flash(done)
    return redirect(url_for("quarters.quarter_page", lang=i18n.current_language().value, year=period.year, key=key), 303)
