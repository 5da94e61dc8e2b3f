"""The steward's forms for milestones, indicators with their results, what contributes to a commitment, and self-assessments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.ogp.assessing import draft_of
from cogwg.ogp.facts import CommitmentFacts, IndicatorFacts
from cogwg.ogp.models import Assessment
from cogwg.ogp.queries import LinkableItem, linkable_items, one_commitment
from cogwg.ogp.self_assessing import correct_self_assessment, record_self_assessment
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import parse_version
from cogwg.web.http.part_forms import PartConflict, add_errors, fingerprint, last_change
from cogwg.web.ogp import blueprint
from cogwg.web.ogp.indicator_forms import (
    IndicatorForm,
    indicator_form,
    indicator_values,
    typed_indicator,
    without_indicator,
)
from cogwg.web.ogp.self_assessment_forms import (
    SelfAssessmentForm,
    self_assessment_form,
    self_assessment_values,
    typed_self_assessment,
)
from cogwg.web.ogp.steward_forms import (
    ServedByForm,
    milestone_values,
    milestones_form,
    posted_ids,
    served_values,
    typed_milestones,
)
from cogwg.web.ogp.steward_saving import COMMITMENT, back_to


@blueprint.route("/admin/commitments/<identifier>/milestones", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_milestones(lang: str, identifier: str) -> Response:
    """Change the milestones of a commitment."""
    facts = _facts(identifier)
    form = milestones_form(facts)
    status, conflict = 200, None
    if request.method == "POST":
        refusal = COMMITMENT.save(
            form,
            identifier,
            lambda stored: typed_milestones(form, stored),
            milestone_values,
            lambda field: form.field_of(field, "milestones-"),
            form.still_right.confirmed_of_parts,
            by=actor(),
        )
        if refusal is None:
            return back_to(identifier, "milestones", _("The milestones were saved."))
        status, conflict = refusal.status, refusal.conflict
    return make_response(render_template("ogp/milestones.html", form=form, facts=facts, conflict=conflict), status)


@blueprint.route("/admin/commitments/<identifier>/indicators/new", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_indicator_add(lang: str, identifier: str) -> Response:
    """Add an indicator to a commitment."""
    facts = _facts(identifier)
    form = indicator_form(facts, None)
    if request.method == "GET":
        return _render_indicator(form, facts, None, 200)
    place = f"indicators-{len(facts.indicators)}-"
    refusal = COMMITMENT.save(
        form,
        identifier,
        lambda stored: typed_indicator(form, stored, None),
        lambda _stored: {},
        lambda field: form.field_of(field.removeprefix(place), "actuals-"),
        by=actor(),
    )
    if refusal is not None:
        return _render_indicator(form, facts, None, refusal.status, refusal.conflict)
    return back_to(identifier, "indicators", _("The indicator was added."))


@blueprint.route("/admin/commitments/<identifier>/indicators/<code>", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_indicator(lang: str, identifier: str, code: str) -> Response:
    """Change an indicator and its dated results, or remove it."""
    facts = _facts(identifier)
    stored = _indicator(facts, code)
    form = indicator_form(facts, stored)
    if request.method == "GET":
        return _render_indicator(form, facts, stored, 200)
    place = f"indicators-{facts.indicators.index(stored)}-"
    removes = "remove" in request.form

    def values_of(now: CommitmentFacts) -> Mapping[str, Any]:
        return indicator_values(_indicator(now, code))

    refusal = COMMITMENT.save(
        form,
        identifier,
        lambda now: without_indicator(now, code) if removes else typed_indicator(form, now, _indicator(now, code)),
        values_of,
        lambda field: form.field_of(field.removeprefix(place), "actuals-"),
        form.still_right.confirmed_of_parts,
        by=actor(),
    )
    if refusal is not None:
        return _render_indicator(form, facts, stored, refusal.status, refusal.conflict)
    return back_to(identifier, "indicators", _("The indicator was removed.") if removes else _("The indicator was saved."))


@blueprint.route("/admin/commitments/<identifier>/served-by", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_served_by(lang: str, identifier: str) -> Response:
    """Choose the priorities and activities that contribute to a commitment."""
    facts = _facts(identifier)
    form = ServedByForm(data={"shown": fingerprint(served_values(facts))})
    chosen = (facts.priorities, facts.activities)
    status, conflict = 200, None
    if request.method == "POST":
        chosen = posted_ids("priority"), posted_ids("activity")
        refusal = COMMITMENT.save(form, identifier, lambda stored: _linked(stored, *chosen), served_values, by=actor())
        if refusal is None:
            return back_to(
                identifier, "served-by", _("The priorities and activities that contribute to this commitment were saved.")
            )
        status, conflict = refusal.status, refusal.conflict
        facts = _facts(identifier)
    page = render_template(
        "ogp/served_by.html",
        form=form,
        facts=facts,
        groups=_groups(linkable_items(session(), facts)),
        chosen_priorities=chosen[0],
        chosen_activities=chosen[1],
        conflict=conflict,
    )
    return make_response(page, status)


@blueprint.route("/admin/commitments/<identifier>/self-assessment/new", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_self_assessment_add(lang: str, identifier: str) -> Response:
    """Record a self-assessment of a commitment."""
    facts = _facts(identifier)
    form = self_assessment_form(facts.milestones, None, 0)
    if request.method == "GET":
        return _render_self_assessment(form, facts, None, 200)
    draft = typed_self_assessment(form, facts.milestones, None)
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "self-assessment",
                lambda: record_self_assessment(open_session, identifier, draft, by=actor(), at=clocks.now()),
            )
    except Invalid as refusal:
        add_errors(form, refusal, lambda field: _assessment_field(field, facts))
        return _render_self_assessment(form, facts, None, 422)
    return back_to(identifier, "self-assessment", _("The self-assessment was recorded."))


@blueprint.route("/admin/commitments/<identifier>/self-assessment/<int:id>", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def commitment_self_assessment(lang: str, identifier: str, id: int) -> Response:
    """Correct a self-assessment of a commitment."""
    facts = _facts(identifier)
    assessment = _self_assessment(facts, id)
    stored = draft_of(assessment)
    form = self_assessment_form(facts.milestones, stored, assessment.version)
    if request.method == "GET":
        return _render_self_assessment(form, facts, assessment, 200)
    draft = typed_self_assessment(form, facts.milestones, stored)
    version = parse_version(form.version.data or "")
    try:
        with write() as open_session:
            correct_self_assessment(open_session, id, draft, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        add_errors(form, refusal, lambda field: _assessment_field(field, facts))
        return _render_self_assessment(form, facts, assessment, 422)
    except Conflict:
        session().expire_all()
        assessment = _self_assessment(facts, id)
        form.version.data = str(assessment.version)
        values = self_assessment_values(facts.milestones, draft_of(assessment))
        saved_at, saved_by = last_change(session(), "assessment", id)
        conflict = PartConflict(saved_at, saved_by, tuple(form.differences(values)))
        return _render_self_assessment(form, facts, assessment, 409, conflict)
    return back_to(identifier, "self-assessment", _("The self-assessment was corrected."))


def _facts(identifier: str) -> CommitmentFacts:
    return one_commitment(session(), identifier, clocks.today()).facts


def _groups(items: list[LinkableItem]) -> list[tuple[LinkableItem, list[LinkableItem]]]:
    """Return each priority with its activities."""
    groups: list[tuple[LinkableItem, list[LinkableItem]]] = []
    for item in items:
        if item.code:
            groups[-1][1].append(item)
        else:
            groups.append((item, []))
    return groups


def _indicator(facts: CommitmentFacts, code: str) -> IndicatorFacts:
    """Return the indicator with this code. Raises ``NotFound`` if the commitment has none."""
    for indicator in facts.indicators:
        if indicator.code == code:
            return indicator
    raise NotFound(f"indicator {code}")


def _linked(facts: CommitmentFacts, priorities: tuple[int, ...], activities: tuple[int, ...]) -> CommitmentFacts:
    return replace(facts, priorities=priorities, activities=activities)


def _self_assessment(facts: CommitmentFacts, id_: int) -> Assessment:
    """Return a self-assessment of this commitment. Raises ``NotFound`` for any other assessment."""
    assessment = session().get(Assessment, id_)
    if assessment is None or not assessment.kind.is_self or assessment.commitment.identifier != facts.identifier:
        raise NotFound(f"assessment {id_}")
    return assessment


def _assessment_field(field: str, facts: CommitmentFacts) -> str:
    """Return the form's field for a field that a rule names: rules number milestones as stated, and count sources from 1."""
    numbers = [each.number for each in facts.milestones]
    for rule, own in (("finding_", "finding"), ("note_", "note")):
        for index, number in enumerate(numbers):
            for ending in ("", "_en", "_fr"):
                if field == f"{rule}{number}{ending}":
                    return f"{own}{index}{ending}"
    kind, _underscore, rest = field.partition("_")
    number, underscore, lang = rest.partition("_")
    if kind in ("source", "label") and number.isdecimal():
        return f"{kind}{int(number) - 1}{underscore}{lang}"
    return field


def _render_indicator(
    form: IndicatorForm,
    facts: CommitmentFacts,
    stored: IndicatorFacts | None,
    status: int,
    conflict: PartConflict | None = None,
) -> Response:
    page = render_template("ogp/indicator.html", form=form, facts=facts, stored=stored, conflict=conflict)
    return make_response(page, status)


def _render_self_assessment(
    form: SelfAssessmentForm,
    facts: CommitmentFacts,
    assessment: Assessment | None,
    status: int,
    conflict: PartConflict | None = None,
) -> Response:
    sources = [name.removeprefix("source") for name in form._fields if name.startswith("source")]
    page = render_template(
        "ogp/self_assessment.html", form=form, facts=facts, assessment=assessment, sources=sources, conflict=conflict
    )
    return make_response(page, status)
