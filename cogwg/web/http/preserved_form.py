"""The fields of a form that was sent but not saved. They are given back to the person who typed them, and never stored.

Without JavaScript, the browser has already left the form. So the page that says what happened contains the fields: as hidden
fields of the sign-in form if the session has ended, else in a form that sends them again, or as text to copy.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from cogwg.web.http import security_log

MAX_RETURNED_BYTES = 2 * 1024 * 1024
"""A form over the size limit (1 MiB) is read up to twice that limit, only to give its text back."""
SECRET_FIELDS = frozenset({"again", "current", "key_answer", "one_time_code", "password", "recovery_code"})
"""Passwords, codes and what a security key signed: no page contains them."""
ACTION_FIELD, OWNER_FIELD, FIELD_PREFIX = "kept-action", "kept-owner", "kept-field-"
"""The names of the fields within the sign-in form."""
_UNSHOWN_FIELDS = frozenset(
    [
        "action",
        "answer",
        "asked",
        "autosaved",
        "basis",
        "choice",
        "do",
        "email",
        "last",
        "more_links",
        "move",
        "naming",
        "next",
        "once",
        "opened_by",
        "order",
        "remove",
        "scope",
        "seen",
        "shown",
        "source",
        "theme",
        "under_way",
        "version",
        "was",
    ]
)
"""Fields that are not shown as typed text: choices, hidden fields and the email address."""
_CHOICE_PREFIXES = ("choose-", "both-")


@dataclass(frozen=True, slots=True)
class PreservedForm:
    """The URL that a form was sent to, and the form's fields as (name, value).

    ``owner`` is the signed id of the person who typed them, or "" if it is not known.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    owner: str = ""

    @property
    def hidden_fields(self) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields to add to the sign-in form."""
        fixed = ((ACTION_FIELD, self.action), (OWNER_FIELD, self.owner))
        return *fixed, *((f"{FIELD_PREFIX}{name}", value) for name, value in self.fields)

    @property
    def typed_texts(self) -> tuple[str, ...]:
        """Return the texts that the person typed, without choices, hidden fields and texts of up to 3 characters."""
        return tuple(value for name, value in self.fields if len(value.strip()) > 3 and _is_shown(name))


def from_request() -> PreservedForm | None:
    """Return this request's fields and URL, or None if it is not a POST, cannot be read, or comes from another site."""
    if request.method != "POST" or security_log.is_from_another_site():
        return None
    request.max_content_length = request.max_form_memory_size = MAX_RETURNED_BYTES
    try:
        sent = tuple(request.form.items(multi=True))
    except HTTPException:
        return None
    fields = tuple((name, value) for name, value in sent if not name.endswith("csrf_token") and name not in SECRET_FIELDS)
    return PreservedForm(request.full_path.rstrip("?"), fields)


def _is_shown(name: str) -> bool:
    return name.rpartition("-")[2] not in _UNSHOWN_FIELDS and not name.startswith(_CHOICE_PREFIXES)
