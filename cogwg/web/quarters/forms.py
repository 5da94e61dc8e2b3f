"""Forms of a quarter: reopening it for a jurisdiction, returning a report, and reminding those whose reports are missing."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField

from cogwg.core.bilingual import clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.forms import parse_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_WORDS = {"rows": 3, "maxlength": TEXT_LIMIT}


class ReopenForm(SingleUseForm):
    """The jurisdiction for which a closed quarter is reopened, the last day, and the reason."""

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    until = DayField(_("Open until the end of this day"))
    reason = TextAreaField(_("Reason for reopening"), render_kw=_WORDS)

    @property
    def reason_text(self) -> str:
        return clean_text(self.reason.data)


class ReturnForm(SingleUseForm):
    """The note with which a report is returned to its leads, and the version that was read."""

    note = TextAreaField(
        _("Requested changes"), description=_("The lead will see this note above the report."), render_kw=_WORDS
    )
    version = HiddenField("")

    @property
    def note_text(self) -> str:
        return clean_text(self.note.data)

    @property
    def posted_version(self) -> int:
        return parse_version(str(self.version.data or ""))


_LONG = {"rows": 4, "maxlength": TEXT_LIMIT}


class RemindForm(SingleUseForm):
    """The text of a reminder in both languages; each person receives it in their own. The rules decide what may be sent."""

    text_en = TextAreaField(_("Message (English)"), render_kw={**_LONG, "lang": "en"})
    text_fr = TextAreaField(_("Message (French)"), render_kw={**_LONG, "lang": "fr"})
    copy = BooleanField(_("Send me a copy"))
