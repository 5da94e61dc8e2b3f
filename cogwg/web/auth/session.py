"""The signed-in person of a request, and signing in without losing the page or typed text.

The cookie contains a token, which Flask-Login reads. The session itself is a database row, so that the server can end it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts import services
from cogwg.accounts.queries import SignedInPerson, signed_in_person
from cogwg.accounts.rules import SESSION_TOUCH_INTERVAL, is_session_alive, requires_second_factor
from cogwg.web.auth import preserved_form
from cogwg.web.auth.forms import SignInForm
from cogwg.web.http import clocks, errors, htmx, i18n, record_paths, security_log, site_settings
from cogwg.web.http.database import session, write
from cogwg.web.http.proxy_check import MONITOR_ENDPOINTS

BACKGROUND_ENDPOINTS = ("account.unsaved_text_keep", "account.unsaved_text_discard", "auth.time_left", "auth.stay_signed_in")
"""Endpoints whose requests do not count as use of the session, because scripts call them without the person doing anything.

``auth.stay_signed_in``, which a person calls, extends the session itself.
"""
SET_UP_ENDPOINTS = (
    "account.two_steps",
    "account.two_steps_begin",
    "account.two_steps_confirm",
    "account.key_begin",
    "account.key_connect",
    "auth.sign_out",
    "auth.stay_signed_in",
    "auth.time_left",
)
"""Endpoints for a person whose role requires two-step sign-in, until they have set it up.

All others treat the person as a visitor or, if they require sign-in, redirect them to the set-up.
"""
login = LoginManager()
login.session_protection = None


class SessionUser(UserMixin):  # type: ignore[misc]
    """Flask-Login's user object for one request: the session token and the person it belongs to."""

    def __init__(self, token: str, signed_in: SignedInPerson | None = None) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.token


@login.user_loader  # type: ignore[untyped-decorator]
def _load_user(token: str) -> SessionUser | None:
    """Return the user of this session token (one query), or None if the session has ended or expired.

    Also record that the session was used, at most every five minutes, unless the endpoint is in ``BACKGROUND_ENDPOINTS``.
    """
    person = signed_in_person(session(), token)
    if person is not None:
        site_settings.use_stored(person.stored_settings)
    now = clocks.real_now()
    if person is None or not is_session_alive(person.started_at, person.seen_at, person.roles, now):
        return None
    if now - person.seen_at > SESSION_TOUCH_INTERVAL and request.endpoint not in BACKGROUND_ENDPOINTS:
        person = extend(person)
    return SessionUser(token, person)


def extend(person: SignedInPerson) -> SignedInPerson:
    """Record that the session was used now, and return the person with the new time of last use."""
    now = clocks.real_now()
    with write() as open_session:
        services.touch_session(open_session, person.sign_in_id, now=now)
    return replace(person, seen_at=now)


def init(app: Flask) -> None:
    login.init_app(app, add_context_processor=False)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=12)


def load_person() -> None:
    """Set ``g.person`` to the signed-in person before the view runs, or to None.

    It is always None for static files, monitors and the public record.

    ``g.must_set_up`` is true if ``g.person`` is None because the person's role requires two-step sign-in, which they have not
    set up.
    """
    g.must_set_up = False
    if request.endpoint in ("static", *MONITOR_ENDPOINTS) or record_paths.is_record_request():
        g.person = None
        return
    g.person = getattr(current_user._get_current_object(), "signed_in", None)
    if g.person is not None and lacks_required_factor(g.person) and request.endpoint not in SET_UP_ENDPOINTS:
        g.person, g.must_set_up = None, True


def lacks_required_factor(person: SignedInPerson) -> bool:
    """Return whether this person's roles require two-step sign-in, and they neither set it up nor used it at the provider."""
    has_two_steps = person.has_second_factor or person.is_strong
    return site_settings.is_factor_required() and not has_two_steps and requires_second_factor(person.roles)


