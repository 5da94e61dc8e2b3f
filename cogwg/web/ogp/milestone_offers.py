"""The pages on which a civil society organization offers to lead a milestone or to help with it, and reports on it."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.errors import Forbidden, Invalid, NotFound
from cogwg.ogp.inviting import invitation_to_assess
from cogwg.ogp.models import AssessorInvitation, CommitmentMilestone, MilestoneOffer, OfferState
from cogwg.ogp.offers import (
    invitation_of,
    milestone_of,
    offer_on_milestone,
    own_offer,
    report_on_offer,
    withdraw_offer,
)
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.ogp import blueprint
from cogwg.web.ogp.assessment_forms import MilestoneOfferForm, OrganizationReportForm


@blueprint.get("/assessments/milestones/<int:id>/offer")
@requires(Permission.ASSESS_COMMITMENTS)
def offer_new(lang: str, id: int) -> Response:
    """Show the form with which an organization offers to lead a milestone or help with it."""
    milestone, invitation = _milestone(id)
    return _render_offer(milestone, invitation, MilestoneOfferForm(formdata=None), 200)


@blueprint.post("/assessments/milestones/<int:id>/offer")
@requires(Permission.ASSESS_COMMITMENTS)
def offer_make(lang: str, id: int) -> Response:
    """Offer to lead a milestone or help with it."""
    milestone, _invitation = _milestone(id)
    identifier, form = milestone.commitment.identifier, MilestoneOfferForm()
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "milestone-offer",
                lambda: offer_on_milestone(open_session, id, form.draft, by=actor(), at=clocks.now()),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_offer(*_milestone(id), form, 422)
    flash_at("milestones", _("Your offer was sent. You will get an email with the answer."))
    return _to_commitment(identifier)


@blueprint.post("/assessments/offers/<int:id>/withdraw")
@requires(Permission.ASSESS_COMMITMENTS)
def offer_withdraw(lang: str, id: int) -> Response:
    """Withdraw an offer that is waiting for an answer."""
    outcome = _("The offer was withdrawn.")
    try:
        with write() as open_session:
            withdraw_offer(open_session, id, by=actor(), at=clocks.now())
    except Invalid as refusal:
        outcome = " ".join(i18n.translate_message(message) for _field, message in refusal.problems)
    offer = own_offer(session(), id, current_user().person_id)
    if invitation_of(session(), offer, current_user().person_id) is None:
        flash_at("offers", outcome)
        return redirect_to_outcome(url_for("ogp.assessment_list", lang=lang))
    flash_at("milestones", outcome)
    return _to_commitment(milestone_of(session(), offer).commitment.identifier)


@blueprint.get("/assessments/offers/<int:id>/report")
@requires(Permission.ASSESS_COMMITMENTS)
def offer_report_new(lang: str, id: int) -> Response:
    """Show what the organization reported on its milestone, and the form for another report."""
    return _render_report(_accepted(id), OrganizationReportForm(formdata=None), 200)


@blueprint.post("/assessments/offers/<int:id>/report")
@requires(Permission.ASSESS_COMMITMENTS)
def offer_report(lang: str, id: int) -> Response:
    """Add a report of the organization on its milestone."""
    form = OrganizationReportForm()
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "organization-report",
                lambda: report_on_offer(open_session, id, form.draft, by=actor(), at=clocks.now()),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_report(_accepted(id), form, 422)
    flash_at("milestones", _("Your organization’s report was added. It is marked as a report by your organization."))
    return _to_commitment(milestone_of(session(), own_offer(session(), id, current_user().person_id)).commitment.identifier)


def _milestone(milestone_id: int) -> tuple[CommitmentMilestone, AssessorInvitation]:
    """Return a milestone with the invitation for its commitment.

    Raises ``NotFound`` if the person is not invited to assess it, and ``Forbidden`` for the independent reviewer.
    """
    milestone = session().get(CommitmentMilestone, milestone_id)
    invitation = invitation_to_assess(session(), current_user().person_id, milestone.commitment_id) if milestone else None
    if milestone is None or invitation is None:
        raise NotFound(f"milestone {milestone_id}")
    if invitation.independent:
        raise Forbidden
    return milestone, invitation


def _accepted(offer_id: int) -> MilestoneOffer:
    """Return an accepted offer that the person made.

    Raises ``NotFound`` if there is no such offer, and ``Forbidden`` if it takes no reports: it is not accepted, or the
    invitation has ended.
    """
    offer = own_offer(session(), offer_id, current_user().person_id)
    if offer.state is not OfferState.ACCEPTED or invitation_of(session(), offer, current_user().person_id) is None:
        raise Forbidden
    return offer


def _to_commitment(identifier: str) -> Response:
    return redirect_to_outcome(url_for("ogp.assessment_commitment", lang=i18n.current_language(), identifier=identifier))


def _render_offer(
    milestone: CommitmentMilestone, invitation: AssessorInvitation, form: MilestoneOfferForm, status: int
) -> Response:
    form.fill_choices()
    page = render_template("ogp/offer.html", milestone=milestone, invitation=invitation, form=form)
    return make_response(page, status)


def _render_report(offer: MilestoneOffer, form: OrganizationReportForm, status: int) -> Response:
    form.fill_choices()
    page = render_template("ogp/organization_report.html", offer=offer, milestone=milestone_of(session(), offer), form=form)
    return make_response(page, status)
