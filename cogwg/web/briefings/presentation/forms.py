"""A comment on a slide: its text and language."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField

from cogwg.core.bilingual import Language, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http import i18n
from cogwg.web.http.i18n import lazy_gettext as _


class SlideCommentForm(FlaskForm):  # type: ignore[misc]
    """A new comment on the slide with this key; a page has one such form per slide."""

    text = TextAreaField(_("Comment on this slide"), render_kw={"rows": 2, "maxlength": TEXT_LIMIT})
    speaks = RadioField(_("Language of the comment"), validate_choice=False)

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(prefix=f"say-{key}-", data={"speaks": i18n.current_language().value}, **kwargs)
        self.speaks.choices = [(Language.EN.value, "English"), (Language.FR.value, "Français")]

    @property
    def comment_text(self) -> str:
        return clean_text(self.text.data)

    @property
    def lang(self) -> Language:
        """Return the chosen language, else the page's."""
        known = {language.value for language in Language}
        return Language(self.speaks.data) if self.speaks.data in known else i18n.current_language()
