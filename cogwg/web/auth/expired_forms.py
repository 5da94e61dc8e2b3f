"""Responses that keep typed text when a form has expired, or when there were too many attempts to sign in."""

from __future__ import annotations

from math import ceil

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from cogwg.web.auth import blueprint, preserved_form, second_step
from cogwg.web.auth.forms import SignInForm
from cogwg.web.auth.session import ask_to_sign_in, refuse_form_of_another
from cogwg.web.http import errors, opened_by, security_log

_SIGN_IN, _CODE = "auth.sign_in", "auth.sign_in_code"


def init(app: Flask) -> None:
    app.register_error_handler(CSRFError, handle_csrf_error)


def handle_csrf_error(_error: CSRFError) -> Response:
    """Answer a form without a valid CSRF token, and log it in the security log.

    Refuse a form from another site (400). Show an expired sign-in form again (400). Ask to sign in if the view requires it and
    the session has ended (401). Refuse a form that another person opened (409). Show any other form's fields with a new token,
    so that the form can be sent again (400).
    """
    security_log.log_event("csrf.failed")
    if security_log.is_from_another_site():
        return errors.error_page(400)
    if request.endpoint == _SIGN_IN:
        return _sign_in_page_again(400, _("The page expired. Enter your password again."))
    if request.endpoint == _CODE and (waiting := second_step.waiting_sign_in()) is not None:
        return second_step.second_step_again(waiting, 400, _("The page expired. Use your key or enter the code again."))
    view = current_app.view_functions[str(request.endpoint)]
    if getattr(view, "access", None) != "public":
        if g.person is None:
            return ask_to_sign_in()
        if opened_by.is_of_another_person():
            return refuse_form_of_another()
    return errors.expired_page_error()


@blueprint.errorhandler(TooManyRequests)
def handle_too_many_sign_ins(error: TooManyRequests) -> Response:
    """Answer 429. Show the page again with the email address and the preserved form, so that it can be sent after the wait."""
    if request.endpoint not in (_SIGN_IN, _CODE):
        return errors.handle_http_error(error)
    seconds = int(str(error.retry_after))
    waiting = second_step.waiting_sign_in() if request.endpoint == _CODE else None
    if waiting is not None:
        response = second_step.second_step_again(waiting, 429, wait_sentence(seconds))
    else:
        response = _sign_in_page_again(429, wait_sentence(seconds))
    response.headers["Retry-After"] = str(seconds)
    return response


def wait_sentence(seconds: int) -> str:
    """Return a sentence that says how long to wait: in seconds up to a minute and a half, else in minutes, rounded up.

    ``seconds`` is the wait plus one second, so that the next attempt is not too early.
    """
    minutes = ceil((seconds - 1) / 60)
    if seconds <= 91:
        sentence = ngettext(
            "There were too many attempts. Try again in %(num)s second.",
            "There were too many attempts. Try again in %(num)s seconds.",
            seconds,
        )
    else:
        sentence = ngettext(
            "There were too many attempts. Try again in %(num)s minute.",
            "There were too many attempts. Try again in %(num)s minutes.",
            minutes,
        )
    return str(sentence)


def _sign_in_page_again(status: int, sentence: str) -> Response:
    form = SignInForm(formdata=request.form)
    form.password.data = ""
    form.form_errors.append(sentence)
    page = render_template("auth/sign_in.html", form=form, preserved=preserved_form.from_sign_in_form())
    return make_response(page, status)
