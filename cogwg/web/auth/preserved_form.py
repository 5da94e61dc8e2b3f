"""The fields of a form whose session ended: kept in the sign-in form, and given back after signing in."""

from __future__ import annotations

from flask import render_template, request

from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.http.preserved_form import ACTION_FIELD, FIELD_PREFIX, SECRET_FIELDS, PreservedForm


def from_sign_in_form() -> PreservedForm | None:
    """Return the preserved form that a sign-in form contains, or None if there is none or its URL is not within this site."""
    action = safe_path(request.form.get(ACTION_FIELD))
    if not action:
        return None
    fields = tuple(
        (name.removeprefix(FIELD_PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(FIELD_PREFIX) and not name.endswith("csrf_token")
    )
    return PreservedForm(action, tuple(field for field in fields if field[0] not in SECRET_FIELDS))


def render_preserved_form(preserved: PreservedForm) -> str:
    """Render the page that gives the fields back, with a button to submit them and a link to discard them."""
    return render_template("auth/preserved_form.html", preserved=preserved)
