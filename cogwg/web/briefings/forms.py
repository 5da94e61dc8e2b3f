"""Forms for freezing a draft, for recording decisions on a version, and for comparing versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from cogwg.briefing.decisions import DecisionDraft
from cogwg.briefing.rules import AUDIENCE_LIMIT, RECIPIENT_LIMIT
from cogwg.core.bilingual import Bilingual, clean_line, clean_text
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.forms import parse_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_TEXT: dict[str, Any] = {"rows": 2, "maxlength": TEXT_LIMIT}
_WHO: dict[str, Any] = {"maxlength": AUDIENCE_LIMIT}
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
        """Whether the user selected "Back" on the confirmation page."""
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


class DecisionForm(SingleUseForm):
    """A decision: its text, who does it and by when. ``version`` is the revision that the form was filled from."""

    text_en = TextAreaField(_("Decision (English)"), render_kw={**_TEXT, "lang": "en"})
    text_fr = TextAreaField(_("Decision (French)"), render_kw={**_TEXT, "lang": "fr"})
    who_en = StringField(_("Who (English, optional)"), render_kw={**_WHO, "lang": "en"})
    who_fr = StringField(_("Who (French, optional)"), render_kw={**_WHO, "lang": "fr"})
    by = DayField(_("By when (optional)"))
    version = HiddenField("")

    @property
    def draft(self) -> DecisionDraft:
        """Return the decision as entered. Raises ``Invalid`` if the day cannot be read as a date."""
        if self.by.posted_text and self.by.read is None:
            self.by.errors = list(self.by.process_errors)
            raise Invalid()
        text, who = (Bilingual(*self._texts(name)) for name in ("text", "who"))
        return DecisionDraft(text, who, self.by.data)

    def _texts(self, name: str) -> Iterable[str]:
        clean = clean_text if name == "text" else clean_line
        return (clean(self._fields[f"{name}_{lang}"].data) for lang in ("en", "fr"))


class CompareForm(FlaskForm):  # type: ignore[misc]
    """The two frozen versions to compare: what changed from ``before`` to ``after``.

    The form is read from the query string and changes nothing, so it needs no CSRF token.
    """

    class Meta:
        csrf = False

    before = SelectField(_("From"), validate_choice=False)
    after = SelectField(_("To"), validate_choice=False)
