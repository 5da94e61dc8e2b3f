"""Form fields that a person submitted after their session ended: kept during sign-in and given back, never stored.

Without JavaScript, the browser has already left the form, so its fields become hidden fields of the sign-in form. After
signing in, the person gets them back in a form with a button that submits them. Nothing is saved until they use the button.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from cogwg.web.auth.safe_redirect import safe_path

_ACTION, _FIELD = "kept-action", "kept-field-"
_UNSHOWN_FIELDS = {"autosaved", "do", "more_links", "once", "seen", "version"}


@dataclass(frozen=True, slots=True)
class PreservedForm:
    """The URL that the fields were sent to, and the fields as (name, value)."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def hidden_fields(self) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields to add to the sign-in form."""
        return (_ACTION, self.action), *((f"{_FIELD}{name}", value) for name, value in self.fields)

    @property
    def typed_texts(self) -> tuple[str, ...]:
        """Return the texts the person typed, to show as a reminder, without short values and hidden fields."""
        return tuple(
            value for name, value in self.fields if len(value.strip()) > 3 and name.rpartition("-")[2] not in _UNSHOWN_FIELDS
        )


def from_request() -> PreservedForm:
    """Return the submitted fields and the URL of this request, whose session has ended."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if not name.endswith("csrf_token"))
    return PreservedForm(request.full_path.rstrip("?"), fields)


def from_sign_in_form() -> PreservedForm | None:
    """Return the preserved form that a sign-in form contains, or None if there is none or its URL is not within this site."""
    action = safe_path(request.form.get(_ACTION))
    if not action:
        return None
    fields = tuple(
        (name.removeprefix(_FIELD), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_FIELD) and not name.endswith("csrf_token")
    )
    return PreservedForm(action, fields)


def render_preserved_form(preserved: PreservedForm) -> str:
    """Render the page that gives the fields back, with a button to submit them and a link to discard them."""
    return render_template("auth/preserved_form.html", preserved=preserved)
