"""Freezing a draft, and choosing two versions to compare."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField

from cogwg.core.bilingual import typed
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.form_version import version
from cogwg.web.http.i18n import later as _


class FreezeForm(FlaskForm):  # type: ignore[misc]
    """Why a draft is frozen although not everything is settled, with the choices and the deck that were read."""

    note = TextAreaField(
        _("Why it is frozen with these gaps"),
        description=_("Needed while something is left to settle. It is kept with the version and your name."),
        render_kw={"rows": 3, "maxlength": TEXT_LIMIT},
    )
    seen = HiddenField("")
    shown = HiddenField("")

    @property
    def words(self) -> str:
        return typed(self.note.data)

    @property
    def version(self) -> int:
        return version(str(self.seen.data or ""))


class CompareForm(FlaskForm):  # type: ignore[misc]
    """Two frozen versions, the earlier first. Read from the address: it changes nothing and needs no token."""

    class Meta:
        csrf = False

    before = SelectField(_("From"), validate_choice=False)
    after = SelectField(_("To"), validate_choice=False)
