"""Forms to manage a quarter: to reopen it or change its due time, to return a report, and to send reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, TextAreaField

from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http import i18n
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.forms import is_used, parse_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_WORDS = {"rows": 3, "maxlength": TEXT_LIMIT}


class ReopenForm(SingleUseForm):
    """The form to reopen a closed quarter for one jurisdiction, with the last day and the reason."""

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)
    until = DayField(_("Open until the end of this day"))
    reason = TextAreaField(_("Reason for reopening"), render_kw=_WORDS)

    @property
    def reason_text(self) -> str:
        return clean_text(self.reason.data)


class DueTimeForm(SingleUseForm):
    """A form to change a quarter's due time, with the reason; ``was`` is the due time that the form showed."""

    reason_en = TextAreaField(_("Reason (English)"), render_kw=_WORDS)
    reason_fr = TextAreaField(_("Reason (French)"), render_kw=_WORDS)
    was = HiddenField("")

    def __init__(self, due_at: datetime, *, prefix: str, **kwargs: Any) -> None:
        super().__init__(prefix=prefix, data={"was": due_at.isoformat()}, **kwargs)

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))

    @property
    def uses_other_language(self) -> bool:
        return is_used(self[f"reason_{i18n.current_language().other.value}"])

    @property
    def posted_due_at(self) -> datetime | None:
        """Return the due time that the form showed, or None if it cannot be parsed."""
        try:
            return datetime.fromisoformat(self.was.data or "")
        except ValueError:
            return None


class ExtendForm(DueTimeForm):
    """The form to give all jurisdictions another week, with the reason."""

    def __init__(self, due_at: datetime, **kwargs: Any) -> None:
        super().__init__(due_at, prefix="extend-", **kwargs)


class SetBackForm(DueTimeForm):
    """The form to cancel the extra week, with the reason."""

    def __init__(self, due_at: datetime, **kwargs: Any) -> None:
        super().__init__(due_at, prefix="set_back-", **kwargs)


class ReturnForm(SingleUseForm):
    """The form to return a report to its leads with a note; ``version`` is the version that the page showed."""

    note = TextAreaField(
        _("Requested changes"), description=_("The leads will see this note above the report."), render_kw=_WORDS
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
    """The form to send a reminder, with its text in both languages; each person receives the text in their own language."""

    text_en = TextAreaField(_("Message (English)"), render_kw={**_LONG, "lang": "en"})
    text_fr = TextAreaField(_("Message (French)"), render_kw={**_LONG, "lang": "fr"})
    copy = BooleanField(_("Send me a copy"))
