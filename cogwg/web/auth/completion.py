"""Completing a sign-in, with or without a second step: start the session, then open the page or give back typed text."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.browsers import browser_name
from cogwg.accounts.sign_in_limits import SignInAttempt, clear_success
from cogwg.policy import Permission, has_permission
from cogwg.web.auth import device_cookie, preserved_form
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import current_user
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.http import clocks, i18n, security_log
from cogwg.web.http.database import write
from cogwg.web.http.preserved_form import PreservedForm


def complete_sign_in(
    person_id: int,
    attempt: SignInAttempt,
    *,
    account: str,
    password_hash: str,
    next_path: str | None,
    typed: PreservedForm | None,
) -> Response:
    """Clear the attempt, start a session, and open the requested page or give back a preserved form.

    ``account`` is the hash of the email address, for the cookie of this browser.
    """
    with write() as open_session:
        clear_success(open_session, attempt)
        browser = browser_name(request.user_agent.string)
        token = services.start_session(open_session, person_id, now=clocks.real_now(), browser=browser)
    security_log.log_event("sign-in.ok", person_id=person_id)
    device_cookie.remember_device(account, password_hash)
    auth_session.sign_in(token)
    owner = preserved_form.owner_id(typed) if typed is not None else None
    if typed is not None and owner not in (None, person_id):
        flash(_("Another person typed text in this browser before you signed in. It was not sent, and you cannot see it."))
    elif typed is not None:
        if auth_session.must_set_up():
            flash(_("Your role requires two-step sign-in. Set it up from another tab, then come back and send your text."))
        return make_response(preserved_form.render_preserved_form(typed))
    if auth_session.must_set_up():
        return redirect(auth_session.set_up_url(), 303)
    return redirect(safe_path(next_path) or first_page(), 303)


def first_page() -> str:
    """Return the URL to open after signing in: My updates for people who may report, else the home page."""
    reports = has_permission(current_user().roles, Permission.REPORT)
    return url_for("reporting.my_updates" if reports else "site.home", lang=i18n.current_language())
