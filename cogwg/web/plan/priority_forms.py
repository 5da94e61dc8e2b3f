"""A priority's overall status, set by hand."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField

from cogwg.core.bilingual import Bilingual, typed
from cogwg.core.scale import Status
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http import i18n as languages
from cogwg.web.http.form_version import seen
from cogwg.web.http.i18n import later as _

_LONG = {"rows": 3, "maxlength": TEXT_LIMIT}


class OverallForm(FlaskForm):  # type: ignore[misc]
    """The word, and the note that says why it is not the computed one. ``last`` is the word that was seen."""

    status = RadioField(_("Overall status"), validate_choice=False)
    note_en = TextAreaField(_("Why, in English"), render_kw=_LONG)
    note_fr = TextAreaField(_("Why, in French"), render_kw=_LONG)
    last = HiddenField("")

    def __init__(self, word: Status | None = None, note: Bilingual | None = None, last: int = 0, **kwargs: Any) -> None:
        """A form filled from the last word unless the request brings it filled."""
        start: dict[str, Any] = {"last": last, "status": word.value if word is not None else None}
        if note is not None:
            start |= {"note_en": note.en, "note_fr": note.fr}
        super().__init__(prefix="overall-", data=start, **kwargs)
        self.status.choices = [(status.value, status.words.text(languages.current())) for status in Status]

    @property
    def seen(self) -> int:
        return seen(self.last)

    @property
    def word(self) -> Status | None:
        return Status(self.status.data) if self.status.data in {s.value for s in Status} else None

    @property
    def note(self) -> Bilingual:
        return Bilingual(typed(self.note_en.data), typed(self.note_fr.data))


class BackForm(FlaskForm):  # type: ignore[misc]
    """Handing a priority's overall status back to what is computed."""

    last = HiddenField("")

    def __init__(self, last: int = 0, **kwargs: Any) -> None:
        super().__init__(prefix="back-", data={"last": last}, **kwargs)

    @property
    def seen(self) -> int:
        return seen(self.last)
