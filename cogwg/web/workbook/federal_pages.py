"""The page that fills in the federal tracker's template with submitted reports. The template is not kept."""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from cogwg.core.calendar import local_day
from cogwg.core.errors import Invalid
from cogwg.core.tables import WRITERS
from cogwg.imports.rules import MIB, SIZE_LIMIT
from cogwg.plan.queries import PlanFacts, plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import most_urgent_period, periods_with_missing_counts
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.http.slots import released_slot
from cogwg.web.workbook import blueprint
from cogwg.web.workbook.forms import TemplateForm
from cogwg.workbook.federal_rows import federal_rows
from cogwg.workbook.federal_template import fill_template


@blueprint.route("/workbook/federal-tracker", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
@limit_downloads
def federal_template(lang: str) -> Response:
    """Offer to fill in the federal tracker's template. On POST, return the template filled in with the submitted reports."""
    now = clocks.now()
    person = current_user()
    ids = None if has_permission(person.roles, Permission.REPORT_ON_BEHALF) else person.lead_jurisdiction_ids
    counted = periods_with_missing_counts(session(), now, local_day(now), jurisdiction_ids=ids)
    quarters = [each.period for each in counted]
    form = TemplateForm()
    plan = plan_facts(session(), max(quarter.year for quarter in quarters)) if quarters else None
    form.period.choices = [
        (each.key, _("Quarter %(quarter)s of %(year)s", quarter=each.quarter, year=each.year))
        for each in quarters
        if plan is not None and each.year == plan.year
    ]
    form.priority.choices = _priorities(plan)
    if request.method == "GET":
        shown = most_urgent_period(counted, ids or ())
        form.period.data = shown.key if shown is not None else None
        return _render(form, 200)
    period = next((each for each in quarters if each.key == form.period.data), None)
    priority = next((each for each in plan.priorities if str(each.number) == form.priority.data), None) if plan else None
    sent = request.files.get("file")
    if period is None or priority is None or sent is None or not sent.filename:
        return _refused(form, _("Choose the quarter, the priority and the template."))
    data = sent.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        return _refused(form, _too_large(), 413)
    filling = federal_rows(session(), priority, period.id, period.key)
    session().rollback()
    if not filling.rows:
        sentence = _(
            "There is nothing to fill in. Either this priority contributes to no commitment that has a federal tracker code, "
            "such as C01.1.1, or none of its reports has been submitted for this quarter."
        )
        return _refused(form, sentence)
    try:
        with released_slot():
            filled = fill_template(data, sent.filename, filling.rows)
    except Invalid as refusal:
        return _refused(form, i18n.translate_message(refusal.problems[0][1]))
    response = make_response(filled.data)
    response.mimetype = WRITERS["xlsx"][1]
    response.headers.set("Content-Disposition", "attachment", filename=f"federal-tracker-{period.key}-{priority.number}.xlsx")
    return response


def render_too_large() -> Response:
    """Answer a template that is too large with the page to choose another. The form is not read again."""
    form = TemplateForm(formdata=None)
    form.period.choices = form.priority.choices = []
    return _refused(form, _too_large(), 413)


def _too_large() -> str:
    return _("This template is too large. The limit is %(limit)s MB.", limit=SIZE_LIMIT // MIB)


def _priorities(plan: PlanFacts | None) -> list[tuple[str, str]]:
    lang = i18n.current_language()
    return [(str(each.number), f"{each.number}. {each.short.text(lang)}") for each in plan.priorities] if plan else []


def _refused(form: TemplateForm, sentence: str, status: int = 422) -> Response:
    form.file.errors = [*form.file.errors, sentence]
    return _render(form, status)


def _render(form: TemplateForm, status: int) -> Response:
    page = render_template("workbook/federal_template.html", form=form, size_limit=SIZE_LIMIT // MIB)
    return make_response(page, status)
