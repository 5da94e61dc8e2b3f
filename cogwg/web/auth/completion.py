"""Completing a sign-in, with or without a second step: start the session, then open a page or show a preserved form again."""

from __future__ import annotations

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.browsers import browser_name
from cogwg.accounts.openid import OpenIDIdentity
from cogwg.accounts.openid_links import use_state
from cogwg.accounts.sign_in_limits import SignInAttempt, clear_success
from cogwg.policy import Permission, has_permission
from cogwg.web.auth import device_cookie, openid_state, preserved_form
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
    identity: OpenIDIdentity | None = None,
) -> Response:
    """Clear the attempt, start a session, and open the requested page or show a preserved form again.

    ``account`` is the hash of the email address, for the cookie of this browser. ``identity`` is the identity from the OpenID
    Connect provider; None if the sign-in did not begin there. Raises ``OpenIDRefused`` if the identity cannot be linked.
    """
    with write() as open_session:
        clear_success(open_session, attempt)
        is_linked = identity is not None and openid_state.link(open_session, person_id, identity)
        browser = browser_name(request.user_agent.string)
        token = services.start_session(open_session, person_id, now=clocks.real_now(), browser=browser)
    if is_linked:
        security_log.log_event("openid.linked", person_id=person_id)
    security_log.log_event("sign-in.ok", person_id=person_id)
    device_cookie.remember_device(account, password_hash)
    auth_session.sign_in(token)
    return open_page(person_id, next_path, typed)


def complete_openid_sign_in(
    person_id: int, identity: OpenIDIdentity, *, state: str, is_strong: bool, next_path: str
) -> Response:
    """Link the person, start a session and open the requested page, after a sign-in that needs no code from this site.

    ``is_strong`` is whether the provider requires two steps. Raises ``OpenIDRefused`` if the identity cannot be linked.
    """
    with write() as open_session:
        now = clocks.real_now()
        use_state(open_session, state, now=now)
        is_linked = openid_state.link(open_session, person_id, identity)
        browser = browser_name(request.user_agent.string)
        token = services.start_session(open_session, person_id, now=now, browser=browser, is_strong=is_strong)
    if is_linked:
        security_log.log_event("openid.linked", person_id=person_id)
    security_log.log_event("sign-in.ok", person_id=person_id)
    auth_session.sign_in(token)
    return open_page(person_id, next_path, None)


def open_page(person_id: int, next_path: str | None, typed: PreservedForm | None) -> Response:
    """Open the requested page for a person who signed in, or show a preserved form again to the person who typed in it."""
    owner = preserved_form.owner_id(typed) if typed is not None else None
    if typed is not None and owner not in (None, person_id):
        flash(_("Another person typed text in this browser before you signed in. It was not sent, and you cannot see it."))
    elif typed is not None:
        if auth_session.must_set_up():
            flash(_("Your role requires two-step sign-in. Set it up in another tab, then come back and send your text."))
        return make_response(preserved_form.render_preserved_form(typed))
    if auth_session.must_set_up():
        return redirect(auth_session.set_up_url(), 303)
    return redirect(safe_path(next_path) or first_page(), 303)


def first_page() -> str:
    """Return the URL to open after signing in: My updates for people who may report, else the home page."""
    reports = has_permission(current_user().roles, Permission.REPORT)
    return url_for("reporting.my_updates" if reports else "site.home", lang=i18n.current_language())
