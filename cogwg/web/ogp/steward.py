"""The commitment steward's list of commitments, the page of each commitment, and the forms of what is stated about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from cogwg.core.bilingual import fold_text
from cogwg.core.errors import Conflict, Invalid
from cogwg.ogp.editing import add_action_plan, record_commitment, remove_commitment
from cogwg.ogp.facts import CommitmentFacts
from cogwg.ogp.gaps import GAP_LABELS, CommitmentPart, Lack, MissingPart
from cogwg.ogp.models import ActionPlan, Commitment
from cogwg.ogp.queries import (
    ListedCommitment,
    action_plans,
    commitment_row,
    continued_by,
    earlier_commitments,
    listed_commitments,
    one_commitment,
    serving_items,
)
from cogwg.ogp.scales import STATE_LABELS
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.i18n import translate_plural as ngettext
from cogwg.web.http.part_forms import PartRefusal
from cogwg.web.ogp import blueprint
from cogwg.web.ogp.indicator_forms import number_text
from cogwg.web.ogp.steward_forms import (
    ActionPlanForm,
    FactsForm,
    ListFilterForm,
    RemoveForm,
    facts_values,
    stated_day,
)
from cogwg.web.ogp.steward_saving import COMMITMENT, back_to

EVERY_YEAR = 10_000


@blueprint.get("/admin/commitments")
@requires(Permission.RECORD_COMMITMENTS)
def commitment_list(lang: str) -> str:
    """List the commitments with what is missing from each, filtered by the query in the URL."""
    form = ListFilterForm(request.args)
    listed = listed_commitments(session(), clocks.today())
    plans = action_plans(session())
    form.cycle.choices = [
        SelectChoice("", _("All action plans")),
        *(SelectChoice(str(plan.start_year), plan_name(plan.start_year, plan.end_year)) for plan in plans),
    ]
    form.state.choices = [
        SelectChoice("", _("Any state")),
        *(SelectChoice(state.value, label.text(lang)) for state, label in STATE_LABELS.items()),
    ]
    form.lacks.choices = [
        SelectChoice("", _("All, complete or not")),
        SelectChoice("any", _("At least one item")),
        *(SelectChoice(kind.value, i18n.gettext(label)) for kind, label in GAP_LABELS.items()),
    ]
    counts = Counter(gap.kind for each in listed for gap in each.gaps)
    shown = [each for each in listed if _matches(each, form)]
    return render_template(
        "ogp/commitments.html",
        form=form,
        shown=shown,
        all_count=len(listed),
        is_filtered=any(field.data for field in (form.q, form.cycle, form.state, form.lacks)),
        incomplete=sum(1 for each in listed if each.gaps),
        counts=[(kind, counts[kind]) for kind in Lack if counts[kind]],
        gap_labels=GAP_LABELS,
        gap_sentence=gap_sentence,
        plans=plans,
        with_tabs=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
    )


@blueprint.route("/admin/commitments/new", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_add(lang: str) -> Response:
    """Add a commitment."""
    plans = action_plans(session())
    form = FactsForm()
    form.offer(_plan_choices(plans), _earlier(EVERY_YEAR))
    if request.method == "GET":
        form.cycle.data = request.args.get("cycle", "") or (str(plans[0].start_year) if plans else "")
        return _render_facts(form, None, 200)
    try:
        with write() as open_session:
            made = form.make_once(open_session, "commitment", lambda: _added(open_session, form.new_facts))
            identifier = open_session.get_one(Commitment, made).identifier
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_facts(form, None, 422)
    return back_to(
        identifier, "next", _("%(identifier)s was added. What is still missing is listed below.", identifier=identifier)
    )


@blueprint.get("/admin/commitments/<identifier>")
@requires(Permission.RECORD_COMMITMENTS)
def commitment_page(lang: str, identifier: str) -> Response:
    """Show everything that is stated about a commitment, what is missing, and what to do next."""
    listed = one_commitment(session(), identifier, clocks.today())
    return _render_page(listed, 200, RemoveForm(formdata=None, data={"version": str(listed.version)}))


@blueprint.route("/admin/commitments/<identifier>/facts", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_facts(lang: str, identifier: str) -> Response:
    """Change what is stated about a commitment, except its milestones, indicators and links."""
    facts = one_commitment(session(), identifier, clocks.today()).facts
    form = FactsForm(facts)
    form.offer(_plan_choices(action_plans(session())), _earlier(facts.cycle))
    if request.method == "GET":
        return _render_facts(form, facts, 200)
    refusal = COMMITMENT.save(
        form, identifier, form.applied_to, facts_values, still_right=form.still_right.confirmed_of_parts, by=actor()
    )
    if refusal is not None:
        return _render_facts(form, facts, refusal.status, refusal)
    return back_to(identifier, "facts", _("The details were saved."))


@blueprint.post("/admin/commitments/<identifier>/remove")
@requires(Permission.RECORD_COMMITMENTS)
def commitment_remove(lang: str, identifier: str) -> Response:
    """Remove a commitment that was recorded by mistake."""
    form = RemoveForm()
    try:
        with write() as open_session:
            version = parse_version(form.version.data or "")
            remove_commitment(open_session, identifier, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_page(one_commitment(session(), identifier, clocks.today()), 422, form)
    except Conflict:
        session().expire_all()
        listed = one_commitment(session(), identifier, clocks.today())
        form.form_errors.append(
            _("This commitment was changed after you opened the page, so nothing was removed. Check it, then try again.")
        )
        form.version.data = str(listed.version)
        return _render_page(listed, 409, form)
    flash_at("list", _("%(identifier)s was removed. The audit log keeps what was recorded about it.", identifier=identifier))
    return redirect_to_outcome(url_for("ogp.commitment_list", lang=lang))


@blueprint.route("/admin/commitments/plans", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_plans(lang: str) -> Response:
    """List the action plans of Canada, and add one."""
    form = ActionPlanForm()
    if request.method == "GET":
        return _render_plans(form, 200)
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "action-plan",
                lambda: add_action_plan(open_session, form.facts, by=actor(), at=clocks.now()),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_plans(form, 422)
    flash_at("plans", _("The action plan was added. You can now add its commitments."))
    return redirect_to_outcome(url_for("ogp.commitment_plans", lang=lang))


def plan_name(start_year: int, end_year: int) -> str:
    """Return the years of an action plan as its name in a list."""
    return f"{start_year}–{end_year}"


def gap_sentence(gap: MissingPart) -> str:
    """Return what is missing, with what to do about it, in the page's language."""
    if gap.kind is Lack.RESULTS:
        return ngettext(
            "Enter the result of %(num)s indicator that is due.",
            "Enter the results of %(num)s indicators that are due.",
            gap.count,
        )
    if gap.kind is Lack.FRENCH:
        return ngettext("Add %(num)s text in French.", "Add %(num)s texts in French.", gap.count)
    if gap.kind is Lack.ENGLISH:
        return ngettext("Add %(num)s text in English.", "Add %(num)s texts in English.", gap.count)
    sentences: dict[Lack, str] = {
        Lack.TEXT: _("Enter the text of the commitment."),
        Lack.LEAD: _("Enter the lead institution."),
        Lack.MILESTONES: _("Enter its milestones."),
        Lack.INDICATORS: _("Enter its indicators, with their targets."),
        Lack.SERVED_BY: _("Choose the priorities and activities that contribute to it."),
        Lack.SELF_ASSESSMENT: _("Record the government’s own assessment."),
    }
    return sentences[gap.kind]


