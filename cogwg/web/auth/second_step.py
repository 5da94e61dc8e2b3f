"""The second step of a sign-in: a security key, a code from the person's authenticator app, or a recovery code.

A pending sign-in is not a session: the signed cookie holds only the id of the person whose password was correct, and the time.
A new password makes it invalid.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import cast

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.key_ceremonies import key_use, sign_in_options
from cogwg.accounts.models import Person
from cogwg.accounts.one_time_codes import LOW_RECOVERY_CODES, SECOND_STEP_LIFETIME, clean_code, matching_step
from cogwg.accounts.openid import OpenIDIdentity
from cogwg.accounts.second_factor import FactorState, factor_state, use_recovery_code, use_step
from cogwg.accounts.security_keys import use_key
from cogwg.accounts.sign_in_limits import SignInAttempt, account_hash
from cogwg.accounts.tokens import hash_token
from cogwg.audit.services import Actor
from cogwg.core.sealing import Sealer
from cogwg.notices.second_step import FactorChange, notify_factor_change
from cogwg.web.auth import blueprint, credentials, preserved_form
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.auth.completion import complete_sign_in, first_page
from cogwg.web.auth.forms import SecondStepForm, SignInForm
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.auth.security_key import new_challenge, site_of_keys, take_challenge
from cogwg.web.http import clocks, i18n, security_log
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.preserved_form import PreservedForm

_WAITING = "second-step"
"""The session-cookie key for a sign-in that waits for its second step."""
_IDENTITY = "second-step-openid"
"""The session-cookie key for the identity from the OpenID Connect provider, which is linked after the second step."""


@dataclass(frozen=True, slots=True)
class WaitingSignIn:
    """A person whose password was correct and whose second step is missing, with the data to check that step.

    If the person signed in at the OpenID Connect provider instead of entering the password, ``identity`` is their identity
    there.
    """

    person_id: int
    email: str
    password_hash: str
    factor: FactorState
    identity: OpenIDIdentity | None = None

    @property
    def attempt(self) -> SignInAttempt:
        return credentials.attempt_of(self.email, self.password_hash).of_second_step


def sealer() -> Sealer:
    return cast(Sealer, current_app.extensions["cogwg.sealer"])


def ask_for_code(
    person_id: int,
    password_hash: str,
    next_path: str | None,
    typed: PreservedForm | None,
    identity: OpenIDIdentity | None = None,
) -> Response:
    """Remember that the password was correct, or who signed in at the provider, and ask for the second step.

    The page keeps a preserved form.
    """
    security_log.log_event("sign-in.waiting", person_id=person_id)
    cookie[_WAITING] = [person_id, int(clocks.real_now().timestamp()), hash_token(password_hash)]
    cookie[_IDENTITY] = astuple(identity) if identity is not None else None
    path, waiting = safe_path(next_path), waiting_sign_in()
    if typed is None or waiting is None:
        return redirect(url_for("auth.sign_in_code", lang=i18n.current_language(), next=path or None), 303)
    return _page(_empty_form(path), typed, waiting)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code(lang: str) -> Response:
    """Finish a sign-in with the second step.

    Answers with the sign-in page if no sign-in is waiting for its second step, or if it waited too long.
    """
    waiting, form = waiting_sign_in(), SecondStepForm()
    if request.method == "GET":
        path = safe_path(request.args.get("next", ""))
        if current_user_or_none() is not None:
            return redirect(path or first_page(), 303)
        if waiting is None:
            return redirect(url_for("auth.sign_in", lang=lang, next=path or None), 303)
        return _page(_empty_form(path), None, waiting)
    typed = preserved_form.from_sign_in_form()
    if waiting is None:
        return _sign_in_page(form, typed)
    if not form.is_filled(has_app=waiting.factor.has_app):
        return _page(form, typed, waiting, 422)
    attempt, codes_left = waiting.attempt, None
    credentials.reserve(attempt)
    if form.key_answer.data:
        is_correct = _use_key(waiting, form.key_answer.data)
    elif form.recovery_code.data:
        codes_left = _use_recovery_code(waiting, form.recovery_code.data)
        is_correct = codes_left is not None
    else:
        is_correct = _use_app_code(waiting, form.one_time_code.data or "")
    if not is_correct:
        security_log.log_event("second-step.failed", person_id=waiting.person_id)
        form.refuse()
        return _page(form, typed, waiting, 422)
    answer = complete_sign_in(
        waiting.person_id,
        attempt,
        account=account_hash(waiting.email),
        password_hash=waiting.password_hash,
        next_path=form.next.data,
        typed=typed,
        identity=waiting.identity,
    )
    if codes_left is not None:
        flash(_codes_left_sentence(codes_left))
    return answer


def waiting_sign_in() -> WaitingSignIn | None:
    """Return this browser's sign-in that is waiting for its second step; None if there is none, or if it waited too long."""
    person_id, asked_at, proof = cookie.get(_WAITING) or (0, 0, "")
    if clocks.real_now().timestamp() - asked_at > SECOND_STEP_LIFETIME.total_seconds():
        return None
    person = session().get(Person, person_id)
    if person is None or person.retired_at is not None or person.password_hash is None:
        return None
    factor = factor_state(session(), person_id)
    if not factor.is_on or hash_token(person.password_hash) != proof:
        return None
    identity = cookie.get(_IDENTITY)
    return WaitingSignIn(person_id, person.email, person.password_hash, factor, OpenIDIdentity(*identity) if identity else None)


