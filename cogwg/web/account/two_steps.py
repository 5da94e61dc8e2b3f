"""A person's own two-step sign-in: setting it up with an authenticator app, recovery codes, and turning it off."""

from __future__ import annotations

import json
from typing import TypeVar

from flask import make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from cogwg.accounts.browsers import browser_name
from cogwg.accounts.models import Person
from cogwg.accounts.one_time_codes import clean_code, in_groups, matching_step, new_recovery_codes, new_secret, provisioning_uri
from cogwg.accounts.rules import requires_second_factor
from cogwg.accounts.second_factor import FactorState, begin_set_up, factor_state, replace_recovery_codes, turn_off, turn_on
from cogwg.accounts.services import start_session
from cogwg.accounts.sign_in_limits import SignInAttempt, clear_success
from cogwg.core.errors import Invalid
from cogwg.notices.second_step import FactorChange, notify_factor_change
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.qr_code import qr_code
from cogwg.web.auth import credentials
from cogwg.web.auth import session as auth_session
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.auth.completion import first_page
from cogwg.web.auth.forms import CodeForm, CurrentPasswordForm
from cogwg.web.auth.second_step import sealer
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.i18n import lazy_gettext
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.site_settings import is_factor_required

_SHOWN_ONCE = "codes-once"
"""The session-cookie key of new recovery codes, encrypted, which stay in the cookie until the page has shown them once."""


PostedForm = TypeVar("PostedForm", bound=FlaskForm)


class BeginForm(CurrentPasswordForm):
    """The current password, to begin the set-up."""


class NewCodesForm(CurrentPasswordForm):
    """The current password, to create new recovery codes."""

    current = PasswordField(lazy_gettext("Current password"), id="codes-current", **CurrentPasswordForm.current.kwargs)


class TurnOffForm(CurrentPasswordForm):
    """The current password, to turn off two-step sign-in."""

    current = PasswordField(lazy_gettext("Current password"), id="off-current", **CurrentPasswordForm.current.kwargs)


@blueprint.get("/account/two-steps")
@requires(Permission.READ_REPORTS)
def two_steps(lang: str) -> Response:
    """Show the state of two-step sign-in with the next step: begin, confirm, or the recovery codes."""
    return _render(None, 200)


