"""Forms older than the cookie, the session or the secret key, and sign-in forms that fail: typed text is not lost."""

from __future__ import annotations

from math import ceil

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from cogwg.web.auth import blueprint, preserved_form
from cogwg.web.auth.forms import SignInForm
from cogwg.web.auth.session import ask_to_sign_in, refuse_form_of_another
from cogwg.web.http import errors, opened_by, security_log

_SIGN_IN = "auth.sign_in"


def init(app: Flask) -> None:
    app.register_error_handler(CSRFError, handle_csrf_error)


def handle_csrf_error(_error: CSRFError) -> Response:
    """Answer a form that does not belong to this session or this site, and log it in the security log.

    A form from another site is refused (400). Without a session, ask to sign in (401), as when the session has ended.
    A form that another person opened is refused (409). Otherwise, give the form back with a new token (400).
    """
    security_log.log_event("csrf.failed")
    if security_log.is_from_another_site():
        return errors.error_page(400)
    if request.endpoint == _SIGN_IN:
        return _sign_in_page_again(400, _("The page expired. Enter your password again."))
    view = current_app.view_functions[str(request.endpoint)]
    if getattr(view, "access", None) != "public":
        if g.person is None:
            return ask_to_sign_in()
        if opened_by.is_of_another_person():
            return refuse_form_of_another()
    return errors.expired_page_error()


@blueprint.errorhandler(TooManyRequests)
def handle_too_many_sign_ins(error: TooManyRequests) -> Response:
    """Show the sign-in page again with the address and the text of a preserved form, which can be sent after the wait."""
    if request.endpoint != _SIGN_IN:
        return errors.handle_http_error(error)
    seconds = int(str(error.retry_after))
    response = _sign_in_page_again(429, _wait_sentence(seconds))
    response.headers["Retry-After"] = str(seconds)
    return response


def _wait_sentence(seconds: int) -> str:
    """Return a sentence that says how long to wait: in seconds up to a minute and a half, else in minutes, rounded up.

    ``seconds`` is one more than the wait, so that the next attempt is not too early.
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
