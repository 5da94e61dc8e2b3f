"""Forms on an activity's page: for a partner's note, a new due date, a request for one, and a comment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from cogwg.core.bilingual import Bilingual, clean_line, clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.plan.rules import DUE_WORDING_LIMIT, DueDate
from cogwg.web.auth.access import current_user
from cogwg.web.discussion.comments import CommentForm
from cogwg.web.http import i18n
from cogwg.web.http.forms import is_used, parse_number, posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_LONG = {"rows": 3, "maxlength": TEXT_LIMIT}
_SHORT = {"maxlength": DUE_WORDING_LIMIT}


class NoteForm(FlaskForm):  # type: ignore[misc]
    """A partner's note on an activity; one language is enough."""

    text_en = TextAreaField(_("Note (English)"), render_kw=_LONG)
    text_fr = TextAreaField(_("Note (French)"), render_kw=_LONG)
    version = HiddenField("")

    def __init__(self, jurisdiction_id: int, text: Bilingual | None = None, version: int = 0, **kwargs: Any) -> None:
        """Build the form for this jurisdiction, filled in with ``text`` unless the form was posted."""
        values = {"version": version} if text is None else {"text_en": text.en, "text_fr": text.fr, "version": version}
        super().__init__(prefix=f"n{jurisdiction_id}-", data=values, **kwargs)

    @property
    def posted_version(self) -> int:
        return posted_version(self.version)

    @property
    def uses_other_language(self) -> bool:
        return is_used(self[f"text_{i18n.current_language().other.value}"])

    @property
    def text(self) -> Bilingual:
        return Bilingual(clean_text(self.text_en.data), clean_text(self.text_fr.data))


class DueRequestForm(SingleUseForm):
    """The requested due date for an activity, with the reason. ``was`` is the due date when the form was opened."""

    month = SelectField(_("New due month"), validate_choice=False)
    day = StringField(_("Day of the month (optional)"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    reason_en = TextAreaField(_("Reason (English)"), render_kw=_LONG)
    reason_fr = TextAreaField(_("Reason (French)"), render_kw=_LONG)
    was = HiddenField("")

    def __init__(self, due: DueDate, months: Sequence[tuple[str, str]], *, prefix: str = "ask-", **kwargs: Any) -> None:
        """Offer ``months``, pairs of a key (2020-09) and a label. At first, the fields show ``due``, the current due date."""
        start = {"month": DueDate(due.year, due.month).key, "day": str(due.day or ""), "was": due.key}
        super().__init__(prefix=prefix, data=start, **kwargs)
        self.month.choices = list(months)

    @property
    def new_due(self) -> DueDate:
        """Return the chosen date. Raises ``Invalid`` for a month that was not offered or a day that is not a number."""
        text = clean_line(self.day.data)
        if self.month.data not in [key for key, _words in self.month.choices]:
            raise Invalid(("month", Message(N_("Choose a month."))))
        if text and not (text.isascii() and text.isdecimal() and len(text) < 3):
            raise Invalid(("day", Message(N_("Enter the day as a number, such as 15, or leave it empty."))))
        month = DueDate.from_key(self.month.data)
        return DueDate(month.year, month.month, int(text) if text else None)

    @property
    def uses_details(self) -> bool:
        """Whether the reason in the language that is not the page's has a value or an error."""
        return is_used(self[f"reason_{i18n.current_language().other.value}"])

    @property
    def posted_due(self) -> DueDate | None:
        """Return the due date that the form showed, or None if it cannot be parsed."""
        try:
            return DueDate.from_key(self.was.data or "")
        except ValueError:
            return None

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))


class DueForm(DueRequestForm):
    """A new due date for an activity, with the reason and the wording in the plan.

    ``confirmed`` is the past date that the form asked the person to confirm; empty if it did not ask.
    """

    words_en = StringField(_("Wording in the plan (English)"), render_kw=_SHORT)
    words_fr = StringField(_("Wording in the plan (French)"), render_kw=_SHORT)
    confirmed = HiddenField("")

    def __init__(self, due: DueDate, months: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(due, months, prefix="due-", **kwargs)

    @property
    def uses_details(self) -> bool:
        """Whether a wording, or the reason in the language that is not the page's, has a value or an error."""
        return is_used(self[f"reason_{i18n.current_language().other.value}"], self.words_en, self.words_fr)

    @property
    def due_words(self) -> Bilingual:
        return Bilingual(clean_line(self.words_en.data), clean_line(self.words_fr.data))


class DeclineDueForm(FlaskForm):  # type: ignore[misc]
    """The reason for declining a request to move a due date."""

    reason_en = TextAreaField(_("Reason (English)"), render_kw=_LONG)
    reason_fr = TextAreaField(_("Reason (French)"), render_kw=_LONG)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix="decline-", **kwargs)

    @property
    def uses_other_language(self) -> bool:
        return is_used(self[f"reason_{i18n.current_language().other.value}"])

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))


class ActivityCommentForm(CommentForm):
    """A comment on an activity: a new one or, with ``comment_id``, one that its author edits."""

    mentions = SelectMultipleField(
        _("Jurisdictions to mention"),
        coerce=lambda value: parse_number(str(value)) or 0,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    version = HiddenField("")

    def __init__(
        self, comment_id: int | None, jurisdictions: Sequence[tuple[int, str]], *, version: int = 0, **kwargs: Any
    ) -> None:
        """Offer these jurisdictions to mention, and fill in the form unless it was posted."""
        super().__init__(f"c{comment_id or ''}-", version=version, **kwargs)
        self.mentions.choices = list(jurisdictions)
        own = current_user().lead_jurisdiction_ids
        self.mention_example = next((f"@{name}" for id_, name in jurisdictions if id_ not in own), "")

    @property
    def posted_version(self) -> int:
        return posted_version(self.version)

    @property
    def mentioned_ids(self) -> tuple[int, ...]:
        return tuple(self.mentions.data or ())
