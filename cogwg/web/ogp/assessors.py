"""The commitment steward's pages about assessors: the people who are invited to assess, and offers from civil society."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.models import Person
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.commitments import (
    AssessorInvited,
    OfferAnswered,
    notify_assessor_invited,
    notify_offer_answered,
)
from cogwg.ogp.inviting import assessors, end_invitation, invitations, invite_assessor
from cogwg.ogp.models import ActionPlan, Commitment, MilestoneOffer
from cogwg.ogp.offers import PART_LABELS, STATE_LABELS, answer_offer, milestone_of, offers
from cogwg.policy import Permission
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import plain
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm, parse_version
from cogwg.web.http.mail_context import mail_context, with_delivery
from cogwg.web.ogp import blueprint
from cogwg.web.ogp.assessment_forms import AnswerOfferForm, InviteAssessorForm
from cogwg.web.ogp.assessment_rows import mark_of


@blueprint.get("/admin/commitments/assessors")
@requires(Permission.RECORD_COMMITMENTS)
def assessor_list(lang: str) -> Response:
    """List the invitations and the offers, and show the form that invites a person."""
    return _render_list(InviteAssessorForm(formdata=None), 200)


@blueprint.post("/admin/commitments/assessors")
@requires(Permission.RECORD_COMMITMENTS)
def assessor_invite(lang: str) -> Response:
    """Invite a person to assess a commitment or an action plan, and email them."""
    form = InviteAssessorForm()
    if form.independent.data not in ("yes", "no"):
        form.independent.errors = [_("Choose “Independent reviewer” or “Civil society”.")]
        return _render_list(form, 422)
    try:
        with write() as open_session:
            form.make_once(open_session, "assessor-invitation", lambda: _invite(open_session, form))
    except NotFound:
        form.target.errors = [_("Choose a commitment or an action plan from the list.")]
        return _render_list(form, 422)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_list(form, 422)
    flash_at("invitations", with_delivery(_("The person is invited.")))
    return redirect_to_outcome(url_for("ogp.assessor_list", lang=lang))


def _invite(open_session: Session, form: InviteAssessorForm) -> int:
    draft = form.draft
    invitation_id = invite_assessor(open_session, draft, by=actor(), at=clocks.now())
    what = _commitment_in_words(draft.identifier) if draft.identifier else _plan_title(open_session, draft.start_year)
    invited = AssessorInvited(invitation_id, what, draft.assessor, current_user().name)
    notify_assessor_invited(open_session, invited, draft.person_id, by=actor(), **mail_context())
    return invitation_id


def _commitment_in_words(identifier: str) -> Bilingual:
    return Bilingual(f"commitment {identifier}", f"l’engagement {identifier}")


def _plan_title(open_session: Session, start_year: int | None) -> Bilingual:
    return open_session.scalars(select(ActionPlan).where(ActionPlan.start_year == start_year)).one().title


@blueprint.post("/admin/commitments/assessors/<int:id>/end")
@requires(Permission.RECORD_COMMITMENTS)
def assessor_end(lang: str, id: int) -> Response:
    """End an invitation. What was recorded under it is kept."""
    with write() as open_session:
        end_invitation(open_session, id, by=actor(), at=clocks.now())
    flash_at("invitations", _("The invitation has ended. What the person recorded is kept."))
    return redirect_to_outcome(url_for("ogp.assessor_list", lang=lang))


@blueprint.get("/admin/commitments/offers/<int:id>")
@requires(Permission.RECORD_COMMITMENTS)
def offer_page(lang: str, id: int) -> Response:
    """Show an offer from civil society with its reports, and the form to answer it."""
    return _render_offer(id, AnswerOfferForm(formdata=None), 200)


@blueprint.post("/admin/commitments/offers/<int:id>")
@requires(Permission.RECORD_COMMITMENTS)
def offer_answer(lang: str, id: int) -> Response:
    """Accept or decline an offer, and email the person who made it."""
    form = AnswerOfferForm()
    if form.accept.data not in ("yes", "no"):
        _offer(id)
        form.accept.errors = [_("Choose “Accept” or “Decline”.")]
        return _render_offer(id, form, 422)
    try:
        with write() as open_session:
            _answer(open_session, id, form)
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"answer": "message"})
        return _render_offer(id, form, 422)
    except Conflict:
        form.form_errors.append(
            _("This offer was answered or withdrawn in the meantime, so nothing was saved. The offer is shown below.")
        )
        return _render_offer(id, form, 409)
    flash_at("offers", with_delivery(_("Your answer to the offer was sent.")))
    return redirect_to_outcome(url_for("ogp.assessor_list", lang=lang))


def _answer(open_session: Session, offer_id: int, form: AnswerOfferForm) -> None:
    accept, version = form.accept.data == "yes", parse_version(form.version.data or "")
    words = form.message.data or ""
    answer_offer(open_session, offer_id, accept=accept, answer=words, version=version, by=actor(), at=clocks.now())
    offer = open_session.get_one(MilestoneOffer, offer_id)
    milestone = milestone_of(open_session, offer)
    answered = OfferAnswered(
        offer_id, milestone.commitment.identifier, milestone.number, accept, offer.answer, current_user().name
    )
    notify_offer_answered(open_session, answered, offer.offered_by, by=actor(), **mail_context())


def _offer(offer_id: int) -> MilestoneOffer:
    offer = session().get(MilestoneOffer, offer_id)
    if offer is None:
        raise NotFound(f"offer {offer_id}")
    return offer


def _targets() -> list[tuple[str, str]]:
    """Return the plans and the commitments that a person can be invited to assess, the newest plan first."""
    choices: list[tuple[str, str]] = []
    for plan in session().scalars(select(ActionPlan).order_by(ActionPlan.start_year.desc())):
        choices.append((f"plan:{plan.start_year}", _("All of %(plan)s", plan=plain(plan.title))))
        listed = select(Commitment).where(Commitment.plan_id == plan.id).order_by(Commitment.position, Commitment.id)
        choices += [
            (f"commitment:{each.identifier}", f"{each.identifier} {plain(each.title)}") for each in session().scalars(listed)
        ]
    return choices


def _render_list(form: InviteAssessorForm, status: int) -> Response:
    form.fill_choices(assessors(session()), _targets())
    page = render_template(
        "ogp/assessors.html",
        form=form,
        invitations=invitations(session()),
        offers=[(offer, milestone_of(session(), offer)) for offer in offers(session())],
        parts=PART_LABELS,
        states=STATE_LABELS,
        button=ButtonForm(formdata=None),
    )
    return make_response(page, status)


def _render_offer(offer_id: int, form: AnswerOfferForm, status: int) -> Response:
    offer = _offer(offer_id)
    if status != 422:
        form.version.data = str(offer.version)
    page = render_template(
        "ogp/offer_answer.html",
        offer=offer,
        milestone=milestone_of(session(), offer),
        by=session().get_one(Person, offer.offered_by).name,
        form=form,
        part=PART_LABELS[offer.part].text(i18n.current_language()),
        states=STATE_LABELS,
        mark_of=mark_of,
    )
    return make_response(page, status)