def second_step_again(waiting: WaitingSignIn, status: int, sentence: str) -> Response:
    """Return the page of the second step with this problem. The requested page and the preserved form are kept."""
    form, typed = SecondStepForm(formdata=request.form), preserved_form.from_sign_in_form()
    form.forget()
    form.form_errors.append(sentence)
    return _page(form, typed, waiting, status)


def _use_key(waiting: WaitingSignIn, answer: str) -> bool:
    site, challenge = site_of_keys(), take_challenge()
    use = key_use(site, challenge, answer, waiting.factor.keys) if site is not None and challenge is not None else None
    if use is None:
        return False
    with write() as open_session:
        is_used = use_key(open_session, use, now=clocks.real_now())
    if not is_used:
        security_log.log_event("second-step.key-counter", person_id=waiting.person_id)
    return is_used


def _use_app_code(waiting: WaitingSignIn, typed: str) -> bool:
    factor = waiting.factor
    if not factor.has_app or factor.sealed_secret is None:
        return False
    secret = sealer().open(factor.sealed_secret)
    if secret is None:
        security_log.log_event("second-step.unreadable", person_id=waiting.person_id)
        return False
    step = matching_step(secret, clean_code(typed), now=clocks.real_now(), last_step=factor.last_step)
    session().rollback()
    if step is None:
        return False
    with write() as open_session:
        return use_step(open_session, waiting.person_id, step)


def _use_recovery_code(waiting: WaitingSignIn, typed: str) -> int | None:
    """Use up a recovery code, tell its owner by email, and return how many are left; None if it is wrong."""
    session().rollback()
    with write() as open_session:
        context = mail_context()
        left = use_recovery_code(open_session, waiting.person_id, typed, at=context["at"], now=context["now"])
        if left is not None:
            by = Actor("person", waiting.person_id)
            notify_factor_change(open_session, waiting.person_id, FactorChange.CODE_USED, left=left, by=by, **context)
    if left is not None:
        security_log.log_event("second-step.recovery", person_id=waiting.person_id)
    return left


def _codes_left_sentence(left: int) -> str:
    sentence = ngettext(
        "You used a recovery code. It no longer works. %(num)s code is left.",
        "You used a recovery code. It no longer works. %(num)s codes are left.",
        left,
    )
    advice = _("Create new recovery codes on your account page.")
    return f"{sentence} {advice}" if left <= LOW_RECOVERY_CODES else str(sentence)


def _empty_form(path: str) -> SecondStepForm:
    return SecondStepForm(formdata=None, data={"next": path})


def _page(form: SecondStepForm, typed: PreservedForm | None, waiting: WaitingSignIn, status: int = 200) -> Response:
    """Return the page of the second step, with a new challenge if the person can use a security key."""
    site, keys = site_of_keys(), waiting.factor.keys
    options = sign_in_options(site, new_challenge(), keys) if site is not None and keys else ""
    has_app = waiting.factor.has_app
    page = render_template("auth/sign_in_code.html", form=form, preserved=typed, has_app=has_app, key_options=options)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in_page(form: SecondStepForm, typed: PreservedForm | None) -> Response:
    """Return the sign-in page, which asks for the password again and keeps the next page and the preserved form."""
    again = SignInForm(formdata=None, data={"next": safe_path(form.next.data)})
    again.form_errors.append(_("The sign-in took too long. Sign in again."))
    return make_response(render_template("auth/sign_in.html", form=again, preserved=typed), 422)
