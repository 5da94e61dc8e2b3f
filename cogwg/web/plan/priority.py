"""The page of a priority: its issue, outcome, leads, partners and activities, and its computed or overridden overall status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound
from cogwg.ogp.queries import served_by_priority
from cogwg.plan.lookups import priority_numbers
from cogwg.plan.queries import PriorityFacts, plan_facts
from cogwg.policy import Permission, can_report_on, can_see_return_note, has_permission
from cogwg.reporting.overall_status import OverallAssessment, assess_overall
from cogwg.reporting.past_days import override_of_day, statuses_of_day
from cogwg.reporting.queries import current_statuses
from cogwg.reporting.status_override import StatusOverride, clear_override, current_override, set_override
from cogwg.reporting.timeline import timelines
from cogwg.web.auth.access import actor, member_or_none, public, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.history import history_rows
from cogwg.web.http.past_day import PastPage, open_past_page
from cogwg.web.http.published_statuses import published_statuses
from cogwg.web.plan import blueprint
from cogwg.web.plan.forms import ClearOverrideForm, OverrideForm
from cogwg.web.plan.retired import retired_priority_page


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A link to the previous or next priority."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class OverallStatusView:
    """The overall status of a priority: the computed status, and the override if there is one.

    ``form`` and ``clear_form`` are None if the user may not use them; ``clear_form`` is also None without an override.
    """

    computed: OverallAssessment
    override: StatusOverride | None
    form: OverrideForm | None
    clear_form: ClearOverrideForm | None


@blueprint.get("/plans/<int:year>/priorities/<int:number>")
@public
def priority_page(lang: str, year: int, number: int) -> Response:
    """Show a priority's issue, outcome, leads, partners and activities; signed-in people also see each activity's history.

    A past day is shown without the histories, for reading only. A retired priority has a page that says so.
    """
    if (past := open_past_page()) is not None:
        return _past_page(lang, past, year, number)
    try:
        return _respond(lang, year, number)
    except NotFound:
        return retired_priority_page(year, number)


@blueprint.post("/plans/<int:year>/priorities/<int:number>/overall")
@requires(Permission.MANAGE_PLAN)
def priority_override(lang: str, year: int, number: int) -> BaseResponse:
    """Override the priority's overall status, with a note that explains why."""
    (facts,) = plan_facts(session(), year, number=number).priorities
    form = OverrideForm()
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "override",
                lambda: set_override(
                    open_session,
                    facts.id,
                    form.chosen_status,
                    form.note,
                    expected_id=form.posted_version,
                    by=actor(),
                    at=clocks.now(),
                ),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"note": f"note_{lang}"})
        return _respond(lang, year, number, 422, form)
    except Conflict as clash:
        return _respond(lang, year, number, 409, _with_concurrent_override(form, clash.subject))
    flash(_("Overall status changed. The page shows that it was set manually."))
    return redirect(url_for("plan.priority_page", lang=lang, year=year, number=number), 303)


@blueprint.post("/plans/<int:year>/priorities/<int:number>/computed")
@requires(Permission.MANAGE_PLAN)
def priority_clear_override(lang: str, year: int, number: int) -> BaseResponse:
    """Clear the override, so that the priority's overall status is computed from its activities again."""
    (facts,) = plan_facts(session(), year, number=number).priorities
    form = ClearOverrideForm()
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "override",
                lambda: clear_override(open_session, facts.id, expected_id=form.posted_version, by=actor(), at=clocks.now()),
            )
    except Conflict as clash:
        return _respond(lang, year, number, 409, _with_concurrent_override(OverrideForm(formdata=None), clash.subject))
    except Invalid as refusal:
        empty_form = OverrideForm(formdata=None)
        forms.add_errors(empty_form, refusal)
        return _respond(lang, year, number, 422, empty_form)
    flash(_("The overall status is once again calculated from the activities."))
    return redirect(url_for("plan.priority_page", lang=lang, year=year, number=number), 303)


