"""A person's own link to the OpenID Connect provider: looking it up, and removing it."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.openid_links import LinkFacts, link_of, unlink
from cogwg.core.errors import Invalid
from cogwg.notices.openid import notify_openid_change
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.openid_state import provider_or_404, provider_or_none
from cogwg.web.http import clocks, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context


@blueprint.post("/account/openid/unlink")
@requires(Permission.USE_ACCOUNT)
def openid_unlink(lang: str) -> Response:
    """Remove the person's link to the provider; their other sessions end, and they get an email."""
    user, name = current_user(), provider_or_404().settings.name
    try:
        with write() as open_session:
            unlink(open_session, user.person_id, sign_in_id=user.sign_in_id, by=actor(), at=clocks.now())
            notify_openid_change(open_session, user.person_id, name, is_linked=False, by=actor(), **mail_context())
    except Invalid as refusal:
        flash_at("openid", i18n.translate_message(refusal.problems[0][1]))
        return redirect_to_outcome(url_for("account.page", lang=lang))
    security_log.log_event("openid.unlinked")
    flash_at("openid", _("The link was removed. You are signed out everywhere else."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


def link_of_user() -> LinkFacts | None:
    """Return the link of the signed-in person to the provider of this site; None if there is none."""
    provider = provider_or_none()
    link = link_of(session(), current_user().person_id) if provider is not None else None
    return link if provider is not None and link is not None and link.issuer == provider.settings.issuer else None
