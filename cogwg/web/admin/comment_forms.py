"""The forms of comments in the moderators' lists. The field names of each form start with the number of its comment."""

from __future__ import annotations

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from cogwg.core.bilingual import clean_text
from cogwg.engagement.masking import Mask, mask_from_code, masks_of_words
from cogwg.engagement.moderating import NOTE_LIMIT
from cogwg.engagement.scales import MASK_LABELS, MaskKind, RefusalReason
from cogwg.web.http import i18n
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import lazy_gettext as _

WORDS_LIMIT = 1000


class ModerationForm(FlaskForm):  # type: ignore[misc]
    """What a moderator decides about a comment.

    ``place`` is the comment's position in the list, and ``version`` the version that the page showed.
    """

    version = HiddenField()
    place = HiddenField()
    reason = RadioField(_("Why are you refusing the comment?"), validate_choice=False)
    note = TextAreaField(_("Note to the author (optional)"), render_kw={"rows": 2, "maxlength": NOTE_LIMIT})
    of = StringField(_("Number of the comment"), render_kw={"inputmode": "numeric", "autocomplete": "off", "size": 8})
    words = TextAreaField(
        _("Other words to mask"),
        description=_("Copy them exactly from the comment, with one word or phrase on each line."),
        render_kw={"rows": 2, "maxlength": WORDS_LIMIT},
    )
    kind = SelectField(_("Type of information"), validate_choice=False)

    def __init__(self, comment_id: int, **options: object) -> None:
        super().__init__(prefix=f"c{comment_id}-", **options)
        lang = i18n.current_language()
        self.reason.choices = [SelectChoice(reason.value, reason.label.text(lang)) for reason in RefusalReason]
        self.kind.choices = [SelectChoice(kind.value, label.text(lang)) for kind, label in MASK_LABELS.items()]

    @property
    def masks_name(self) -> str:
        """The name of the checkboxes for the parts to hide."""
        return f"{self._prefix}masks"

    @property
    def note_text(self) -> str:
        return clean_text(self.note.data)

    @property
    def original_id(self) -> int | None:
        """The number of the comment that this one is a duplicate of."""
        return parse_number((self.of.data or "").strip())

    def chosen_masks(self, text: str) -> list[Mask]:
        """Return the masks that the moderator chose for a text. Raises ``Invalid`` for words that it does not contain."""
        kind = MaskKind(self.kind.data) if self.kind.data in list(MaskKind) else MaskKind.NAME
        checked = [mask_from_code(code) for code in request.form.getlist(self.masks_name)]
        return [*checked, *masks_of_words(text, (self.words.data or "").replace("\r\n", "\n"), kind)]
