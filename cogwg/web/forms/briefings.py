"""A new briefing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

_AUDIENCE = [
    InputRequired(_("Say who the briefing is for.")),
    Length(max=120, message=_("Use at most 120 characters.")),
]


class BriefingForm(FlaskForm):  # type: ignore[misc]
    """The meeting a briefing is for."""

    meeting_on = DateField(
        _("Day of the meeting"),
        validators=[InputRequired(_("Give the day of the meeting as year-month-day, such as 2020-10-08."))],
    )
    audience_en = StringField(
        _("Audience, in English"),
        validators=[
            InputRequired(_("Say who the briefing is for.")),
            Length(max=120, message=_("Use at most 120 characters.")),
        ],
        render_kw={"lang": "en"},
    )
    audience_fr = StringField(
        _("Audience, in French"),
        validators=[
            InputRequired(_("Say who the briefing is for.")),
            Length(max=120, message=_("Use at most 120 characters.")),
        ],
        render_kw={"lang": "fr"},
    )
