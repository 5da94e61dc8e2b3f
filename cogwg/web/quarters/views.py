"""The page where co-chairs and the secretariat open, extend, close and reopen a quarter."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts.queries import jurisdictions
from cogwg.audit.services import Actor
from cogwg.core.calendar import a_week_later, end_of_day
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.queries import leads_by_language
from cogwg.notices.services import notify_extended, notify_set_back
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting import period_services as services
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts, current_period, last_closed_period, periods
from cogwg.reporting.readiness import readiness
from cogwg.reporting.rules import earlier_due_at
from cogwg.reporting.states import PERIOD_TRANSITIONS, PeriodEvent
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import publication_state
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import moment
from cogwg.web.http.flashes import flash_with_action
from cogwg.web.http.mail_context import mail_context, with_mail_note
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.http.unsaved_text import discard_own_text, unsaved_choice
from cogwg.web.quarters import blueprint
from cogwg.web.quarters.forms import DueTimeForm, ExtendForm, ReopenForm, SetBackForm


@blueprint.get("/plans/<int:year>/quarters/<key>")
@requires(Permission.MANAGE_PERIODS)
def quarter_page(lang: str, year: int, key: str) -> BaseResponse:
    """Show a quarter's state, and the changes that are possible now."""
    return _render_quarter(year, key, ReopenForm(formdata=None), 200)


@blueprint.get("/plans/<int:year>/quarters/<key>/close")
@requires(Permission.MANAGE_PERIODS)
def quarter_confirm_close(lang: str, year: int, key: str) -> BaseResponse | str:
    """Show what closing means, and whose reports are missing, before the quarter is closed."""
    plan, period, _quarters = _load_quarter(year, key)
    if (period.state, PeriodEvent.CLOSE) not in PERIOD_TRANSITIONS:
        return redirect(url_for("quarters.quarter_page", lang=lang, year=year, key=key), 303)
    ready = readiness(session(), plan, period)
    return render_template("quarters/close.html", plan=plan, period=period, ready=ready, unreceived=ready.unreceived_reports())


@blueprint.post("/plans/<int:year>/quarters/<key>/open")
@requires(Permission.MANAGE_PERIODS)
def quarter_open(lang: str, year: int, key: str) -> BaseResponse:
    """Open a planned quarter before its first day."""
    _plan, period, _quarters = _load_quarter(year, key)
    return _change_state(
        period, services.open_period, _("Quarter %(quarter)s of %(year)s is open.", **_sentence_values(period))
    )


@blueprint.post("/plans/<int:year>/quarters/<key>/extend")
@requires(Permission.MANAGE_PERIODS)
def quarter_extend(lang: str, year: int, key: str) -> BaseResponse:
    """Give all jurisdictions another week, and email their leads."""

    def notify(open_session: Session, extended: PeriodFacts, jurisdiction_ids: Collection[int], event_id: int) -> None:
        notify_extended(open_session, extended, jurisdiction_ids, event_id=event_id, by=actor(), **mail_context())

    form = ExtendForm(_load_quarter(year, key)[1].due_at)
    refused = _change_due_time(lang, year, key, form, services.extend_period, notify)
    if refused is not None:
        return _render_quarter(year, key, ReopenForm(formdata=None), refused, extend_form=form)
    when = moment(_load_quarter(year, key)[1].due_at)
    flash(with_mail_note(_("Reports are now due on %(when)s. The leads will receive an email.", when=when)))
    return redirect(url_for("quarters.quarter_page", lang=lang, year=year, key=key), 303)


@blueprint.post("/plans/<int:year>/quarters/<key>/set-back")
@requires(Permission.MANAGE_PERIODS)
def quarter_set_back(lang: str, year: int, key: str) -> BaseResponse:
    """Cancel the latest extension, and email the leads who had received an email about it."""
    form = SetBackForm(_load_quarter(year, key)[1].due_at)

    def notify(open_session: Session, earlier: PeriodFacts, jurisdiction_ids: Collection[int], event_id: int) -> None:
        notify_set_back(
            open_session, earlier, jurisdiction_ids, reason=form.reason, event_id=event_id, by=actor(), **mail_context()
        )

    refused = _change_due_time(lang, year, key, form, services.set_back_period, notify)
    if refused is not None:
        return _render_quarter(year, key, ReopenForm(formdata=None), refused, set_back_form=form)
    when = moment(_load_quarter(year, key)[1].due_at)
    informed = with_mail_note(_("Leads who received an email about the extra week will receive another email."))
    done = _("Reports are once again due on %(when)s.", when=when)
    flash(f"{done} {informed}")
    return redirect(url_for("quarters.quarter_page", lang=lang, year=year, key=key), 303)


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

    def reopen(open_session: Session, period_id: int, *, by: Actor, at: datetime) -> None:
        services.reopen_for_all(open_session, period_id, by=by, at=at)
        discard_own_text(open_session, f"reopening:{key}")

    return _change_state(period, reopen, done)


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
        if unsaved_choice(f"reopening:{key}", form.jurisdiction.name) in ("", form.jurisdiction.data):
            discard_own_text(open_session, f"reopening:{key}")

    done = _("Quarter %(quarter)s of %(year)s is reopened.", **_sentence_values(period))
    return _change_state(period, reopen, f"{done} {form.until.understood}".strip(), form=form)


