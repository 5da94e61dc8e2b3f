"""The list of people, with filters and a download, and the form that invites a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field

from cogwg.accounts.directory import PeopleFilter, invited_leads, jurisdictions_without_lead, list_people
from cogwg.accounts.models import Jurisdiction, Role
from cogwg.accounts.people import add_person
from cogwg.accounts.queries import jurisdiction_with_id, jurisdictions, person_by_email
from cogwg.accounts.wording import GROUP_ROLE_LABELS
from cogwg.core.errors import Invalid
from cogwg.notices.accounts import send_invitation
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import InviteForm, PeopleFilterForm
from cogwg.web.admin.tables import people_table
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.flashes import flash_at, flash_with_link, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context, mail_settings, with_delivery
from cogwg.web.http.pagination import paginate
from cogwg.web.http.rate_limits import limit_downloads

GROUP_TIME_ZONE = "America/Toronto"
"""The time zone of a new account, until the person chooses another."""


@blueprint.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people_list(lang: str) -> Response:
    """List the people of the group, with filters, and the form that invites a person."""
    return _render_list(None, 200)


@blueprint.post("/people")
@requires(Permission.MANAGE_PEOPLE)
def person_invite(lang: str) -> Response:
    """Create an account and email the person a link to set their password."""
    form = InviteForm()
    try:
        with write() as open_session:
            person_id = form.make_once(open_session, "person", lambda: _invite(open_session, form))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_list(form, 422)
    email = (form.email.data or "").strip()
    outcome = with_delivery(_("The invitation to %(email)s is ready; its link works for 7 days.", email=email))
    if mail_settings().method:
        flash_at("invite", outcome)
    else:
        person_url = url_for("admin.person_page", lang=lang, id=person_id, _anchor="sign-in")
        flash_with_link(outcome, _("Pass on the invitation yourself"), person_url, place="invite")
    return redirect_to_outcome(url_for("admin.people_list", lang=lang))


@blueprint.get("/people.<any(csv, xlsx):kind>")
@requires(Permission.MANAGE_PEOPLE)
@limit_downloads
def people_download(lang: str, kind: str) -> Response:
    """Download the list of people, with the filters of the page."""
    shown = _filter(PeopleFilterForm(request.args))
    people = [person for person in list_people(session(), now=clocks.real_now()) if shown.matches(person)]
    return download_response(people_table(people, clocks.today()), kind)


def _invite(open_session: Session, form: InviteForm) -> int:
    person = add_person(
        open_session,
        email=form.email.data or "",
        name=form.name.data or "",
        role=form.chosen_role,
        jurisdiction=jurisdiction_with_id(open_session, form.jurisdiction_id),
        lang=form.chosen_lang,
        time_zone=GROUP_TIME_ZONE,
        by=actor(),
        at=clocks.now(),
    )
    send_invitation(open_session, person, current_user().name, by=actor(), **mail_context())
    return person.id


def _filter(form: PeopleFilterForm) -> PeopleFilter:
    state = form.state.data if form.state.data in ("invited", "deactivated", "all") else "active"
    return PeopleFilter(form.q.data or "", form.role.data or "", "" if state == "all" else state)


def _asked_lead(known: Sequence[Jurisdiction]) -> dict[str, str]:
    """Return the form's initial role and jurisdiction if the URL asks to invite a lead for a jurisdiction, by its code.

    Otherwise, return an empty mapping.
    """
    code = request.args.get("lead", "")
    return next(({"role": Role.LEAD.value, "jurisdiction": str(j.id)} for j in known if j.code == code), {})


def other_account(email: Field, except_id: int | None = None) -> int | None:
    """Return the id of the account that already has the email address in a refused form, so that the page can link to it."""
    person = person_by_email(session(), (email.data or "").strip()) if email.errors else None
    return person.id if person is not None and person.id != except_id else None


def _render_list(invite: InviteForm | None, status: int) -> Response:
    """Render the list; ``invite`` is the posted form with its errors, if any."""
    lang, now = i18n.current_language(), clocks.real_now()
    filters = PeopleFilterForm(request.args)
    filters.fill_choices()
    filters.state.data = filters.state.data or "active"
    shown, everyone = _filter(filters), list_people(session(), now=now)
    known = jurisdictions(session(), lang)
    form = invite or InviteForm(formdata=None, data={"lang": lang.value, **_asked_lead(known)})
    form.fill_choices(known)
    people = [person for person in everyone if shown.matches(person)]
    query: dict[str, Any] = {name: value for name, value in request.args.items() if name in ("q", "role", "state") and value}
    page = render_template(
        "admin/people.html",
        filters=filters,
        form=form,
        people=paginate(people, "admin.people_list", **query),
        active_count=sum(person.has_accepted for person in everyone),
        invited_count=sum(not person.has_accepted and not person.is_deactivated for person in everyone),
        has_jurisdictions=bool(known),
        without_lead=jurisdictions_without_lead(known, everyone),
        invited_leads=invited_leads(everyone),
        other_account=other_account(form.email),
        is_filtered=bool(query),
        now=now,
        role_labels=GROUP_ROLE_LABELS,
        downloads=download_urls("admin.people_download", lang=lang.value, **query),
    )
    return make_response(page, status)
