"""A sign-in with the OpenID Connect provider, as the session cookie stores it, and the sentence about one that failed.

The cookie is signed. It ties the provider's answer to this browser: an answer without the cookie's state is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from typing import cast

from flask import Flask, abort, current_app, redirect, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.openid import STATE_LIFETIME, OpenIDIdentity, OpenIDProvider, OpenIDRequest
from cogwg.accounts.openid_links import OpenIDRefusal, link_person
from cogwg.audit.services import Actor
from cogwg.core.settings import Settings
from cogwg.notices.openid import notify_openid_change
from cogwg.web.http import clocks, i18n
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.site_settings import site_contact

_EXTENSION = "cogwg.openid"
_WAITING, _PROBLEM = "openid", "openid-problem"
"""The session-cookie keys for a sign-in that waits for the provider's answer, and for the reason why a sign-in failed.

The reason stays in the cookie until a page has shown it.
"""


class OpenIDProblem(StrEnum):
    """Why the provider did not confirm a sign-in.

    ``OpenIDRefusal`` has the reasons for refusing a sign-in that the provider confirmed.
    """

    UNAVAILABLE = "unavailable"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class WaitingOpenID:
    """A sign-in that is waiting for the provider's answer, with the path to open after it and the language of its pages.

    ``is_beside_text`` is whether another tab has text that was typed before the session ended.
    """

    asked: OpenIDRequest
    next_path: str
    lang: str
    is_beside_text: bool


def init(app: Flask) -> None:
    settings: Settings = app.extensions["cogwg.settings"]
    app.extensions[_EXTENSION] = OpenIDProvider(settings.openid) if settings.openid is not None else None
    app.jinja_env.globals.update(openid_name=openid_name)


def provider_or_none() -> OpenIDProvider | None:
    return cast("OpenIDProvider | None", current_app.extensions[_EXTENSION])


def provider_or_404() -> OpenIDProvider:
    """Return the provider of the settings. Answers 404 on a site without one."""
    provider = provider_or_none()
    if provider is None:
        abort(404)
    return provider


def openid_name() -> str:
    """Return the provider's name in the page's language, or "" on a site without one."""
    provider = provider_or_none()
    return "" if provider is None else provider.settings.name.text(i18n.current_language())


def redirect_url() -> str:
    """Return the URL to which the provider sends people back. It is registered there, so it is the same for both languages."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    return f"{settings.public_url}{url_for('auth.openid_answer', lang='en')}"


def remember(waiting: WaitingOpenID) -> None:
    """Store a pending sign-in in the cookie. It replaces any other pending sign-in in this browser."""
    asked, at = waiting.asked, int(clocks.real_now().timestamp())
    values = [asked.state, asked.nonce, asked.code_verifier, waiting.next_path, waiting.lang, waiting.is_beside_text, at]
    cookie[_WAITING] = values


def waiting_openid(state: str) -> WaitingOpenID | None:
    """Return this browser's waiting sign-in with this state; None if there is none, or if it waited too long."""
    own_state, nonce, verifier, next_path, lang, is_beside_text, at = cookie.get(_WAITING) or ("", "", "", "", "", False, 0)
    is_late = clocks.real_now().timestamp() - at > STATE_LIFETIME.total_seconds()
    if is_late or not own_state or not compare_digest(own_state.encode(), state.encode("utf-8", "replace")):
        return None
    return WaitingOpenID(OpenIDRequest(own_state, nonce, verifier), next_path, lang, bool(is_beside_text))


def forget() -> None:
    """Delete the pending sign-in of this browser, so that no other answer is accepted for it."""
    cookie.pop(_WAITING, None)


def link(open_session: Session, person_id: int, identity: OpenIDIdentity) -> bool:
    """Link a person to this identity, and tell them by email; return False if they were already linked.

    Raises ``OpenIDRefused`` if the identity does not belong to this person's account.
    """
    context = mail_context()
    if not link_person(open_session, person_id, identity, at=context["at"], now=context["now"]):
        return False
    by, name = Actor("person", person_id), provider_or_404().settings.name
    notify_openid_change(open_session, person_id, name, is_linked=True, by=by, **context)
    return True


def redirect_to_problem(problem: OpenIDProblem | OpenIDRefusal, *, email: str = "", next_path: str = "") -> Response:
    """Redirect to the sign-in page, which says why the sign-in failed and still offers the password."""
    cookie[_PROBLEM] = [problem.value, email]
    return redirect(url_for("auth.sign_in", lang=i18n.current_language(), next=next_path or None), 303)


def take_problem() -> str:
    """Return the sentence about the sign-in that failed, and delete the problem from the cookie; "" if there is none."""
    problem, email = cookie.pop(_PROBLEM, ("", ""))
    if not problem:
        return ""
    contact = site_contact() or _("the secretariat of the working group")
    values = {"name": openid_name(), "email": email, "contact": contact}
    return str(_sentence(problem) % values)


def _sentence(problem: str) -> str:
    """Return the sentence about a problem, before its values are filled in."""
    sentences = {
        OpenIDProblem.UNAVAILABLE: _(
            "You cannot sign in with %(name)s right now. Sign in with your password, or try again in a few minutes."
        ),
        OpenIDProblem.EXPIRED: _(
            "The sign-in with %(name)s has expired, or was started in another browser or tab. Start it again."
        ),
        OpenIDProblem.CANCELLED: _("Sign-in with %(name)s was not completed. Try again, or sign in with your password."),
        OpenIDProblem.UNPROVEN: _("The answer from %(name)s could not be verified. Try again, or sign in with your password."),
        OpenIDRefusal.NO_ACCOUNT: _("There is no active account for %(email)s. To get one, contact %(contact)s."),
        OpenIDRefusal.NOT_VERIFIED: _(
            "%(name)s has not verified your email address. Ask its support team to verify it, or sign in with your password."
        ),
        OpenIDRefusal.LINKED_TO_ANOTHER: _(
            "The account for %(email)s is linked to another sign-in with %(name)s. Contact %(contact)s."
        ),
    }
    sentences[OpenIDRefusal.USED] = sentences[OpenIDProblem.EXPIRED]
    return sentences.get(problem, "")  # type: ignore[call-overload, no-any-return]
