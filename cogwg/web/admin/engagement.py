"""The commitment steward's pages about engagement: the list of cycles, the page of each cycle, and the forms for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.cycles import (
    comment_counts,
    complete_cycle,
    cycle_row,
    cycle_rows,
    facts_of,
    record_cycle,
    remove_cycle,
    reopen_cycle,
)
from cogwg.engagement.facts import CycleFacts, PhaseFacts
from cogwg.engagement.models import EngagementCycle
from cogwg.ogp.queries import action_plans
from cogwg.policy import Permission, has_permission
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import NEVER_PUBLISHED, publication_state, publication_states
from cogwg.tracker.publishing_engagement import preview_cycle
from cogwg.web.admin import blueprint
from cogwg.web.admin.engagement_forms import (
    CompleteForm,
    CycleForm,
    CycleVersionForm,
    PhaseForm,
    cycle_values,
    phase_form,
    phase_values,
)
from cogwg.web.admin.engagement_saving import CYCLE, back_to_cycle
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.part_forms import PartConflict, PartRefusal


@blueprint.get("/engagement")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_list(lang: str) -> str:
    """List the engagement cycles with their open phases, and what is public about each."""
    states = publication_states(session(), clocks.now())
    return render_template(
        "admin/engagement/list.html",
        cycles=[(row, states.get((PublicationKind.CYCLE, row.key), NEVER_PUBLISHED)) for row in cycle_rows(session())],
        with_tabs=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
    )


@blueprint.route("/engagement/new", methods=["GET", "POST"])
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_add(lang: str) -> Response:
    """Add an engagement cycle, without phases at first."""
    form = CycleForm(None, _plan_choices())
    if request.method == "GET":
        return _render_facts(form, None, 200)
    try:
        with write() as open_session:
            made = form.make_once(open_session, "engagement-cycle", lambda: _added(open_session, form.new_facts))
            key = open_session.get_one(EngagementCycle, made).key
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_facts(form, None, 422)
    return back_to_cycle(key, "phases", _("The cycle was added. Now add its phases."))


@blueprint.get("/engagement/<cycle>")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_page(lang: str, cycle: str) -> Response:
    """Show everything that is stated about a cycle, its phases, and what to do next."""
    return _render_page(cycle, 200)


@blueprint.route("/engagement/<cycle>/facts", methods=["GET", "POST"])
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_facts(lang: str, cycle: str) -> Response:
    """Change what is stated about a cycle, except its phases."""
    facts = _facts(cycle)
    form = CycleForm(facts, _plan_choices())
    if request.method == "GET":
        return _render_facts(form, facts, 200)
    refusal = CYCLE.save(
        form, cycle, form.applied_to, cycle_values, still_right=form.still_right.confirmed_of_parts, by=actor()
    )
    if refusal is not None:
        return _render_facts(form, facts, refusal.status, refusal)
    return back_to_cycle(cycle, "facts", _("The details were saved."))


@blueprint.route("/engagement/<cycle>/phases/new", methods=["GET", "POST"])
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_phase_add(lang: str, cycle: str) -> Response:
    """Add a phase to a cycle."""
    facts = _facts(cycle)
    form = phase_form(facts, None)
    if request.method == "GET":
        return _render_phase(form, facts, None, 200)
    refusal = CYCLE.save(
        form, cycle, lambda stored: form.applied_to(stored, None), lambda _stored: {}, _field_of(form), by=actor()
    )
    if refusal is not None:
        return _render_phase(form, facts, None, refusal.status, refusal.conflict)
    return back_to_cycle(cycle, "phases", _("The phase was added."))


@blueprint.route("/engagement/<cycle>/phases/<phase>", methods=["GET", "POST"])
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_phase(lang: str, cycle: str, phase: str) -> Response:
    """Change a phase of a cycle, or remove it."""
    facts = _facts(cycle)
    stored = _phase(facts, phase)
    form = phase_form(facts, stored)
    if request.method == "GET":
        return _render_phase(form, facts, stored, 200)
    removes = "remove" in request.form

    def apply(now: CycleFacts) -> CycleFacts:
        return _without(now, phase) if removes else form.applied_to(now, phase)

    def values_of(now: CycleFacts) -> dict[str, Any]:
        return phase_values(now, phase)

    refusal = CYCLE.save(form, cycle, apply, values_of, _field_of(form), form.still_right.confirmed_of_parts, by=actor())
    if refusal is not None:
        return _render_phase(form, facts, stored, refusal.status, refusal.conflict)
    return back_to_cycle(cycle, "phases", _("The phase was removed.") if removes else _("The phase was saved."))


@blueprint.post("/engagement/<cycle>/complete")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_complete(lang: str, cycle: str) -> Response:
    """Record the day on which a cycle was completed."""
    form = CompleteForm()
    if not form.validate():
        return _render_page(cycle, 422, completion=form)
    if form.completed_on.data is None:
        form.completed_on.errors = [_("Enter the day on which the cycle was completed.")]
        return _render_page(cycle, 422, completion=form)
    version, day = parse_version(form.version.data or ""), form.completed_on.data
    try:
        with write() as open_session:
            complete_cycle(open_session, cycle, day, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_page(cycle, 422, completion=form)
    except Conflict:
        return _changed_meanwhile(cycle, form, completion=form)
    return back_to_cycle(cycle, "completion", _("The cycle is completed. Publish it again, so that everyone sees it."))


@blueprint.post("/engagement/<cycle>/reopen")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_reopen(lang: str, cycle: str) -> Response:
    """Reopen a cycle that was completed."""
    form = CycleVersionForm()
    try:
        with write() as open_session:
            version = parse_version(form.version.data or "")
            reopen_cycle(open_session, cycle, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_page(cycle, 422, reopening=form)
    except Conflict:
        return _changed_meanwhile(cycle, form, reopening=form)
    return back_to_cycle(cycle, "completion", _("The cycle was reopened. Publish it again, so that everyone sees it."))


@blueprint.post("/engagement/<cycle>/remove")
@requires(Permission.RECORD_ENGAGEMENT)
def engagement_remove(lang: str, cycle: str) -> Response:
    """Remove a cycle that was recorded by mistake."""
    form = CycleVersionForm()
    if publication_state(session(), PublicationKind.CYCLE, cycle, clocks.now()).public is not None:
        form.form_errors.append(_("The page of this cycle is public. Withdraw the page before you remove the cycle."))
        return _render_page(cycle, 422, removal=form)
    try:
        with write() as open_session:
            version = parse_version(form.version.data or "")
            remove_cycle(open_session, cycle, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_page(cycle, 422, removal=form)
    except Conflict:
        return _changed_meanwhile(cycle, form, removal=form)
    flash_at("list", _("The cycle was removed. The audit log keeps what was recorded about it."))
    return redirect_to_outcome(url_for("admin.engagement_list", lang=lang))


def _facts(cycle: str) -> CycleFacts:
    return facts_of(cycle_row(session(), cycle))


def _phase(facts: CycleFacts, key: str) -> PhaseFacts:
    """Return the phase with this key. Raises ``NotFound`` if the cycle has none."""
    for phase in facts.phases:
        if phase.key == key:
            return phase
    raise NotFound(f"engagement phase {facts.key}/{key}")


def _without(facts: CycleFacts, key: str) -> CycleFacts:
    return replace(facts, phases=tuple(phase for phase in facts.phases if phase.key != key))


def _added(open_session: Session, facts: CycleFacts) -> int:
    record_cycle(open_session, facts, version=None, by=actor(), at=clocks.now())
    return cycle_row(open_session, facts.key).id


def _plan_choices() -> list[tuple[int, str]]:
    return [(plan.start_year, f"{plan.start_year}–{plan.end_year}") for plan in action_plans(session())]


def _field_of(form: PhaseForm) -> Callable[[str], str]:
    """Return a function that maps the field that a rule names, such as ``phases-2-documents-0-url``, to the form's field."""

    def field_of(field: str) -> str:
        name = re.sub(r"^phases-\d+-", "", field)
        return form.field_of(name, "documents-")

    return field_of


