"""An invitation that the secretariat passes on itself, where no email server is configured.

The reasons are in docs/decisions/0016-invitations-by-hand.md.
"""

from __future__ import annotations

from flask import current_app, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.errors import Invalid
from cogwg.core.settings import Settings
from cogwg.notices.accounts import create_invitation_to_pass_on
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import VersionForm
from cogwg.web.admin.person import load_person, render_person
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import write
from cogwg.web.http.mail_context import mail_settings


@blueprint.post("/people/<int:id>/link/show")
@requires(Permission.MANAGE_PEOPLE)
def person_link_show(lang: str, id: int) -> Response:
    """Create an invitation and show its link in this response only; earlier links stop working."""
    form = VersionForm()
    if mail_settings().method:
        form.form_errors.append(_("An email server is configured, so invitations are sent by email."))
        return render_person(id, form, 422)
    try:
        with write() as open_session:
            person = load_person(open_session, id)
            language = person.lang
            token = create_invitation_to_pass_on(open_session, person, by=actor(), at=clocks.now(), now=clocks.real_now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return render_person(id, form, 422)
    security_log.log_event("person.changed", person_id=current_user().person_id)
    settings: Settings = current_app.extensions["cogwg.settings"]
    path = url_for("auth.set_password", lang=language.value, token=token)
    return render_person(id, None, 200, new_link=f"{settings.public_url}{path}")
