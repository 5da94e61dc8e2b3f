"""Asking for a link to set a new password, which is emailed if the address belongs to an account."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.sign_in_limits import account_hash, link_request, remaining_wait, reserve_attempt
from cogwg.notices.accounts import send_forgotten_password_link
from cogwg.web.auth import blueprint
from cogwg.web.auth.access import public
from cogwg.web.auth.expired_forms import wait_sentence
from cogwg.web.auth.forms import EmailAddressForm
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context, mail_settings


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten_password(lang: str) -> Response | str:
    """Email a link to set a new password. The response is the same whether or not the address belongs to an account."""
    form = EmailAddressForm()
    if not form.is_submitted():
        return render_template("auth/forgotten_password.html", form=form)
    if not form.validate():
        return make_response(render_template("auth/forgotten_password.html", form=form), 422)
    address, now = form.email.data.strip(), clocks.real_now()
    attempt = link_request(address, request.remote_addr or "")
    pause = remaining_wait(session(), attempt, now=now)
    session().rollback()
    if pause is None:
        with write() as open_session:
            pause = reserve_attempt(open_session, attempt, now=now)
            if pause is None:
                send_forgotten_password_link(open_session, address, **mail_context())
    if pause is not None:
        security_log.log_event("link.throttled", account=account_hash(address))
        return _ask_to_wait(form, int(pause.total_seconds()) + 1)
    security_log.log_event("link.requested", account=account_hash(address))
    sent = _("If %(email)s belongs to an active account, an email with a link is on its way.", email=address)
    flash_at("forgotten", sent if mail_settings().method else _("No link was sent, because this site has no email server yet."))
    return redirect_to_outcome(url_for("auth.forgotten_password", lang=lang))


def _ask_to_wait(form: EmailAddressForm, seconds: int) -> Response:
    form.form_errors.append(wait_sentence(seconds))
    response = make_response(render_template("auth/forgotten_password.html", form=form), 429)
    response.headers["Retry-After"] = str(seconds)
    return response
