"""A comment: its words, the language they are in, and the jurisdictions it speaks to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from cogwg.core.bilingual import Language, typed
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http import i18n as languages
from cogwg.web.http.form_version import seen
from cogwg.web.http.i18n import later as _


def _id(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class CommentForm(FlaskForm):  # type: ignore[misc]
    """A new comment, or with its id one that its author edits."""

    text = TextAreaField(_("Your comment"), render_kw={"rows": 3, "maxlength": TEXT_LIMIT})
    speaks = RadioField(_("Written in"), validate_choice=False)
    mentions = SelectMultipleField(
        _("Jurisdictions it speaks to"),
        coerce=_id,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    version = HiddenField("")

    def __init__(
        self,
        comment_id: int | None,
        jurisdictions: Sequence[tuple[int, str]],
        *,
        text: str = "",
        lang: Language | None = None,
        mentions: Collection[int] = (),
        version: int = 0,
        **kwargs: Any,
    ) -> None:
        """A form that offers these jurisdictions, filled with what is known unless the request brings it filled."""
        speaks = (lang or languages.current()).value
        told = {"text": text, "speaks": speaks, "mentions": sorted(mentions), "version": version}
        super().__init__(prefix=f"c{comment_id or ''}-", data=told, **kwargs)
        self.speaks.choices = [(Language.EN.value, "English"), (Language.FR.value, "Français")]
        self.mentions.choices = list(jurisdictions)

    @property
    def seen(self) -> int:
        return seen(self.version)

    @property
    def said(self) -> str:
        return typed(self.text.data)

    @property
    def lang(self) -> Language:
        """The language that was chosen, else the page's."""
        known = {language.value for language in Language}
        return Language(self.speaks.data) if self.speaks.data in known else languages.current()

    @property
    def chosen(self) -> tuple[int, ...]:
        return tuple(self.mentions.data or ())
