"""A person's own security keys, each a second step of signing in: naming and connecting a new one, and removing one."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.key_ceremonies import CHALLENGE_LIFETIME, KeySite, new_key, registration_options
from cogwg.accounts.models import Person
from cogwg.accounts.second_factor import factor_state
from cogwg.accounts.security_keys import add_key, checked_key_name, remove_key
from cogwg.accounts.sign_in_limits import clear_success
from cogwg.core.errors import Invalid, NotFound
from cogwg.notices.second_step import FactorChange, notify_factor_change
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.forms import KeyAnswerForm, NewKeyForm, RemoveKeyForm
from cogwg.web.account.two_steps import (
    add_step,
    change_with_password,
    checked_password,
    page_url,
    removed_sentence,
    render_page,
)
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.security_key import new_challenge, site_of_keys, take_challenge
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import MailContext

_NAMED = "new-key"
"""The session-cookie key for the name of a key that is to be connected, and the time at which the password was checked."""


@blueprint.post("/account/two-steps/keys/begin")
@requires(Permission.USE_ACCOUNT)
def key_begin(lang: str) -> Response:
    """Check the name of a new key and the current password, then open the page that connects it."""
    _site()
    form = NewKeyForm()
    form.validate()
    try:
        name = checked_key_name(form.name.data or "")
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return render_page(form, 422)
    attempt = checked_password(form)
    if attempt is None:
        return render_page(form, 422)
    with write() as open_session:
        clear_success(open_session, attempt)
    cookie[_NAMED] = [name, int(clocks.real_now().timestamp())]
    return redirect(url_for("account.key_connect", lang=lang), 303)


@blueprint.route("/account/two-steps/keys/connect", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def key_connect(lang: str) -> Response:
    """Add the key that answers the page's challenge. Other sessions end, and this one continues with a new id."""
    site, name, form = _site(), _name_to_connect(), KeyAnswerForm()
    if name is None:
        return redirect(page_url(), 303)
    if not form.is_submitted():
        return _connect_page(site, name, form)
    challenge = take_challenge()
    key = new_key(site, challenge, form.key_answer.data or "") if challenge is not None else None
    if key is None:
        security_log.log_event("second-step.failed")
        form.form_errors.append(_("The security key was not accepted. Try again, or use another key."))
        return _connect_page(site, name, form, 422)
    person_id = current_user().person_id

    def add(open_session: Session, codes: tuple[str, ...], context: MailContext) -> bool:
        at, now = context["at"], context["now"]
        is_first = add_key(open_session, person_id, key, name, codes, by=actor(), at=at, now=now)
        turned = True if is_first else None
        notify_factor_change(open_session, person_id, FactorChange.KEY_ADDED, key=name, turned=turned, by=actor(), **context)
        return is_first

    try:
        return add_step(add, "second-step.key-added", _("The security key “%(name)s” was added.", name=name))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _connect_page(site, name, form, 422)


@blueprint.post("/account/two-steps/keys/<int:id>/remove")
@requires(Permission.USE_ACCOUNT)
def key_remove(lang: str, id: int) -> Response:
    """Remove a key, which turns two-step sign-in off if it was the last second step. The person's other sessions end."""
    user = current_user()
    if not any(key.id == id for key in factor_state(session(), user.person_id).keys):
        raise NotFound("security key")

    def remove(open_session: Session, context: MailContext) -> str:
        name, is_on = remove_key(open_session, user.person_id, id, sign_in_id=user.sign_in_id, by=actor(), at=context["at"])
        change, turned = FactorChange.KEY_REMOVED, None if is_on else False
        notify_factor_change(open_session, user.person_id, change, key=name, turned=turned, by=actor(), **context)
        return removed_sentence(_("The security key “%(name)s” was removed.", name=name), is_on=is_on)

    return change_with_password(RemoveKeyForm(id), remove, "second-step.key-removed")


def _site() -> KeySite:
    """Return the site that keys are bound to. Raises ``NotFound`` if this site cannot use keys."""
    site = site_of_keys()
    if site is None:
        raise NotFound("security keys")
    return site


def _name_to_connect() -> str | None:
    """Return the name of the key that is to be connected, or None if there is none or it waited too long."""
    name, named_at = cookie.get(_NAMED) or ("", 0)
    is_recent = clocks.real_now().timestamp() - named_at <= CHALLENGE_LIFETIME.total_seconds()
    return str(name) if is_recent else None


def _connect_page(site: KeySite, name: str, form: KeyAnswerForm, status: int = 200) -> Response:
    """Return the page that connects a key, with a new challenge."""
    person = session().get_one(Person, current_user().person_id)
    keys = factor_state(session(), person.id).keys
    options = registration_options(site, new_challenge(), person_id=person.id, email=person.email, name=person.name, keys=keys)
    form.key_answer.data = ""
    page = render_template("account/connect_key.html", form=form, name=name, key_options=options, back=page_url())
    return make_response(page, status)