def _change_due_time(
    lang: str,
    year: int,
    key: str,
    form: DueTimeForm,
    change: Callable[..., int],
    notify: Callable[[Session, PeriodFacts, Collection[int], int], None],
) -> int | None:
    """Change the due time of a quarter and notify its leads, in one transaction.

    Return None or, if the change is refused, the HTTP status; the form then has an error that explains why.
    """
    plan, period, _quarters = _load_quarter(year, key)

    def write_and_notify(open_session: Session) -> int:
        at = clocks.now()
        event_id = change(open_session, period.id, reason=form.reason, expected_due_at=form.posted_due_at, by=actor(), at=at)
        changed = current_period(periods(open_session, plan.id, at, clocks.today()), key)
        if changed is not None:
            notify(open_session, changed, plan.reporting_jurisdictions, event_id)
        return period.id

    try:
        with write() as open_session:
            form.make_once(open_session, "period", lambda: write_and_notify(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"reason": f"reason_{lang}"})
        return 422
    except Conflict as conflict:
        form.was.data = conflict.subject.isoformat()
        form.form_errors.append(_("Another co-chair changed the due date. Check it, then try again."))
        return 409
    return None


def _load_quarter(year: int, key: str) -> tuple[PlanFacts, PeriodFacts, list[PeriodFacts]]:
    plan = plan_facts(session(), year)
    quarters = periods(session(), plan.id, clocks.now(), clocks.today())
    period = current_period(quarters, key)
    if period is None:
        raise NotFound(key)
    return plan, period, quarters


def _render_quarter(
    year: int,
    key: str,
    form: ReopenForm,
    status: int,
    extend_form: ExtendForm | None = None,
    set_back_form: SetBackForm | None = None,
) -> Response:
    plan, period, quarters = _load_quarter(year, key)
    lang = request.view_args["lang"] if request.view_args else "en"
    named = jurisdictions(session(), lang)
    reporting = [j for j in named if j.id in plan.reporting_jurisdictions]
    form.jurisdiction.choices = [("", "–"), *((str(j.id), j.name.text(lang)) for j in reporting)]
    allowed = [event for event in PeriodEvent if not plan.is_closed and (period.state, event) in PERIOD_TRANSITIONS]
    page = render_template(
        "quarters/quarter.html",
        plan=plan,
        period=period,
        form=form,
        extend_form=extend_form or ExtendForm(period.due_at, formdata=None),
        extend_readers=leads_by_language(session(), plan.reporting_jurisdictions) if PeriodEvent.EXTEND in allowed else {},
        extended_due=a_week_later(period.due_at),
        set_back_form=set_back_form or SetBackForm(period.due_at, formdata=None),
        earlier_due=earlier_due_at(period.due_at, period.original_due_at, clocks.now()),
        next_planned=next((q for q in quarters if q.key > period.key and q.is_planned), None),
        allowed_events=[event.name.lower() for event in allowed],
        accepts_missing=not period.is_late or _missing_count(period) > 0,
        is_undoable=last_closed_period(quarters) == period,
        publication=(
            publication_state(session(), PublicationKind.QUARTER, key, clocks.now())
            if has_permission(current_user().roles, Permission.PUBLISH)
            else None
        ),
        reopened=[(j.name, period.reopenings[j.id].last_day) for j in named if j.id in period.reopenings],
    )
    return make_response(page, status)


def _missing_count(period: PeriodFacts) -> int:
    """Return how many missing reports can still be submitted for a quarter."""
    counted = periods_with_missing_counts(session(), clocks.now(), clocks.today())
    return next(count.missing for count in counted if count.period.id == period.id)


def _sentence_values(period: PeriodFacts) -> dict[str, int]:
    """Return the quarter and year, as values for sentences that name the quarter."""
    return {"quarter": period.quarter, "year": period.year}


def _change_state(
    period: PeriodFacts, change: Callable[..., None], done: str, undo_url: str = "", *, form: ReopenForm | None = None
) -> BaseResponse:
    """Change a quarter's state and confirm it on the quarter's page; answer 422 if the change is refused."""
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
        if form.until.process_errors:
            form.until.errors = list(form.until.process_errors)
        return _render_quarter(period.year, key, form, 422)
    if undo_url:
        flash_with_action(done, _("Undo"), undo_url)
    else:
        flash(done)
    return redirect(url_for("quarters.quarter_page", lang=i18n.current_language().value, year=period.year, key=key), 303)
