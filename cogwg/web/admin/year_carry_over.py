"""The carry-over of a plan: a table with a choice for each activity, a dry run beside it, and the draft that it creates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.core.status import Status
from cogwg.plan.carry_over import CarryOverCounts, carry_over, count_carried, dropped_with_reasons, marked_done
from cogwg.plan.draft_storage import StoredDraft, create_draft, draft_of_year, dropped_activities
from cogwg.plan.lookups import plan_years
from cogwg.plan.queries import ActivityFacts, PlanFacts, PriorityFacts, plan_facts
from cogwg.policy import Permission
from cogwg.reporting.queries import CurrentStatus, current_statuses
from cogwg.web.admin import blueprint
from cogwg.web.admin.carry_over_table import carry_over_table
from cogwg.web.admin.year_forms import CarryOverForm, carry_over_basis
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.http.unsaved_text import retain_unsaved_text


@dataclass(frozen=True, slots=True)
class YearToCarry:
    """A plan with the last status of each activity."""

    plan: PlanFacts
    statuses: dict[int, CurrentStatus]

    @property
    def complete_ids(self) -> frozenset[int]:
        return frozenset(id_ for id_, current in self.statuses.items() if current.status is Status.COMPLETE)

    @property
    def basis(self) -> str:
        return carry_over_basis(self.plan, self.complete_ids)


@dataclass(frozen=True, slots=True)
class PriorityGroup:
    """A priority with the activities that the table lists, and those that it collapses.

    The collapsed activities are complete, and their preselected choice was not changed.
    """

    priority: PriorityFacts
    listed: tuple[ActivityFacts, ...]
    folded: tuple[ActivityFacts, ...]


@blueprint.get("/plans/<int:year>/carry-over")
@requires(Permission.EDIT_PLAN)
def carry_over_page(lang: str, year: int) -> Response:
    """Show the activities of a plan with the choice for each, and what the draft of the next year will contain."""
    to_carry = _load(session(), year)
    form = CarryOverForm(to_carry.plan, to_carry.complete_ids, formdata=None, data={"basis": to_carry.basis})
    return _render(to_carry, form, 200)


@blueprint.post("/plans/<int:year>/carry-over/dry-run")
@requires(Permission.EDIT_PLAN)
def carry_over_dry_run(lang: str, year: int) -> Response:
    """Count what the draft would contain with these choices; nothing is stored."""
    retain_unsaved_text()
    to_carry = _load(session(), year)
    return _render(to_carry, CarryOverForm(to_carry.plan, to_carry.complete_ids), 200)


@blueprint.post("/plans/<int:year>/carry-over")
@requires(Permission.EDIT_PLAN)
def carry_over_create(lang: str, year: int) -> Response:
    """Create the draft of the next year's plan from these choices."""
    shown = _load(session(), year)
    form = CarryOverForm(shown.plan, shown.complete_ids)

    def make(open_session: Session) -> int:
        to_carry = _load(open_session, year)
        if to_carry.basis != form.basis.data:
            raise Conflict(to_carry)
        choices = form.choices
        draft = carry_over(to_carry.plan, choices)
        details: dict[str, Any] = {"carried_from": year, "dropped": dropped_with_reasons(choices)}
        if marked := marked_done(choices, to_carry.complete_ids):
            details["marked_done"] = marked
        carried_from = to_carry.plan.id
        return create_draft(open_session, draft, carried_from_id=carried_from, details=details, by=actor(), at=clocks.now())

    try:
        with write() as open_session:
            form.make_once(open_session, "plan-draft", lambda: make(open_session))
    except Invalid as refusal:
        form.add_refusal(refusal)
        return _render(_load(session(), year), form, 422)
    except Conflict:
        current = _load(session(), year)
        changed = CarryOverForm(current.plan, current.complete_ids)
        changed.basis.data = current.basis
        changed.form_errors.append(
            _(
                "The %(year)s plan or one of its reports changed after you opened this page, so nothing was created. Your "
                "choices are kept. Check the table, then create the draft again.",
                year=year,
            )
        )
        return _render(current, changed, 409)
    done = _("The %(year)s draft plan was created. Only co-chairs and the secretariat can see it for now.", year=year + 1)
    flash_at("plans", done)
    return redirect_to_outcome(url_for("admin.plan_list", lang=lang))


@blueprint.get("/plans/<int:year>/carry-over.<any(csv, xlsx):kind>")
@requires(Permission.EDIT_PLAN)
@limit_downloads
def carry_over_download(lang: str, year: int, kind: str) -> Response:
    """Download the activities of a plan with their last status, and what is preselected for each."""
    to_carry = _load(session(), year)
    return download_response(carry_over_table(to_carry.plan, to_carry.statuses, clocks.today()), kind)


def _load(open_session: Session, year: int) -> YearToCarry:
    plan = plan_facts(open_session, year)
    return YearToCarry(plan, current_statuses(open_session, plan, clocks.today()))


def _group(priority: PriorityFacts, form: CarryOverForm, complete_ids: frozenset[int]) -> PriorityGroup:
    folded = tuple(a for a in priority.activities if a.id in complete_ids and not a.ongoing and not form.rows[a.id].is_changed)
    return PriorityGroup(priority, tuple(a for a in priority.activities if a not in folded), folded)


def _next_draft(year: int) -> StoredDraft | None:
    try:
        return draft_of_year(session(), year + 1)
    except NotFound:
        return None


def _render(to_carry: YearToCarry, form: CarryOverForm, status: int) -> Response:
    """Render the page or, for htmx, only the dry run, with a sentence for screen readers."""
    plan = to_carry.plan
    next_draft = _next_draft(plan.year)
    counts = count_carried(plan, form.choices, to_carry.complete_ids)
    return htmx.respond(
        "admin/years/carry_over.html",
        "admin/years/_dry_run.html",
        status,
        plan=plan,
        year=plan.year + 1,
        groups=[_group(priority, form, to_carry.complete_ids) for priority in plan.priorities],
        statuses=to_carry.statuses,
        complete_ids=to_carry.complete_ids,
        form=form,
        counts=counts,
        summary=_summary(counts),
        announced=htmx.is_htmx_request(),
        has_next_plan=plan.year + 1 in plan_years(session()),
        next_draft=next_draft,
        dropped=dropped_activities(session(), next_draft.id) if next_draft is not None else [],
        downloads=download_urls("admin.carry_over_download", lang=i18n.current_language().value, year=plan.year),
        empty_plan_url=url_for("admin.plan_list", lang=i18n.current_language(), year=plan.year + 1, _anchor="start"),
    )


def _summary(counts: CarryOverCounts) -> str:
    """Return the dry run in one sentence, which screen readers read out after a choice."""
    counted = [
        ngettext("%(num)s priority", "%(num)s priorities", counts.priorities),
        ngettext("%(num)s activity carried over", "%(num)s activities carried over", counts.carried),
        ngettext("%(num)s dropped", "%(num)s dropped", counts.dropped),
        ngettext("%(num)s complete", "%(num)s complete", counts.complete),
    ]
    if counts.done:
        counted.append(ngettext("%(num)s done", "%(num)s done", counts.done))
    left = [
        ngettext("%(num)s priority needs a lead", "%(num)s priorities need a lead", counts.vacant_priorities),
        ngettext("%(num)s role to confirm", "%(num)s roles to confirm", counts.roles_to_confirm),
    ]
    return "; ".join([", ".join(counted), *left])
