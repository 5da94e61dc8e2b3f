"""The fields of a form that was sent but not saved. They are shown again to the person who typed them, and never stored.

Without JavaScript, the browser has already left the form. So the page that says what happened contains the fields: as hidden
fields of the sign-in form if the session has ended, else in a form that sends them again, or as text to copy.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from cogwg.web.http import security_log

MAX_RETURNED_BYTES = 2 * 1024 * 1024
"""A form over the size limit (1 MiB) is read up to twice that limit, only so that its text can be shown again."""
SECRET_FIELDS = frozenset({"again", "current", "key_answer", "one_time_code", "password", "recovery_code"})
"""The fields for passwords, codes and the answers of security keys. No page contains their values."""
ACTION_FIELD, OWNER_FIELD, PAGE_FIELD, FILE_FIELD = "kept-action", "kept-owner", "kept-page", "kept-file"
FIELD_PREFIX = "kept-field-"
"""The prefix of the names of the preserved fields in the sign-in form."""
_UNSHOWN_FIELDS = frozenset(
    [
        "about",
        "action",
        "answer",
        "asked",
        "autosaved",
        "basis",
        "choice",
        "chosen",
        "confirmed",
        "conflict",
        "content",
        "do",
        "edition",
        "email",
        "last",
        "more_links",
        "move",
        "naming",
        "next",
        "once",
        "once_more",
        "opened_by",
        "order",
        "place",
        "previewed",
        "quarter",
        "remove",
        "revision",
        "rows",
        "scope",
        "seen",
        "shown",
        "shown_in",
        "sort",
        "source",
        "stamp",
        "still_right",
        "suggested",
        "theme",
        "time_zone",
        "under_way",
        "version",
        "view",
        "was",
    ]
)
"""Fields that are not shown as typed text: choices, hidden fields and the email address."""
_CHOOSE, _BOTH = "choose-", "both-"
"""The prefixes of the fields on the page about two versions: which one to keep of a field, and the text that joins both."""
_BUTTON_FIELDS = frozenset({"action", "answer", "autosaved", "do", "once", "opened_by", "seen", "shown", "version"})
"""The fields of a form that is only a button."""


@dataclass(frozen=True, slots=True)
class PreservedForm:
    """The URL that a form was sent to, and the form's fields as (name, value).

    ``owner`` is the signed id of the person who typed the fields, and ``page`` the URL of the form's page; each is "" if it is
    not known. ``has_file`` is whether a file was sent; the file itself is not kept.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    owner: str = ""
    page: str = ""
    has_file: bool = False

    @property
    def hidden_fields(self) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields to add to the sign-in form."""
        fixed = ((ACTION_FIELD, self.action), (OWNER_FIELD, self.owner), (PAGE_FIELD, self.page))
        file = ((FILE_FIELD, "1"),) if self.has_file else ()
        return *fixed, *file, *((f"{FIELD_PREFIX}{name}", value) for name, value in self.fields)

    @property
    def typed_texts(self) -> tuple[str, ...]:
        """Return the texts that the person typed, without choices, hidden fields and texts of up to 3 characters.

        If two people edited the same text, only the one that the person chose to keep is returned.
        """
        return tuple(value for name, value in self.fields if len(value.strip()) > 3 and self._is_shown(name))

    @property
    def is_only_a_button(self) -> bool:
        """Whether the form contains nothing that a person typed or chose."""
        return not self.has_file and all(name.rpartition("-")[2] in _BUTTON_FIELDS for name, _value in self.fields)

    def _is_shown(self, name: str) -> bool:
        chosen = {field.removeprefix(_CHOOSE): value for field, value in self.fields if field.startswith(_CHOOSE)}
        if name.startswith(_BOTH):
            return chosen.get(name.removeprefix(_BOTH)) == "both"
        own = name.rpartition("-")[2]
        return own not in _UNSHOWN_FIELDS and not name.startswith(_CHOOSE) and chosen.get(own, "yours") == "yours"


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
    has_file = any(file.filename for file in request.files.values())
    return PreservedForm(request.full_path.rstrip("?"), fields, has_file=has_file)
