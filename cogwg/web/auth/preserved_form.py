"""The fields of a form that was sent after its session ended: kept in the sign-in form, and shown again after signing in.

People share browsers, so what a person typed is shown again only to that person. The form identifies the person, and so does
the session cookie, even after the session has ended. If neither does, the page says that the text may be another person's.
"""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, render_template, request
from flask import session as cookie
from itsdangerous import BadSignature, URLSafeSerializer

from cogwg.web.auth.safe_redirect import referring_path, safe_path
from cogwg.web.http import opened_by, preserved_form
from cogwg.web.http.preserved_form import (
    ACTION_FIELD,
    FIELD_PREFIX,
    FILE_FIELD,
    OWNER_FIELD,
    PAGE_FIELD,
    SECRET_FIELDS,
    PreservedForm,
)

TYPIST = "typist"
"""The session-cookie key for the id of the person who is signed in, or who was last. Signing out keeps the id."""


def from_request() -> PreservedForm | None:
    """Return the fields of this request and the person who opened the form, or None if there is nothing to preserve.

    If the form does not identify that person, use the last person who was signed in on this browser.
    """
    preserved = preserved_form.from_request()
    if preserved is None:
        return None
    opener = opened_by.opener_id()
    owner = cookie.get(TYPIST) if opener is None else opener
    return replace(preserved, page=referring_path(), owner="" if owner is None else _serializer().dumps(owner))


def from_sign_in_form() -> PreservedForm | None:
    """Return the preserved form in the submitted sign-in form, or None if there is none or its URL is not within this site."""
    action = safe_path(request.form.get(ACTION_FIELD))
    if not action:
        return None
    fields = tuple(
        (name.removeprefix(FIELD_PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(FIELD_PREFIX) and not name.endswith("csrf_token")
    )
    shown = tuple(field for field in fields if field[0] not in SECRET_FIELDS)
    page = safe_path(request.form.get(PAGE_FIELD))
    return PreservedForm(action, shown, request.form.get(OWNER_FIELD, ""), page, FILE_FIELD in request.form)


def owner_id(preserved: PreservedForm) -> int | None:
    """Return the id of the person who typed the fields, or None if the form has no valid one."""
    try:
        return int(_serializer().loads(preserved.owner))
    except BadSignature:
        return None


def render_preserved_form(preserved: PreservedForm) -> str:
    """Render the page that shows the fields again, with a button to submit them and a link to discard them."""
    return render_template("auth/preserved_form.html", preserved=preserved, is_owner_known=owner_id(preserved) is not None)


def _serializer() -> URLSafeSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], str(current_app.secret_key)]
    return URLSafeSerializer(keys, salt="cogwg.preserved-form")
