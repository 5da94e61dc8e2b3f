"""The words of a reminder."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField

from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.i18n import later as _

_LONG = {"rows": 4, "maxlength": TEXT_LIMIT}


class RemindForm(FlaskForm):  # type: ignore[misc]
    """A text in each language; a person reads theirs. What may be sent is the rules' business."""

    text_en = TextAreaField(_("Message in English"), render_kw={**_LONG, "lang": "en"})
    text_fr = TextAreaField(_("Message in French"), render_kw={**_LONG, "lang": "fr"})
    copy = BooleanField(_("Send me a copy"))
