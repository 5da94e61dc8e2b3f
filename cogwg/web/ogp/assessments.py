"""The pages of an assessor: what they are invited to assess, each commitment, and the assessments that they recorded."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.errors import Conflict, Invalid
from cogwg.ogp.assessing import correct_assessment, draft_of, own_assessment, own_assessments, record_assessment
from cogwg.ogp.inviting import invitation_to_assess, invitations, invited_commitment, invited_commitments, kinds_of
from cogwg.ogp.models import Assessment, AssessorInvitation, Commitment, OfferState
from cogwg.ogp.offers import PART_LABELS, STATE_LABELS, milestone_of, offers
from cogwg.ogp.scales import AssessmentKind
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm, parse_version
from cogwg.web.ogp import blueprint
from cogwg.web.ogp.assessment_forms import AssessmentFields, assessment_form
from cogwg.web.ogp.assessment_rows import assessment_columns, mark_of, opened_government, stated_day


@blueprint.get("/assessments")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_list(lang: str) -> str:
    """List what the person is invited to assess, what they recorded, and the offers from their organization."""
    person_id = current_user().person_id
    made = offers(session(), person_id=person_id)
    return render_template(
        "ogp/assessments.html",
        commitments=invited_commitments(session(), person_id),
        ended=[each for each in invitations(session(), person_id=person_id) if each.ended_at is not None],
        assessments=[(each, stated_day(each.on)) for each in own_assessments(session(), person_id)],
        mark_of=mark_of,
        offers=[(offer, milestone_of(session(), offer)) for offer in made],
        parts=PART_LABELS,
        states=STATE_LABELS,
    )


@blueprint.get("/assessments/commitments/<identifier>")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_commitment(lang: str, identifier: str) -> str:
    """Show a commitment to a person who is invited to assess it.

    The self-assessment and the person's own assessments are side by side.
    """
    person_id = current_user().person_id
    commitment, invitation = invited_commitment(session(), identifier, person_id)
    numbers = {milestone.id for milestone in commitment.milestones}
    made = [offer for offer in offers(session(), person_id=person_id) if offer.milestone_id in numbers]
    lasting = {offer.milestone_id: offer for offer in made if offer.state in (OfferState.OFFERED, OfferState.ACCEPTED)}
    return render_template(
        "ogp/assessment_commitment.html",
        commitment=commitment,
        invitation=invitation,
        columns=assessment_columns(commitment, person_id),
        opened=opened_government,
        offers=lasting,
        declined=[offer for offer in made if offer.state is OfferState.DECLINED],
        parts=PART_LABELS,
        states=STATE_LABELS,
        button=ButtonForm(formdata=None),
        mark_of=mark_of,
    )


@blueprint.get("/assessments/commitments/<identifier>/new")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_new(lang: str, identifier: str) -> Response:
    """Show the form for another assessment of a commitment."""
    commitment, invitation = invited_commitment(session(), identifier, current_user().person_id)
    return _render(commitment, None, assessment_form(commitment.milestones, _kinds(invitation)), 200)


@blueprint.post("/assessments/commitments/<identifier>/new")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_record(lang: str, identifier: str) -> Response:
    """Record another assessment of a commitment, beside the others."""
    commitment, invitation = invited_commitment(session(), identifier, current_user().person_id)
    form = assessment_form(commitment.milestones, _kinds(invitation))
    draft, commitment_id = form.draft, commitment.id

    def make(open_session: Session) -> int:
        return record_assessment(open_session, commitment_id, draft, by=actor(), at=clocks.now())

    try:
        with write() as open_session:
            form.make_once(open_session, "assessment", lambda: make(open_session))
    except Invalid as refusal:
        _add_errors(form, refusal)
        return _render(commitment, None, form, 422)
    flash_at("assessments", _("Your assessment was recorded. It is shown next to the others."))
    return redirect_to_outcome(url_for("ogp.assessment_commitment", lang=lang, identifier=identifier))


@blueprint.get("/assessments/<int:id>")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_page(lang: str, id: int) -> Response:
    """Show an assessment that the person recorded, with the form that corrects it while the invitation lasts."""
    assessment = own_assessment(session(), id, current_user().person_id)
    if invitation_to_assess(session(), current_user().person_id, assessment.commitment_id) is None:
        return make_response(
            render_template(
                "ogp/assessment.html",
                assessment=assessment,
                when=stated_day(assessment.on),
                opened=opened_government(assessment),
                mark_of=mark_of,
            )
        )
    return _render(assessment.commitment, assessment, _stored_form(assessment), 200)


@blueprint.post("/assessments/<int:id>")
@requires(Permission.ASSESS_COMMITMENTS)
def assessment_correct(lang: str, id: int) -> Response:
    """Correct an assessment that the person recorded."""
    assessment = own_assessment(session(), id, current_user().person_id)
    identifier = assessment.commitment.identifier
    form = _stored_form(assessment)
    draft, version = form.draft, parse_version(form.version.data or "")
    try:
        with write() as open_session:
            changed = correct_assessment(open_session, id, draft, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        _add_errors(form, refusal)
        return _render(own_assessment(session(), id, current_user().person_id).commitment, assessment, form, 422)
    except Conflict:
        stored = own_assessment(session(), id, current_user().person_id)
        form.form_errors.append(
            _(
                "You saved this assessment in another tab, so nothing was saved now. The saved assessment is below. The "
                "form still has what you typed. If you save the form, it will replace the saved assessment."
            )
        )
        form.version.data = str(stored.version)
        return _render(stored.commitment, stored, form, 409)
    flash_at("assessments", _("The correction was saved.") if changed is not None else _("Nothing was changed."))
    return redirect_to_outcome(url_for("ogp.assessment_commitment", lang=lang, identifier=identifier))


def _kinds(invitation: AssessorInvitation) -> tuple[AssessmentKind, ...]:
    return kinds_of(independent=invitation.independent)


def _stored_form(assessment: Assessment) -> AssessmentFields:
    """Return the form of an assessment, as it was posted or else as it is stored."""
    kinds = kinds_of(independent=assessment.kind is not AssessmentKind.CIVIL_SOCIETY)
    form = assessment_form(assessment.commitment.milestones, kinds, draft_of(assessment))
    form.version.data = form.version.data or str(assessment.version)
    return form


def _add_errors(form: AssessmentFields, refusal: Invalid) -> None:
    numbered = [(form.number_of_problem(field), message) for field, message in refusal.problems]
    forms.add_errors(form, Invalid(*numbered), form.field_names)


def _render(commitment: Commitment, assessment: Assessment | None, form: AssessmentFields, status: int) -> Response:
    page = render_template(
        "ogp/assess.html",
        commitment=commitment,
        assessment=assessment,
        form=form,
        is_conflict=status == 409,
        when=stated_day(assessment.on) if assessment is not None else "",
        opened=opened_government(assessment) if assessment is not None else (),
        mark_of=mark_of,
    )
    return make_response(page, status)