def _changed_meanwhile(
    cycle: str,
    form: CompleteForm | CycleVersionForm,
    *,
    completion: CompleteForm | None = None,
    reopening: CycleVersionForm | None = None,
    removal: CycleVersionForm | None = None,
) -> Response:
    """Show the page again with the newest version, because the cycle was changed in the meantime. Nothing was saved."""
    session().expire_all()
    form.form_errors.append(
        _("This cycle was changed after you opened the page, so nothing was saved. Check it, then try again.")
    )
    form.version.data = str(cycle_row(session(), cycle).version)
    return _render_page(cycle, 409, completion=completion, reopening=reopening, removal=removal)


def _render_page(
    cycle: str,
    status: int,
    *,
    completion: CompleteForm | None = None,
    reopening: CycleVersionForm | None = None,
    removal: CycleVersionForm | None = None,
) -> Response:
    row, now = cycle_row(session(), cycle), clocks.now()
    roles, version = current_user().roles, {"version": str(row.version)}
    page = render_template(
        "admin/engagement/cycle.html",
        row=row,
        facts=facts_of(row),
        counts=comment_counts(session()),
        preview=preview_cycle(session(), cycle, at=now),
        state=publication_state(session(), PublicationKind.CYCLE, cycle, now),
        completion=completion or CompleteForm(formdata=None, data=version),
        reopening=reopening or CycleVersionForm(formdata=None, data=version),
        removal=removal or CycleVersionForm(formdata=None, data=version),
        may_moderate=has_permission(roles, Permission.MODERATE_COMMENTS),
        may_analyse=has_permission(roles, Permission.ANALYSE_COMMENTS),
        may_read_log=has_permission(roles, Permission.READ_AUDIT_LOG),
        **short_history(session(), "engagement-cycle", row.id),
    )
    return make_response(page, status)


def _render_facts(form: CycleForm, facts: CycleFacts | None, status: int, refusal: PartRefusal | None = None) -> Response:
    conflict = refusal.conflict if refusal else None
    return make_response(render_template("admin/engagement/facts.html", form=form, facts=facts, conflict=conflict), status)


def _render_phase(
    form: PhaseForm, facts: CycleFacts, stored: PhaseFacts | None, status: int, conflict: PartConflict | None = None
) -> Response:
    page = render_template("admin/engagement/phase.html", form=form, facts=facts, stored=stored, conflict=conflict)
    return make_response(page, status)