@blueprint.post("/account/two-steps/begin")
@requires(Permission.READ_REPORTS)
def two_steps_begin(lang: str) -> Response:
    """Create a secret for the person's app, which the page shows until a code confirms it."""
    form = BeginForm()
    attempt = _checked_password(form)
    if attempt is None:
        return _render(form, 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            sealed = sealer().seal(new_secret())
            at, now = clocks.now(), clocks.real_now()
            begin_set_up(open_session, current_user().person_id, sealed, by=actor(), at=at, now=now)
    except Invalid as refusal:
        return _refused(form, refusal)
    return redirect(_page_url(), 303)


@blueprint.post("/account/two-steps/confirm")
@requires(Permission.READ_REPORTS)
def two_steps_confirm(lang: str) -> Response:
    """Turn on two-step sign-in with a code of the app. Other sessions end, and this one continues with a new id."""
    user, form = current_user(), CodeForm()
    factor, person = factor_state(session(), user.person_id), session().get_one(Person, user.person_id)
    secret = sealer().open(factor.sealed_secret) if factor is not None and not factor.is_on else None
    if not form.validate() or factor is None or secret is None:
        return _render(form, 422)
    attempt = credentials.attempt_of(person.email, person.password_hash).of_second_step
    credentials.reserve(attempt)
    step = matching_step(secret, clean_code(form.one_time_code.data or ""), now=clocks.real_now(), last_step=factor.last_step)
    if step is None:
        security_log.log_event("second-step.failed")
        form.refuse_code()
        return _render(form, 422)
    codes = new_recovery_codes()
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            context = mail_context()
            turn_on(
                open_session,
                user.person_id,
                factor.sealed_secret,
                step,
                codes,
                by=actor(),
                at=context["at"],
                now=context["now"],
            )
            notify_factor_change(open_session, user.person_id, FactorChange.ON, by=actor(), **context)
            browser = browser_name(request.user_agent.string)
            token = start_session(open_session, user.person_id, now=context["now"], browser=browser)
    except Invalid as refusal:
        return _refused(form, refusal)
    security_log.log_event("second-step.on")
    auth_session.replace_session(token)
    _show_once(codes)
    flash_at("two-steps", _("Two-step sign-in is on. You are signed out everywhere else. Keep the recovery codes below."))
    return redirect_to_outcome(_page_url())


@blueprint.post("/account/two-steps/codes")
@requires(Permission.READ_REPORTS)
def two_steps_codes(lang: str) -> Response:
    """Create new recovery codes; the earlier ones stop working."""
    form, codes = NewCodesForm(), new_recovery_codes()
    attempt = _checked_password(form)
    if attempt is None:
        return _render(form, 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            replace_recovery_codes(open_session, current_user().person_id, codes, by=actor(), at=clocks.now())
            notify_factor_change(open_session, current_user().person_id, FactorChange.CODES, by=actor(), **mail_context())
    except Invalid as refusal:
        return _refused(form, refusal)
    security_log.log_event("second-step.codes")
    _show_once(codes)
    flash_at("two-steps", _("Your new recovery codes are below. The earlier ones no longer work."))
    return redirect_to_outcome(_page_url())


@blueprint.post("/account/two-steps/off")
@requires(Permission.READ_REPORTS)
def two_steps_off(lang: str) -> Response:
    """Turn off two-step sign-in; the person's other sessions end."""
    user, form = current_user(), TurnOffForm()
    attempt = _checked_password(form)
    if attempt is None:
        return _render(form, 422)
    try:
        with write() as open_session:
            clear_success(open_session, attempt)
            turn_off(open_session, user.person_id, sign_in_id=user.sign_in_id, by=actor(), at=clocks.now())
            notify_factor_change(open_session, user.person_id, FactorChange.OFF, by=actor(), **mail_context())
    except Invalid as refusal:
        return _refused(form, refusal)
    security_log.log_event("second-step.off")
    flash_at("two-steps", _("Two-step sign-in is off. You are signed out everywhere else."))
    return redirect_to_outcome(_page_url())


def _checked_password(form: CurrentPasswordForm) -> SignInAttempt | None:
    """Return the attempt if the current password is correct, or None with the reason in the form's errors.

    A wrong one counts as a failed sign-in. Raises ``TooManyRequests``.
    """
    if not form.validate():
        return None
    person = session().get_one(Person, current_user().person_id)
    attempt = credentials.checked_attempt(person.email, person.password_hash, form.current.data)
    if attempt is None:
        security_log.log_event("password.failed")
        form.current.errors = [_("The current password is incorrect. Check it and try again.")]
    return attempt


def _show_once(codes: tuple[str, ...]) -> None:
    cookie[_SHOWN_ONCE] = sealer().seal(json.dumps(codes))


def _take_new_codes() -> list[str]:
    opened = sealer().open(str(cookie.pop(_SHOWN_ONCE, "")))
    return list(json.loads(opened)) if opened is not None else []


def _refused(form: FlaskForm, refusal: Invalid) -> Response:
    forms.add_errors(form, refusal)
    return _render(form, 422)


def _render(posted: FlaskForm | None, status: int) -> Response:
    """Render the page; ``posted`` is the form that was refused, with its errors, if any."""
    person = session().get_one(Person, current_user().person_id)
    factor = factor_state(session(), person.id)
    secret = sealer().open(factor.sealed_secret) if factor is not None and not factor.is_on else None
    uri = provisioning_uri(secret, person.email) if secret is not None else ""
    page = render_template(
        "account/two_steps.html",
        factor=factor,
        new_codes=_take_new_codes(),
        secret=in_groups(secret) if secret is not None else "",
        uri=uri,
        qr_code=qr_code(uri) if uri else None,
        is_required=requires_second_factor(current_user().roles) and is_factor_required(),
        must_set_up=auth_session.lacks_required_factor(current_user()),
        begin=_form(BeginForm, posted),
        confirm=_form(CodeForm, posted),
        codes=_form(NewCodesForm, posted),
        off=_form(TurnOffForm, posted),
        base=_page_url(),
        continue_url=first_page(),
    )
    return make_response(page, status)


def _form(kind: type[PostedForm], posted: FlaskForm | None) -> PostedForm:
    form: PostedForm = posted if isinstance(posted, kind) else kind(formdata=None)
    return form


def _page_url() -> str:
    return url_for("account.two_steps", lang=i18n.current_language())


def factor_of_user() -> FactorState | None:
    """Return the two-step sign-in of the signed-in person, for the account page."""
    return factor_state(session(), current_user().person_id)