def gap_url(identifier: str, gap: MissingPart) -> str:
    """Return the URL of the form in which a gap can be filled."""
    lang = i18n.current_language()
    if gap.section is CommitmentPart.INDICATORS and gap.code:
        return url_for("ogp.commitment_indicator", lang=lang, identifier=identifier, code=gap.code)
    endpoint = {
        CommitmentPart.FACTS: "ogp.commitment_facts",
        CommitmentPart.MILESTONES: "ogp.commitment_milestones",
        CommitmentPart.INDICATORS: "ogp.commitment_indicator_add",
        CommitmentPart.SERVED_BY: "ogp.commitment_served_by",
        CommitmentPart.SELF_ASSESSMENT: "ogp.commitment_self_assessment_add",
    }[gap.section]
    return url_for(endpoint, lang=lang, identifier=identifier)


def _matches(listed: ListedCommitment, form: ListFilterForm) -> bool:
    facts = listed.facts
    texts = (facts.identifier, facts.number, facts.title.en, facts.title.fr, facts.lead.en, facts.lead.fr)
    words = fold_text(form.q.data or "").split()
    searched = fold_text(" ".join(texts))
    lacked = {gap.kind.value for gap in listed.gaps}
    return (
        all(word in searched for word in words)
        and form.cycle.data in (None, "", str(facts.cycle))
        and form.state.data in (None, "", facts.state.value)
        and (not form.lacks.data or form.lacks.data in lacked or (form.lacks.data == "any" and bool(lacked)))
    )


def _added(open_session: Session, facts: CommitmentFacts) -> int:
    record_commitment(open_session, facts, version=None, by=actor(), at=clocks.now())
    return commitment_row(open_session, facts.identifier).id


def _plan_choices(plans: Iterable[ActionPlan]) -> list[tuple[int, str]]:
    return [(plan.start_year, plan_name(plan.start_year, plan.end_year)) for plan in plans]


def _earlier(cycle: int) -> list[tuple[str, str]]:
    lang = i18n.current_language()
    return [(each.identifier, each.title.text(lang)[:80]) for each in earlier_commitments(session(), cycle)]


def _render_facts(form: FactsForm, facts: CommitmentFacts | None, status: int, refusal: PartRefusal | None = None) -> Response:
    page = render_template(
        "ogp/facts.html",
        form=form,
        facts=facts,
        has_plans=bool(form.cycle.choices),
        conflict=refusal.conflict if refusal else None,
    )
    return make_response(page, status)


def _render_page(listed: ListedCommitment, status: int, remove: RemoveForm) -> Response:
    row = commitment_row(session(), listed.facts.identifier)
    page = render_template(
        "ogp/commitment.html",
        listed=listed,
        facts=listed.facts,
        row=row,
        state_label=STATE_LABELS[listed.facts.state],
        serving=serving_items(session(), listed.facts),
        continued_by=continued_by(session(), listed.id),
        gap_sentence=gap_sentence,
        gap_url=gap_url,
        stated_day=stated_day,
        number_text=number_text,
        remove=remove,
        may_publish=has_permission(current_user().roles, Permission.PUBLISH),
        may_read_log=has_permission(current_user().roles, Permission.READ_AUDIT_LOG),
        **short_history(session(), "commitment", listed.id),
    )
    return make_response(page, status)


def _render_plans(form: ActionPlanForm, status: int) -> Response:
    counts = Counter(each.facts.cycle for each in listed_commitments(session(), clocks.today()))
    page = render_template("ogp/plans.html", form=form, plans=action_plans(session()), counts=counts)
    return make_response(page, status)
