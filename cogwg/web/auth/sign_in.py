"""Signing in and out, and setting a password from a single-use link."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.first_account import has_accounts
from cogwg.accounts.models import Person
from cogwg.accounts.openid_links import link_of
from cogwg.accounts.queries import person_by_email, usable_link
from cogwg.accounts.second_factor import factor_state
from cogwg.accounts.sign_in_limits import account_hash, clear_success
from cogwg.core.errors import NotFound
from cogwg.notices.services import notify_password_set
from cogwg.web.auth import blueprint, credentials, device_cookie, openid_state, preserved_form
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.auth.completion import complete_sign_in, first_page
from cogwg.web.auth.forms import SetPasswordForm, SignInForm
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.auth.second_step import ask_for_code
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context

_ADDRESS = "sign-in-address"
"""The session-cookie key for an email address that the sign-in page fills in once."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in(lang: str) -> Response | str:
    """Sign in with an email address and a password, then open the requested page or show a preserved form again.

    With two-step sign-in, ask for the second step first.
    """
    form = SignInForm()
    if request.method == "GET" and auth_session.must_set_up():
        return redirect(auth_session.set_up_url(), 303)
    if request.method == "GET" and current_user_or_none() is not None:
        return redirect(safe_path(request.args.get("next", "")) or first_page(), 303)
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next", ""))
        form.email.data = cookie.pop(_ADDRESS, "")
        form.form_errors.extend(filter(None, [openid_state.take_problem()]))
        return render_template("auth/sign_in.html", form=form, has_no_account=not has_accounts(session()))
    typed = preserved_form.from_sign_in_form()
    if not form.validate():
        return make_response(render_template("auth/sign_in.html", form=form, preserved=typed), 422)
    person = person_by_email(session(), form.email.data)
    stored = person.password_hash if person is not None and person.retired_at is None else None
    person_id = person.id if person is not None else 0
    attempt = credentials.checked_attempt(form.email.data, stored, form.password.data)
    if attempt is None or stored is None:
        security_log.log_event("sign-in.failed", account=account_hash(form.email.data))
        form.form_errors.append(_("The email address or password is incorrect. Check both and try again."))
        form.password.data = ""
        return make_response(render_template("auth/sign_in.html", form=form, preserved=typed), 422)
    factor = factor_state(session(), person_id)
    session().rollback()
    if factor.is_on:
        with write() as open_session:
            clear_success(open_session, attempt)
        return ask_for_code(person_id, stored, form.next.data, typed)
    return complete_sign_in(
        person_id, attempt, account=attempt.account, password_hash=stored, next_path=form.next.data, typed=typed
    )


@blueprint.post("/sign-out")
@public
def sign_out(lang: str) -> Response:
    """End the session, and clear the browser's cache and storage for this site, so that Back shows no earlier page."""
    if current_user_or_none() is not None:
        security_log.log_event("sign-out")
    auth_session.sign_out()
    response = redirect(url_for("site.home", lang=lang), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
def set_password(lang: str, token: str) -> Response | str:
    """Set a password through a single-use link, and confirm it by email. Answers 410 if the link cannot be used."""
    link = usable_link(session(), token, clocks.real_now())
    if link is None:
        return make_response(render_template("auth/link_used.html"), 410)
    person = session().get_one(Person, link.person_id)
    email, is_first = person.email, person.password_hash is None
    is_invitation = is_first and link_of(session(), person.id) is None
    form = SetPasswordForm()
    if not form.is_submitted():
        return render_template("auth/set_password.html", form=form, is_invitation=is_invitation)
    if not credentials.is_acceptable(form, email=email, name=person.name):
        return make_response(render_template("auth/set_password.html", form=form, is_invitation=is_invitation), 422)
    hashed = credentials.passwords().hash(form.password.data)
    try:
        with write() as open_session:
            person_id = services.set_password_by_link(open_session, token, hashed, at=clocks.now(), now=clocks.real_now())
            notify_password_set(open_session, person_id, is_first=is_first, **mail_context())
    except NotFound:
        return make_response(render_template("auth/link_used.html"), 410)
    security_log.log_event("password.set", person_id=person_id)
    device_cookie.remember_device(account_hash(email), hashed)
    cookie[_ADDRESS] = email
    flash(_("Your password is saved. Sign in with it."))
    return redirect(url_for("auth.sign_in", lang=lang), 303)