def must_set_up() -> bool:
    """Return whether the person of this request is signed in and must set up two-step sign-in first."""
    return bool(g.get("must_set_up"))


def set_up_url() -> str:
    return url_for("account.two_steps", lang=i18n.current_language())


def sign_in(token: str) -> None:
    """Put the token of a new session in the cookie, and load the person for the rest of this request.

    If a person was already signed in on this browser, end their session, and log a sign-out in the security log.
    """
    if g.person is not None:
        security_log.log_event("sign-out")
    replace_session(token)


def replace_session(token: str) -> None:
    """Continue in a new session, with another id: end this browser's session, if any, and put the new token in the cookie."""
    sign_out()
    user = _load_user(token) or SessionUser(token)
    login_user(user)
    load_person()
    if user.signed_in is not None:
        cookie[preserved_form.TYPIST] = user.signed_in.person_id


def sign_out() -> None:
    """End the session on the server and clear the cookie."""
    token = cookie.get("_user_id")
    if token:
        with write() as open_session:
            services.end_session(open_session, str(token))
    logout_user()
    _clear_cookie()


def _clear_cookie() -> None:
    """Clear the cookie, except for what a form that is open in another tab needs.

    That is the CSRF token, so that sending the form leads to sign-in rather than an error, and the id of the person who typed
    in the form.
    """
    values = {name: cookie[name] for name in ("csrf_token", preserved_form.TYPIST) if name in cookie}
    cookie.clear()
    cookie.update(values)


def refuse_form_of_another() -> BaseResponse:
    """Answer 409 to a form that another person opened in this browser. What was typed stays on the page."""
    if htmx.wants_json():
        sentence = _("Your text was not saved because another person is now signed in on this browser. Copy it from this page.")
        return make_response(jsonify(refused=sentence), 409)
    if htmx.is_htmx_request():
        return htmx.alert(render_template("auth/_other_person_alert.html"), 409)
    form = SignInForm(formdata=None)
    page = render_template("auth/other_person.html", form=form, preserved=preserved_form.from_request())
    return Response(page, 409)


def ask_to_sign_in() -> BaseResponse:
    """Ask a person to sign in without losing the page or what they typed.

    Redirect a GET request to the sign-in page. Answer a POST request with the sign-in page, which keeps the submitted fields.
    A request by a script leaves the form on the page: htmx gets an alert, and the script that stores unsaved text gets a
    sentence as JSON. All answers except the redirect are 401.
    """
    if must_set_up():
        return _ask_for_set_up()
    if htmx.wants_json():
        sentence = _(
            "Your text was not saved because your session has ended. It is still on this page. Sign in from another tab."
        )
        return make_response(jsonify(refused=sentence, token=generate_csrf()), 401)
    next_url = request.full_path.rstrip("?") if request.method == "GET" else ""
    sign_in_url = url_for("auth.sign_in", lang=i18n.current_language(), next=next_url or None)
    if htmx.is_htmx_request():
        alert = render_template("auth/_sign_in_alert.html", sign_in_url=sign_in_url, csrf_token_of_page=generate_csrf())
        return htmx.alert(alert, 401)
    if request.method == "GET":
        return redirect(sign_in_url, 303)
    page = render_template("auth/sign_in.html", form=SignInForm(formdata=None), preserved=preserved_form.from_request())
    return Response(page, 401)


def _ask_for_set_up() -> BaseResponse:
    """Redirect a person who must set up two-step sign-in to the set-up.

    A form gets a page instead (403), which says so and contains what was typed.
    """
    sentence = _("Your role requires two-step sign-in. Set it up in another tab, then come back and send your text.")
    if htmx.wants_json():
        return make_response(jsonify(refused=sentence), 403)
    if request.method == "GET" and not htmx.is_htmx_request():
        return redirect(set_up_url(), 303)
    return errors.error_page(403, sentence)
