"""The list of the people who are signed in, where the secretariat ends sessions."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.overview import end_session_of_person, people_signed_in
from cogwg.accounts.wording import GROUP_ROLE_LABELS
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.pagination import paginate


@blueprint.get("/sessions")
@requires(Permission.MANAGE_PEOPLE)
def session_list(lang: str) -> str:
    """List the people who are signed in, with the browser, the start and the last use of each session."""
    people = people_signed_in(session(), now=clocks.real_now())
    return render_template(
        "admin/sessions.html",
        people=paginate(people, "admin.session_list"),
        session_count=sum(len(person.sessions) for person in people),
        own_session_id=current_user().sign_in_id,
        role_labels=GROUP_ROLE_LABELS,
        button=ButtonForm(formdata=None),
    )


@blueprint.post("/sessions/<int:id>/end")
@requires(Permission.MANAGE_PEOPLE)
def session_end(lang: str, id: int) -> Response:
    """End one session of a person. If it has already ended, say so."""
    with write() as open_session:
        person_id = end_session_of_person(open_session, id, by=actor(), at=clocks.now())
    if person_id is not None:
        security_log.log_event("sessions.ended", person_id=current_user().person_id)
    if id == current_user().sign_in_id:
        auth_session.sign_out()
        return redirect(url_for("auth.sign_in", lang=lang), 303)
    flash_at("sessions", _("The session was ended.") if person_id is not None else _("This session had already ended."))
    return redirect_to_outcome(url_for("admin.session_list", lang=lang))
