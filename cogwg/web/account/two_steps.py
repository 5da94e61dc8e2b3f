"""A person's own two-step sign-in: setting up an authenticator app, recovery codes, and removing the app."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from flask import make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.browsers import browser_name
from cogwg.accounts.models import Person
from cogwg.accounts.one_time_codes import clean_code, in_groups, matching_step, new_recovery_codes, new_secret, provisioning_uri
from cogwg.accounts.rules import requires_second_factor
from cogwg.accounts.second_factor import FactorState, add_app, begin_set_up, factor_state, remove_app, replace_recovery_codes
from cogwg.accounts.services import start_session
from cogwg.accounts.sign_in_limits import SignInAttempt, clear_success
from cogwg.core.errors import Invalid
from cogwg.notices.second_step import FactorChange, notify_factor_change
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.forms import BeginForm, NewCodesForm, NewKeyForm, RemoveAppForm, RemoveKeyForm
from cogwg.web.account.qr_code import qr_code
from cogwg.web.auth import credentials
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.completion import first_page
from cogwg.web.auth.forms import CodeForm, CurrentPasswordForm
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.auth.second_step import sealer
from cogwg.web.auth.security_key import site_of_keys
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.mail_context import MailContext, mail_context
from cogwg.web.http.site_settings import is_factor_required

_SHOWN_ONCE = "codes-once"
"""The session-cookie key for new recovery codes. They stay in the cookie, encrypted, until the page has shown them once."""
_NEXT = "two-steps-next"
"""The session-cookie key for the page that opens after two-step sign-in is set up."""

PostedForm = TypeVar("PostedForm", bound=FlaskForm)


@blueprint.get("/account/two-steps")
@requires(Permission.USE_ACCOUNT)
def two_steps(lang: str) -> Response:
    """Show the person's second steps, each with what they can do: set it up, confirm it, or remove it.

    ``next`` in the URL is the page that the person came from, to which they return after a set-up.
    """
    if came_from := safe_path(request.args.get("next")):
        cookie[_NEXT] = came_from
    return render_page(None, 200)


@blueprint.post("/account/two-steps/begin")
@requires(Permission.USE_ACCOUNT)
def two_steps_begin(lang: str) -> Response:
    """Create a secret for the person's app, which the page shows until a code confirms it."""
    form = BeginForm()
    attempt = checked_password(form)
    if attempt is None:
        return render_page(form, 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            sealed = sealer().seal(new_secret())
            at, now = clocks.now(), clocks.real_now()
            begin_set_up(open_session, current_user().person_id, sealed, by=actor(), at=at, now=now)
    except Invalid as refusal:
        return _refused(form, refusal)
    return redirect(page_url(), 303)


@blueprint.post("/account/two-steps/confirm")
@requires(Permission.USE_ACCOUNT)
def two_steps_confirm(lang: str) -> Response:
    """Add the app once a code from it is correct. Other sessions end, and this one continues with a new id."""
    user, form = current_user(), CodeForm()
    factor, person = factor_state(session(), user.person_id), session().get_one(Person, user.person_id)
    sealed, secret = factor.sealed_secret, _secret_to_confirm(factor)
    if not form.validate() or sealed is None or secret is None:
        return render_page(form, 422)
    attempt = credentials.attempt_of(person.email, person.password_hash).of_second_step
    credentials.reserve(attempt)
    step = matching_step(secret, clean_code(form.one_time_code.data or ""), now=clocks.real_now(), last_step=factor.last_step)
    if step is None:
        security_log.log_event("second-step.failed")
        form.refuse_code()
        return render_page(form, 422)

    def add(open_session: Session, codes: tuple[str, ...], context: MailContext) -> bool:
        clear_success(open_session, attempt)
        at, now = context["at"], context["now"]
        is_first = add_app(open_session, user.person_id, sealed, step, codes, by=actor(), at=at, now=now)
        turned = True if is_first else None
        notify_factor_change(open_session, user.person_id, FactorChange.APP_ADDED, turned=turned, by=actor(), **context)
        return is_first

    try:
        return add_step(add, "second-step.on", _("You can now sign in with a code from your app."))
    except Invalid as refusal:
        return _refused(form, refusal)


@blueprint.post("/account/two-steps/codes")
@requires(Permission.USE_ACCOUNT)
def two_steps_codes(lang: str) -> Response:
    """Create new recovery codes; the earlier ones stop working."""
    codes, person_id = new_recovery_codes(), current_user().person_id

    def replace(open_session: Session, context: MailContext) -> str:
        replace_recovery_codes(open_session, person_id, codes, by=actor(), at=context["at"])
        notify_factor_change(open_session, person_id, FactorChange.CODES, by=actor(), **context)
        _show_once(codes)
        return str(_("Your new recovery codes are below. The earlier ones no longer work."))

    return change_with_password(NewCodesForm(), replace, "second-step.codes")


@blueprint.post("/account/two-steps/off")
@requires(Permission.USE_ACCOUNT)
def two_steps_off(lang: str) -> Response:
    """Remove the app, which turns two-step sign-in off unless the person has a security key. Their other sessions end."""
    user = current_user()

    def remove(open_session: Session, context: MailContext) -> str:
        is_on = remove_app(open_session, user.person_id, sign_in_id=user.sign_in_id, by=actor(), at=context["at"])
        turned = None if is_on else False
        notify_factor_change(open_session, user.person_id, FactorChange.APP_REMOVED, turned=turned, by=actor(), **context)
        return removed_sentence(_("Your authenticator app was removed."), is_on=is_on)

    return change_with_password(RemoveAppForm(), remove, "second-step.off")


def checked_password(form: CurrentPasswordForm) -> SignInAttempt | None:
    """Return the attempt if the current password is correct; otherwise, add an error to the form and return None.

    A wrong password counts as a failed sign-in. Raises ``TooManyRequests`` after too many failed sign-ins.
    """
    if not form.validate():
        return None
    person = session().get_one(Person, current_user().person_id)
    attempt = credentials.checked_attempt(person.email, person.password_hash, form.current.data)
    if attempt is None:
        security_log.log_event("password.failed")
        form.current.errors = [_("The current password is incorrect. Check it and try again.")]
    return attempt


def change_with_password(form: CurrentPasswordForm, change: Callable[[Session, MailContext], str], event: str) -> Response:
    """Check the form's password, make the change in one transaction, and show the page with the sentence from ``change``."""
    attempt = checked_password(form)
    if attempt is None:
        return render_page(form, 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            sentence = change(open_session, mail_context())
    except Invalid as refusal:
        return _refused(form, refusal)
    security_log.log_event(event)
    flash_at("two-steps", sentence)
    return redirect_to_outcome(page_url())


def add_step(add: Callable[[Session, tuple[str, ...], MailContext], bool], event: str, sentence: str) -> Response:
    """Add a second step in one transaction, continue in a new session, and show the recovery codes of a first second step.

    ``add`` is called with new recovery codes and returns whether it stored them; its exceptions are passed on.
    """
    codes, context = new_recovery_codes(), mail_context()
    with write() as open_session:
        is_first = add(open_session, codes, context)
        browser = browser_name(request.user_agent.string)
        token = start_session(open_session, current_user().person_id, now=context["now"], browser=browser)
    security_log.log_event(event)
    came_from = cookie.get(_NEXT)
    auth_session.replace_session(token)
    if is_first:
        cookie[_NEXT] = came_from
        _show_once(codes)
        keep = _("Two-step sign-in is on. You are signed out everywhere else. Keep the recovery codes below.")
        flash_at("two-steps", keep)
    else:
        signed_out = _("You are signed out everywhere else.")
        flash_at("two-steps", f"{sentence} {signed_out}")
    return redirect_to_outcome(page_url())


def removed_sentence(sentence: str, *, is_on: bool) -> str:
    """Return the sentence about a removed second step, followed by what applies now.

    It says whether two-step sign-in is now off, and that the person's other sessions have ended.
    """
    signed_out, is_off = _("You are signed out everywhere else."), _("Two-step sign-in is off.")
    return f"{sentence} {signed_out}" if is_on else f"{sentence} {is_off} {signed_out}"


def _secret_to_confirm(factor: FactorState) -> str | None:
    is_begun = factor.sealed_secret is not None and not factor.has_app
    return sealer().open(factor.sealed_secret) if is_begun and factor.sealed_secret is not None else None


def _show_once(codes: tuple[str, ...]) -> None:
    cookie[_SHOWN_ONCE] = sealer().seal(json.dumps(codes))


def _take_new_codes() -> list[str]:
    sealed = cookie.pop(_SHOWN_ONCE, None)
    opened = sealer().open(str(sealed)) if sealed is not None else None
    return list(json.loads(opened)) if opened is not None else []


def _refused(form: FlaskForm, refusal: Invalid) -> Response:
    forms.add_errors(form, refusal)
    return render_page(form, 422)


def render_page(posted: FlaskForm | None, status: int) -> Response:
    """Render the page; ``posted`` is the form that was refused, with its errors, if any."""
    new_codes = _take_new_codes()
    came_from = safe_path(cookie.pop(_NEXT, None)) if new_codes else ""
    person = session().get_one(Person, current_user().person_id)
    factor = factor_state(session(), person.id)
    secret = _secret_to_confirm(factor)
    uri = provisioning_uri(secret, person.email) if secret is not None else ""
    page = render_template(
        "account/two_steps.html",
        factor=factor,
        new_codes=new_codes,
        secret=in_groups(secret) if secret is not None else "",
        uri=uri,
        qr_code=qr_code(uri) if uri else None,
        is_required=requires_second_factor(current_user().roles) and is_factor_required(),
        must_set_up=auth_session.lacks_required_factor(current_user()),
        offers_keys=site_of_keys() is not None,
        begin=_form(BeginForm, posted),
        confirm=_form(CodeForm, posted),
        codes=_form(NewCodesForm, posted),
        off=_form(RemoveAppForm, posted),
        new_key=_form(NewKeyForm, posted),
        key_forms={key.id: _key_form(key.id, posted) for key in factor.keys},
        base=page_url(),
        has_password=person.password_hash is not None,
        continue_url=came_from or first_page(),
    )
    return make_response(page, status)


def _form(kind: type[PostedForm], posted: FlaskForm | None) -> PostedForm:
    form: PostedForm = posted if isinstance(posted, kind) else kind(formdata=None)
    return form


def _key_form(key_id: int, posted: FlaskForm | None) -> RemoveKeyForm:
    if isinstance(posted, RemoveKeyForm) and posted.key_id == key_id:
        return posted
    return RemoveKeyForm(key_id, formdata=None)


def page_url() -> str:
    return url_for("account.two_steps", lang=i18n.current_language())


def factor_of_user() -> FactorState:
    """Return the state of the signed-in person's two-step sign-in, for the account page."""
    return factor_state(session(), current_user().person_id)
