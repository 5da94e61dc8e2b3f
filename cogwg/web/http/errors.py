"""Error responses: a page in the reader's language, or a small alert for htmx."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from cogwg.core.db import CommitUnanswered
from cogwg.core.errors import Forbidden, NotFound, UnsupportedVersion
from cogwg.web.http import htmx, i18n, preserved_form, problems, security_log, site_settings
from cogwg.web.http.database import db, has_saved

log = logging.getLogger("cogwg.web")
RESENDABLE_CODES = (429, 500, 503)
"""The errors after which the same form may be accepted later."""


def init(app: Flask) -> None:
    app.register_error_handler(HTTPException, handle_http_error)
    app.register_error_handler(NotFound, lambda _error: error_page(404))
    app.register_error_handler(Forbidden, lambda _error: error_page(403))
    app.register_error_handler(UnsupportedVersion, lambda error: error_page(501, i18n.translate_message(error.message)))
    app.register_error_handler(DBAPIError, handle_database_error)
    app.register_error_handler(PoolTimeout, handle_database_error)
    app.register_error_handler(Exception, handle_unexpected_error)


def handle_http_error(error: HTTPException) -> Response:
    """Answer an HTTP error raised by Werkzeug or a view. Redirects pass unchanged."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        return plain_text_error(error.code)
    if problems.is_for_programs():
        return problems.problem(error.code, methods=getattr(error, "valid_methods", None) or ())
    response = error_page(error.code, getattr(error, "sentence", None))
    if retry := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry)
    return response


def handle_database_error(error: SQLAlchemyError) -> Response:
    """Answer 503 after a database error, for example if the database does not respond. Log one line, and roll back."""
    reason = getattr(error, "orig", None) or error
    log.error("database: %s: %s", type(error).__name__, str(reason).splitlines()[0])
    _rollback()
    site_settings.use_stored({})  # the page must not query the database again
    return error_page(503, _sentence_after(error))


def handle_unexpected_error(error: Exception) -> Response:
    """Answer 500 after an unexpected error. Log the error with its traceback, and roll back."""
    log.error("unexpected, request %s", security_log.request_id(), exc_info=error)
    _rollback()
    return error_page(500, _sentence_after(error))


def _sentence_after(error: Exception) -> str | None:
    """Return a sentence to replace "Nothing was saved" if a change was or may have been saved, or else None."""
    if has_saved() or isinstance(error, CommitUnanswered):
        return str(_("Your changes may have been saved already. Look at the page before you send them again."))
    return None


def _rollback() -> None:
    try:
        db.session.rollback()
    except SQLAlchemyError:
        log.warning("the session of a failed request could not be rolled back")


def error_page(code: int, sentence: str | None = None) -> Response:
    """Return the error page for this code, or for htmx an alert with the same text. A 403 is logged in the security log.

    If a form was sent, the page contains what was typed: to send again if that may succeed, else to copy.
    """
    if problems.is_for_programs():
        return problems.problem(code)
    if "person" not in g:
        g.person = None
    heading, usual = _heading_and_sentence(code)
    if code == 403:
        security_log.log_event("refused")
    context = {"code": code, "heading": heading, "sentence": sentence or usual}
    if htmx.is_htmx_request():
        return htmx.alert(render_template("http/_alert.html", is_form=request.method == "POST", **context), code)
    return _page(context, can_resend=code in RESENDABLE_CODES)


def expired_page_error() -> Response:
    """Return the error page for a form that is older than the session or the secret key. The form can be sent again.

    For htmx, the alert contains a new CSRF token, which ``static/resend.js`` puts into the forms of the page.
    """
    heading, sentence = _("The page expired"), _("Nothing was saved. Check your text, then send it again.")
    context = {"code": 400, "heading": heading, "sentence": sentence}
    if htmx.is_htmx_request():
        return htmx.alert(render_template("http/_alert.html", is_form=True, csrf_token_of_page=generate_csrf(), **context), 400)
    return _page(context, can_resend=True)


def _page(context: dict[str, Any], *, can_resend: bool) -> Response:
    page = render_template(
        "http/error.html",
        offers_sign_in=g.person is None and context["code"] in (401, 403, 404),
        preserved=preserved_form.from_request(),
        can_resend=can_resend,
        **context,
    )
    return Response(page, context["code"], mimetype="text/html")


def plain_text_error(code: int) -> Response:
    """Return the error as plain text: for a request to an untrusted host, a page's links cannot be built."""
    return Response("\n".join(_heading_and_sentence(code)), code, mimetype="text/plain")


def _heading_and_sentence(code: int) -> tuple[str, str]:
    words = {
        400: (_("Your request could not be processed"), _("Check the web address or the form, then try again.")),
        403: (_("You cannot make this change"), _("Your role does not allow this. If you need access, ask the secretariat.")),
        404: (_("Page not found"), _("Check the web address, or start from the work plan.")),
        405: (_("This action is not available"), _("Go back, then use the links and buttons on the page.")),
        409: (_("Nothing was saved"), _("Another person made a change in the meantime. Check the page, then try again.")),
        413: (_("Your text is too long"), _("Nothing was saved. Shorten your text and try again.")),
        429: (_("Too many attempts"), _("Wait a few minutes, then try again.")),
        500: (
            _("Something went wrong"),
            _("Nothing was saved. Try again. If the problem continues, contact the secretariat."),
        ),
        501: (
            _("This content was created with newer software"),
            _("Ask the secretariat to update the software, then try again."),
        ),
        503: (_("The service is temporarily unavailable"), _("Nothing was saved. Try again in a few minutes.")),
    }
    if code == 403 and request.method in ("GET", "HEAD"):
        return _("You do not have access to this page"), _(
            "Your role does not give you access. If you need it, ask the secretariat."
        )
    if code == 404 and request.method == "POST":
        return _("This item no longer exists"), _("Nothing was saved. The item was removed, or its web address has changed.")
    return words.get(code, words[400] if code < 500 else words[500])
