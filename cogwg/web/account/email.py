"""Changing one's own email address: it takes the current password, and confirmation through a link sent to the new address."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.models import Person
from cogwg.accounts.own_account import (
    address_of_link,
    cancel_address_change,
    confirm_address_change,
    pending_address,
    request_address_change,
)
from cogwg.accounts.sign_in_limits import account_hash, clear_success
from cogwg.core.errors import Invalid, NotFound
from cogwg.notices.accounts import notify_address_changed, send_address_link
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.forms import ConfirmEmailForm, EmailForm
from cogwg.web.auth import credentials, device_cookie
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.mail_context import mail_context, mail_settings


@blueprint.route("/account/email", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def email_change(lang: str) -> Response | str:
    """Request a change of email address, and notify the person at the current address.

    The new address takes effect once the person has confirmed it through the link sent to it.

    A wrong current password counts as a failed sign-in, so guessing is no faster here than on the sign-in page.
    """
    user, form = current_user(), EmailForm()
    person = session().get_one(Person, user.person_id)
    present, stored = person.email, person.password_hash
    if not form.is_submitted():
        return _render_form(form, present, stored)
    if not form.validate():
        return make_response(_render_form(form, present, stored), 422)
    attempt = credentials.checked_attempt(present, stored, form.current.data)
    if attempt is None:
        security_log.log_event("password.failed")
        form.current.errors = [_("The current password is incorrect. Check it and try again.")]
        return make_response(_render_form(form, present, stored), 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            context = mail_context()
            token = request_address_change(
                open_session, user.person_id, form.email.data, by=actor(), at=context["at"], now=context["now"]
            )
            new_address = pending_address(open_session, user.person_id, now=context["now"])
            person = open_session.get_one(Person, user.person_id)
            send_address_link(open_session, person, new_address, token, by=actor(), **context)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(_render_form(form, present, stored), 422)
    is_soon = mail_settings().method
    sent = _("An email with a link is on its way to %(email)s. Open the link to confirm this email address.", email=new_address)
    waits = _(
        "The email to %(email)s has not been sent, because this site has no email server yet. Ask the secretariat for help.",
        email=new_address,
    )
    flash_at("identity", sent if is_soon else waits)
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/email/cancel")
@requires(Permission.USE_ACCOUNT)
def email_cancel(lang: str) -> Response:
    """Cancel the change of email address: the link sent to the new address stops working."""
    return _keep(lang)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def email_confirm(lang: str, token: str) -> Response | str:
    """Ask whether to use the new email address, and apply the choice.

    Answers 410 if the link does not work, or belongs to another person.
    """
    user = current_user()
    person = session().get_one(Person, user.person_id)
    present, stored = person.email, person.password_hash
    try:
        new_address = address_of_link(session(), user.person_id, token, now=clocks.real_now())
        form, addresses = ConfirmEmailForm(), {"new_address": new_address, "present": present}
        if not form.is_submitted():
            return render_template("account/confirm_email.html", form=form, **addresses)
        if form.choice.data == "old":
            return _keep(lang)
        if form.choice.data != "new":
            form.choice.errors = [_("Choose whether to use the new email address.")]
            return make_response(render_template("account/confirm_email.html", form=form, **addresses), 422)
        context = mail_context()
        with write() as open_session:
            confirm_address_change(
                open_session,
                user.person_id,
                token,
                sign_in_id=user.sign_in_id,
                by=actor(),
                at=context["at"],
                now=context["now"],
            )
            person = open_session.get_one(Person, user.person_id)
            notify_address_changed(open_session, person, present, by=actor(), **context)
    except NotFound:
        return make_response(render_template("account/email_link_used.html"), 410)
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"email": "choice"})
        return make_response(render_template("account/confirm_email.html", form=form, **addresses), 422)
    security_log.log_event("address.changed")
    if stored is not None:
        device_cookie.remember_device(account_hash(new_address), stored)
    flash_at("identity", _("Your email address is now %(email)s. You are signed out everywhere else.", email=new_address))
    return redirect_to_outcome(url_for("account.page", lang=lang))


def _keep(lang: str) -> Response:
    with write() as open_session:
        cancel_address_change(open_session, current_user().person_id, by=actor(), at=clocks.now())
    flash_at("identity", _("Your email address was not changed. The confirmation link no longer works."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


def _render_form(form: EmailForm, present: str, stored: str | None) -> str:
    waiting = pending_address(session(), current_user().person_id, now=clocks.real_now())
    return render_template(
        "account/email.html",
        form=form,
        present=present,
        new_address=waiting,
        button=ButtonForm(formdata=None),
        has_password=stored is not None,
    )