def _respond(lang: str, year: int, number: int, status: int = 200, form: OverrideForm | None = None) -> Response:
    plan = plan_facts(session(), year, number=number)
    (facts,) = plan.priorities
    person = member_or_none()
    published = published_statuses(plan) if person is None else None
    statuses = published.by_activity if published else current_statuses(session(), plan, clocks.today(), with_texts=True)
    numbers = priority_numbers(session(), plan.id)
    place = numbers.index(number)
    may_report = person is not None and not plan.is_closed and can_report_on(person, facts, None)
    can_see_notes = person is not None and can_see_return_note(person, facts)
    histories = timelines(session(), list(statuses), with_return_notes=can_see_notes) if person is not None else {}
    context = {
        "plan": plan,
        "priority": facts,
        "published": published,
        "overall": _overall_status_view(facts, assess_overall(statuses.values()), form, is_closed=plan.is_closed),
        "current_statuses": list(statuses.values()),
        "histories": {id_: history_rows(entries) for id_, entries in histories.items()},
        "previous": _neighbour(lang, year, numbers[place - 1] if place else None),
        "next": _neighbour(lang, year, numbers[place + 1] if place + 1 < len(numbers) else None),
        "may_report": may_report,
        "may_edit": person is not None and has_permission(person.roles, Permission.EDIT_PLAN),
        "serves": served_by_priority(session(), facts.id) if person is not None else (),
        "links_served": person is not None and has_permission(person.roles, Permission.RECORD_COMMITMENTS),
    }
    return make_response(render_template("plan/priority.html", **context), status)


def _past_page(lang: str, past: PastPage, year: int, number: int) -> Response:
    plan = past.plan(year)
    facts = next((p for p in plan.priorities if p.number == number), None)
    if facts is None:
        plan_facts(session(), year, number=number, with_activities=False)
        raise past.not_in_plan()
    shown = replace(plan, priorities=(facts,))
    published = published_statuses(shown, past.record.past) if member_or_none() is None else None
    if published is not None:
        statuses, override = published.by_activity, None
    else:
        statuses = statuses_of_day(session(), past.record, shown, with_texts=True)
        override = override_of_day(session(), past.record, facts.id)
    numbers = [p.number for p in plan.priorities]
    place = numbers.index(number)
    context = {
        "plan": plan,
        "priority": facts,
        "published": published,
        "overall": OverallStatusView(assess_overall(statuses.values()), override, None, None),
        "current_statuses": list(statuses.values()),
        "histories": {},
        "previous": _neighbour(lang, year, numbers[place - 1] if place else None, past),
        "next": _neighbour(lang, year, numbers[place + 1] if place + 1 < len(numbers) else None, past),
        "may_report": False,
        "serves": (),
    }
    return make_response(render_template("plan/priority.html", **past.context(**context)))


def _overall_status_view(
    facts: PriorityFacts, computed: OverallAssessment, form: OverrideForm | None, *, is_closed: bool
) -> OverallStatusView:
    """Return the overall status, with its forms if the person may manage the plan. Visitors see only the computed status.

    In a closed plan, there is no form unless one was just refused.
    """
    person = member_or_none()
    if person is None:
        return OverallStatusView(computed, None, None, None)
    last = current_override(session(), facts.id)
    override = last if last is not None and last.status is not None else None
    if not has_permission(person.roles, Permission.MANAGE_PLAN) or (is_closed and form is None):
        return OverallStatusView(computed, override, None, None)
    last_id = last.id if last is not None else 0
    if form is None:
        form = OverrideForm(
            override.status if override else computed.status, override.note if override else None, last_id, formdata=None
        )
    return OverallStatusView(
        computed, override, form, ClearOverrideForm(last_id, formdata=None) if override is not None else None
    )


def _with_concurrent_override(form: OverrideForm, last: StatusOverride | None) -> OverrideForm:
    """Return the form as typed, but based on the latest override, with an error that says that the status has changed."""
    form.last.data = str(last.id if last is not None else 0)
    sentence = N_(
        "The overall status was changed while you were editing. The new status is shown above. Check it, then try again."
    )
    forms.add_errors(form, Invalid(("", Message(sentence))))
    return form


def _neighbour(lang: str, year: int, number: int | None, past: PastPage | None = None) -> Neighbour | None:
    if number is None:
        return None
    query: dict[str, Any] = past.query if past is not None else {}
    return Neighbour(number, url_for("plan.priority_page", lang=lang, year=year, number=number, **query))
