"""The list of plans by year: what was done in each, what can be done next, and the form that starts an empty plan."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Invalid
from cogwg.plan.draft_storage import create_draft
from cogwg.plan.drafts import DraftPlan
from cogwg.policy import Permission, has_permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.year_forms import NewPlanForm, suggested_title
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_number
from cogwg.year_end.overview import first_free_year, year_overviews


@blueprint.get("/plans")
@requires(Permission.MANAGE_PLAN)
def plan_list(lang: str) -> Response:
    """List the plans of all years, drafts too. With ``year`` in the URL, the form starts an empty plan of that year."""
    return _render(None, 200)


@blueprint.post("/plans")
@requires(Permission.EDIT_PLAN)
def plan_start(lang: str) -> Response:
    """Start a draft without priorities, for a year that has neither a plan nor a draft."""
    form = NewPlanForm()

    def make(open_session: Session) -> int:
        draft = DraftPlan(form.chosen_year, form.title)
        return create_draft(open_session, draft, carried_from_id=None, by=actor(), at=clocks.now())

    try:
        with write() as open_session:
            form.make_once(open_session, "plan-draft", lambda: make(open_session))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(form, 422)
    flash_at("plans", _("The %(year)s draft plan was created. It has no priorities yet.", year=form.chosen_year))
    return redirect_to_outcome(url_for("admin.plan_list", lang=lang))


def _render(form: NewPlanForm | None, status: int) -> Response:
    overviews = year_overviews(session())
    if form is None:
        year = parse_number(request.args.get("year", "")) or first_free_year(overviews, clocks.today().year)
        title = suggested_title(year)
        start = {"year": str(year), "title_en": title.en, "title_fr": title.fr, "suggested": str(year)}
        form = NewPlanForm(formdata=None, data=start)
    page = render_template(
        "admin/years/list.html",
        overviews=overviews,
        form=form,
        may_edit=has_permission(current_user().roles, Permission.EDIT_PLAN),
        this_year=clocks.today().year,
    )
    return make_response(page, status)
