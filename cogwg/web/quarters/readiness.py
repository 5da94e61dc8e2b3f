"""A quarter's reporting status: who has reported, who has not, and who has no contact; and the page to send reminders."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.queries import Contact, jurisdictions
from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.settings import Settings
from cogwg.notices.queries import leads, reminder_audience, unanswered_jurisdictions
from cogwg.notices.reminder_messages import default_reminder_text
from cogwg.notices.reminders import ReminderResult, remind_missing
from cogwg.plan.lookups import plan_years
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import PeriodMissingCount, most_urgent_period, other_periods, periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Readiness, ReadinessState, period_by_key, readiness
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_urls
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.site_settings import site_settings
from cogwg.web.quarters import blueprint, readiness_counts, readiness_grid
from cogwg.web.quarters.forms import RemindForm
from cogwg.web.reporting.worklist import OtherQuarter


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """The reporting status of a quarter, the other quarters to link to, and the contacts of all jurisdictions.

    ``quarters`` are those of the same plan; ``other_quarters`` are other quarters, of any plan, with missing reports.
    """

    readiness: Readiness
    quarters: tuple[PeriodFacts, ...]
    other_quarters: tuple[PeriodMissingCount, ...]
    contacts: list[Contact]


@blueprint.get("/readiness")
@requires(Permission.MANAGE_PERIODS)
def readiness_page(lang: str) -> str:
    """Show which reports are received and which are missing, by jurisdiction and priority."""
    try:
        view = load_readiness()
    except NotFound:
        if "period" in request.args:
            raise
        return render_without_quarter()
    ready, today = view.readiness, clocks.today()
    filter_name = requested_filter()
    rows = readiness_grid.readiness_rows(ready, view.contacts, today)
    people = reminder_audience(session(), view.contacts, ready, clocks.now())
    vacant = [(p.number, a.id) for p, a in ready.plan.assignments_with(Confirmation.VACANT)]
    return render_template(
        "quarters/readiness.html",
        plan=ready.plan,
        period=ready.period,
        quarters=[(p, url_for("quarters.readiness_page", lang=lang, period=p.key)) for p in view.quarters],
        other_quarters=[
            OtherQuarter(url_for("quarters.readiness_page", lang=lang, period=w.period.key), w) for w in view.other_quarters
        ],
        received=ready.count(ReadinessState.SUBMITTED),
        total=len(ready.all_reports),
        unreceived=[] if ready.period.is_planned else ready.unreceived_reports(),
        superseded_count=ready.superseded_count,
        report_counts=readiness_counts.report_counts(ready, lang),
        follow_up_counts=readiness_counts.follow_up_counts(ready, rows, lang),
        filter_name=filter_name,
        filter_heading=readiness_counts.filter_heading(filter_name),
        unfiltered_url=readiness_counts.filter_url(lang, ready.period, ""),
        reports=readiness_grid.listed_reports(ready, filter_name, today),
        are_returnable=filter_name == ReadinessState.SUBMITTED.value and ready.period.takes_reports,
        rows=[row for row in rows if row.matches(filter_name)],
        priority_totals=[readiness_grid.received_sentence(ready, p) for p in ready.plan.priorities],
        vacant=vacant,
        members_without_role=readiness_grid.members_without_role(ready, jurisdictions(session(), lang)),
        people=people,
        sources=ready.source_counts,
        unanswered=unanswered_jurisdictions(session(), view.contacts, ready),
        last_reminder=max((last.made_at for last in people.last_reminders.values() if last.made_at is not None), default=None),
        may_see_outbox=has_permission(current_user().roles, Permission.SEE_OUTBOX),
        has_missing=ready.has_missing and ready.period.takes_reports,
        downloads=download_urls("quarters.readiness_download", lang=lang, period=ready.period.key, show=filter_name),
    )


def render_without_quarter() -> str:
    """Render the page that says why there is no quarter yet."""
    return render_template(
        "quarters/readiness_empty.html",
        has_plan=bool(plan_years(session())),
        may_edit_plans=has_permission(current_user().roles, Permission.EDIT_PLAN),
    )


@blueprint.route("/readiness/remind", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def remind(lang: str) -> Response | str:
    """Show the form to remind people with missing reports; on POST, send the reminder to each in their own language."""
    view = load_readiness()
    period = view.readiness.period
    form = RemindForm()
    if request.method == "GET":
        words = default_reminder_text(period)
        form.text_en.data, form.text_fr.data, form.copy.data = words.en, words.fr, True
        return _render_reminder(view, form)
    try:
        result = _send_reminders(view, form)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(_render_reminder(load_readiness(), form), 422)
    flash(_outcome_sentence(result) if result is not None else _("Your reminder has already been sent."))
    return redirect(url_for("quarters.readiness_page", lang=lang, period=period.key), 303)


def load_readiness() -> ReadinessView:
    """Return the reporting status of the quarter in the URL or, if it names none, of the most urgent quarter of all plans.

    Raises ``NotFound`` if there is no such quarter.
    """
    key = request.args.get("period", "")
    counted = periods_with_missing_counts(session(), clocks.now(), clocks.today())
    all_periods = [count.period for count in counted]
    begun = [p for p in all_periods if p.year <= clocks.today().year]
    period = period_by_key(all_periods, key) if key else most_urgent_period(counted) or period_by_key(begun, "")
    plan = plan_facts(session(), period.year)
    others = tuple(count for count in other_periods(counted, period) if count.missing)
    quarters = tuple(p for p in all_periods if p.year == plan.year)
    return ReadinessView(readiness(session(), plan, period), quarters, others, leads(session()))


def requested_filter() -> str:
    """Return the filter in the URL, a name in ``readiness_grid.FILTER_NAMES``, or "" for everything."""
    show = request.args.get("show", "")
    return show if show in readiness_grid.FILTER_NAMES else ""


def _render_reminder(view: ReadinessView, form: RemindForm) -> str:
    period = view.readiness.period
    people = reminder_audience(session(), view.contacts, view.readiness, clocks.now())
    recipients = people.remindable if period.takes_reports else ()
    return render_template("quarters/remind.html", form=form, period=period, people=people, recipients=recipients)


def _send_reminders(view: ReadinessView, form: RemindForm) -> ReminderResult | None:
    """Add the reminders to the outbox; return who gets one and who does not, or None if this form was sent before."""
    texts = Bilingual(clean_text(form.text_en.data), clean_text(form.text_fr.data))
    result: ReminderResult | None = None
    with write() as open_session:

        def remind() -> int:
            nonlocal result
            result = remind_missing(
                open_session,
                view.readiness.plan.year,
                view.readiness.period,
                texts,
                copy=bool(form.copy.data),
                by=actor(),
                has_links=site_settings().answer_links,
                **mail_context(),
            )
            return view.readiness.period.id

        form.make_once(open_session, "period", remind)
    return result


def _outcome_sentence(result: ReminderResult) -> str:
    """Return the confirmation for the sender: who gets the reminder, and who was left out."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    words = ngettext(
        "%(num)s reminder is ready to send: %(names)s.",
        "%(num)s reminders are ready to send: %(names)s.",
        len(result.reminded),
        names=", ".join(result.reminded),
    )
    sent = len(result.reminded)
    if settings.mail.method:
        words += " " + ngettext(
            "The reminder will be sent within a few minutes.", "The reminders will be sent within a few minutes.", sent
        )
    else:
        words += " " + ngettext(
            "The reminder will be sent once email is set up.",
            "The reminders will be sent once email is set up.",
            sent,
        )
    if result.recently_reminded:
        words += " " + _(
            "No new reminder was sent to %(names)s, because the last reminder was less than 24 hours ago.",
            names=", ".join(result.recently_reminded),
        )
    return str(words)
