"""Deactivating and reactivating a person. Deactivation asks who takes over their jurisdictions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts import people
from cogwg.accounts.directory import active_people, listed_jurisdiction
from cogwg.accounts.models import Jurisdiction, Person, Role
from cogwg.core.articles import with_article
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.notices.accounts import notify_roles_changed, send_invitation
from cogwg.policy import Permission
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.unfinished import unfinished_reports
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import VersionForm
from cogwg.web.admin.person import changed_meanwhile, load_person, perform
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import person_name
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import parse_number, parse_version
from cogwg.web.http.mail_context import mail_context, with_delivery

NO_SUCCESSOR = "none"


@blueprint.get("/people/<int:id>/deactivate")
@requires(Permission.MANAGE_PEOPLE)
def person_deactivate_page(lang: str, id: int) -> Response:
    """Ask for confirmation, and who takes over each jurisdiction that would have no lead or deputy."""
    return _render_question(id, VersionForm(formdata=None), 200)


@blueprint.post("/people/<int:id>/deactivate")
@requires(Permission.MANAGE_PEOPLE)
def person_deactivate(lang: str, id: int) -> Response:
    """Deactivate a person, and make the chosen people leads of their jurisdictions, in one transaction."""
    form = VersionForm()
    if id == current_user().person_id:
        form.form_errors.append(_("You cannot deactivate your own account. Ask another person in the secretariat."))
        return _render_question(id, form, 422)
    try:
        with write() as open_session:
            person = load_person(open_session, id)
            left = people.jurisdictions_left(open_session, person)
            answers = {jurisdiction.id: request.form.get(successor_name(jurisdiction), "") for jurisdiction in left}
            if any(not answer for answer in answers.values()):
                form.form_errors.append(_("Choose who takes over each jurisdiction, or “Without a lead for now”."))
                return _render_question(id, form, 422)
            choices = {other for other, _name, _email in active_people(open_session, except_id=id)}
            name, takers = person.name, list[str]()
            version = parse_version(form.version.data or "")
            people.deactivate_person(open_session, person, version=version, by=actor(), at=clocks.now())
            for jurisdiction in left:
                if answers[jurisdiction.id] == NO_SUCCESSOR:
                    continue
                successor = load_person(open_session, parse_number(answers[jurisdiction.id]) or 0)
                if successor.id not in choices:
                    raise NotFound(f"person {successor.id} who can sign in")
                people.add_role(open_session, successor, Role.LEAD, jurisdiction, version=None, by=actor(), at=clocks.now())
                takers.append(_lead_now(successor, jurisdiction))
                notify_roles_changed(open_session, successor, by=actor(), **mail_context())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_question(id, form, 422)
    except Conflict:
        form.form_errors.append(changed_meanwhile())
        return _render_question(id, form, 409)
    security_log.log_event("person.changed", person_id=current_user().person_id)
    flash(" ".join([_("%(name)s can no longer sign in. Their reports and comments are kept.", name=name), *takers]))
    return redirect_to_outcome(url_for("admin.people_list", lang=i18n.current_language()))


@blueprint.post("/people/<int:id>/reactivate")
@requires(Permission.MANAGE_PEOPLE)
def person_reactivate(lang: str, id: int) -> Response:
    """Reactivate a person with their roles, and email them a link to set a new password.

    Those who took over their jurisdictions keep their roles, and the outcome names them.
    """
    form = VersionForm()
    others = _who_keeps_roles(load_person(session(), id))
    done = with_delivery(_("The account is active again, and an invitation is ready."))

    def change(open_session: Session, person: Person) -> None:
        version = parse_version(form.version.data or "")
        people.reactivate_person(open_session, person, version=version, by=actor(), at=clocks.now())
        send_invitation(open_session, person, current_user().name, by=actor(), **mail_context())

    return perform(id, form, "sign-in", " ".join([done, *others]), change)


def _lead_now(person: Person, jurisdiction: Jurisdiction) -> str:
    """Return a sentence that names the new lead of a jurisdiction."""
    place = jurisdiction.name.text(i18n.current_language())
    return str(_("New lead: %(name)s, %(place)s.", name=person_name(person.name), place=place))


def _who_keeps_roles(person: Person) -> list[str]:
    """Return a sentence for each jurisdiction of a person that names its leads and deputies."""
    lang, sentences = i18n.current_language(), []
    for code in dict.fromkeys(m.jurisdiction.code for m in person.memberships if m.jurisdiction is not None):
        place = listed_jurisdiction(session(), code)
        if place is not None and (others := [*place.leads, *place.deputies]):
            values = {
                "names": ", ".join(person_name(name) for _id, name in others),
                "place": with_article(place.name).text(lang),
            }
            sentences.append(
                ngettext(
                    "%(names)s keeps the role for %(place)s.",
                    "%(names)s keep their roles for %(place)s.",
                    len(others),
                    **values,
                )
            )
    return sentences


@dataclass(frozen=True, slots=True)
class UnsubmittedReports:
    """A quarter with reports that the person's jurisdictions have not submitted.

    ``missing`` is the number of these reports, and ``begun`` the activities whose reports have a draft.
    """

    period: PeriodFacts
    missing: int
    begun: tuple[tuple[str, Bilingual], ...]


def successor_name(jurisdiction: Jurisdiction) -> str:
    """Return the name of the field that asks who takes over a jurisdiction."""
    return f"successor-{jurisdiction.code}"


def _render_question(id_: int, form: VersionForm, status: int) -> Response:
    person = load_person(session(), id_)
    form.version.data = str(person.version)
    left = people.jurisdictions_left(session(), person)
    own = {m.jurisdiction_id for m in person.memberships if m.jurisdiction_id is not None}
    page = render_template(
        "admin/deactivate.html",
        member=person,
        form=form,
        questions=[(successor_name(jurisdiction), jurisdiction.name) for jurisdiction in left],
        choices=[(str(other), f"{name} ({email})") for other, name, email in active_people(session(), except_id=id_)],
        no_successor=NO_SUCCESSOR,
        unsubmitted=_unsubmitted_reports(own) if own else [],
        chosen={name: value for name, value in request.form.items() if name.startswith("successor-")},
    )
    return make_response(page, status)


def _unsubmitted_reports(jurisdiction_ids: Collection[int]) -> list[UnsubmittedReports]:
    counted = periods_with_missing_counts(session(), clocks.now(), clocks.today(), jurisdiction_ids=jurisdiction_ids)
    begun = unfinished_reports(session(), jurisdiction_ids, clocks.now())
    quarters = [
        UnsubmittedReports(c.period, c.missing, tuple((r.code, r.title) for r in begun if r.period_id == c.period.id))
        for c in counted
    ]
    return [quarter for quarter in quarters if quarter.missing or quarter.begun]
