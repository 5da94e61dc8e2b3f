"""Removal of a person's link to the OpenID Connect provider by the secretariat, when their account there was replaced."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.models import Person
from cogwg.accounts.people import remove_openid_link
from cogwg.notices.accounts import send_invitation
from cogwg.notices.openid import notify_openid_change
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import VersionForm
from cogwg.web.admin.person import perform
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.openid_state import provider_or_404
from cogwg.web.http import clocks
from cogwg.web.http.forms import parse_version
from cogwg.web.http.mail_context import mail_context, with_mail_note


@blueprint.post("/people/<int:id>/openid/unlink")
@requires(Permission.MANAGE_PEOPLE)
def person_openid_unlink(lang: str, id: int) -> Response:
    """Remove a person's link to the provider. They must sign in again, and get an email.

    A person without a password also gets an invitation.
    """
    form, name = VersionForm(), provider_or_404().settings.name

    def change(open_session: Session, person: Person) -> None:
        version = parse_version(form.version.data or "")
        remove_openid_link(open_session, person, version=version, by=actor(), at=clocks.now())
        notify_openid_change(open_session, person.id, name, is_linked=False, by=actor(), **mail_context())
        if person.password_hash is None:
            send_invitation(open_session, person, current_user().name, by=actor(), **mail_context())

    done = with_mail_note(_("The link was removed. The person gets an email, and must sign in again."))
    return perform(id, form, "sign-in", done, change)
