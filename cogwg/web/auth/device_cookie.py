"""A cookie for a browser in which a person has signed in, so that other people's failed attempts do not keep this person out.

The cookie is signed and holds a random id, under which the attempts of this browser are counted. It does not sign anyone in,
and the limit on attempts also applies to a stolen cookie. Each account has its own cookie, because people share browsers.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from cogwg.accounts.tokens import hash_token, new_token
from cogwg.web.http import clocks

LIFETIME = timedelta(days=180)
"""Two quarters: the browser of a person who reports once a quarter is still recognized if they miss one.

Each sign-in renews the cookie.
"""


def known_device(account: str, password_hash: str | None) -> str:
    """Return the id of this browser if its cookie is valid for the account, or else "".

    A new password makes earlier cookies invalid. ``password_hash`` is None for an unknown or deactivated account, for which
    no cookie is valid.
    """
    value = request.cookies.get(_name(account), "")
    if not value or password_hash is None:
        return ""
    try:
        token, issued = _serializer(account, password_hash).loads(value)
    except BadSignature:
        return ""
    age = clocks.real_now().timestamp() - issued
    return hash_token(token)[:40] if age <= LIFETIME.total_seconds() else ""


def remember_device(account: str, password_hash: str) -> None:
    """Set a new cookie for this account on the response to this request."""
    token, issued = new_token(), int(clocks.real_now().timestamp())
    value = _serializer(account, password_hash).dumps([token, issued])
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(_name(account), value, max_age=LIFETIME, secure=secure, httponly=True, samesite="Strict")
        return response


def _name(account: str) -> str:
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{prefix}device-{account[:16]}"


def _serializer(account: str, password_hash: str) -> URLSafeSerializer:
    """Return a serializer whose signatures are valid only for this account and password.

    It also accepts signatures by the earlier secret keys in ``SECRET_KEY_FALLBACKS``.
    """
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return URLSafeSerializer(keys, salt=f"cogwg.device:{account}:{password_hash}")
