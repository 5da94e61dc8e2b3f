"""A person's own password and sessions: changing the password, and signing out everywhere."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.models import Person
from cogwg.accounts.own_account import end_own_session, pending_address
from cogwg.accounts.sign_in_limits import clear_success
from cogwg.notices.services import notify_password_set
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.auth import credentials, device_cookie
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.forms import ChangePasswordForm
from cogwg.web.http import clocks, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import mail_context, with_mail_note


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def password_change(lang: str) -> Response | str:
    """Change the person's own password. This session continues, their other sessions end, and they get an email.

    A wrong current password counts as a failed sign-in, so guessing is no faster here than on the sign-in page.
    """
    user, form = current_user(), ChangePasswordForm()
    person = session().get_one(Person, user.person_id)
    email, name, stored = person.email, person.name, person.password_hash
    if not form.is_submitted():
        return _render_form(form, email, stored)
    if not credentials.is_acceptable(form, email=email, name=name):
        return make_response(_render_form(form, email, stored), 422)
    if form.password.data == form.current.data:
        form.password.errors = [_("The new password is the same as the current one. Enter another one.")]
        return make_response(_render_form(form, email, stored), 422)
    attempt = credentials.checked_attempt(email, stored, form.current.data)
    if attempt is None:
        security_log.log_event("password.failed")
        form.current.errors = [_("The current password is incorrect. Check it and try again.")]
        return make_response(_render_form(form, email, stored), 422)
    hashed = credentials.passwords().hash(form.password.data)
    with write() as open_session:
        clear_success(open_session, attempt)
        new_address = pending_address(open_session, user.person_id, now=clocks.real_now())
        services.change_password(open_session, user.person_id, hashed, sign_in_id=user.sign_in_id, by=actor(), at=clocks.now())
        notify_password_set(open_session, user.person_id, **mail_context())
    security_log.log_event("password.set")
    device_cookie.remember_device(attempt.account, hashed)
    changed = _("Your password has been changed. You are signed out everywhere else. You will receive a confirmation by email.")
    cancelled = _(
        "Your request to change your email address to %(email)s was cancelled. Send it again if you still want the change.",
        email=new_address,
    )
    changed = with_mail_note(changed)
    flash_at("security", f"{changed} {cancelled}" if new_address else changed)
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/sessions/<int:id>/end")
@requires(Permission.USE_ACCOUNT)
def session_end(lang: str, id: int) -> Response:
    """End another session of the person, such as one on a computer that they left. If it has already ended, say so."""
    with write() as open_session:
        is_ended = end_own_session(open_session, current_user().person_id, id, by=actor(), at=clocks.now())
    if is_ended:
        security_log.log_event("sign-out")
    if id == current_user().sign_in_id:
        auth_session.sign_out()
        return redirect(url_for("auth.sign_in", lang=lang), 303)
    flash_at("sessions", _("The session was ended.") if is_ended else _("This session had already ended."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/sign-out-everywhere")
@requires(Permission.USE_ACCOUNT)
def sign_out_everywhere(lang: str) -> Response:
    """End all of the person's sessions, including this one, and clear the browser's cache and storage for this site."""
    with write() as open_session:
        ended = services.sign_out_everywhere(open_session, current_user().person_id, by=actor(), at=clocks.now())
    security_log.log_event("sign-out")
    auth_session.sign_out()
    flash(ngettext("You are signed out. %(num)s session ended.", "You are signed out. %(num)s sessions ended.", ended))
    response = redirect(url_for("auth.sign_in", lang=lang), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _render_form(form: ChangePasswordForm, email: str, stored: str | None) -> str:
    return render_template("account/password.html", form=form, email=email, has_password=stored is not None)
