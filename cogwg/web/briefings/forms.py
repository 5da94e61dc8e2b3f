"""Forms for freezing a draft and for comparing versions."""

from __future__ import annotations

from typing import ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from cogwg.briefing.rules import RECIPIENT_LIMIT
from cogwg.core.bilingual import clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.forms import parse_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

ANSWER = "answer"
"""The name of the buttons on the page that asks whether to finalize a version."""


class FreezeForm(SingleUseForm):
    """The reason for freezing a draft with gaps, and the state of the draft that the user read.

    ``seen`` is the version of the outline, and ``shown`` is the fingerprint of the deck and its gaps.
    """

    ignored_fields: ClassVar[frozenset[str]] = frozenset({ANSWER})

    note = TextAreaField(
        _("Reason for finalizing with open items"),
        description=_("Required while there are open items. The reason is saved with the version and your name."),
        render_kw={"rows": 3, "maxlength": TEXT_LIMIT},
    )
    seen = HiddenField("")
    shown = HiddenField("")

    @property
    def note_text(self) -> str:
        return clean_text(self.note.data)

    @property
    def is_confirmed(self) -> bool:
        """Whether the user chose to finalize on the page that asks for confirmation."""
        return request.form.get(ANSWER) == "finalize"

    @property
    def goes_back(self) -> bool:
        """Whether the user chose to go back on the page that asks for confirmation."""
        return request.form.get(ANSWER) == "back"

    @property
    def posted_version(self) -> int:
        return parse_version(str(self.seen.data or ""))


class LinkForm(SingleUseForm):
    """A new link that opens a draft or a version without an account, and a note that says who it is for."""

    recipient = StringField(
        _("Who is the link for? (optional)"),
        description=_("For example, “Deputy minister’s office”. Only co-chairs and the secretariat see this note."),
        render_kw={"maxlength": RECIPIENT_LIMIT, "autocomplete": "off"},
    )


class CompareForm(FlaskForm):  # type: ignore[misc]
    """The two frozen versions to compare: what changed from ``before`` to ``after``.

    The form is read from the query string and changes nothing, so it needs no CSRF token.
    """

    class Meta:
        csrf = False

    before = SelectField(_("From"), validate_choice=False)
    after = SelectField(_("To"), validate_choice=False)
