"""The forms with which the secretariat publishes or corrects a quarter, and cancels or withdraws a publication."""

from __future__ import annotations

from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_WORDS = {"rows": 3, "maxlength": TEXT_LIMIT}


class PublishForm(SingleUseForm):
    """The day from which a quarter is public, and the reasons. ``shown`` identifies the preview that the page showed."""

    shown = HiddenField()
    correction_reason_en = TextAreaField(_("Reason for the correction (English)"), render_kw=_WORDS)
    correction_reason_fr = TextAreaField(_("Reason for the correction (French)"), render_kw=_WORDS)
    override_reason = TextAreaField(_("Reason for publishing without these texts"), render_kw=_WORDS)
    visible_on = DayField(_("Public from"))
    ignored_fields: ClassVar[frozenset[str]] = frozenset({"shown"})

    @property
    def override_text(self) -> str:
        return clean_text(self.override_reason.data)

    @property
    def correction_reason(self) -> Bilingual:
        return Bilingual(clean_text(self.correction_reason_en.data), clean_text(self.correction_reason_fr.data))


class PublishCommitmentsForm(FlaskForm):  # type: ignore[misc]
    """The identifiers of the commitments to publish, separated by spaces, and the reasons.

    ``shown`` identifies the preview that the page showed.
    """

    shown = HiddenField()
    chosen = HiddenField()
    reason_en = TextAreaField(_("Reason for the change (English)"), render_kw=_WORDS)
    reason_fr = TextAreaField(_("Reason for the change (French)"), render_kw=_WORDS)
    override_reason = TextAreaField(_("Reason for publishing without these texts"), render_kw=_WORDS)

    @property
    def identifiers(self) -> list[str]:
        return sorted(set((self.chosen.data or "").split()))

    @property
    def override_text(self) -> str:
        return clean_text(self.override_reason.data)

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """The public reason for withdrawing a publication."""

    reason_en = TextAreaField(_("Reason (English)"), render_kw=_WORDS)
    reason_fr = TextAreaField(_("Reason (French)"), render_kw=_WORDS)

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))
