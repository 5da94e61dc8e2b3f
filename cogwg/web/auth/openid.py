"""Signing in with the organization's OpenID Connect provider. On a site without a provider, these URLs answer 404.

The sign-in begins with a link rather than a form, because the content security policy lets no form lead to another site.
"""

from __future__ import annotations

import logging

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.openid import OpenIDRequest
from cogwg.accounts.openid_links import OpenIDRefused, person_to_sign_in, use_state
from cogwg.accounts.openid_requests import AnswerRefused, ProviderUnavailable
from cogwg.accounts.second_factor import factor_state
from cogwg.accounts.sign_in_limits import account_hash
from cogwg.accounts.tokens import new_token
from cogwg.web.auth import blueprint, openid_state, preserved_form
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.auth.completion import complete_openid_sign_in, first_page, open_page
from cogwg.web.auth.forms import SignInForm
from cogwg.web.auth.openid_state import OpenIDProblem, WaitingOpenID
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.auth.second_step import ask_for_code
from cogwg.web.http import clocks, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.rate_limits import limit_openid_sign_ins
from cogwg.web.http.slots import released_slot

log = logging.getLogger("cogwg.openid")


@blueprint.get("/sign-in/openid")
@public
@limit_openid_sign_ins
def openid_begin(lang: str) -> Response:
    """Send the person to the provider. If the provider is unavailable, return to the sign-in page, which says so."""
    provider, next_path = openid_state.provider_or_404(), safe_path(request.args.get("next", ""))
    if current_user_or_none() is not None:
        return redirect(next_path or first_page(), 303)
    asked = OpenIDRequest(new_token(), new_token(), new_token())
    session().rollback()
    try:
        with released_slot():
            url = provider.authorization_url(asked, redirect_url=openid_state.redirect_url(), lang=i18n.current_language())
    except ProviderUnavailable as error:
        return _unavailable(error, next_path)
    openid_state.remember(WaitingOpenID(asked, next_path, lang, is_beside_text="beside" in request.args))
    return redirect(url, 303)


@blueprint.get("/sign-in/openid/answer")
@public
@limit_openid_sign_ins
def openid_answer(lang: str) -> Response:
    """Sign in the person whom the provider sends back, if its answer belongs to this browser and identifies an account.

    With two-step sign-in, ask for the code first, unless the provider requires two steps. An answer can be used once. If it is
    refused, the sign-in page says why.
    """
    provider = openid_state.provider_or_404()
    waiting = openid_state.waiting_openid(request.args.get("state", ""))
    if waiting is None:
        security_log.log_event("openid.unproven")
        return openid_state.redirect_to_problem(OpenIDProblem.EXPIRED)
    if waiting.lang != lang:
        return redirect(f"{url_for('auth.openid_answer', lang=waiting.lang)}?{request.query_string.decode('latin-1')}", 303)
    openid_state.forget()
    code, settings = request.args.get("code", ""), provider.settings
    if not code and request.args.get("error") == "access_denied":
        return openid_state.redirect_to_problem(OpenIDProblem.CANCELLED, next_path=waiting.next_path)
    if not code or request.args.get("iss", settings.issuer) != settings.issuer:
        security_log.log_event("openid.unproven")
        return openid_state.redirect_to_problem(OpenIDProblem.UNPROVEN, next_path=waiting.next_path)
    session().rollback()
    try:
        with released_slot():
            identity = provider.identify(waiting.asked, code, redirect_url=openid_state.redirect_url(), now=clocks.real_now())
    except ProviderUnavailable as error:
        return _unavailable(error, waiting.next_path)
    except AnswerRefused as error:
        log.warning("A sign-in with the OpenID Connect provider was refused: %s.", error)
        security_log.log_event("openid.unproven")
        return openid_state.redirect_to_problem(OpenIDProblem.UNPROVEN, next_path=waiting.next_path)
    try:
        person = person_to_sign_in(session(), identity, now=clocks.real_now())
        person_id, password_hash, factor = person.id, person.password_hash, factor_state(session(), person.id)
        session().rollback()
        if factor.is_on and not settings.requires_two_steps:
            with write() as open_session:
                use_state(open_session, waiting.asked.state, now=clocks.real_now())
            return ask_for_code(person_id, password_hash or "", waiting.next_path, None, identity)
        answer = complete_openid_sign_in(
            person_id,
            identity,
            state=waiting.asked.state,
            is_strong=settings.requires_two_steps,
            next_path=waiting.next_path,
        )
    except OpenIDRefused as refused:
        security_log.log_event("openid.refused", account=account_hash(identity.email) if identity.email else "")
        return openid_state.redirect_to_problem(refused.refusal, email=identity.email, next_path=waiting.next_path)
    if waiting.is_beside_text:
        flash(_("You are signed in. Go back to the other tab to get your text."))
    return answer


@blueprint.post("/sign-in/text")
@public
def text_return(lang: str) -> Response:
    """Show a preserved form again to a person who signed in from another tab. Without a session, show the sign-in page."""
    typed, person = preserved_form.from_sign_in_form(), current_user_or_none()
    if person is not None:
        return open_page(person.person_id, "", typed)
    form = SignInForm(formdata=None)
    form.form_errors.append(_("You are not signed in yet. Sign in first."))
    return make_response(render_template("auth/sign_in.html", form=form, preserved=typed), 422)


@blueprint.errorhandler(OpenIDRefused)
def handle_refused_link(refused: OpenIDRefused) -> Response:
    """Redirect to the sign-in page, with the reason, if the person can no longer be linked after the second step."""
    security_log.log_event("openid.refused")
    return openid_state.redirect_to_problem(refused.refusal)


def _unavailable(error: ProviderUnavailable, next_path: str) -> Response:
    log.warning("The OpenID Connect provider could not be used: %s.", error)
    security_log.log_event("openid.unavailable")
    return openid_state.redirect_to_problem(OpenIDProblem.UNAVAILABLE, next_path=next_path)
