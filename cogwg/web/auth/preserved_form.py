"""What a person had typed when their session ended: carried through signing in and given back, stored nowhere.

Without JavaScript the browser has already left the form. Its fields ride along in the sign-in form, unseen; whoever
signs in finds them in a form that one button sends where they were going. Nothing is written before that.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from cogwg.web.auth.safe_redirect import safe_path

_ACTION, _FIELD = "kept-action", "kept-field-"
_UNSHOWN_FIELDS = {"do", "more_links", "seen", "version"}


@dataclass(frozen=True, slots=True)
class PreservedForm:
    """Where typed fields were going, and the fields as (name, value)."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def hidden_fields(self) -> tuple[tuple[str, str], ...]:
        """The hidden fields by which the sign-in form carries this along."""
        return (_ACTION, self.action), *((f"{_FIELD}{name}", value) for name, value in self.fields)

    @property
    def typed_texts(self) -> tuple[str, ...]:
        """What was typed, to be recognised by: the values that are words, and not what a form carries unseen."""
        return tuple(
            value for name, value in self.fields if len(value.strip()) > 3 and name.rpartition("-")[2] not in _UNSHOWN_FIELDS
        )


def from_request() -> PreservedForm:
    """The fields of this request, whose session has ended."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if not name.endswith("csrf_token"))
    return PreservedForm(request.full_path.rstrip("?"), fields)


def from_sign_in_form() -> PreservedForm | None:
    """What a sign-in form carried along, if it leads somewhere within this site."""
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
    """The page that gives it back: one button sends it on, a link leaves it."""
    return render_template("auth/preserved_form.html", preserved=preserved)
