"""The pages that adopt a draft plan, ask about its roles, and undo the adoption or delete the draft."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.calendar import Quarter, local_day
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.role_questions import ask_about_roles, role_audience
from cogwg.plan.adoption import adoption_findings
from cogwg.plan.draft_storage import StoredDraft, delete_draft, draft_of_year
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.year_forms import AdoptForm, VersionOnlyForm
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context, with_mail_note
from cogwg.web.http.single_use import SingleUseForm
from cogwg.year_end.adoption import ALL_QUARTERS, Adoption, adopt_draft, undo_adoption, undoable_adoption


@blueprint.get("/plans/<int:year>/adopt")
@requires(Permission.EDIT_PLAN)
def plan_adopt_page(lang: str, year: int) -> Response:
    """Show what a draft still lacks and the form that adopts it. For an adopted plan, show who has to confirm its roles."""
    return _render_adopt(year, None, 200)


@blueprint.post("/plans/<int:year>/adopt")
@requires(Permission.EDIT_PLAN)
def plan_adopt(lang: str, year: int) -> Response:
    """Adopt the draft: create the plan and its quarters. If it was already adopted, only say so."""
    form = AdoptForm()
    adoption = Adoption(form.posted_version, form.adopted_on.data, form.chosen_quarters)
    if form.adopted_on.process_errors:
        form.adopted_on.errors = list(form.adopted_on.process_errors)
        return _render_adopt(year, form, 422)
    try:
        with write() as open_session:
            adopt_draft(open_session, year, adoption, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_adopt(year, form, 422)
    except Conflict as conflict:
        if conflict.subject.plan_id is None:
            form.form_errors.append(_changed_meanwhile())
            return _render_adopt(year, form, 409)
        flash_at("adoption", _("The %(year)s plan had already been adopted.", year=year))
    else:
        flash_at("adoption", _("The %(year)s plan is adopted. Everyone can read it.", year=year))
    return redirect_to_outcome(url_for("admin.plan_adopt_page", lang=lang, year=year))


@blueprint.post("/plans/<int:year>/adopt/ask")
@requires(Permission.EDIT_PLAN)
def plan_ask_roles(lang: str, year: int) -> Response:
    """Email everyone who has to confirm a role of the plan, except those who were asked in the last 24 hours."""
    form = SingleUseForm()
    try:
        with write() as open_session:
            audience = ask_about_roles(open_session, plan_facts(open_session, year), by=actor(), **mail_context())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_adopt(year, None, 422, ask=form)
    done = ngettext(
        "%(num)s person will receive an email with the roles to confirm.",
        "%(num)s people will receive an email with the roles to confirm.",
        len(audience.asked),
    )
    flash_at("adoption", with_mail_note(done))
    return redirect_to_outcome(url_for("admin.plan_adopt_page", lang=lang, year=year))


@blueprint.get("/plans/<int:year>/undo")
@requires(Permission.EDIT_PLAN)
def plan_undo_page(lang: str, year: int) -> Response:
    """Show what happens if the adoption of a plan is undone or its draft is deleted, and what prevents this."""
    return _render_undo(year, VersionOnlyForm(formdata=None), 200)


@blueprint.post("/plans/<int:year>/undo")
@requires(Permission.EDIT_PLAN)
def plan_undo(lang: str, year: int) -> Response:
    """Undo the adoption of a plan: it is a draft again."""
    form = VersionOnlyForm()

    def undo(open_session: Session) -> None:
        context = mail_context()
        undo_adoption(open_session, year, version=form.posted_version, by=actor(), at=context["at"], now=context["now"])

    return _take_back(year, form, undo, _("The adoption was undone. The %(year)s plan is a draft again.", year=year))


@blueprint.post("/plans/<int:year>/undo/delete")
@requires(Permission.EDIT_PLAN)
def plan_delete_draft(lang: str, year: int) -> Response:
    """Delete a draft that was not adopted."""
    form = VersionOnlyForm()

    def delete(open_session: Session) -> None:
        delete_draft(open_session, year, version=form.posted_version, by=actor(), at=clocks.now())

    return _take_back(year, form, delete, _("The %(year)s draft plan was deleted.", year=year))


def _take_back(year: int, form: VersionOnlyForm, change: Callable[[Session], None], done: str) -> Response:
    try:
        with write() as open_session:
            change(open_session)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_undo(year, form, 422)
    except Conflict:
        form.form_errors.append(_changed_meanwhile())
        return _render_undo(year, form, 409)
    flash_at("plans", done)
    return redirect_to_outcome(url_for("admin.plan_list", lang=i18n.current_language()))


def _changed_meanwhile() -> str:
    return str(
        _("Another person changed this plan after you opened the page, so nothing was done. Check the plan, then try again.")
    )


def _render_adopt(year: int, form: AdoptForm | None, status: int, *, ask: SingleUseForm | None = None) -> Response:
    draft = _draft_or_none(year)
    if draft is None or draft.plan_id is not None:
        return _render_adopted(year, draft, status, ask)
    today = clocks.today()
    ahead = [number for number in sorted(ALL_QUARTERS) if local_day(Quarter(year, number).due_at) >= today]
    if form is None:
        form = AdoptForm(formdata=None, data={"adopted_on": today, "quarters": [str(number) for number in ahead]})
    form.version.data = str(draft.version)
    form.quarters.choices = [(str(n), _("Quarter %(quarter)s", quarter=n)) for n in sorted(ALL_QUARTERS)]
    findings = adoption_findings(draft.plan)
    page = render_template(
        "admin/years/adopt.html",
        draft=draft,
        plan=draft.plan,
        form=form,
        obstacles=[finding for finding in findings if finding.blocks],
        remarks=[finding for finding in findings if not finding.blocks],
        sentence=i18n.translate_message,
        has_past_quarters=len(ahead) < len(ALL_QUARTERS),
        roles_to_confirm=sum(
            role.confirmation is Confirmation.TO_CONFIRM for priority in draft.plan.priorities for role in priority.assignments
        ),
    )
    return make_response(page, status)


def _render_adopted(year: int, draft: StoredDraft | None, status: int, ask: SingleUseForm | None) -> Response:
    plan = plan_facts(session(), year)
    page = render_template(
        "admin/years/adopted.html",
        plan=plan,
        draft=draft,
        waiting=plan.assignments_with(Confirmation.TO_CONFIRM),
        vacant=plan.assignments_with(Confirmation.VACANT),
        audience=role_audience(session(), plan, clocks.now()),
        form=ask or SingleUseForm(formdata=None),
    )
    return make_response(page, status)


def _render_undo(year: int, form: VersionOnlyForm, status: int) -> Response:
    draft = draft_of_year(session(), year)
    form.version.data = str(draft.version)
    obstacles = undoable_adoption(session(), year).obstacles if draft.plan_id is not None else ()
    plan = plan_facts(session(), year) if draft.plan_id is not None else None
    page = render_template(
        "admin/years/undo.html",
        draft=draft,
        plan=plan,
        form=form,
        obstacles=[i18n.translate_message(message) for message in obstacles],
    )
    return make_response(page, status)


def _draft_or_none(year: int) -> StoredDraft | None:
    try:
        return draft_of_year(session(), year)
    except NotFound:
        return None
