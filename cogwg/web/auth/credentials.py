"""Password checks for the sign-in and account pages: of the current password, with limits on attempts, and of a new one."""

from __future__ import annotations

from typing import cast

from flask import current_app, request
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from cogwg.accounts.passwords import Passwords
from cogwg.accounts.rules import check_password
from cogwg.accounts.sign_in_limits import SignInAttempt, account_hash, remaining_wait, reserve_attempt
from cogwg.core.errors import Invalid
from cogwg.web.auth import device_cookie
from cogwg.web.auth.forms import SetPasswordForm
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import session, write


def passwords() -> Passwords:
    return cast(Passwords, current_app.extensions["cogwg.passwords"])


def checked_attempt(email: str, stored: str | None, password: str) -> SignInAttempt | None:
    """Count a sign-in attempt, and return it if the password matches the stored hash, or else None.

    After a match, the caller must clear the attempt with ``clear_success``. Raises ``TooManyRequests`` as ``reserve`` does.
    """
    attempt = attempt_of(email, stored)
    reserve(attempt)
    return attempt if passwords().verify(stored, password) else None


def attempt_of(email: str, stored: str | None) -> SignInAttempt:
    """Return an attempt to sign in to this account from the browser of this request."""
    account = account_hash(email)
    return SignInAttempt(account, request.remote_addr or "", device_cookie.known_device(account, stored))


def reserve(attempt: SignInAttempt) -> None:
    """Count an attempt as failed, until the caller clears it with ``clear_success``.

    Raises ``TooManyRequests``, without counting the attempt, while the limits of ``accounts.sign_in_limits`` require a wait.
    """
    now = clocks.real_now()
    pause = remaining_wait(session(), attempt, now=now)
    session().rollback()
    if pause is None:
        with write() as open_session:
            pause = reserve_attempt(open_session, attempt, now=now)
    if pause is not None:
        security_log.log_event("sign-in.throttled", account=attempt.account)
        raise TooManyRequests(retry_after=int(pause.total_seconds()) + 1)


def is_acceptable(form: SetPasswordForm, *, email: str, name: str) -> bool:
    """Return whether the person may use the form's new password. If not, add each reason to the form's errors."""
    is_valid = bool(form.validate())
    if not form.password.errors:
        try:
            check_password(form.password.data, email=email, name=name)
        except Invalid as refusal:
            forms.add_errors(form, refusal)
            is_valid = False
    if form.password.data and form.again.data and form.password.data != form.again.data:
        form.again.errors = [_("The passwords do not match. Enter the new password again.")]
        is_valid = False
    return is_valid
